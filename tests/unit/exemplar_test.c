/* SPDX-License-Identifier: MIT */
/*
 * exemplar_test.c: which events are kept, which are refused, when a place wants another, and what
 * a scrape is shown of them. Together with other threads: torture/native.c.
 */
#include "exemplar.h"

#include "exposed.h"
#include "self.h"

#include <math.h>
#include <stdio.h>

/* What a format saw: all exemplars of a scrape, as text. */
static char seen[1 << 14];

static void note(void *state, quipu_out *out, const quipu_family_view *family,
		 const quipu_series_view *series)
{
	size_t used = strlen(seen);

	(void)state;
	(void)out;
	for (size_t i = 0; i < series->n_exemplars; i++) {
		const quipu_exemplar_view *e = &series->exemplars[i];

		used += (size_t)snprintf(seen + used, sizeof seen - used, "%s[%zu]=%g",
					 family->name.data, e->bucket, e->value);
		for (size_t k = 0; k < e->n_labels; k++)
			used += (size_t)snprintf(seen + used, sizeof seen - used, " %.*s:%.*s",
						 (int)e->labels[k].name.len, e->labels[k].name.data,
						 (int)e->labels[k].value.len,
						 e->labels[k].value.data);
		used += (size_t)snprintf(seen + used, sizeof seen - used, "\n");
		cr_expect(e->timestamp > 1.7e9);
	}
}

static void edge(void *state, quipu_out *out)
{
	(void)state;
	(void)out;
}

static const quipu_format with = { .name = "with",
				   .content_type = "",
				   .features = QUIPU_FORMAT_EXEMPLARS,
				   .begin = edge,
				   .series = note,
				   .end = edge };
static const quipu_format without = {
	.name = "without", .content_type = "", .begin = edge, .series = note, .end = edge
};

static const char *scrape(quipu_registry *registry, const quipu_format *format)
{
	struct text text = { NULL, 0 };

	seen[0] = '\0';
	cr_assert_eq(quipu_write(registry, format, text_append, &text), QUIPU_OK);
	free(text.data);
	return seen;
}

static const double bounds[] = { 0.1, 1, 10 };

static quipu_histogram histogram_in(quipu_registry *registry)
{
	return quipu_histogram_new(registry, QUIPU_OPTS(.name = "h", .help = "h", .bounds = bounds,
							.n_bounds = 3, .exemplars = 1));
}

Test(exemplar, first_event_after_a_scrape_is_kept)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_counter counter = quipu_counter_new(
		registry, QUIPU_OPTS(.name = "c_total", .help = "c", .exemplars = 1));

	cr_expect_str_eq(scrape(registry, &with), "");
	quipu_add_exemplar(counter, 2, QUIPU_EXEMPLAR(.trace_id = "t1", .span_id = "s1"));
	quipu_inc_exemplar(counter, QUIPU_EXEMPLAR(.trace_id = "t2"));
	cr_expect_str_eq(scrape(registry, &with), "c_total[0]=2 trace_id:t1 span_id:s1\n");
	/* shown until another is there */
	cr_expect_str_eq(scrape(registry, &with), "c_total[0]=2 trace_id:t1 span_id:s1\n");
	quipu_inc_exemplar(counter, QUIPU_EXEMPLAR(.trace_id = "t3"));
	quipu_inc_exemplar(counter, QUIPU_EXEMPLAR(.trace_id = "t4"));
	cr_expect_str_eq(scrape(registry, &with), "c_total[0]=1 trace_id:t3\n");
	cr_expect_eq(quipu_read(counter), 5);
	quipu_registry_free(registry);
}

Test(exemplar, a_scrape_that_cannot_show_them_changes_nothing)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_counter counter = quipu_counter_new(
		registry, QUIPU_OPTS(.name = "c_total", .help = "c", .exemplars = 1));

	quipu_inc_exemplar(counter, QUIPU_EXEMPLAR(.trace_id = "t1"));
	cr_expect_str_eq(scrape(registry, &without), "");
	quipu_inc_exemplar(counter, QUIPU_EXEMPLAR(.trace_id = "t2"));
	cr_expect_str_eq(scrape(registry, &with), "c_total[0]=1 trace_id:t1\n");
	quipu_registry_free(registry);
}

