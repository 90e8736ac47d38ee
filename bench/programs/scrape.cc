/* SPDX-License-Identifier: MIT */
/*
 * scrape.cc: what a scrape costs, beside what it must be compared with, in one run.
 *
 *   bench_scrape counters     100,000 counters with three labels, in process, in every format
 *   bench_scrape histograms   10,000 histograms of 11 bounds likewise
 *   bench_scrape native       10,000 histograms of native buckets likewise
 *   bench_scrape http         the counters by GET, beside the transfer of a buffer that is ready
 *
 * and the text of the same series by prometheus-cpp, where it is installed. A process of its own
 * for each, because a scrape sums whatever the process has. Times are wall-clock times: what a
 * scraper waits for.
 */
#include <benchmark/benchmark.h>
#include <quipu/http.h>
#include <quipu/quipu.h>

#ifdef BENCH_PROMETHEUS_CPP
#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <sstream>
#endif

#include <algorithm>
#include <arpa/inet.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

QUIPU_LABELS(call_labels, model, provider, status);

namespace
{

constexpr int kModels = 100, kProviders = 10, kStatuses = 100; /* 100,000 counters */
constexpr int kHistograms = 10000;

quipu_registry *registry;
std::string ready; /* the registry's text */

struct labels {
	std::string model, provider, status;
};

labels labels_of(int i)
{
	return { "model-" + std::to_string(i % kModels),
		 "provider-" + std::to_string(i / kModels % kProviders),
		 "status-" + std::to_string(i / kModels / kProviders) };
}

int counter_value(int i)
{
	return 1 + i * 7;
}

double observed(int i, int k)
{
	return 0.004 * (1 << k) * (1 + i % 7 * 0.1);
}

void make_counters()
{
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "llm_requests_total", .help = "Requests.",
				     .labels = call_labels_names, .max_series = 100000));
	for (int i = 0; i < kModels * kProviders * kStatuses; i++) {
		labels l = labels_of(i);
		quipu_add_at(family, static_cast<uint64_t>(counter_value(i)), l.model.c_str(),
			     l.provider.c_str(), l.status.c_str());
	}
}

/* factor 0: the default bounds; else native buckets. */
void make_histograms(double factor)
{
	quipu_histogram_family family = quipu_histogram_family_new(
		registry, QUIPU_OPTS(.name = "llm_request_duration_seconds", .help = "Durations.",
				     .labels = call_labels_names, .max_series = kHistograms,
				     .native_factor = factor, .native_min = factor > 0 ? 1e-3 : 0.0,
				     .native_max = factor > 0 ? 100.0 : 0.0));
	for (int i = 0; i < kHistograms; i++) {
		labels l = labels_of(i);
		for (int k = 0; k < 12; k++)
			quipu_observe_at(family, observed(i, k), l.model.c_str(),
					 l.provider.c_str(), l.status.c_str());
	}
}

double least(const std::vector<double> &times)
{
	return *std::min_element(times.begin(), times.end());
}

double most(const std::vector<double> &times)
{
	return *std::max_element(times.begin(), times.end());
}

void as_measured(benchmark::internal::Benchmark *benchmark)
{
	benchmark->UseRealTime()->ComputeStatistics("min", least)->ComputeStatistics("max", most);
}

int append(void *text, const char *data, size_t len)
{
	static_cast<std::string *>(text)->append(data, len);
	return 0;
}

int count(void *bytes, const char *data, size_t len)
{
	benchmark::DoNotOptimize(data);
	*static_cast<size_t *>(bytes) += len;
	return 0;
}

/* --- in process ------------------------------------------------------------------------------ */

void write_all(benchmark::State &state, const quipu_format *format)
{
	size_t bytes = 0;

	for (auto _ : state) {
		bytes = 0;
		if (quipu_write(registry, format, count, &bytes) != QUIPU_OK)
			state.SkipWithError("quipu_write failed");
	}
	state.counters["bytes"] = static_cast<double>(bytes);
}

void copy_ready(benchmark::State &state)
{
	std::vector<char> to(ready.size());

	for (auto _ : state) {
		std::memcpy(to.data(), ready.data(), ready.size());
		benchmark::ClobberMemory();
	}
}

#ifdef BENCH_PROMETHEUS_CPP
std::map<std::string, std::string> map_of(int i)
{
	labels l = labels_of(i);

	return { { "model", l.model }, { "provider", l.provider }, { "status", l.status } };
}

void write_prometheus_cpp(benchmark::State &state, const prometheus::Registry *rival)
{
	prometheus::TextSerializer serializer;
	size_t bytes = 0;

	for (auto _ : state) {
		std::ostringstream out;
		serializer.Serialize(out, rival->Collect());
		bytes = out.str().size();
	}
	state.counters["bytes"] = static_cast<double>(bytes);
}

