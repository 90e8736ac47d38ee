/* SPDX-License-Identifier: MIT */
/* totals.c: adds up, counts and estimates quantiles of values that were read back. */
#include "totals.h"

#define QUIPU_LLM_BUCKETS(id, ...)                                                                 \
	__attribute__((unused)) static const double bounds_##id[] = { __VA_ARGS__ };
#include <quipu/llm.def>

_Static_assert(sizeof bounds_CALL / sizeof *bounds_CALL == TOTALS_N_BOUNDS, "as in llm.def");
const double *const totals_bounds = bounds_CALL;

void totals_add(struct totals *sum, const struct totals *totals)
{
	int i;

	for (i = 0; i < QUIPU_LLM_N_STATUSES; i++)
		sum->requests[i] += totals->requests[i];
	for (i = 0; i < QUIPU_LLM_N_DIRECTIONS; i++)
		sum->tokens[i] += totals->tokens[i];
	for (i = 0; i <= TOTALS_N_BOUNDS; i++)
		sum->buckets[i] += totals->buckets[i];
	sum->in_flight += totals->in_flight;
	sum->observed += totals->observed;
	sum->seconds += totals->seconds;
	sum->first_tokens += totals->first_tokens;
	sum->first_seconds += totals->first_seconds;
	sum->microdollars += totals->microdollars;
	sum->other_observations += totals->other_observations;
}

uint64_t totals_requests(const struct totals *totals)
{
	uint64_t requests = 0;
	int i;

	for (i = 0; i < QUIPU_LLM_N_STATUSES; i++)
		requests += totals->requests[i];
	return requests;
}

uint64_t totals_records(const struct totals *totals)
{
	/* every call: in flight up and down, one request; with an answer: two token counts and the
	 * cost; and all observations */
	return 3 * totals_requests(totals) + 3 * totals->requests[QUIPU_LLM_STATUS_SUCCESS] +
	       totals->observed + totals->first_tokens + totals->other_observations;
}

double totals_quantile(const struct totals *totals, double quantile)
{
	double rank = quantile * (double)totals->observed;
	double below = 0, low;
	int i;

	if (!totals->observed)
		return -1;
	for (i = 0; i < TOTALS_N_BOUNDS && below + (double)totals->buckets[i] < rank; i++)
		below += (double)totals->buckets[i];
	if (i == TOTALS_N_BOUNDS)
		return totals_bounds[TOTALS_N_BOUNDS - 1];
	low = i ? totals_bounds[i - 1] : 0;
	if (!totals->buckets[i])
		return low;
	return low + (totals_bounds[i] - low) * (rank - below) / (double)totals->buckets[i];
}