Test(exemplar, one_for_each_bucket)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_histogram histogram = histogram_in(registry);

	quipu_observe_exemplar(histogram, 100, QUIPU_EXEMPLAR(.trace_id = "d"));
	quipu_observe_exemplar(histogram, 1, QUIPU_EXEMPLAR(.trace_id = "b"));
	quipu_observe_exemplar(histogram, 0.5, QUIPU_EXEMPLAR(.trace_id = "late"));
	quipu_observe_ns_exemplar(histogram, 5000000000, QUIPU_EXEMPLAR(.trace_id = "c"));
	quipu_observe_exemplar(histogram, -3, QUIPU_EXEMPLAR(.trace_id = "a"));
	cr_expect_str_eq(scrape(registry, &with), "h[0]=-3 trace_id:a\nh[1]=1 trace_id:b\n"
						  "h[2]=5 trace_id:c\nh[3]=100 trace_id:d\n");
	cr_expect_eq(quipu_read(histogram).count, 5);
	quipu_registry_free(registry);
}

Test(exemplar, native_buckets_share_places)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_histogram histogram =
		quipu_histogram_new(registry, QUIPU_OPTS(.name = "n", .help = "n", .exemplars = 1,
							 .native_factor = 1.1));

	for (double value = 0.001; value < 1000; value *= 1.01)
		quipu_observe_exemplar(histogram, value, QUIPU_EXEMPLAR(.trace_id = "t"));
	scrape(registry, &with);
	size_t n = 0;
	for (const char *at = seen; (at = strstr(at, "n[0]=")); at++)
		n++;
	cr_expect_eq(n, 16);
	quipu_registry_free(registry);
}

Test(exemplar, by_label_values)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_counter_family counters = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "c_total", .help = "c", .exemplars = 1,
				     .labels = QUIPU_NAMES("model")));
	quipu_histogram_family histograms = quipu_histogram_family_new(
		registry, QUIPU_OPTS(.name = "h", .help = "h", .exemplars = 1, .bounds = bounds,
				     .n_bounds = 3, .labels = QUIPU_NAMES("model")));
	const quipu_str b = { "b", 1 };

	quipu_inc_exemplar_at(counters, QUIPU_EXEMPLAR(.trace_id = "1"), "a");
	quipu_inc_exemplar_at(counters, QUIPU_EXEMPLAR(.trace_id = "no"), "a");
	quipu_counter_add_exemplar_at_v(counters, 7, QUIPU_EXEMPLAR(.trace_id = "2"), &b, 1);
	quipu_observe_exemplar_at(histograms, 2, QUIPU_EXEMPLAR(.trace_id = "3"), "a");
	quipu_observe_ns_exemplar_at(histograms, 1, QUIPU_EXEMPLAR(.trace_id = "4"), "a");
	cr_expect_str_eq(scrape(registry, &with),
			 "c_total[0]=1 trace_id:1\nc_total[0]=7 trace_id:2\n"
			 "h[0]=1e-09 trace_id:4\nh[2]=2 trace_id:3\n");
	cr_expect_eq(quipu_read(quipu_at(counters, "a")), 2);
	quipu_registry_free(registry);
}

Test(exemplar, without_the_option_the_event_is_recorded_and_no_more)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_counter counter =
		quipu_counter_new(registry, QUIPU_OPTS(.name = "c_total", .help = "c"));
	quipu_counter sink = { 0 };

	quipu_inc_exemplar(counter, QUIPU_EXEMPLAR(.trace_id = "t"));
	quipu_inc_exemplar(counter, NULL);
	quipu_inc_exemplar(sink, QUIPU_EXEMPLAR(.trace_id = "t"));
	cr_expect_eq(quipu_read(counter), 2);
	cr_expect_str_eq(scrape(registry, &with), "");
	quipu_registry_free(registry);
}

/* --- rules --------------------------------------------------------------------------------- */

static bool legal(const quipu_exemplar *exemplar)
{
	struct qp_event event;

	return qp_event_make(&event, exemplar);
}

static bool legal_label(const char *name, const char *value)
{
	const quipu_label label = { name, value };

	return legal(QUIPU_EXEMPLAR(.labels = &label, .n_labels = 1));
}

Test(exemplar, at_most_128_code_points)
{
	char text[600] = { 0 };

	memset(text, 'x', 127);
	cr_expect(legal_label("n", text));
	text[127] = 'x';
	cr_expect_not(legal_label("n", text));
	for (size_t i = 0; i < 127; i++)
		memcpy(text + 4 * i, "\xf0\x9f\x98\x80", 4);
	text[508] = '\0';
	cr_expect(legal_label("n", text));
	memcpy(text + 508, "\xf0\x9f\x98\x80", 5);
	cr_expect_not(legal_label("n", text));
	cr_expect(legal(QUIPU_EXEMPLAR(.trace_id = "0af7651916cd43dd8448eb211c80319c",
				       .span_id = "b7ad6b7169203331")));
	cr_expect(legal(QUIPU_EXEMPLAR(.n_labels = 0)));
}

