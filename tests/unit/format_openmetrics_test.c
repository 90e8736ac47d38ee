/* SPDX-License-Identifier: MIT */
/*
 * format_openmetrics_test.c: OpenMetrics beyond the golden files: numbers in names, what is left
 * out for strict readers' sake, forged lines, labels' names that come and go, moments that are
 * none.
 */
#include "format/canonical.h"
#include "format/instant.h"
#include "support/openmetrics.h"
#include "support/views.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The views in a format must be exactly this. */
static void expect(const quipu_format *format, const struct qt_views *views, size_t n,
		   const char *text)
{
	quipu_out out;

	qp_out_init(&out);
	qt_encode(format, &out, views, n);
	quipu_out_write(&out, "", 1);
	cr_expect_str_eq(qp_out_data(&out), text);
	qp_out_free(&out);
}

/* --- numbers ------------------------------------------------------------------------------ */

struct vector {
	uint64_t bits;
	const char *text;
};

static const struct vector vectors[] = {
#define FLOAT(bits, text) { UINT64_C(bits), text },
#include "floats.inc"
#undef FLOAT
};

Test(format_openmetrics, numbers_in_names_have_a_point_or_an_exponent)
{
	for (size_t i = 0; i < COUNT_OF(vectors); i++) {
		char want[64], got[QP_CANONICAL_CHARS + 1];
		double value;

		memcpy(&value, &vectors[i].bits, sizeof(value));
		snprintf(want, sizeof(want), "%s%s", vectors[i].text,
			 strpbrk(vectors[i].text, ".eIN") ? "" : ".0");
		got[qp_format_canonical(got, value)] = 0;
		cr_expect_str_eq(got, want);
	}
}

Test(format_openmetrics, moments)
{
	char text[QP_INSTANT_CHARS + 1];

	cr_expect_eq(qp_milliseconds(0), 0);
	cr_expect_eq(qp_milliseconds(-1), 0);
	cr_expect_eq(qp_milliseconds(NAN), 0);
	cr_expect_eq(qp_milliseconds(INFINITY), 0);
	cr_expect_eq(qp_milliseconds(1e15), 0);
	cr_expect_eq(qp_milliseconds(0.0004), 0);
	cr_expect_eq(qp_milliseconds(1520430000.123), 1520430000123);
	cr_expect_eq(qp_milliseconds(1520430000.9996), 1520430001000);
	text[qp_format_instant(text, 1520430000007)] = 0;
	cr_expect_str_eq(text, "1520430000.007");
	text[qp_format_instant(text, UINT64_MAX)] = 0;
	cr_expect_str_eq(text, "18446744073709551.615");
}

/* --- what is left out ------------------------------------------------------------------------ */

Test(format_openmetrics, counters_that_are_none)
{
	const struct qt_views views = {
		.family = { .name = STR("a_total"), .kind = QUIPU_KIND_FLOAT_COUNTER },
		SERIES({ LABELS(LABEL("n", "1")), .real = -1, .created = 5 },
		       { LABELS(LABEL("n", "2")), .real = NAN },
		       { LABELS(LABEL("n", "3")), .real = -0.0 },
		       { LABELS(LABEL("n", "4")), .real = INFINITY }),
	};

	expect(&quipu_format_openmetrics, &views, 1,
	       "# TYPE a counter\na_total{n=\"3\"} 0\na_total{n=\"4\"} +Inf\n# EOF\n");
	expect(&quipu_format_openmetrics_2, &views, 1,
	       "# TYPE a_total counter\na_total{n=\"3\"} 0\na_total{n=\"4\"} +Inf\n# EOF\n");
}

/* Labels have no colons; where the name is in quotes anyway, its label is too. */
Test(format_openmetrics, colons_in_a_stateset)
{
	const struct qt_views views[] = {
		{ { .name = STR("a:b"), .kind = QUIPU_KIND_STATESET, STATES(STR("on")) },
		  SERIES({ .integer = 1 }) },
		{ { .name = STR("a:b.c"), .kind = QUIPU_KIND_STATESET, STATES(STR("on")) },
		  SERIES({ .integer = 1 }) },
	};

	expect(&quipu_format_openmetrics, views, 2,
	       "# TYPE a:b stateset\na:b{a_b=\"on\"} 1\n"
	       "# TYPE \"a:b.c\" stateset\n{\"a:b.c\",\"a:b.c\"=\"on\"} 1\n# EOF\n");
}

