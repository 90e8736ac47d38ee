/* SPDX-License-Identifier: MIT */
/*
 * rows_test.c: what a registry shows does not depend on whether the format takes rows: a format
 * that does is compared with itself robbed of them, over values of every kind and length, and read
 * in pieces of every size.
 */
#include "exposed.h"

#include <quipu/scrape.h>

#include <math.h>
#include <stdio.h>

#define MANY 110

static quipu_registry *registry;
static char long_value[300];

static void begin(void)
{
	static const quipu_label constants[] = { { "zone", "a \"b\"\\\n" }, { "cell", "7" } };

	memset(long_value, 'v', sizeof long_value - 1);
	registry = quipu_registry_new(
		QUIPU_REGISTRY_OPTS(.const_labels = constants, .n_const_labels = N_OF(constants)));
}

static void end(void)
{
	expect_no_error(registry);
	quipu_registry_free(registry);
}

TestSuite(rows, .init = begin, .fini = end);

/* --- what is shown ------------------------------------------------------------------------------ */

/* Plain ones of many lengths, and among them such as no row can have. */
static const char *value_of(int i, char text[64])
{
	static const char *const odd[] = { "", "a\"b", "\\", "\n", long_value, "\xc3\xbc" };

	if (i % 17 == 3)
		return odd[i / 17 % (int)N_OF(odd)];
	snprintf(text, 64, "%.*s%d", i % 40, long_value, i);
	return text;
}

#define OPTS(metric)                                                                               \
	QUIPU_OPTS(.name = metric, .help = "R.", .labels = QUIPU_NAMES("first", "second"),         \
		   .max_series = MANY - 1)

static void record_everything(void)
{
	quipu_counter_family counters = quipu_counter_family_new(registry, OPTS("counters_total"));
	quipu_float_counter_family floats =
		quipu_float_counter_family_new(registry, OPTS("floats_total"));
	quipu_updown_family updowns = quipu_updown_family_new(registry, OPTS("updowns"));
	quipu_gauge_family gauges = quipu_gauge_family_new(registry, OPTS("gauges"));
	quipu_histogram_family histograms = quipu_histogram_family_new(registry, OPTS("times"));
	char text[64];

	for (int i = 0; i < MANY; i++) {
		const char *value = value_of(i, text), *second = i % 2 ? "x" : "yy";

		quipu_add_at(counters, (uint64_t)i * 1234567 * (uint64_t)i, value, second);
		quipu_add_at(floats, i / 3.0, value, second);
		quipu_add_at(updowns, i % 2 ? i : -i, value, second);
		quipu_set_at(gauges, i % 5 ? i * 0.5 : -INFINITY, value, second);
		if (i < 4)
			quipu_observe_at(histograms, i, value, second);
	}
	quipu_counter_family_remove(counters, "v1", "x");
	quipu_counter_family_remove(counters, value_of(MANY / 2, text), MANY / 2 % 2 ? "x" : "yy");
}

/* --- reading ------------------------------------------------------------------------------------ */

static struct text read_pieces(const quipu_format *format, size_t size, bool created)
{
	quipu_scrape *scrape =
		quipu_scrape_open(registry, format, QUIPU_SCRAPE_OPTS(.created = created), NULL);
	struct text text = { calloc(1, 1), 0 };
	char *piece = malloc(size);
	quipu_error error;
	size_t len;

	while ((error = quipu_scrape_read(scrape, piece, size, &len)) == QUIPU_OK)
		cr_assert_eq(text_append(&text, piece, len), 0);
	cr_assert_eq(error, QUIPU_END);
	quipu_scrape_close(scrape);
	free(piece);
	return text;
}

static void expect_same(struct text a, struct text b, const char *what)
{
	cr_assert(text_equal(a, b), "%s:\n%.*s\nand\n%.*s", what, (int)a.len, a.data, (int)b.len,
		  b.data);
}

