/* SPDX-License-Identifier: MIT */
/* totals.h: the values of one route's series at one moment, or of several added up. */
#ifndef DISPATCH_TOTALS_H
#define DISPATCH_TOTALS_H

#include "provider.h"

/* Upper bounds of the kit's duration histogram (llm.def: CALL), in seconds. */
#define TOTALS_N_BOUNDS 17
extern const double *const totals_bounds;

struct totals {
	uint64_t requests[QUIPU_LLM_N_STATUSES];
	uint64_t tokens[QUIPU_LLM_N_DIRECTIONS];
	int64_t in_flight;
	uint64_t observed; /* durations, and their sum and buckets (not cumulative) */
	double seconds;
	uint64_t buckets[TOTALS_N_BOUNDS + 1];
	uint64_t first_tokens; /* times until them, and their sum */
	double first_seconds;
	uint64_t microdollars;
	uint64_t other_observations; /* in the kit's other histograms by route */
};

void totals_add(struct totals *sum, const struct totals *totals);

/* Calls that have ended, however they did. */
uint64_t totals_requests(const struct totals *totals);

/* How many times a metric was touched, at least, to reach these totals. */
uint64_t totals_records(const struct totals *totals);

/* Seconds, straight between the bounds as Prometheus' histogram_quantile does; -1 when there
 * are no durations. */
double totals_quantile(const struct totals *totals, double quantile);

#endif
