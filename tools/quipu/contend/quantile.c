/* SPDX-License-Identifier: MIT */
/* quantile.c: see quantile.h. */
#include "quantile.h"

static double total(const uint64_t buckets[QC_N_BUCKETS])
{
	double sum = 0;

	for (unsigned i = 0; i < QC_N_BUCKETS; i++)
		sum += (double)buckets[i];
	return sum;
}

/* Beyond the last bound there is but the longest to go by. */
static double upper_end(unsigned bucket, uint64_t max_ns)
{
	uint64_t last = qc_spread_bound(QC_N_BOUNDS - 1);

	if (bucket < QC_N_BOUNDS)
		return (double)qc_spread_bound(bucket);
	return (double)(max_ns > last ? max_ns : last);
}

uint64_t quantile_of(const uint64_t buckets[QC_N_BUCKETS], uint64_t max_ns, double q)
{
	double rank = q * total(buckets), before = 0;
	unsigned i = 0;

	while (i < QC_N_BOUNDS && (buckets[i] == 0 || before + (double)buckets[i] < rank))
		before += (double)buckets[i++];
	if (buckets[i] > 0) {
		double low = i == 0 ? 0 : (double)qc_spread_bound(i - 1);
		double share = (rank - before) / (double)buckets[i];
		double value = low + (upper_end(i, max_ns) - low) * (share < 1 ? share : 1);

		return value < (double)max_ns ? (uint64_t)value : max_ns;
	}
	return before > 0 ? max_ns : 0;
}
