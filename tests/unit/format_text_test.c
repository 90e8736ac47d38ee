/* SPDX-License-Identifier: MIT */
/*
 * format_text_test.c: text 0.0.4 beyond the golden files: every length and place of an escape,
 * forged lines, the largest series. (What holds for all formats is in format_all_test.c.)
 */
#include "format/escape.h"
#include "support/parse.h"
#include "support/views.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TEXT 400

/* --- escapes ----------------------------------------------------------------------------- */

/* The rule in its plainest form. */
static size_t escape_plainly(char *out, const char *text, size_t len, bool quotes)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\n') {
			out[n++] = '\\';
			out[n++] = 'n';
		} else if (text[i] == '\\' || (quotes && text[i] == '"')) {
			out[n++] = '\\';
			out[n++] = text[i];
		} else {
			out[n++] = text[i];
		}
	}
	return n;
}

/* text is an exact block of its own, so that a sanitizer sees a read beyond it. */
static void check_value(const char *text, size_t len)
{
	char expected[2 * MAX_TEXT], got[2 * MAX_TEXT + 8];
	size_t n = escape_plainly(expected, text, len, true);

	memset(got, '#', sizeof(got));
	cr_assert_eq(qp_put_value(got, (quipu_str){ text, len }) - got, (ptrdiff_t)n);
	cr_assert_eq(memcmp(got, expected, n), 0);
	for (size_t i = 2 * len; i < sizeof(got); i++)
		cr_assert_eq(got[i], '#', "length %zu: wrote at %zu", len, i);
	memset(got, '#', sizeof(got));
	cr_assert_eq(qp_put(got, text, len), got + len);
	cr_assert_eq(memcmp(got, text, len), 0);
	for (size_t i = len; i < sizeof(got); i++)
		cr_assert_eq(got[i], '#', "length %zu: copied to %zu", len, i);
}

Test(format_text, escapes_at_every_place_of_every_length)
{
	/* Neighbours of the three bytes too: a test of words must not take them for one. */
	static const char bytes[] = "\\\"\n\x0b\x09!#[]\x01\x80\xdc\xa2\x8a";

	for (size_t len = 0; len < 90; len++) {
		char *text = malloc(len + !len);

		for (size_t i = 0; i < len; i++)
			text[i] = (char)('A' + i % 26);
		check_value(text, len);
		for (size_t i = 0; i < len * (sizeof(bytes) - 1); i++) {
			char kept = text[i % len];

			text[i % len] = bytes[i / len];
			check_value(text, len);
			text[i % len] = kept;
		}
		free(text);
	}
}

Test(format_text, escapes_in_help)
{
	static const char help[] = "a \"b\" \\ c\nd\\n";
	char expected[64], got[64];
	size_t n = escape_plainly(expected, help, strlen(help), false);
	char *end = qp_put_escaped(got, (quipu_str){ help, strlen(help) }, false);

	cr_assert_eq(end - got, (ptrdiff_t)n);
	cr_assert_eq(memcmp(got, expected, n), 0);
}

/* --- forged lines ------------------------------------------------------------------------ */

Test(format_text, a_forged_line_stays_a_value)
{
	static const char forged[] = "x\"} 1\nforged_total 99\n";
	const struct qt_views views = {
		.family = { .name = STR("calls_total"),
			    .help = STR("Calls.\n# TYPE forged_total counter\nforged_total 99"),
			    .kind = QUIPU_KIND_COUNTER },
		SERIES({ LABELS(LABEL("path", "x\"} 1\nforged_total 99\n")), .integer = 1 }),
	};
	struct qt_exposition *x;
	quipu_out out;

	qp_out_init(&out);
	qt_encode(&quipu_format_text, &out, &views, 1);
	x = qt_parse_ok(qp_out_data(&out), qp_out_len(&out));
	cr_expect_eq(x->n_families, 1);
	cr_expect_eq(x->n_samples, 1);
	cr_expect_eq(qt_u64(x, "calls_total", "path", forged, NULL), 1);
	cr_expect_null(qt_find(x, "forged_total", NULL));
	qt_free(x);
	qp_out_free(&out);
}

/* --- the largest ----------------------------------------------------------------------------- */

