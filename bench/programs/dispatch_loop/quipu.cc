/* SPDX-License-Identifier: MIT */
/* quipu.cc: with quipu: by label values in every record, or through kept handles. */
#include "metrics.h"

#include <quipu/quipu.h>

namespace metrics
{

namespace
{

const char *const route_labels[] = { "model", "provider", nullptr };
const char *const request_labels[] = { "model", "provider", "status", nullptr };
const char *const token_labels[] = { "model", "provider", "direction", nullptr };

std::array<Route, kRoutes> where;
bool keeps;
quipu_registry *registry;
quipu_updown_family in_flight;
quipu_counter_family requests, tokens;
quipu_histogram_family durations, firsts;

/* The series of a route. */
struct Series {
	quipu_updown in_flight;
	std::array<quipu_counter, kStatuses> requests;
	quipu_counter input, output;
	quipu_histogram duration, first;
};

std::array<Series, kRoutes> kept;

quipu_opts opts(const char *name, const char *help, const char *const *labels)
{
	quipu_opts made = {};

	made.size = sizeof made;
	made.name = name;
	made.help = help;
	made.labels = labels;
	return made;
}

void make_families()
{
	const quipu_opts flight = opts("llm_requests_in_flight", "Running.", route_labels);
	const quipu_opts request = opts("llm_requests_total", "Requests.", request_labels);
	const quipu_opts token = opts("llm_tokens_total", "Tokens.", token_labels);
	quipu_opts duration = opts("llm_request_duration_seconds", "Durations.", route_labels);
	quipu_opts first = opts("llm_time_to_first_token_seconds", "First tokens.", route_labels);

	duration.bounds = first.bounds = kBound.data();
	duration.n_bounds = first.n_bounds = kBounds;
	in_flight = quipu_updown_family_new(registry, &flight);
	requests = quipu_counter_family_new(registry, &request);
	tokens = quipu_counter_family_new(registry, &token);
	durations = quipu_histogram_family_new(registry, &duration);
	firsts = quipu_histogram_family_new(registry, &first);
}

void keep(size_t route)
{
	const char *model = where[route].model, *provider = where[route].provider;
	Series &series = kept[route];

	series.in_flight = quipu_at(in_flight, model, provider);
	for (size_t i = 0; i < kStatuses; i++)
		series.requests[i] = quipu_at(requests, model, provider, kStatus[i]);
	series.input = quipu_at(tokens, model, provider, "input");
	series.output = quipu_at(tokens, model, provider, "output");
	series.duration = quipu_at(durations, model, provider);
	series.first = quipu_at(firsts, model, provider);
}

void end_kept(const Ending &ending)
{
	const Series &series = kept[ending.route];

	quipu_dec(series.in_flight);
	quipu_inc(series.requests[ending.status]);
	quipu_add(series.input, ending.input);
	quipu_add(series.output, ending.output);
	quipu_observe(series.duration, ending.seconds);
	quipu_observe(series.first, ending.first_seconds);
}

int append(void *ctx, const char *data, size_t len)
{
	static_cast<std::string *>(ctx)->append(data, len);
	return 0;
}

} /* namespace */

bool open(const std::array<Route, kRoutes> &routes, bool keeps_handles)
{
	where = routes;
	keeps = keeps_handles;
	registry = quipu_registry_new(nullptr);
	make_families();
	for (size_t i = 0; keeps && i < kRoutes; i++)
		keep(i);
	return true;
}

void begin(size_t route)
{
	if (keeps)
		quipu_inc(kept[route].in_flight);
	else
		quipu_inc_at(in_flight, where[route].model, where[route].provider);
}

void end(const Ending &ending)
{
	const char *model = where[ending.route].model, *provider = where[ending.route].provider;

	if (keeps)
		return end_kept(ending);
	quipu_dec_at(in_flight, model, provider);
	quipu_inc_at(requests, model, provider, kStatus[ending.status]);
	quipu_add_at(tokens, ending.input, model, provider, "input");
	quipu_add_at(tokens, ending.output, model, provider, "output");
	quipu_observe_at(durations, ending.seconds, model, provider);
	quipu_observe_at(firsts, ending.first_seconds, model, provider);
}

std::string exposition()
{
	std::string text;

	if (quipu_write(registry, nullptr, append, &text) != QUIPU_OK)
		text.clear();
	return text;
}

} /* namespace metrics */
