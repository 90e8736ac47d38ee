/* SPDX-License-Identifier: MIT */
/* timestamp_test.c: times of a trace, against values from date -u +%s. */
#include "timestamp.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#define SECOND INT64_C(1000000000)

static int64_t parsed(const char *text)
{
	int64_t ns = -1;

	cr_assert_eq(timestamp_parse(text, strlen(text), &ns), TIMESTAMP_OK, "%s", text);
	return ns;
}

static void expect(enum timestamp_result result, const char *text)
{
	int64_t ns;

	cr_assert_eq(timestamp_parse(text, strlen(text), &ns), result, "%s", text);
}

Test(timestamp, known_moments)
{
	cr_assert_eq(parsed("1970-01-01 00:00:00"), 0);
	cr_assert_eq(parsed("2023-11-16 18:17:03"), 1700158623 * SECOND);
	cr_assert_eq(parsed("2000-02-29 23:59:59"), 951868799 * SECOND);
	cr_assert_eq(parsed("2024-03-01 00:00:00"), 1709251200 * SECOND);
	cr_assert_eq(parsed("2100-03-01 00:00:00"), 4107542400 * SECOND);
	cr_assert_eq(parsed("2199-12-31 23:59:59"), 7258118399 * SECOND);
}

Test(timestamp, every_day_follows_the_one_before)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int64_t before = -86400 * SECOND;
	char text[64];
	int year, month, day, leap;

	for (year = 1970; year <= 2199; year++)
		for (month = 1; month <= 12; month++) {
			leap = month == 2 && year % 4 == 0 && (year % 100 || year % 400 == 0);
			for (day = 1; day <= days[month - 1] + leap; day++) {
				snprintf(text, sizeof text, "%04d-%02d-%02d 00:00:00", year, month,
					 day);
				cr_assert_eq(parsed(text) - before, 86400 * SECOND, "%s", text);
				before = parsed(text);
			}
		}
}

Test(timestamp, fraction)
{
	cr_assert_eq(parsed("1970-01-01 00:00:01.5"), 1500000000);
	cr_assert_eq(parsed("1970-01-01 00:00:01.9799600"), 1979960000);
	cr_assert_eq(parsed("1970-01-01 00:00:00.000000001"), 1);
	cr_assert_eq(parsed("1970-01-01 00:00:00.0000000019999"), 1);
}

Test(timestamp, zone_and_separator)
{
	cr_assert_eq(parsed("1970-01-01T00:00:00Z"), 0);
	cr_assert_eq(parsed("1970-01-01 00:00:00.25+00:00"), SECOND / 4);
	cr_assert_eq(parsed("1970-01-01 02:30:00+02:30"), 0);
	cr_assert_eq(parsed("1970-01-01 00:00:00-01:00"), 3600 * SECOND);
}

Test(timestamp, wrong_shape)
{
	static const char *const wrong[] = {
		"",
		"2023",
		"2023-11-16",
		"2023-11-16 18:17",
		"2023-11-16 18:17:03.",
		"2023-11-16 18:17:03,5",
		"2023-11-16  18:17:03",
		"2023-11-16 18:17:03 ",
		" 2023-11-16 18:17:03",
		"2023-1-16 18:17:03",
		"2023/11/16 18:17:03",
		"2023-11-16 18:17:0x",
		"2023-11-16 18:17:03+1:00",
		"2023-11-16 18:17:03+0100",
		"2023-11-16 18:17:03+24:00",
		"2023-11-16 18:17:03+01:60",
		"2023-11-16 18:17:03ZZ",
		"TIMESTAMP",
	};
	size_t i;

	for (i = 0; i < sizeof wrong / sizeof *wrong; i++)
		expect(TIMESTAMP_SHAPE, wrong[i]);
}

Test(timestamp, does_not_exist)
{
	expect(TIMESTAMP_RANGE, "2023-02-29 00:00:00");
	expect(TIMESTAMP_RANGE, "2100-02-29 00:00:00");
	expect(TIMESTAMP_RANGE, "2023-04-31 00:00:00");
	expect(TIMESTAMP_RANGE, "2023-00-10 00:00:00");
	expect(TIMESTAMP_RANGE, "2023-13-10 00:00:00");
	expect(TIMESTAMP_RANGE, "2023-01-00 00:00:00");
	expect(TIMESTAMP_RANGE, "2023-01-01 24:00:00");
	expect(TIMESTAMP_RANGE, "2023-01-01 00:60:00");
	expect(TIMESTAMP_RANGE, "2023-01-01 00:00:60");
	expect(TIMESTAMP_RANGE, "1969-12-31 23:59:59");
	expect(TIMESTAMP_RANGE, "2200-01-01 00:00:00");
}

Test(timestamp, stays_within_its_length)
{
	int64_t ns;

	cr_assert_eq(timestamp_parse("1970-01-01 00:00:01.5", 19, &ns), TIMESTAMP_OK);
	cr_assert_eq(ns, SECOND);
}
