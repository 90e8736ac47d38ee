/* SPDX-License-Identifier: MIT */
/* main.cc: prometheus-cpp as an entrant; bench/README.md says what each operation does. */
#include "contents.h"
#include "recording.h"

#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <vector>

namespace
{

using prometheus::Counter;
using prometheus::Family;
using prometheus::Histogram;

constexpr int kHaveNot = 3; /* exit status */

struct have_not : std::runtime_error {
	using std::runtime_error::runtime_error;
};

const Histogram::BucketBoundaries bounds = {
	0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
};
const auto registry = std::make_shared<prometheus::Registry>();

Family<Counter> &counters()
{
	return prometheus::BuildCounter()
		.Name("llm_requests_total")
		.Help("Requests.")
		.Register(*registry);
}

Family<Histogram> &histograms()
{
	return prometheus::BuildHistogram()
		.Name("llm_request_duration_seconds")
		.Help("Durations.")
		.Register(*registry);
}

/* The family's series of these labels, made where it is not there yet. */
Counter &at(Family<Counter> &family, const contents::LabelSet &set)
{
	return family.Add({ { "model", set[0] }, { "provider", set[1] }, { "status", set[2] } });
}

Histogram &at(Family<Histogram> &family, const contents::LabelSet &set)
{
	return family.Add({ { "model", set[0] }, { "provider", set[1] }, { "status", set[2] } },
			  bounds);
}

/* --- record -------------------------------------------------------------------------------- */

template <typename Metric> std::vector<Metric *> handles(Family<Metric> &family, size_t series)
{
	std::vector<Metric *> all;

	for (const contents::LabelSet &set : contents::sets(series))
		all.push_back(&at(family, set));
	return all;
}

recording::Result record_counter(size_t series, unsigned threads, double seconds)
{
	const std::vector<Counter *> kept = handles(counters(), series);
	const std::vector<uint32_t> order = contents::order(series);
	auto one = [counter = kept[0]](uint32_t) { counter->Increment(); };
	auto many = [all = kept.data(), at = order.data()](uint32_t k) {
		all[at[k % contents::kN]]->Increment();
	};

	return series == 1 ? recording::record(one, threads, seconds)
			   : recording::record(many, threads, seconds);
}

recording::Result record_histogram(size_t series, unsigned threads, double seconds)
{
	const std::vector<Histogram *> kept = handles(histograms(), series);
	const std::vector<uint32_t> order = contents::order(series);
	const std::vector<double> values = contents::values();
	auto one = [histogram = kept[0], value = values.data()](uint32_t k) {
		histogram->Observe(value[k % contents::kN]);
	};
	auto many = [all = kept.data(), at = order.data(), value = values.data()](uint32_t k) {
		all[at[k % contents::kN]]->Observe(value[k % contents::kN]);
	};

	return series == 1 ? recording::record(one, threads, seconds)
			   : recording::record(many, threads, seconds);
}

/* Add is the only look-up there is; the library's example calls it slow. */
recording::Result record_lookup(size_t series, unsigned threads, double seconds)
{
	const std::vector<contents::LabelSet> sets = contents::sets(series);
	const std::vector<uint32_t> order = contents::order(series);
	auto look_up = [family = &counters(), set = sets.data(), place = order.data()](uint32_t k) {
		at(*family, set[place[k % contents::kN]]).Increment();
	};

	return recording::record(look_up, threads, seconds);
}

void record(const std::string &what, size_t series, unsigned threads, double seconds)
{
	recording::Result result;

	if (what == "counter")
		result = record_counter(series, threads, seconds);
	else if (what == "histogram")
		result = record_histogram(series, threads, seconds);
	else if (what == "lookup")
		result = record_lookup(series, threads, seconds);
	else
		throw have_not("no case " + what);
	std::printf("{\"rate\": %.6g, \"cpu_ns\": %.4f}\n", result.rate, result.cpu_ns);
}

/* --- exposition ------------------------------------------------------------------------------ */

void fill_counters(size_t series)
{
	Family<Counter> &family = counters();

	for (size_t i = 0; i < series; i++)
		at(family, contents::beyond(i)).Increment(contents::count(i));
}

void fill_histograms(size_t series)
{
	Family<Histogram> &family = histograms();

	for (size_t i = 0; i < series; i++) {
		Histogram &histogram = at(family, contents::beyond(i));

		for (int k = 0; k < contents::kObservations; k++)
			histogram.Observe(contents::observation(i, k));
	}
}

void fill(const std::string &kind, size_t series)
{
	if (kind == "counters")
		fill_counters(series);
	else if (kind == "histograms")
		fill_histograms(series);
	else
		throw have_not("no kind " + kind);
}

/* As the library's own Exposer does it. */
std::string exposition()
{
	return prometheus::TextSerializer().Serialize(registry->Collect());
}

void text(const std::string &kind, size_t series, size_t times)
{
	size_t bytes = 0;

	fill(kind, series);
	std::printf("{\"ms\": [");
	for (size_t i = 0; i < times; i++) {
		auto start = std::chrono::steady_clock::now();
		std::string made = exposition();
		std::chrono::duration<double, std::milli> ms =
			std::chrono::steady_clock::now() - start;

		bytes = made.size();
		std::printf("%s%.4f", i > 0 ? ", " : "", ms.count());
	}
	std::printf("], \"bytes\": %zu}\n", bytes);
}

/* smaps_rollup counts pages; statm may lag behind by hundreds. */
long resident_bytes()
{
	std::ifstream file("/proc/self/smaps_rollup");
	std::string word;
	long kilobytes;

	while (file >> word)
		if (word == "Rss:" && file >> kilobytes)
			return kilobytes * 1024;
	throw std::runtime_error("no Rss in /proc/self/smaps_rollup");
}

void memory(const std::string &kind, size_t series)
{
	long before = resident_bytes();

	fill(kind, series);
	std::printf("{\"bytes\": %ld}\n", resident_bytes() - before);
}

/* The Exposer adds families of its own about itself. */
void serve(const std::string &kind, size_t series)
{
	prometheus::Exposer exposer{ "127.0.0.1:0" };

	fill(kind, series);
	exposer.RegisterCollectable(registry);
	std::printf("{\"port\": %d}\n", exposer.GetListeningPorts().at(0));
	std::fflush(stdout);
	while (std::getchar() != EOF) {
	}
}

/* --- arguments ---------------------------------------------------------------------- */

size_t number(const char *text)
{
	char *end;
	long value = std::strtol(text, &end, 10);

	if (*end != '\0' || value < 1)
		throw std::runtime_error(std::string("not a number above 0: ") + text);
	return static_cast<size_t>(value);
}

double positive(const char *text)
{
	char *end;
	double value = std::strtod(text, &end);

	if (*end != '\0' || !(value > 0))
		throw std::runtime_error(std::string("not a duration: ") + text);
	return value;
}

void run(const std::string &operation, const std::vector<const char *> &args)
{
	const size_t n = args.size();

	if (operation == "about" && n == 0)
		std::printf("{\"name\": \"prometheus-cpp\", \"version\": \"%s\", "
			    "\"language\": \"C++\"}\n",
			    PEER_VERSION);
	else if (operation == "record" && n == 4)
		record(args[0], number(args[1]), static_cast<unsigned>(number(args[2])),
		       positive(args[3]));
	else if (operation == "text" && n == 3)
		text(args[0], number(args[1]), number(args[2]));
	else if (operation == "memory" && n == 2)
		memory(args[0], number(args[1]));
	else if (operation == "serve" && n == 2)
		serve(args[0], number(args[1]));
	else if (operation == "show" && n == 2)
		fill(args[0], number(args[1])), std::cout << exposition();
	else
		throw std::runtime_error(
			"usage: about | record CASE SERIES THREADS SECONDS | "
			"text KIND SERIES TIMES | memory, serve or show KIND SERIES");
}

} /* namespace */

int main(int argc, char **argv)
{
	try {
		if (argc < 2)
			throw std::runtime_error("an operation is wanted");
		run(argv[1], std::vector<const char *>(argv + 2, argv + argc));
	} catch (const have_not &error) {
		std::fprintf(stderr, "prometheus-cpp: %s\n", error.what());
		return kHaveNot;
	} catch (const std::exception &error) {
		std::fprintf(stderr, "prometheus-cpp: %s\n", error.what());
		return 1;
	}
	return 0;
}