Test(exemplar, illegal_labels_are_refused)
{
	const quipu_label twice[] = { { "a", "1" }, { "a", "2" } };
	const quipu_label again[] = { { "trace_id", "2" } };
	quipu_label many[QUIPU_MAX_EXEMPLAR_LABELS + 1];
	char names[QUIPU_MAX_EXEMPLAR_LABELS + 1][2] = { { 0 } };

	cr_expect_not(legal_label("", "v"));
	cr_expect_not(legal_label("9", "v"));
	cr_expect_not(legal_label("__x", "v"));
	cr_expect_not(legal_label(NULL, "v"));
	cr_expect_not(legal_label("n", NULL));
	cr_expect_not(legal_label("n", "\xff"));
	cr_expect(legal_label("n", ""));
	cr_expect_not(legal(QUIPU_EXEMPLAR(.trace_id = "1", .n_labels = 1)));
	cr_expect_not(legal(QUIPU_EXEMPLAR(.labels = twice, .n_labels = 2)));
	cr_expect_not(legal(QUIPU_EXEMPLAR(.trace_id = "1", .labels = again, .n_labels = 1)));
	for (size_t i = 0; i <= QUIPU_MAX_EXEMPLAR_LABELS; i++) {
		names[i][0] = (char)('a' + i);
		many[i] = (quipu_label){ names[i], "v" };
	}
	cr_expect(legal(QUIPU_EXEMPLAR(.labels = many, .n_labels = QUIPU_MAX_EXEMPLAR_LABELS)));
	cr_expect_not(
		legal(QUIPU_EXEMPLAR(.labels = many, .n_labels = QUIPU_MAX_EXEMPLAR_LABELS + 1)));
}

Test(exemplar, what_is_refused_is_counted_and_keeps_the_place_free)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_counter counter = quipu_counter_new(
		registry, QUIPU_OPTS(.name = "c_total", .help = "c", .exemplars = 1));
	uint64_t before = qp_self_read(QUIPU_SELF_refused_exemplars);

	quipu_inc_exemplar(counter, QUIPU_EXEMPLAR(.trace_id = "\xff"));
	quipu_inc_exemplar(counter, QUIPU_EXEMPLAR(.trace_id = "good"));
	cr_expect_eq(qp_self_read(QUIPU_SELF_refused_exemplars), before + 1);
	cr_expect_str_eq(scrape(registry, &with), "c_total[0]=1 trace_id:good\n");
	quipu_registry_free(registry);
}

Test(exemplar, refused_values_are_no_examples)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_float_counter counter = quipu_float_counter_new(
		registry, QUIPU_OPTS(.name = "f_total", .help = "f", .exemplars = 1));
	quipu_counter whole = quipu_counter_new(
		registry, QUIPU_OPTS(.name = "w_total", .help = "w", .exemplars = 1));
	quipu_histogram histogram = histogram_in(registry);

	quipu_add_exemplar(whole, UINT64_C(1) << 63, QUIPU_EXEMPLAR(.trace_id = "t"));
	cr_expect_not(quipu_exemplar_wanted(whole, 0x1p63));
	cr_expect(quipu_exemplar_wanted(whole, 0x1p62));
	quipu_add_exemplar(counter, -1.0, QUIPU_EXEMPLAR(.trace_id = "t"));
	quipu_add_exemplar(counter, (double)NAN, QUIPU_EXEMPLAR(.trace_id = "t"));
	quipu_observe_exemplar(histogram, (double)NAN, QUIPU_EXEMPLAR(.trace_id = "t"));
	cr_expect_str_eq(scrape(registry, &with), "");
	quipu_registry_free(registry);
}

/* A new series in the same slots begins without the events of the old one. */
Test(exemplar, events_go_with_their_series)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "c_total", .help = "c", .exemplars = 1,
				     .labels = QUIPU_NAMES("model")));

	for (int i = 0; i < 2000; i++) {
		char name[16];

		snprintf(name, sizeof name, "m%d", i);
		quipu_inc_exemplar_at(family, QUIPU_EXEMPLAR(.trace_id = "t"), name);
		cr_expect_eq(quipu_family_remove(family, name), 1);
	}
	quipu_inc_at(family, "last");
	cr_expect_str_eq(scrape(registry, &with), "");
	quipu_registry_free(registry);
}

Test(exemplar, only_counters_and_histograms_have_them)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	const char *where = NULL;

	quipu_gauge_new(registry, QUIPU_OPTS(.name = "g", .help = "g", .exemplars = 1));
	cr_expect_eq(quipu_registry_status(registry, &where), QUIPU_EOPTION);
	cr_expect_not_null(strstr(where, "exemplars of \"g\""));
	quipu_registry_free(registry);
}
