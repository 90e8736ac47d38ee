/* SPDX-License-Identifier: MIT */
/* sample_test.c: lines of a scrape, taken apart. */
#include "sample.h"

#include <criterion/criterion.h>

#include <string.h>

static struct sample sample;

static bool read_text(const char *text)
{
	static char line[256];

	strcpy(line, text);
	return sample_read(&sample, line);
}

Test(sample, labels_and_number)
{
	cr_assert(read_text("a_bucket{model=\"gpt-4o\",provider=\"x{},\",le=\"+Inf\"} 42"));
	cr_assert_str_eq(sample.name, "a_bucket");
	cr_assert_eq(sample.n, 3);
	cr_assert_str_eq(sample_label(&sample, "model"), "gpt-4o");
	cr_assert_str_eq(sample_label(&sample, "provider"), "x{},");
	cr_assert_str_eq(sample_label(&sample, "le"), "+Inf");
	cr_assert_str_eq(sample_label(&sample, "status"), "");
	cr_assert_eq(sample_whole(&sample), 42);
	cr_assert(read_text("a{b=\"\"} 0.125"));
	cr_assert_eq(sample_real(&sample), 0.125);
}

Test(sample, what_is_none)
{
	cr_assert_not(read_text("# TYPE a counter"));
	cr_assert_not(read_text("# HELP a in {braces}"));
	cr_assert_not(read_text("a 1"));
	cr_assert_not(read_text("a{b=\"c"));
	cr_assert_not(read_text("a{b"));
	cr_assert_not(read_text("a{a=\"\",b=\"\",c=\"\",d=\"\",e=\"\",f=\"\"} 1"));
	cr_assert_not(read_text(""));
}

Test(sample, lines)
{
	char text[] = "one\n\nthree\nunended";
	char *rest = text;

	cr_assert_str_eq(sample_line(&rest), "one");
	cr_assert_str_eq(sample_line(&rest), "");
	cr_assert_str_eq(sample_line(&rest), "three");
	cr_assert_null(sample_line(&rest));
}
