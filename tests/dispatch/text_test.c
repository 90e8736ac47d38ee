/* SPDX-License-Identifier: MIT */
/* text_test.c: counts and durations as people read them. */
#include "text.h"

#include <criterion/criterion.h>

Test(text, counts)
{
	cr_assert_str_eq(text_count(0).text, "0");
	cr_assert_str_eq(text_count(999).text, "999");
	cr_assert_str_eq(text_count(1000).text, "1,000");
	cr_assert_str_eq(text_count(18059974).text, "18,059,974");
	cr_assert_str_eq(text_count(UINT64_MAX).text, "18,446,744,073,709,551,615");
}

Test(text, seconds)
{
	cr_assert_str_eq(text_seconds(-1).text, "-");
	cr_assert_str_eq(text_seconds(0).text, "0 ms");
	cr_assert_str_eq(text_seconds(0.085).text, "85 ms");
	cr_assert_str_eq(text_seconds(0.9996).text, "1.00 s");
	cr_assert_str_eq(text_seconds(1.234).text, "1.23 s");
	cr_assert_str_eq(text_seconds(9.996).text, "10.0 s");
	cr_assert_str_eq(text_seconds(99.96).text, "100 s");
	cr_assert_str_eq(text_seconds(655.36).text, "655 s");
}

Test(text, dollars)
{
	cr_assert_str_eq(text_dollars(0).text, "$0.00");
	cr_assert_str_eq(text_dollars(4999).text, "$0.00");
	cr_assert_str_eq(text_dollars(5000).text, "$0.01");
	cr_assert_str_eq(text_dollars(1234565000).text, "$1,234.57");
	cr_assert_str_eq(text_dollars(995000).text, "$1.00");
}