Test(format_openmetrics, moments_that_are_none)
{
	const struct qt_views views = {
		.family = { .name = STR("a"), .kind = QUIPU_KIND_COUNTER },
		SERIES({ .created = -5,
			 EXEMPLARS({ LABELS(LABEL("t", "u")), .value = 1, .timestamp = NAN }) }),
	};

	expect(&quipu_format_openmetrics, &views, 1,
	       "# TYPE a counter\na_total 0 # {t=\"u\"} 1\n# EOF\n");
	expect(&quipu_format_openmetrics_2, &views, 1, "# TYPE a counter\na 0\n# EOF\n");
}

/* --- labels' names ----------------------------------------------------------------------------- */

/* Names are looked at once, as long as they stay where they are: others must be noticed. */
Test(format_openmetrics, names_that_come_and_go)
{
	static const char names[] = "a.bc";
	const quipu_label_view legal[] = { { { names, 1 }, STR("v") },
					   { { names + 2, 1 }, STR("w") } };
	const quipu_label_view longer[] = { { { names, 3 }, STR("v") },
					    { { names + 2, 1 }, STR("w") } };
	const quipu_label_view moved[] = { { { names, 1 }, STR("v") },
					   { { names + 1, 2 }, STR("w") } };
	const quipu_label_view overflow = { STR("otel_metric_overflow"), STR("true") };
	const struct qt_views views = {
		.family = { .name = STR("n"), .kind = QUIPU_KIND_GAUGE },
		SERIES({ .labels = legal, .n_labels = 2 }, { .labels = longer, .n_labels = 2 },
		       { .labels = legal, .n_labels = 2 }, { .labels = moved, .n_labels = 2 },
		       { .labels = &overflow, .n_labels = 1 }, { .labels = legal, .n_labels = 1 },
		       { .n_labels = 0 }, { .labels = moved + 1, .n_labels = 1 }),
	};

	expect(&quipu_format_text_utf8, &views, 1,
	       "# TYPE n gauge\nn{a=\"v\",b=\"w\"} 0\nn{\"a.b\"=\"v\",b=\"w\"} 0\n"
	       "n{a=\"v\",b=\"w\"} 0\nn{a=\"v\",\".b\"=\"w\"} 0\nn{otel_metric_overflow=\"true\"} "
	       "0\n"
	       "n{a=\"v\"} 0\nn 0\nn{\".b\"=\"w\"} 0\n");
}

/* The same bytes in the same place may be another name in the next family. */
Test(format_openmetrics, names_of_the_family_before)
{
	char name[] = "ab";
	const quipu_label_view label = { { name, 2 }, STR("v") };
	const quipu_series_view series = { .labels = &label, .n_labels = 1 };
	const quipu_family_view family = { .name = STR("n"), .kind = QUIPU_KIND_GAUGE };
	const quipu_format *format = &quipu_format_text_utf8;
	void *state = calloc(1, format->state_size);
	quipu_out out;

	qp_out_init(&out);
	format->begin(state, &out);
	format->family(state, &out, &family);
	format->series(state, &out, &family, &series);
	name[1] = '.';
	format->family(state, &out, &family);
	format->series(state, &out, &family, &series);
	quipu_out_write(&out, "", 1);
	cr_expect_str_eq(qp_out_data(&out),
			 "# TYPE n gauge\nn{ab=\"v\"} 0\n# TYPE n gauge\nn{\"a.\"=\"v\"} 0\n");
	free(state);
	qp_out_free(&out);
}

/* --- forged lines ------------------------------------------------------------------------------ */

Test(format_openmetrics, a_forged_line_stays_a_text)
{
	const struct qt_views views = {
		.family = { .name = STR("a\"} 1\n# EOF\n"),
			    .help = STR("\"\n# EOF\n"),
			    .kind = QUIPU_KIND_COUNTER },
		SERIES({ LABELS(LABEL("l\"} 1\n# EOF\n", "x\"} 1\n# EOF\n")), .integer = 1,
			 EXEMPLARS({ LABELS(LABEL("t", "x\"} 1\n# EOF\n")), .value = 1 }) }),
	};
	struct qt_om *om;
	quipu_out out;
	size_t line;

	qp_out_init(&out);
	qt_encode(&quipu_format_openmetrics, &out, &views, 1);
	om = qt_om_read(qp_out_data(&out), qp_out_len(&out), &line);
	cr_assert_not_null(om);
	cr_assert_eq(om->n_lines, 3);
	cr_expect_str_eq(om->lines[1].text, "\"\n# EOF\n");
	cr_expect_str_eq(om->lines[2].name, "a\"} 1\n# EOF\n_total");
	cr_expect_str_eq(om->lines[2].labels.items[0].name, "l\"} 1\n# EOF\n");
	cr_expect_str_eq(om->lines[2].exemplar_labels.items[0].value, "x\"} 1\n# EOF\n");
	qt_om_free(om);
	qp_out_free(&out);
}