void add_prometheus_cpp(const std::string &what)
{
	static prometheus::Registry rival;
	const prometheus::Histogram::BucketBoundaries bounds{ 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
							      0.5,   1,	   2.5,	  5,	10 };

	if (what == "counters") {
		auto &family = prometheus::BuildCounter()
				       .Name("llm_requests_total")
				       .Help("Requests.")
				       .Register(rival);
		for (int i = 0; i < kModels * kProviders * kStatuses; i++)
			family.Add(map_of(i)).Increment(counter_value(i));
	} else if (what == "histograms") {
		auto &family = prometheus::BuildHistogram()
				       .Name("llm_request_duration_seconds")
				       .Help("Durations.")
				       .Register(rival);
		for (int i = 0; i < kHistograms; i++) {
			auto &histogram = family.Add(map_of(i), bounds);
			for (int k = 0; k < 12; k++)
				histogram.Observe(observed(i, k));
		}
	} else {
		return;
	}
	benchmark::RegisterBenchmark((what + "/prometheus-cpp").c_str(), write_prometheus_cpp,
				     &rival)
		->Apply(as_measured);
}
#else
void add_prometheus_cpp(const std::string &)
{
}
#endif

/* --- over HTTP ------------------------------------------------------------------------------- */

int connect_to(int port)
{
	sockaddr_in to{};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	to.sin_family = AF_INET;
	to.sin_port = htons(static_cast<uint16_t>(port));
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (connect(fd, reinterpret_cast<sockaddr *>(&to), sizeof to) != 0)
		std::abort();
	return fd;
}

/* Asks, and reads until the server closes; how many bytes came. */
size_t get(int port, const char *fields)
{
	static char buffer[1 << 18];
	std::string request = std::string("GET /metrics HTTP/1.0\r\n") + fields + "\r\n";
	int fd = connect_to(port);
	size_t bytes = 0;
	ssize_t len;

	if (write(fd, request.data(), request.size()) < 0)
		std::abort();
	while ((len = read(fd, buffer, sizeof buffer)) > 0)
		bytes += static_cast<size_t>(len);
	close(fd);
	return bytes;
}

void get_all(benchmark::State &state, int port, const char *fields)
{
	size_t bytes = 0;

	for (auto _ : state)
		bytes = get(port, fields);
	state.counters["bytes"] = static_cast<double>(bytes);
}

/* Answers every request with the ready text. */
void serve_ready(int listener)
{
	char request[4096];

	for (;;) {
		int fd = accept(listener, nullptr, nullptr);
		size_t sent = 0;

		if (fd < 0)
			return;
		if (read(fd, request, sizeof request) > 0) {
			while (sent < ready.size()) {
				ssize_t len = write(fd, ready.data() + sent, ready.size() - sent);
				if (len <= 0)
					break;
				sent += static_cast<size_t>(len);
			}
		}
		close(fd);
	}
}

int start_ready()
{
	sockaddr_in at{};
	socklen_t len = sizeof at;
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	at.sin_family = AF_INET;
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(listener, reinterpret_cast<sockaddr *>(&at), len) != 0 ||
	    listen(listener, 16) != 0 ||
	    getsockname(listener, reinterpret_cast<sockaddr *>(&at), &len) != 0)
		std::abort();
	std::thread(serve_ready, listener).detach();
	return ntohs(at.sin_port);
}

/* --- all of them ----------------------------------------------------------------------------- */

void add_formats(const std::string &what)
{
	for (const quipu_format *const *format = quipu_formats(); *format; format++)
		benchmark::RegisterBenchmark((what + "/" + (*format)->name).c_str(), write_all,
					     *format)
			->Apply(as_measured);
	benchmark::RegisterBenchmark((what + "/copy").c_str(), copy_ready)->Apply(as_measured);
}

void add_http(int port)
{
	benchmark::RegisterBenchmark("http/ready", get_all, start_ready(), "")->Apply(as_measured);
	benchmark::RegisterBenchmark("http/get", get_all, port, "")->Apply(as_measured);
	benchmark::RegisterBenchmark("http/gzip", get_all, port, "Accept-Encoding: gzip\r\n")
		->Apply(as_measured);
	benchmark::RegisterBenchmark("http/zstd", get_all, port, "Accept-Encoding: zstd\r\n")
		->Apply(as_measured);
}

bool make(const std::string &what)
{
	registry = quipu_registry_new(nullptr);
	if (what == "counters" || what == "http")
		make_counters();
	else if (what == "histograms" || what == "native")
		make_histograms(what == "native" ? 1.1 : 0);
	else
		return false;
	return quipu_registry_status(registry, nullptr) == QUIPU_OK &&
	       quipu_write(registry, nullptr, append, &ready) == QUIPU_OK;
}

} // namespace

int main(int argc, char **argv)
{
	std::string what = argc > 1 ? argv[1] : "";
	quipu_http *server = nullptr;

	if (!make(what)) {
		std::fprintf(stderr, "bench_scrape counters|histograms|native|http [OPTION]...\n");
		return 2;
	}
	benchmark::Initialize(&argc, argv);
	if (what == "http") {
		server = quipu_http_start(registry, QUIPU_HTTP_OPTS(.listen = "127.0.0.1:0"),
					  nullptr);
		if (!server)
			return 1;
		add_http(quipu_http_port(server));
	} else {
		add_formats(what);
		add_prometheus_cpp(what);
	}
	benchmark::RunSpecifiedBenchmarks();
	quipu_http_stop(server);
	return 0;
}
