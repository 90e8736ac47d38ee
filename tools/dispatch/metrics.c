/* SPDX-License-Identifier: MIT */
/* metrics.c: makes the dispatcher's families and series, and reads them back. */
#include "metrics.h"

#include <string.h>

/* Typed label sets: a label that is misspelt or left out does not get past the compiler or
 * the first call. */
QUIPU_LABELS(call_labels, model, provider, status);
QUIPU_LABELS(token_labels, model, provider, direction);
QUIPU_LABELS(route_labels, model, provider);

struct families {
	quipu_counter_family requests;
	quipu_histogram_family duration;
	quipu_counter_family tokens;
	quipu_updown_family in_flight;
};

static struct families make_families(quipu_registry *registry)
{
	struct families families;

	families.requests = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "llm_requests_total",
				     .help = "LLM calls that have ended, by how they ended.",
				     .labels = call_labels_names, .exemplars = 1));
	families.duration = quipu_histogram_family_new(
		registry,
		QUIPU_OPTS(.name = "llm_request_duration_seconds",
			   .help = "Time from sending an LLM call to the end of its answer.",
			   .unit = "seconds", .labels = route_labels_names, .bounds = totals_bounds,
			   .n_bounds = TOTALS_N_BOUNDS, .native_factor = 1.1, .native_min = 1e-3,
			   .native_max = 3600, .exemplars = 1));
	families.tokens = quipu_counter_family_new(
		registry,
		QUIPU_OPTS(.name = "llm_tokens_total",
			   .help = "Tokens used by answered LLM calls, prompt (input) and "
				   "generated (output).",
			   .labels = token_labels_names));
	families.in_flight = quipu_updown_family_new(
		registry, QUIPU_OPTS(.name = "llm_requests_in_flight",
				     .help = "LLM calls sent whose answer has not ended yet.",
				     .labels = route_labels_names));
	return families;
}

static void open_route(struct metrics_route *metrics, const struct families *families,
		       const struct provider_route *route)
{
	int i;

	for (i = 0; i < PROVIDER_N_STATUSES; i++)
		metrics->requests[i] =
			quipu_with(families->requests, call_labels, .model = route->model,
				   .provider = route->provider, .status = provider_statuses[i]);
	metrics->duration = quipu_with(families->duration, route_labels, .model = route->model,
				       .provider = route->provider);
	metrics->input = quipu_with(families->tokens, token_labels, .model = route->model,
				    .provider = route->provider, .direction = "input");
	metrics->output = quipu_with(families->tokens, token_labels, .model = route->model,
				     .provider = route->provider, .direction = "output");
	metrics->in_flight = quipu_with(families->in_flight, route_labels, .model = route->model,
					.provider = route->provider);
}

quipu_error metrics_open(struct metrics *metrics, quipu_registry *registry, const char **where)
{
	struct families families = make_families(registry);
	unsigned i;

	for (i = 0; i < PROVIDER_N_ROUTES; i++)
		open_route(&metrics->route[i], &families, &provider_routes[i]);
	return quipu_registry_status(registry, where);
}

static void close_route(struct metrics_route *route)
{
	int i;

	for (i = 0; i < PROVIDER_N_STATUSES; i++)
		quipu_release(route->requests[i]);
	quipu_release(route->duration);
	quipu_release(route->input);
	quipu_release(route->output);
	quipu_release(route->in_flight);
}

void metrics_close(struct metrics *metrics)
{
	unsigned i;

	for (i = 0; i < PROVIDER_N_ROUTES; i++)
		close_route(&metrics->route[i]);
	memset(metrics, 0, sizeof *metrics);
}

void metrics_ended_traced(const struct metrics *metrics, const struct answer *answer)
{
	const struct metrics_route *route = &metrics->route[answer->route];
	const struct trace_id trace = provider_trace(answer->number);

	quipu_dec(route->in_flight);
	quipu_inc_exemplar(route->requests[answer->status], QUIPU_EXEMPLAR(.trace_id = trace.text));
	if (answer->status != PROVIDER_RATE_LIMITED)
		quipu_observe_ns_exemplar(route->duration, answer->duration_ns,
					  QUIPU_EXEMPLAR(.trace_id = trace.text));
	metrics_used(route, answer);
}

struct totals metrics_read(const struct metrics *metrics, unsigned number)
{
	const struct metrics_route *route = &metrics->route[number];
	struct totals totals = {
		.input = quipu_read(route->input),
		.output = quipu_read(route->output),
		.in_flight = quipu_read(route->in_flight),
	};
	quipu_histogram_value duration;
	int i;

	for (i = 0; i < PROVIDER_N_STATUSES; i++)
		totals.requests[i] = quipu_read(route->requests[i]);
	duration =
		quipu_histogram_read_buckets(route->duration, totals.buckets, TOTALS_N_BOUNDS + 1);
	totals.observed = duration.count;
	totals.seconds = duration.sum;
	return totals;
}

struct totals metrics_read_all(const struct metrics *metrics)
{
	struct totals sum = { 0 }, one;
	unsigned i;

	for (i = 0; i < PROVIDER_N_ROUTES; i++) {
		one = metrics_read(metrics, i);
		totals_add(&sum, &one);
	}
	return sum;
}
