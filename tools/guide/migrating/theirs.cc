/* SPDX-License-Identifier: MIT */
/* A program with prometheus-cpp; ours.cc is the same with quipu. */
#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <cstdio>
#include <memory>

int main()
{
	prometheus::Exposer exposer{ "127.0.0.1:0" };
	auto registry = std::make_shared<prometheus::Registry>();
	auto &calls = prometheus::BuildCounter()
			      .Name("calls_total")
			      .Help("Calls made.")
			      .Register(*registry);
	auto &open = prometheus::BuildGauge()
			     .Name("calls_open")
			     .Help("Calls under way.")
			     .Register(*registry)
			     .Add({});
	auto &seconds = prometheus::BuildHistogram()
				.Name("call_seconds")
				.Help("Time a call took.")
				.Register(*registry);
	const prometheus::Histogram::BucketBoundaries bounds{ 0.1, 0.5, 2.5 };
	exposer.RegisterCollectable(registry);

	prometheus::Counter &good = calls.Add({ { "model", "gpt-4o" }, { "status", "success" } });
	prometheus::Histogram &fast = seconds.Add({ { "model", "gpt-4o" } }, bounds);

	good.Increment();
	good.Increment(2);
	calls.Add({ { "model", "o\"1" }, { "status", "error" } }).Increment();
	open.Increment();
	open.Increment();
	open.Decrement();
	fast.Observe(0.25);
	fast.Observe(0.5);
	fast.Observe(30);

	std::printf("http://127.0.0.1:%d/metrics\n", exposer.GetListeningPorts().at(0));
	std::fflush(stdout);
	while (std::getchar() != EOF) {
	}
}
