/* SPDX-License-Identifier: MIT */
/* totals_test.c: sums and quantiles of totals. */
#include "totals.h"

#include <criterion/criterion.h>

Test(totals, add_and_count)
{
	struct totals one = { .requests = { 5, 2, 1, 1 },
			      .tokens = { 10, 3, 2, 0, 1 },
			      .in_flight = 1,
			      .observed = 7,
			      .seconds = 1.5,
			      .buckets = { [4] = 7 },
			      .first_tokens = 6,
			      .first_seconds = 0.5,
			      .microdollars = 70,
			      .other_observations = 20 };
	struct totals sum = { 0 };

	totals_add(&sum, &one);
	totals_add(&sum, &one);
	cr_assert_eq(totals_requests(&sum), 18);
	cr_assert_eq(sum.requests[QUIPU_LLM_STATUS_ERROR], 4);
	cr_assert_eq(sum.tokens[QUIPU_LLM_INPUT_TOKENS], 20);
	cr_assert_eq(sum.tokens[QUIPU_LLM_REASONING_TOKENS], 2);
	cr_assert_eq(sum.in_flight, 2);
	cr_assert_eq(sum.observed, 14);
	cr_assert_eq(sum.seconds, 3);
	cr_assert_eq(sum.buckets[4], 14);
	cr_assert_eq(sum.first_tokens, 12);
	cr_assert_eq(sum.first_seconds, 1);
	cr_assert_eq(sum.microdollars, 140);
	/* 9 calls: 3 each; 3 for each of 5 answers; the observations; all twice */
	cr_assert_eq(totals_records(&sum), 2 * (27 + 15 + 7 + 6 + 20));
}

Test(totals, quantiles)
{
	struct totals totals = { 0 };

	cr_assert_eq(totals_quantile(&totals, 0.95), -1);
	totals.observed = 100;
	totals.buckets[7] = 100; /* 0.64 to 1.28 */
	cr_assert_float_eq(totals_quantile(&totals, 0.5), 0.96, 1e-12);
	totals.buckets[7] = 90;
	totals.buckets[9] = 10; /* 2.56 to 5.12 */
	cr_assert_float_eq(totals_quantile(&totals, 0.95), 3.84, 1e-12);
	cr_assert_float_eq(totals_quantile(&totals, 0.9), 1.28, 1e-12);
	totals.buckets[0] = 0;
	totals.buckets[9] = 0;
	totals.buckets[TOTALS_N_BOUNDS] = 10;
	cr_assert_eq(totals_quantile(&totals, 0.95), 655.36);
}

Test(totals, bounds_rise)
{
	int i;

	for (i = 1; i < TOTALS_N_BOUNDS; i++)
		cr_assert_lt(totals_bounds[i - 1], totals_bounds[i]);
}
