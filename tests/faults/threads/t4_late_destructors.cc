// SPDX-License-Identifier: MIT
//
// t4_late_destructors.cc: records where C++ programs end: destructors of thread_local objects, of
// threads and of the main thread, atexit handlers, destructors of static objects made before the
// library was first used.
//
// P2: every record is counted, and so is every series made there. P6: nothing crashes; a scrape
// and a server still work, and a scrape with a callback ends.
#include <quipu/http.h>
#include <quipu/quipu.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

namespace
{

const int Threads = 8;
std::uint64_t expected; // records of one kind; atomic, as threads end at once

struct Metrics {
	quipu_counter counter;
	quipu_float_counter floats;
	quipu_histogram histogram;
	quipu_counter_family family;
	quipu_http *server;
};
Metrics metrics; // zero until main makes them: sinks

void record(const char *who)
{
	quipu_inc(metrics.counter);
	quipu_inc(metrics.floats);
	quipu_observe(metrics.histogram, 1.0);
	quipu_inc_at(metrics.family, who);
	__atomic_fetch_add(&expected, 1, __ATOMIC_RELAXED); // relaxed: only counts
}

int append(void *text, const char *data, size_t len)
{
	static_cast<std::string *>(text)->append(data, len);
	return 0;
}

[[noreturn]] void fail(const char *what, double shown)
{
	std::fprintf(stderr, "late destructors: %s: %g of %llu\n", what, shown,
		     static_cast<unsigned long long>(expected));
	_exit(1);
}

void expect(const char *when)
{
	std::uint64_t all = 0;
	const char *const who[] = { "thread", "thread again", "main",  "main again",
				    "atexit", "static",	      "during" };
	std::string text;
	std::time_t before = std::time(nullptr);

	for (const char *one : who) {
		quipu_counter kept = quipu_at(metrics.family, one);

		all += quipu_read(kept);
		quipu_release(kept);
	}
	if (quipu_read(metrics.counter) != expected)
		fail(when, static_cast<double>(quipu_read(metrics.counter)));
	if (quipu_read(metrics.floats) != static_cast<double>(expected))
		fail(when, quipu_read(metrics.floats));
	if (quipu_read(metrics.histogram).count != expected)
		fail(when, static_cast<double>(quipu_read(metrics.histogram).count));
	if (all != expected)
		fail("by labels", static_cast<double>(all));
	if (quipu_write(quipu_default_registry(), nullptr, append, &text) != QUIPU_OK ||
	    text.find("\nlate_total " + std::to_string(expected) + "\n") == std::string::npos)
		fail("scrape", 0);
	if (std::time(nullptr) - before > 4) // callbacks have five
		fail("a scrape waited for callbacks that do not run any more", 0);
}

// Made before the library is used, hence destroyed after all that it may have arranged.
struct Last {
	~Last()
	{
		record("static");
		expect("static destructor");
		quipu_http_stop(metrics.server);
		expect("stopped");
		std::printf("late destructors: %llu records\n",
			    static_cast<unsigned long long>(expected));
	}
} last;

// Its destructor runs with those of the C library's own thread-specific data; touched in
// another's, it comes to life again.
struct Local {
	const char *who = "thread";
	~Local()
	{
		record(who);
	}
};
thread_local Local local_again;
struct First {
	const char *who = "thread";
	~First()
	{
		record(who);
		local_again.who = std::strcmp(who, "main") == 0 ? "main again" : "thread again";
	}
};
thread_local First local;

void live(const char *who)
{
	record("during");
	local.who = who;
}

void live_mute(const char *who)
{
	local.who = who; // the destructor's record is the thread's first
}

void at_exit()
{
	record("atexit");
	expect("atexit handler");
}

double answer(void *)
{
	return 42;
}

void make()
{
	quipu_registry *registry = quipu_default_registry();
	quipu_error error;

	metrics.counter =
		quipu_counter_new(registry, QUIPU_OPTS(.name = "late_total", .help = "Records."));
	metrics.floats = quipu_float_counter_new(
		registry, QUIPU_OPTS(.name = "late_float_total", .help = "Records."));
	metrics.histogram =
		quipu_histogram_new(registry, QUIPU_OPTS(.name = "late_sizes", .help = "Ones."));
	metrics.family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "late_by_who_total", .help = "Records.",
				     .labels = QUIPU_NAMES("who")));
	quipu_gauge_callback(registry, QUIPU_OPTS(.name = "late_answer", .help = "42."), answer,
			     nullptr);
	metrics.server =
		quipu_http_start(registry, QUIPU_HTTP_OPTS(.listen = "127.0.0.1:0"), &error);
	if (!metrics.server || quipu_registry_status(registry, nullptr) != QUIPU_OK)
		fail("set-up", 0);
}

} // namespace

int main()
{
	std::vector<std::thread> threads;

	alarm(60); // a hang is a failure
	std::atexit(at_exit);
	make();
	for (int i = 0; i < Threads; i++)
		threads.emplace_back(i % 2 ? live : live_mute, "thread");
	for (std::thread &thread : threads)
		thread.join();
	expect("joined");
	if (expected != Threads / 2 + 2 * Threads)
		fail("destructors that ran", static_cast<double>(expected));
	live("main");
	std::exit(0);
}
