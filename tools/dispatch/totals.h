/* SPDX-License-Identifier: MIT */
/* totals.h: the values of one route's series at one moment, or of several added up. */
#ifndef DISPATCH_TOTALS_H
#define DISPATCH_TOTALS_H

#include "provider.h"

/*
 * Upper bounds of the duration histogram, in seconds. LLM calls spread over five orders of
 * magnitude, from a cached answer to a reasoning model at work for minutes, so the bounds
 * double: a quantile is off by at most a factor of two anywhere. 0.01 to 81.92 is what the
 * OpenTelemetry GenAI conventions advise for gen_ai.client.operation.duration; the last three
 * are for what takes longer, which would else all end in +Inf, where there is no quantile.
 */
#define TOTALS_BOUNDS                                                                              \
	{                                                                                          \
		0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96,   \
			81.92, 163.84, 327.68, 655.36                                              \
	}
#define TOTALS_N_BOUNDS 17

extern const double totals_bounds[TOTALS_N_BOUNDS];

struct totals {
	uint64_t requests[PROVIDER_N_STATUSES];
	uint64_t input;
	uint64_t output;
	int64_t in_flight;
	uint64_t observed; /* durations, and their sum and buckets (not cumulative) */
	double seconds;
	uint64_t buckets[TOTALS_N_BOUNDS + 1];
};

void totals_add(struct totals *sum, const struct totals *totals);

/* Calls that have ended, however they did. */
uint64_t totals_requests(const struct totals *totals);

/* How many times a metric was touched to reach these totals. */
uint64_t totals_records(const struct totals *totals);

/* Seconds, straight between the bounds as Prometheus' histogram_quantile does; -1 when there
 * are no durations. */
double totals_quantile(const struct totals *totals, double quantile);

#endif
