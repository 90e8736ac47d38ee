/* SPDX-License-Identifier: MIT */
/*
 * spread.h: how durations spread, for the table at the end: eight buckets to each doubling, so that a
 * quantile is right to within nine percent.
 *
 * Writers:     one thread
 * Readers:     any
 * Publication: words of their own; a reader may see one duration in part
 * Reclamation: its owner's
 */
#ifndef ENDPOINT_SPREAD_H
#define ENDPOINT_SPREAD_H

#include <stdatomic.h>
#include <stdint.h>

#define SPREAD_N_BUCKETS 256

struct spread {
	atomic_uint_fast64_t buckets[SPREAD_N_BUCKETS];
	atomic_uint_fast64_t sum_ns;
};

void spread_add(struct spread *spread, uint64_t ns);

/* Spreads of several threads, added up. */
struct spread_sum {
	uint64_t buckets[SPREAD_N_BUCKETS];
	uint64_t n;
	uint64_t sum_ns;
};

void spread_sum_add(struct spread_sum *sum, const struct spread *spread);
void spread_sum_add_sum(struct spread_sum *sum, const struct spread_sum *other);

/* In seconds; -1 where there is none. */
double spread_mean(const struct spread_sum *sum);
double spread_quantile(const struct spread_sum *sum, double quantile);

#endif
