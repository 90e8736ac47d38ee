/* SPDX-License-Identifier: MIT */
/*
 * format_rows_test.c: formats that take rows show each of them, byte for byte, as they show it as
 * a series: with values of all lengths around the steps in which they are copied, short and long
 * names, names that need quotes, constant labels, numbers of all kinds.
 */
#include "format/rows.h"
#include "support/scale.h"
#include "support/seeded.h"
#include "support/views.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BEFORE 16 /* bytes that may be read before a row's values */
#define MAX_CONSTANT 2
#define MAX_LABELS 5
#define MAX_ROWS 5

struct made_row {
	char *block; /* so long and no longer, for sanitizers */
	unsigned char ends[MAX_LABELS];
};

struct made_rows {
	quipu_family_view family;
	quipu_label_view labels[MAX_CONSTANT + MAX_LABELS];
	struct qp_row row[MAX_ROWS];
	struct made_row made[MAX_ROWS];
	struct qp_rows rows;
};

static const quipu_kind kinds[] = { QUIPU_KIND_COUNTER, QUIPU_KIND_FLOAT_COUNTER, QUIPU_KIND_UPDOWN,
				    QUIPU_KIND_GAUGE,	QUIPU_KIND_UNKNOWN,	  QUIPU_KIND_INFO };

static char long_name[600], long_label[125];

static void make_names(void)
{
	memset(long_name, 'l', sizeof long_name - 1);
	memset(long_label, 'l', sizeof long_label - 1);
}

/* --- making ---------------------------------------------------------------------------------- */

static quipu_str any(struct seeded *random, const char *const *texts, size_t n)
{
	const char *text = texts[seeded_below(random, n)];

	return (quipu_str){ text, strlen(text) };
}

static quipu_str family_name(struct seeded *random, bool legal)
{
	static const char *const names[] = { "m",	   "ab",	   "requests_total",
					     "x_y_z_info", "seconds_abc",  long_name,
					     "na.me",	   "a\"b\\c_total" };

	return any(random, names, COUNT_OF(names) - (legal ? 2 : 0));
}

static quipu_str label_name(struct seeded *random, bool legal)
{
	static const char *const names[] = { "a",
					     "code",
					     "method",
					     "instance_name_that_is_long",
					     "provider",
					     "endpoint_",
					     long_label,
					     "st.ate",
					     "\xc3\xbc\"n\n" };

	return any(random, names, COUNT_OF(names) - (legal ? 2 : 0));
}

static void make_labels(struct made_rows *made, struct seeded *random, bool legal)
{
	static const char *const values[] = { "", "eu", "a \"quoted\\\n one", long_name };
	size_t n_constant = seeded_below(random, MAX_CONSTANT + 1);
	size_t n = n_constant + 1 + seeded_below(random, MAX_LABELS);

	for (size_t i = 0; i < n; i++) {
		made->labels[i].name = label_name(random, legal);
		made->labels[i].value = any(random, values, COUNT_OF(values));
	}
	made->rows = (struct qp_rows){ .labels = made->labels,
				       .n_labels = n,
				       .n_constant = n_constant,
				       .row = made->row,
				       .n = 1 + seeded_below(random, MAX_ROWS) };
}

static char value_byte(struct seeded *random)
{
	char byte = (char)(1 + seeded_below(random, 255));

	return byte == '"' || byte == '\\' || byte == '\n' ? '_' : byte;
}

static void make_values(struct qp_row *row, struct made_row *made, size_t n, struct seeded *random)
{
	static const size_t lengths[] = { 0,  1,  2,  7,  8,  9,  15, 16,  17,	24,
					  31, 32, 33, 47, 48, 49, 99, 120, 128, 255 };
	size_t end = 0;

	for (size_t i = 0; i < n; i++) {
		size_t len = lengths[seeded_below(random, COUNT_OF(lengths))];

		end += end + len <= 255 ? len : 0;
		made->ends[i] = (unsigned char)end;
	}
	made->block = malloc(BEFORE + end);
	for (size_t i = 0; i < BEFORE + end; i++)
		made->block[i] = i < BEFORE ? '"' : value_byte(random);
	row->values = made->block + BEFORE;
	row->ends = made->ends;
}

static void make_number(struct qp_row *row, quipu_kind kind, struct seeded *random)
{
	static const double reals[] = { 0, -0.0, 1, -1, 0.25, 1e300, INFINITY, -INFINITY, NAN };

	row->created =
		seeded_below(random, 2) ? 1520430000.25 * (double)seeded_below(random, 3) : 0;
	row->value.integer = seeded_next(random) >> seeded_below(random, 64);
	if (kind == QUIPU_KIND_INFO)
		row->value.real = 1;
	else if (kind != QUIPU_KIND_COUNTER && kind != QUIPU_KIND_UPDOWN)
		row->value.real = reals[seeded_below(random, COUNT_OF(reals))];
}

static void make_rows(struct made_rows *made, struct seeded *random, bool legal)
{
	quipu_kind kind = kinds[seeded_below(random, COUNT_OF(kinds))];

	made->family = (quipu_family_view){ .name = family_name(random, legal),
					    .help = STR("h"),
					    .kind = kind,
					    .plain = legal && seeded_below(random, 2) };
	make_labels(made, random, legal);
	for (size_t i = 0; i < made->rows.n; i++) {
		make_values(&made->row[i], &made->made[i],
			    made->rows.n_labels - made->rows.n_constant, random);
		make_number(&made->row[i], kind, random);
	}
}