Test(format_text, most_bounds)
{
	static double bounds[QUIPU_MAX_BOUNDS];
	static uint64_t counts[QUIPU_MAX_BOUNDS + 1];
	const quipu_label_view label = LABEL("model", "m");
	const quipu_series_view series = { .labels = &label,
					   .n_labels = 1,
					   .counts = counts,
					   .count = QUIPU_MAX_BOUNDS + 1,
					   .sum = 2.5 };
	struct qt_views views = { .family = { .name = STR("most"),
					      .help = STR("h"),
					      .kind = QUIPU_KIND_HISTOGRAM,
					      .bounds = bounds,
					      .n_bounds = QUIPU_MAX_BOUNDS },
				  .series = &series,
				  .n_series = 1 };
	struct qt_exposition *x;
	quipu_out out;

	for (int i = 0; i < QUIPU_MAX_BOUNDS; i++)
		bounds[i] = -2.2250738585072014e-308 * (QUIPU_MAX_BOUNDS - i);
	for (size_t i = 0; i <= QUIPU_MAX_BOUNDS; i++)
		counts[i] = 1;
	qp_out_init(&out);
	qt_encode(&quipu_format_text, &out, &views, 1);
	x = qt_parse_ok(qp_out_data(&out), qp_out_len(&out));
	cr_assert_eq(x->n_samples, QUIPU_MAX_BOUNDS + 3);
	for (size_t i = 0; i <= QUIPU_MAX_BOUNDS; i++)
		cr_assert_eq(x->samples[i].value, (double)(i + 1));
	cr_expect_eq(qt_value(x, "most_sum", "model", "m", NULL), 2.5);
	qt_free(x);
	qp_out_free(&out);
}

Test(format_text, most_states)
{
	quipu_str states[QUIPU_MAX_STATES];
	char names[QUIPU_MAX_STATES][4];
	const quipu_series_view series = { .integer = UINT64_C(0x8000000000000001) };
	struct qt_views views = { .family = { .name = STR("most"),
					      .help = STR("h"),
					      .kind = QUIPU_KIND_STATESET,
					      .states = states,
					      .n_states = QUIPU_MAX_STATES },
				  .series = &series,
				  .n_series = 1 };
	struct qt_exposition *x;
	quipu_out out;

	for (size_t i = 0; i < QUIPU_MAX_STATES; i++)
		states[i] = (quipu_str){ names[i],
					 (size_t)snprintf(names[i], sizeof(names[i]), "%zu", i) };
	qp_out_init(&out);
	qt_encode(&quipu_format_text, &out, &views, 1);
	x = qt_parse_ok(qp_out_data(&out), qp_out_len(&out));
	cr_assert_eq(x->n_samples, QUIPU_MAX_STATES);
	for (size_t i = 0; i < QUIPU_MAX_STATES; i++)
		cr_expect_eq(qt_u64(x, "most", "most", names[i], NULL), i == 0 || i == 63);
	qt_free(x);
	qp_out_free(&out);
}

Test(format_text, long_texts)
{
	static char text[1 << 20];
	const quipu_label_view label = { STR("l"), { text, sizeof(text) } };
	const quipu_series_view series = { .labels = &label, .n_labels = 1, .integer = 5 };
	struct qt_views views = { .family = { .name = STR("a_total"),
					      .help = { text, sizeof(text) },
					      .kind = QUIPU_KIND_COUNTER },
				  .series = &series,
				  .n_series = 1 };
	struct qt_exposition *x;
	quipu_out out;

	memset(text, '"', sizeof(text));
	text[0] = '\\';
	qp_out_init(&out);
	qt_encode(&quipu_format_text, &out, &views, 1);
	x = qt_parse_ok(qp_out_data(&out), qp_out_len(&out));
	cr_assert_eq(x->samples[0].labels[0].value_len, sizeof(text));
	cr_expect_eq(memcmp(x->samples[0].labels[0].value, text, sizeof(text)), 0);
	cr_expect_eq(x->families[0].help_len, sizeof(text));
	qt_free(x);
	qp_out_free(&out);
}

/* --- what is not there ------------------------------------------------------------------------ */

Test(format_text, no_help_no_line)
{
	const struct qt_views views = {
		.family = { .name = STR("a_total"), .kind = QUIPU_KIND_COUNTER },
		SERIES({ .integer = 3 }),
	};
	static const char expected[] = "# TYPE a_total counter\na_total 3\n";
	quipu_out out;

	qp_out_init(&out);
	qt_encode(&quipu_format_text, &out, &views, 1);
	cr_assert_eq(qp_out_len(&out), strlen(expected));
	cr_expect_eq(memcmp(qp_out_data(&out), expected, strlen(expected)), 0);
	qp_out_free(&out);
}
