/* SPDX-License-Identifier: MIT */
/*
 * counts.h: what a series shows: buckets coarser than spread.h's, the sum, the tries in vain.
 *
 * Bounds are some of spread.h's, so what is at most a bound there is at most the same bound here:
 * le is exact. They are whole nanoseconds, 2^10 to 2^34, each 4 times the one before.
 */
#ifndef QC_COUNTS_H
#define QC_COUNTS_H

#include "../profile.h"

#define QC_N_STEPS 13

struct qc_counts {
	uint64_t ns;
	uint64_t busy;
	uint64_t buckets[QC_N_STEPS + 1]; /* not cumulative */
};

/* The upper bound of bucket i in nanoseconds. */
uint64_t qc_step_bound(unsigned i);

void qc_counts_add_site(struct qc_counts *to, const struct qc_site *site);
void qc_counts_add(struct qc_counts *to, const struct qc_counts *more);

/* What has come since. A figure that is less than it was adds nothing. */
struct qc_counts qc_counts_since(const struct qc_counts *now, const struct qc_counts *then);

uint64_t qc_counts_waits(const struct qc_counts *counts);

#endif
