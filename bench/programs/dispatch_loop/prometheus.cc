/* SPDX-License-Identifier: MIT */
/* prometheus.cc: with prometheus-cpp: Family::Add in every record, or what it gave the first time. */
#include "metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <memory>

namespace metrics
{

namespace
{

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;
using prometheus::Labels;

const auto registry = std::make_shared<prometheus::Registry>();
const Histogram::BucketBoundaries bounds(kBound.begin(), kBound.end());
std::array<Route, kRoutes> where;
bool keeps;

template <typename Builder> auto &family(Builder builder, const char *name, const char *help)
{
	return builder.Name(name).Help(help).Register(*registry);
}

Family<Gauge> &in_flight = family(prometheus::BuildGauge(), "llm_requests_in_flight", "Running.");
Family<Counter> &requests = family(prometheus::BuildCounter(), "llm_requests_total", "Requests.");
Family<Counter> &tokens = family(prometheus::BuildCounter(), "llm_tokens_total", "Tokens.");
Family<Histogram> &durations =
	family(prometheus::BuildHistogram(), "llm_request_duration_seconds", "Durations.");
Family<Histogram> &firsts =
	family(prometheus::BuildHistogram(), "llm_time_to_first_token_seconds", "First tokens.");

Labels labels(size_t route)
{
	return { { "model", where[route].model }, { "provider", where[route].provider } };
}

Labels labels(size_t route, const char *name, const char *value)
{
	return { { "model", where[route].model },
		 { "provider", where[route].provider },
		 { name, value } };
}

/* The series of a route. */
struct Series {
	Gauge *in_flight;
	std::array<Counter *, kStatuses> requests;
	Counter *input, *output;
	Histogram *duration, *first;
};

std::array<Series, kRoutes> kept;

void keep(size_t route)
{
	Series &series = kept[route];

	series.in_flight = &in_flight.Add(labels(route));
	for (size_t i = 0; i < kStatuses; i++)
		series.requests[i] = &requests.Add(labels(route, "status", kStatus[i]));
	series.input = &tokens.Add(labels(route, "direction", "input"));
	series.output = &tokens.Add(labels(route, "direction", "output"));
	series.duration = &durations.Add(labels(route), bounds);
	series.first = &firsts.Add(labels(route), bounds);
}

void end_kept(const Ending &ending)
{
	const Series &series = kept[ending.route];

	series.in_flight->Decrement();
	series.requests[ending.status]->Increment();
	series.input->Increment(ending.input);
	series.output->Increment(ending.output);
	series.duration->Observe(ending.seconds);
	series.first->Observe(ending.first_seconds);
}

} /* namespace */

bool open(const std::array<Route, kRoutes> &routes, bool keeps_handles)
{
	where = routes;
	keeps = keeps_handles;
	for (size_t i = 0; keeps && i < kRoutes; i++)
		keep(i);
	return true;
}

void begin(size_t route)
{
	if (keeps)
		kept[route].in_flight->Increment();
	else
		in_flight.Add(labels(route)).Increment();
}

void end(const Ending &ending)
{
	const size_t route = ending.route;

	if (keeps)
		return end_kept(ending);
	in_flight.Add(labels(route)).Decrement();
	requests.Add(labels(route, "status", kStatus[ending.status])).Increment();
	tokens.Add(labels(route, "direction", "input")).Increment(ending.input);
	tokens.Add(labels(route, "direction", "output")).Increment(ending.output);
	durations.Add(labels(route), bounds).Observe(ending.seconds);
	firsts.Add(labels(route), bounds).Observe(ending.first_seconds);
}

std::string exposition()
{
	return prometheus::TextSerializer().Serialize(registry->Collect());
}

} /* namespace metrics */
