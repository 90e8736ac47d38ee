/* SPDX-License-Identifier: MIT */
/* cells_test.c: percentiles of the benchmarks' own distribution, beside sorted values. */
#include "cells.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#define N 20000

static struct bench_cells cells, others;
static uint64_t sorted[N];

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* From 1 ns to about 20 minutes, as evenly as by the logarithm. */
static uint64_t drawn(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint64_t)exp2((double)(*state >> 11) * 0x1p-53 * 38);
}

Test(bench_cells, percentiles_are_off_by_half_a_percent_at_most)
{
	static const double shares[] = { 0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999, 1 };
	uint64_t state = 1;
	size_t i;

	for (i = 0; i < N; i++) {
		sorted[i] = drawn(&state);
		bench_cells_add(i % 3 ? &cells : &others, sorted[i]);
	}
	bench_cells_merge(&cells, &others);
	qsort(sorted, N, sizeof sorted[0], compare);
	cr_assert_eq(cells.n, N);
	cr_assert_eq(cells.most, sorted[N - 1]);
	for (i = 0; i < sizeof shares / sizeof shares[0]; i++) {
		double true_ns = (double)sorted[(size_t)ceil(shares[i] * N) - 1];

		cr_expect_leq(fabs(bench_cells_share(&cells, shares[i]) - true_ns),
			      0.005 * true_ns);
	}
}

Test(bench_cells, few_nanoseconds_are_exact)
{
	uint64_t ns;

	for (ns = 0; ns < 256; ns++) {
		cells = (struct bench_cells){ 0 };
		bench_cells_add(&cells, ns);
		cr_expect_eq(bench_cells_share(&cells, 0.5), (double)ns);
	}
}

Test(bench_cells, what_is_too_long_counts_in_the_last_cell)
{
	bench_cells_add(&cells, UINT64_MAX);
	cr_expect_eq(cells.count[BENCH_CELLS - 1], 1);
	cr_expect_eq(cells.most, UINT64_MAX);
}
