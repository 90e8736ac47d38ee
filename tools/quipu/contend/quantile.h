/* SPDX-License-Identifier: MIT */
/* quantile.h: quantiles of waits that are known by their buckets (spread.h). */
#ifndef CONTEND_QUANTILE_H
#define CONTEND_QUANTILE_H

#include "contention/spread.h"

/* Interpolated within the bucket that the q-th wait of all is in, and never above the longest;
 * 0 where there are none. */
uint64_t quantile_of(const uint64_t buckets[QC_N_BUCKETS], uint64_t max_ns, double q);

#endif
