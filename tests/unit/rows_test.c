/* SPDX-License-Identifier: MIT */
/*
 * rows_test.c: what a registry shows does not depend on whether the format takes rows: a format
 * that does is compared with a copy that has a series function of its own, over values of every kind
 * and length, and read in pieces of every size.
 */
#include "exposed.h"
#include "format/rows.h"

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

static const quipu_format *original; /* NULL: nothing is written */
static size_t n_series;

/* What a program puts in the place of a built-in function. */
static void count_series(void *state, quipu_out *out, const quipu_family_view *family,
			 const quipu_series_view *series)
{
	n_series++;
	if (original)
		original->series(state, out, family, series);
}

static void compare(const quipu_format *format, bool created)
{
	static const size_t sizes[] = { 1, 2, 3, 61, 4096, 1 << 20 };
	quipu_format robbed = *format;
	struct text series, rows;

	original = format;
	robbed.series = count_series;
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
		if (!qp_rows_of(*format))
			continue;
		compare(*format, false);
		compare(*format, true);
	}
}

/* --- who takes rows ------------------------------------------------------------------------------ */

static size_t count_all(const quipu_format *format)
{
	struct text text;

	n_series = 0;
	text = read_pieces(format, 4096, false);
	free(text.data);
	return n_series;
}

/* One that works like it under another name takes them; one with a function of its own does not,
 * and gets every series. */
Test(rows, of_a_changed_copy_come_as_series)
{
	const quipu_format counting = { .name = "c", .content_type = "", .series = count_series };
	quipu_format copy = quipu_format_text;
	size_t all;

	record_everything();
	all = count_all(&counting);
	cr_expect_gt(all, 3 * MANY);
	copy.name = "mine";
	cr_expect(qp_rows_of(&copy));
	original = &quipu_format_text;
	copy.series = count_series;
	cr_expect_eq(count_all(&copy), all);
}

static void write_nothing(void *state, quipu_out *out, const quipu_family_view *family,
			  const quipu_series_view *series)
{
	(void)out;
	(void)family;
	(void)series;
	++*(long *)state;
}

/* A small state of its own, and nothing else that is the built-in one's. */
Test(rows, of_a_copy_with_another_state_come_as_series)
{
	quipu_format copy = quipu_format_protobuf;
	struct text text;

	copy.state_size = sizeof(long);
	copy.begin = copy.end = NULL;
	copy.family = NULL;
	copy.series = write_nothing;
	record_everything();
	text = read_pieces(&copy, 4096, false);
	cr_expect_eq(text.len, 0);
	free(text.data);
}
