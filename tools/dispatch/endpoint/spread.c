/* SPDX-License-Identifier: MIT */
/* spread.c: see spread.h. */
#include "spread.h"

#include "count.h"

#include <math.h>

/* Bucket i ends at 2^((i + 1) / 8) times this; the last one has no end. */
#define LEAST_NS 1000.0
#define PER_DOUBLING 8

static unsigned bucket_of(uint64_t ns)
{
	double place;

	if ((double)ns <= LEAST_NS)
		return 0;
	place = log2((double)ns / LEAST_NS) * PER_DOUBLING;
	return place < SPREAD_N_BUCKETS - 1 ? (unsigned)place : SPREAD_N_BUCKETS - 1;
}

void spread_add(struct spread *spread, uint64_t ns)
{
	count_add(&spread->buckets[bucket_of(ns)], 1);
	count_add(&spread->sum_ns, ns);
}

void spread_sum_add(struct spread_sum *sum, const struct spread *spread)
{
	uint64_t n;
	int i;

	for (i = 0; i < SPREAD_N_BUCKETS; i++) {
		n = count_of(&spread->buckets[i]);
		sum->buckets[i] += n;
		sum->n += n;
	}
	sum->sum_ns += count_of(&spread->sum_ns);
}

void spread_sum_add_sum(struct spread_sum *sum, const struct spread_sum *other)
{
	int i;

	for (i = 0; i < SPREAD_N_BUCKETS; i++)
		sum->buckets[i] += other->buckets[i];
	sum->n += other->n;
	sum->sum_ns += other->sum_ns;
}

double spread_mean(const struct spread_sum *sum)
{
	return sum->n ? (double)sum->sum_ns / (double)sum->n / 1e9 : -1;
}

/* In the middle of the bucket that it is in. */
double spread_quantile(const struct spread_sum *sum, double quantile)
{
	double rank = quantile * (double)sum->n, below = 0;
	int i;

	if (!sum->n)
		return -1;
	for (i = 0; i < SPREAD_N_BUCKETS - 1; i++) {
		below += (double)sum->buckets[i];
		if (below >= rank && below > 0)
			break;
	}
	return LEAST_NS * exp2((i + 0.5) / PER_DOUBLING) / 1e9;
}
