/* SPDX-License-Identifier: MIT */
/* counts_test.c: le is exact: a wait is at most a bound if and only if it is counted there. */
#include "made_up.h"

#include "serve/counts.h"

#include <criterion/criterion.h>
#include <support/seeded.h>

/* As spread.h says it, not by counts.c. */
static struct qc_site one_wait(uint64_t ns)
{
	struct qc_site site = { .waits = 1, .ns = ns };
	unsigned bucket = 0;

	while (bucket < QC_N_BOUNDS && ns > qc_spread_bound(bucket))
		bucket++;
	site.buckets[bucket] = 1;
	return site;
}

static void expect_exact(uint64_t ns)
{
	struct qc_site site = one_wait(ns);
	struct qc_counts counts = { 0 };
	uint64_t below = 0;
	unsigned i;

	qc_counts_add_site(&counts, &site);
	cr_expect_eq(qc_counts_waits(&counts), 1);
	cr_expect_eq(counts.ns, ns);
	for (i = 0; i < QC_N_STEPS; i++) {
		below += counts.buckets[i];
		cr_expect_eq(below, ns <= qc_step_bound(i), "%" PRIu64 " ns, bound %" PRIu64, ns,
			     qc_step_bound(i));
	}
}

Test(counts, at_every_bound_and_beside_it)
{
	unsigned i;

	for (i = 0; i < QC_N_BOUNDS; i++) {
		expect_exact(qc_spread_bound(i) - 1);
		expect_exact(qc_spread_bound(i));
		expect_exact(qc_spread_bound(i) + 1);
	}
	expect_exact(0);
	expect_exact(UINT64_MAX);
}

Test(counts, anywhere)
{
	struct seeded random = seeded_new("counts");
	int i;

	for (i = 0; i < 100000; i++)
		expect_exact(seeded_next(&random) >> seeded_below(&random, 64));
}

Test(counts, bounds_are_of_the_spread)
{
	unsigned i, j;

	for (i = 0; i < QC_N_STEPS; i++) {
		cr_expect_eq(qc_step_bound(i), UINT64_C(1) << (10 + 2 * i));
		for (j = 0; j < QC_N_BOUNDS && qc_spread_bound(j) != qc_step_bound(i); j++)
			;
		cr_expect_lt(j, QC_N_BOUNDS);
	}
}