static void free_rows(struct made_rows *made)
{
	for (size_t i = 0; i < made->rows.n; i++)
		free(made->made[i].block);
}

/* --- both ways -------------------------------------------------------------------------------- */

/* As a scrape shows a series; the values are copies, which nothing may be read around of. */
static void show_series(const quipu_format *format, void *state, quipu_out *out,
			const struct made_rows *made, const struct qp_row *row)
{
	quipu_label_view labels[MAX_CONSTANT + MAX_LABELS];
	quipu_series_view series = { .labels = labels,
				     .n_labels = made->rows.n_labels,
				     .integer = row->value.integer,
				     .signed_integer = row->value.signed_integer,
				     .real = row->value.real,
				     .created = row->created };
	size_t from = 0;

	memcpy(labels, made->labels, sizeof labels);
	for (size_t i = made->rows.n_constant; i < series.n_labels; i++) {
		size_t to = row->ends[i - made->rows.n_constant];

		labels[i].value = (quipu_str){ row->values + from, to - from };
		from = to;
	}
	format->series(state, out, &made->family, &series);
}

static void encode(const quipu_format *format, quipu_out *out, const struct made_rows *made,
		   bool as_rows)
{
	void *state = calloc(1, format->state_size + 1);

	format->begin(state, out);
	format->family(state, out, &made->family);
	if (as_rows)
		qp_rows_of(format)(state, out, &made->family, &made->rows);
	for (size_t i = 0; !as_rows && i < made->rows.n; i++)
		show_series(format, state, out, made, &made->row[i]);
	format->end(state, out);
	free(state);
}

static void compare(const quipu_format *format, const struct made_rows *made)
{
	quipu_out rows, series;

	qp_out_init(&rows);
	qp_out_init(&series);
	encode(format, &rows, made, true);
	encode(format, &series, made, false);
	cr_assert_eq(qp_out_len(&rows), qp_out_len(&series), "%s:\n%.*s\nand\n%.*s", format->name,
		     (int)qp_out_len(&rows), qp_out_data(&rows), (int)qp_out_len(&series),
		     qp_out_data(&series));
	cr_assert_arr_eq(qp_out_data(&rows), qp_out_data(&series), qp_out_len(&rows), "%s:\n%.*s",
			 format->name, (int)qp_out_len(&rows), qp_out_data(&rows));
	qp_out_free(&rows);
	qp_out_free(&series);
}

/* --- tests ------------------------------------------------------------------------------------ */

Test(format_rows, are_shown_as_series_are)
{
	struct seeded random = seeded_new("format_rows");
	struct made_rows made;

	make_names();
	for (int i = (int)qt_scaled_count(40000); i-- > 0;) {
		const quipu_format *format = quipu_formats()[i % 3];

		while (!qp_rows_of(format))
			format = quipu_formats()[seeded_below(&random, 6)];
		make_rows(&made, &random, !(format->features & QUIPU_FORMAT_UTF8_NAMES));
		compare(format, &made);
		free_rows(&made);
	}
}

/* Each in turn, so that a format that stops taking them is noticed. */
Test(format_rows, who_takes_them)
{
	const quipu_format *const takers[] = { &quipu_format_text, &quipu_format_text_utf8,
					       &quipu_format_openmetrics,
					       &quipu_format_openmetrics_0,
					       &quipu_format_protobuf };
	struct seeded random = seeded_new("format_rows");
	struct made_rows made;

	make_names();
	for (size_t i = 0; i < COUNT_OF(takers); i++) {
		cr_assert(qp_rows_of(takers[i]), "%s", takers[i]->name);
		for (int k = 0; k < 5000; k++) {
			make_rows(&made, &random, true);
			compare(takers[i], &made);
			free_rows(&made);
		}
	}
}

/* The plainest row, to be seen with the naked eye. */
Test(format_rows, one_line)
{
	static const char block[] = "................successeu";
	static const unsigned char ends[] = { 7, 9 };
	const quipu_label_view labels[] = { LABEL("job", "a\"b"), LABEL("status", ""),
					    LABEL("region", "") };
	const struct qp_row row = { .values = block + BEFORE,
				    .ends = ends,
				    .value.integer = 1234567 };
	const struct qp_rows rows = { labels, 3, 1, &row, 1 };
	const quipu_family_view family = { .name = STR("r_total"), .kind = QUIPU_KIND_COUNTER };
	static const char expected[] =
		"r_total{job=\"a\\\"b\",status=\"success\",region=\"eu\"} 1234567\n";
	void *state = calloc(1, quipu_format_text.state_size);
	quipu_out out;

	qp_out_init(&out);
	quipu_format_text.family(state, &out, &family);
	qp_out_consume(&out, qp_out_len(&out));
	qp_lines_rows(state, &out, &family, &rows);
	cr_assert_eq(qp_out_len(&out), sizeof expected - 1);
	cr_assert_arr_eq(qp_out_data(&out), expected, sizeof expected - 1);
	qp_out_free(&out);
	free(state);
}
