/* SPDX-License-Identifier: MIT */
/*
 * loop.cc: the demo's dispatch loop without its network, for bench/questions/demo_locks.py.
 *
 *   bench_dispatch_WAY HOW THREADS SECONDS     {"calls": n, "rate": a second, "cpu_ns": of one, …}
 *   bench_dispatch_WAY show HOW CALLS          the exposition after so many calls of one thread
 *
 * HOW is "lookup" or "kept" (metrics.h). Calls and answers are those of tools/dispatch: the same
 * providers, which compute what a call would have come to and do not wait. So everything else is
 * the same whatever the way of recording; four times a second somebody scrapes. The first calls are
 * made before the threads start, so that all series are there.
 *
 * Writers: next every worker, by fetch-add; each its own count. stop: main. Readers: all.
 */
#include "calls.h"
#include "metrics.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <stdexcept>
#include <thread>
#include <vector>

namespace
{

static_assert(metrics::kRoutes == CALLS_N_ROUTES, "the demo's routes");

constexpr int kHaveNot = 3;	  /* exit status */
constexpr uint64_t kBatch = 64;	  /* calls that a worker takes at once, as the demo's do flat out */
constexpr uint64_t kFirst = 2000; /* calls that see every series */
constexpr auto kScrape = std::chrono::milliseconds(250);

struct have_not : std::runtime_error {
	using std::runtime_error::runtime_error;
};

std::atomic<uint64_t> next_call{ 0 };
std::atomic<bool> stop{ false };

/* One turn of the loop. */
void dispatch(uint64_t number)
{
	const unsigned route = calls_route(number);

	metrics::begin(route);
	const calls_answer answer = calls_make(number, route);
	metrics::end({ route, answer.status, answer.input, answer.output,
		       static_cast<double>(answer.ns) / 1e9,
		       static_cast<double>(answer.first_ns) / 1e9 });
}

void work(uint64_t &done)
{
	uint64_t n = 0;

	do {
		uint64_t first = next_call.fetch_add(kBatch, std::memory_order_relaxed);

		for (uint64_t i = 0; i < kBatch; i++)
			dispatch(first + i);
		n += kBatch;
	} while (!stop.load(std::memory_order_relaxed));
	done = n;
}

uint64_t scrape_until(std::chrono::steady_clock::time_point over)
{
	uint64_t n = 0;

	do {
		std::this_thread::sleep_for(kScrape);
		if (metrics::exposition().empty())
			throw std::runtime_error("a scrape got nothing");
		n++;
	} while (std::chrono::steady_clock::now() + kScrape < over);
	std::this_thread::sleep_until(over);
	return n;
}

double cpu_seconds()
{
	timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

void run(unsigned threads, double seconds)
{
	std::vector<uint64_t> done(threads);
	std::vector<std::thread> workers;

	for (uint64_t i = 0; i < kFirst; i++)
		dispatch(i);
	auto began = std::chrono::steady_clock::now();

	for (unsigned i = 0; i < threads; i++)
		workers.emplace_back([&done, i] { work(done[i]); });
	uint64_t scrapes =
		scrape_until(began + std::chrono::duration_cast<std::chrono::nanoseconds>(
					     std::chrono::duration<double>(seconds)));
	stop.store(true, std::memory_order_relaxed);
	for (std::thread &worker : workers)
		worker.join();
	std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
	uint64_t n = 0;
	for (uint64_t one : done)
		n += one;
	std::printf("{\"calls\": %llu, \"rate\": %.6g, \"cpu_ns\": %.6g, \"scrapes\": %llu}\n",
		    static_cast<unsigned long long>(kFirst + n),
		    static_cast<double>(n) / took.count(),
		    cpu_seconds() * 1e9 / static_cast<double>(n),
		    static_cast<unsigned long long>(scrapes));
}

void show(uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		dispatch(i);
	std::fputs(metrics::exposition().c_str(), stdout);
}

/* --- arguments ---------------------------------------------------------------------- */

double positive(const char *text, double most)
{
	char *end;
	double value = std::strtod(text, &end);

	if (end == text || *end != '\0' || !(value > 0) || value > most)
		throw std::invalid_argument(std::string("not a number in range: ") + text);
	return value;
}

void open(const char *how)
{
	std::array<metrics::Route, metrics::kRoutes> routes;

	if (std::strcmp(how, "kept") && std::strcmp(how, "lookup"))
		throw std::invalid_argument(std::string("not \"kept\" or \"lookup\": ") + how);
	for (unsigned i = 0; i < routes.size(); i++)
		routes[i] = { calls_model(i), calls_provider(i) };
	if (!metrics::open(routes, !std::strcmp(how, "kept")))
		throw have_not(std::string("no way to record by ") + how);
	if (!calls_open())
		throw std::bad_alloc();
}

void run_main(int argc, char **argv)
{
	if (argc != 4)
		throw std::invalid_argument("usage: HOW THREADS SECONDS | show HOW CALLS");
	if (!std::strcmp(argv[1], "show")) {
		open(argv[2]);
		show(static_cast<uint64_t>(positive(argv[3], 1e9)));
	} else {
		open(argv[1]);
		run(static_cast<unsigned>(positive(argv[2], 256)), positive(argv[3], 600));
	}
	calls_close();
}

} /* namespace */

int main(int argc, char **argv)
{
	try {
		run_main(argc, argv);
	} catch (const have_not &error) {
		std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
		return kHaveNot;
	} catch (const std::invalid_argument &error) {
		std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
		return 2;
	} catch (const std::exception &error) {
		std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
		return 1;
	}
	return 0;
}
