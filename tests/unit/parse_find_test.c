/* SPDX-License-Identifier: MIT */
/* parse_find_test.c: the tests' own oracle: what the strict parser gives back, and how loudly. */
#include "support/parse.h"

#include <criterion/criterion.h>

#include <math.h>
#include <signal.h>
#include <string.h>

#define COUNTER(name) "# HELP " name " h\n# TYPE " name " counter\n"
#define GAUGE(name) "# HELP " name " h\n# TYPE " name " gauge\n"

/* --- what comes back -------------------------------------------------------------------- */

static const char whole[] =
	"# HELP calls_total Calls \\\\ made,\\nall.\n# TYPE calls_total counter\n"
	"calls_total{model=\"m\\\"1\\\\\",kind=\"\\n\"} 18446744073709551615\n"
	"calls_total{model=\"m2\",kind=\"\"} 9007199254740993\n"
	"calls_total{model=\"m2\",kind=\"x\"} 7\n"
	"# HELP load Load.\n# TYPE load gauge\nload 0.25\n"
	"# HELP took_seconds Time.\n# TYPE took_seconds histogram\n"
	"took_seconds_bucket{le=\"0.5\"} 1\ntook_seconds_bucket{le=\"+Inf\"} 2\n"
	"took_seconds_sum 1.5\ntook_seconds_count 2\n";

Test(parse_find, families_and_samples)
{
	struct qt_exposition *x = qt_parse_ok(whole, strlen(whole));

	cr_assert_eq(x->n_families, 3);
	cr_assert_eq(x->n_samples, 8);
	cr_expect_str_eq(x->families[0].name, "calls_total");
	cr_expect_str_eq(x->families[0].help, "Calls \\ made,\nall.");
	cr_expect_eq(x->families[0].help_len, strlen("Calls \\ made,\nall."));
	cr_expect_str_eq(x->families[2].type, "histogram");
	cr_expect_eq(x->families[2].first, 4);
	cr_expect_eq(x->families[2].n_samples, 4);
	cr_expect_str_eq(x->samples[0].labels[0].name, "model");
	cr_expect_str_eq(x->samples[0].labels[0].value, "m\"1\\");
	cr_expect_str_eq(x->samples[0].labels[1].value, "\n");
	cr_expect_eq(x->samples[3].line, 8);
	cr_expect_eq(x->samples[3].family, 1);
	qt_free(x);
}

Test(parse_find, finds)
{
	struct qt_exposition *x = qt_parse_ok(whole, strlen(whole));

	cr_expect_eq(qt_find(x, "calls_total", "kind", "x", "model", "m2", NULL), &x->samples[2]);
	cr_expect_eq(qt_find(x, "calls_total", "model", "m2", NULL), &x->samples[1]);
	cr_expect_eq(qt_find(x, "calls_total", "kind", "\n", "model", "m\"1\\", NULL),
		     &x->samples[0]);
	cr_expect_eq(qt_find(x, "load", NULL), &x->samples[3]);
	cr_expect_null(qt_find(x, "calls_total", NULL));
	cr_expect_null(qt_find(x, "calls_total", "kind", "x", NULL));
	cr_expect_null(qt_find(x, "loa", NULL));
	cr_expect_null(qt_find(x, "load", "a", "b", NULL));
	cr_expect_null(qt_find(x, "took_seconds", NULL));
	qt_free(x);
}

Test(parse_find, values)
{
	struct qt_exposition *x = qt_parse_ok(whole, strlen(whole));

	cr_expect_eq(qt_u64(x, "calls_total", "model", "m\"1\\", "kind", "\n", NULL), UINT64_MAX);
	cr_expect_eq(qt_u64(x, "calls_total", "model", "m2", "kind", "", NULL),
		     UINT64_C(9007199254740993));
	cr_expect_eq(qt_value(x, "load", NULL), 0.25);
	cr_expect_eq(qt_value(x, "took_seconds_bucket", "le", "+Inf", NULL), 2);
	cr_expect_eq(qt_sum_u64(x, "calls_total", "model", "m2", NULL), UINT64_C(9007199254741000));
	cr_expect_eq(qt_sum_u64(x, "calls_total", "kind", "", NULL), UINT64_C(9007199254740993));
	cr_expect_eq(qt_sum_u64(x, "calls_total", NULL), UINT64_C(9007199254740999));
	cr_expect_eq(qt_sum_u64(x, "nothing", NULL), 0);
	qt_free(x);
}

Test(parse_find, specials_have_their_value)
{
	static const char text[] = GAUGE("a") "a{l=\"1\"} NaN\na{l=\"2\"} +Inf\na{l=\"3\"} -Inf\n";
	struct qt_exposition *x = qt_parse_ok(text, strlen(text));

	cr_expect(isnan(qt_value(x, "a", "l", "1", NULL)));
	cr_expect_eq(qt_value(x, "a", "l", "2", NULL), INFINITY);
	cr_expect_eq(qt_value(x, "a", "l", "3", NULL), -INFINITY);
	qt_free(x);
}

Test(parse_find, nul_inside_texts)
{
	static const char text[] =
		"# HELP a x\0y\n# TYPE a gauge\na{l=\"1\0002\"} 1\na{l=\"1\"} 2\n";
	struct qt_exposition *x = qt_parse_ok(text, sizeof(text) - 1);

	cr_expect_eq(x->families[0].help_len, 3);
	cr_expect_eq(x->samples[0].labels[0].value_len, 3);
	cr_expect_eq(memcmp(x->samples[0].labels[0].value, "1\0002", 4), 0);
	cr_expect_eq(qt_u64(x, "a", "l", "1", NULL), 2);
	qt_free(x);
}

/* --- what must be loud ------------------------------------------------------------------- */

Test(parse_find, missing_value_is_loud, .signal = SIGABRT)
{
	qt_value(qt_parse_ok(whole, strlen(whole)), "load", "no", "such", NULL);
}

Test(parse_find, missing_integer_is_loud, .signal = SIGABRT)
{
	qt_u64(qt_parse_ok(whole, strlen(whole)), "calls_total", NULL);
}

Test(parse_find, fraction_is_no_integer, .signal = SIGABRT)
{
	qt_u64(qt_parse_ok(whole, strlen(whole)), "load", NULL);
}

Test(parse_find, overflow_is_no_integer, .signal = SIGABRT)
{
	static const char text[] = COUNTER("a") "a 18446744073709551616\n";

	qt_u64(qt_parse_ok(text, strlen(text)), "a", NULL);
}

Test(parse_find, fault_is_loud, .signal = SIGABRT)
{
	qt_parse_ok("a", 1);
}
