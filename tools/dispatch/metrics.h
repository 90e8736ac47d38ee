/* SPDX-License-Identifier: MIT */
/*
 * metrics.h: what the dispatcher records; how to instrument a hot loop with quipu.
 *
 * At set-up every series that can occur is made once and its handle kept, so all of them
 * stand at zero in the first scrape, and the loop below does six adds: no label, no look-up,
 * no lock, no atomic read-modify-write. Durations have classic and native buckets, from one
 * observation; calls and durations lead to their traces by exemplars, the first of each series
 * or bucket after a scrape.
 *
 *   llm_requests_total{model,provider,status}       every call, when it ends
 *   llm_request_duration_seconds{model,provider}    calls a model worked on: success and error;
 *                                                   a rate-limited call is over in no time and
 *                                                   would make a provider look fast that refuses
 *   llm_tokens_total{model,provider,direction}      what the answer reports as used: a failed
 *                                                   call has no answer and adds none
 *   llm_requests_in_flight{model,provider}          calls sent and not yet ended
 */
#ifndef DISPATCH_METRICS_H
#define DISPATCH_METRICS_H

#include "totals.h"

#include <quipu/quipu.h>

/* The series of one route. */
struct metrics_route {
	quipu_counter requests[PROVIDER_N_STATUSES];
	quipu_histogram duration;
	quipu_counter input;
	quipu_counter output;
	quipu_updown in_flight;
};

struct metrics {
	struct metrics_route route[PROVIDER_N_ROUTES];
};

/* Makes all series in the registry. Fails: the registry's status, with *where the culprit. */
quipu_error metrics_open(struct metrics *metrics, quipu_registry *registry, const char **where);

/* Gives the handles back. */
void metrics_close(struct metrics *metrics);

/* Reads one route's values back, of all threads. */
struct totals metrics_read(const struct metrics *metrics, unsigned route);

/* The sum over all routes. */
struct totals metrics_read_all(const struct metrics *metrics);

/* A call goes out. */
static inline void metrics_sent(const struct metrics *metrics, unsigned route)
{
	quipu_inc(metrics->route[route].in_flight);
}

/* What the answer reports as used. */
static inline void metrics_used(const struct metrics_route *route, const struct answer *answer)
{
	if (answer->status != PROVIDER_SUCCESS)
		return;
	quipu_add(route->input, answer->input);
	quipu_add(route->output, answer->output);
}

/* The same as metrics_ended for a call whose trace is wanted as an example. */
void metrics_ended_traced(const struct metrics *metrics, const struct answer *answer);

/* Is the call one that the next scrape could show as an example? */
static inline bool metrics_trace_wanted(const struct metrics_route *route,
					const struct answer *answer)
{
	return quipu_exemplar_wanted(route->requests[answer->status], 1) ||
	       quipu_exemplar_wanted(route->duration, (double)answer->duration_ns / 1e9);
}

/* A call is over. */
static inline void metrics_ended(const struct metrics *metrics, const struct answer *answer)
{
	const struct metrics_route *route = &metrics->route[answer->route];

	if (metrics_trace_wanted(route, answer)) {
		metrics_ended_traced(metrics, answer);
		return;
	}
	quipu_dec(route->in_flight);
	quipu_inc(route->requests[answer->status]);
	if (answer->status != PROVIDER_RATE_LIMITED)
		quipu_observe_ns(route->duration, answer->duration_ns);
	metrics_used(route, answer);
}

#endif
