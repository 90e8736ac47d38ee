/* SPDX-License-Identifier: MIT */
/*
 * spread.h: the buckets of waiting times, in nanoseconds: two for each power of two.
 *
 * Bucket i holds what is at most qc_spread_bound(i) and more than the bound before; the last one
 * what is longer than all bounds. Sums are kept beside them and are exact.
 */
#ifndef QC_SPREAD_H
#define QC_SPREAD_H

#include <stdint.h>

#define QC_SPREAD_FIRST 6 /* the first bound is 2^6 ns */
#define QC_N_BOUNDS 60	  /* the last one 2^35.5 ns, 49 s */
#define QC_N_BUCKETS (QC_N_BOUNDS + 1)

static inline uint64_t qc_spread_bound(unsigned i)
{
	uint64_t power = UINT64_C(1) << (QC_SPREAD_FIRST + i / 2);

	return i % 2 ? (power * 379625062) >> 28 : power; /* times the root of 2 */
}

#endif