static void compare(const quipu_format *format, bool created)
{
	static const size_t sizes[] = { 1, 2, 3, 61, 4096, 1 << 20 };
	quipu_format robbed = *format;
	struct text series, rows;

	robbed.features &= ~QUIPU_FORMAT_ROWS;
	series = read_pieces(&robbed, 1 << 20, created);
	for (size_t i = 0; i < N_OF(sizes); i++) {
		rows = read_pieces(format, sizes[i], created);
		expect_same(rows, series, format->name);
		free(rows.data);
	}
	free(series.data);
}

Test(rows, show_what_series_show)
{
	record_everything();
	for (const quipu_format *const *format = quipu_formats(); *format; format++) {
		if (!((*format)->features & QUIPU_FORMAT_ROWS))
			continue;
		compare(*format, false);
		compare(*format, true);
	}
}

/* --- what a format gets --------------------------------------------------------------------------- */

static struct {
	size_t rows, series, most;
} seen;

static void count_rows(void *state, quipu_out *out, const quipu_family_view *family,
		       const quipu_rows *rows)
{
	(void)state;
	(void)out;
	(void)family;
	cr_expect_gt(rows->n, 0);
	cr_expect_eq(rows->n_constant, 2);
	cr_expect_eq(rows->n_labels, 4);
	for (size_t i = 0; i < rows->n; i++)
		cr_expect_leq(rows->row[i].ends[0], rows->row[i].ends[1]);
	seen.rows += rows->n;
	seen.most = rows->n > seen.most ? rows->n : seen.most;
}

static void count_series(void *state, quipu_out *out, const quipu_family_view *family,
			 const quipu_series_view *series)
{
	(void)state;
	(void)out;
	(void)family;
	(void)series;
	seen.series++;
}

static const quipu_format counting = { .name = "counting",
				       .content_type = "",
				       .features = QUIPU_FORMAT_ROWS,
				       .series = count_series,
				       .rows = count_rows };

/* Every series comes once, as a row where it can be one. */
Test(rows, are_for_short_plain_values)
{
	quipu_counter_family counters = quipu_counter_family_new(registry, OPTS("counters_total"));
	struct text nothing;
	size_t plain = 0;
	char text[64], number[16];

	for (int i = 0; i < MANY - 1; i++) {
		const char *value = value_of(i, text);

		snprintf(number, sizeof number, "%d", i);
		quipu_inc_at(counters, value, number);
		plain += !strpbrk(value, "\"\\\n") && strlen(value) < 255;
	}
	nothing = read_pieces(&counting, 4096, false);
	cr_expect_eq(seen.rows, plain);
	cr_expect_eq(seen.rows + seen.series, MANY - 1);
	cr_expect_gt(seen.most, 1, "several at once");
	free(nothing.data);
}

Test(rows, without_labels_there_are_none)
{
	quipu_counter single = quipu_counter_new(registry, QUIPU_OPTS(.name = "s", .help = "S."));
	struct text nothing;

	quipu_inc(single);
	nothing = read_pieces(&counting, 4096, false);
	cr_expect_eq(seen.rows, 0);
	cr_expect_eq(seen.series, 1);
	free(nothing.data);
}

/* A counter that can have an exemplar is a row for those only who show none. */
Test(rows, exemplars_take_a_series)
{
	quipu_counter_family counters = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "e_total", .help = "E.",
				     .labels = QUIPU_NAMES("a", "b"), .exemplars = 1));
	quipu_format showing = counting;
	struct text nothing;

	quipu_inc_at(counters, "1", "2");
	nothing = read_pieces(&counting, 4096, false);
	free(nothing.data);
	cr_expect_eq(seen.rows, 1);
	showing.features |= QUIPU_FORMAT_EXEMPLARS;
	nothing = read_pieces(&showing, 4096, false);
	free(nothing.data);
	cr_expect_eq(seen.rows, 1);
	cr_expect_eq(seen.series, 1);
}
