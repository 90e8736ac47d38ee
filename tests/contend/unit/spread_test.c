/* SPDX-License-Identifier: MIT */
/* spread_test.c: bounds of buckets against powers of the square root of two. */
#include "tools/contention/spread.h"

#include <criterion/criterion.h>

#include <math.h>

Test(contend_spread, bounds_are_powers_of_the_square_root_of_two)
{
	unsigned i;

	for (i = 0; i < QC_N_BOUNDS; i++) {
		double exact = pow(2, 6 + i / 2.0);
		double bound = (double)qc_spread_bound(i);

		cr_expect(bound <= exact && exact - bound <= 1 + exact * 1e-5,
			  "bound %u is %.0f, not %.1f", i, bound, exact);
	}
}

Test(contend_spread, bounds_ascend)
{
	unsigned i;

	for (i = 1; i < QC_N_BOUNDS; i++)
		cr_expect_gt(qc_spread_bound(i), qc_spread_bound(i - 1));
}
