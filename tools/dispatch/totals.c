/* SPDX-License-Identifier: MIT */
/* totals.c: adds up, counts and estimates quantiles of values that were read back. */
#include "totals.h"

const double totals_bounds[TOTALS_N_BOUNDS] = TOTALS_BOUNDS;

void totals_add(struct totals *sum, const struct totals *totals)
{
	int i;

	for (i = 0; i < PROVIDER_N_STATUSES; i++)
		sum->requests[i] += totals->requests[i];
	for (i = 0; i <= TOTALS_N_BOUNDS; i++)
		sum->buckets[i] += totals->buckets[i];
	sum->input += totals->input;
	sum->output += totals->output;
	sum->in_flight += totals->in_flight;
	sum->observed += totals->observed;
	sum->seconds += totals->seconds;
}

uint64_t totals_requests(const struct totals *totals)
{
	uint64_t requests = 0;
	int i;

	for (i = 0; i < PROVIDER_N_STATUSES; i++)
		requests += totals->requests[i];
	return requests;
}

uint64_t totals_records(const struct totals *totals)
{
	/* every call: in flight up and down, one request; two token counts with an answer */
	return 3 * totals_requests(totals) + totals->observed +
	       2 * totals->requests[PROVIDER_SUCCESS];
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
