/* SPDX-License-Identifier: MIT */
/*
 * summary_test.c: quantiles: their error (D2), their window (D1), and what a scrape shows.
 */
#include "recent.h"

#include "exposed.h"
#include "registry.h"
#include "support/seeded.h"

#include <float.h>
#include <math.h>
#include <sys/wait.h>

#define SECOND UINT64_C(1000000000)

static const double quantiles[] = { 0, 0.25, 0.5, 0.9, 0.99, 0.999, 1 };
#define N N_OF(quantiles)

struct summary {
	const struct qp_layout *layout;
	struct qp_cell *cells;
	struct qp_recent *recent;
	double values[N];
};

static struct summary summary_up_to(int schema, double max)
{
	const struct qp_native_spec native = { schema, 1e-6, max, true };
	struct summary summary = { 0 };

	cr_assert(qp_library_init());
	qp_lock(&qp_catalog_lock);
	summary.layout = qp_layout_get(NULL, 0, &native);
	qp_unlock(&qp_catalog_lock);
	cr_assert_not_null(summary.layout);
	summary.cells = calloc(summary.layout->inlined.n_cells, sizeof *summary.cells);
	return summary;
}

static struct summary summary_of(int schema)
{
	return summary_up_to(schema, 1e6);
}

static void observe(struct summary *summary, double value, uint64_t count)
{
	summary->cells[qp_layout_search(summary->layout, value) / 16].count += count;
}

static void scrape(struct summary *summary, double seconds)
{
	qp_lock(&qp_catalog_lock);
	qp_recent_quantiles(&summary->recent, summary->layout, summary->cells,
			    (uint64_t)(seconds * 1e9) + SECOND, 10 * SECOND, quantiles, N,
			    summary->values);
	qp_unlock(&qp_catalog_lock);
}

static void end(struct summary *summary)
{
	qp_recent_free(summary->recent);
	free(summary->cells);
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

Test(summary, D2_quantiles_are_off_by_no_more_than_their_error)
{
	struct seeded random = seeded_new("summary");
	double drawn[1000];

	for (int schema = 0; schema <= 7; schema++) {
		double growth = exp2(exp2(-schema)), error = (growth - 1) / (growth + 1);
		struct summary summary = summary_of(schema);

		for (size_t i = 0; i < N_OF(drawn); i++) {
			drawn[i] = exp2((double)seeded_below(&random, 1000) / 1000 * 30 - 15);
			if (seeded_below(&random, 3) == 0)
				drawn[i] = -drawn[i];
			observe(&summary, drawn[i], 1);
		}
		qsort(drawn, N_OF(drawn), sizeof drawn[0], compare);
		scrape(&summary, 0);
		for (size_t i = 0; i < N; i++) {
			double exact = drawn[(size_t)(quantiles[i] * (N_OF(drawn) - 1))];

			cr_expect(fabs(summary.values[i] - exact) <=
					  error * fabs(exact) * (1 + 1e-9),
				  "schema %d, quantile %g: %g for %g", schema, quantiles[i],
				  summary.values[i], exact);
		}
		end(&summary);
	}
}

Test(summary, nothing_observed_is_not_a_number)
{
	struct summary summary = summary_of(3);

	scrape(&summary, 0);
	for (size_t i = 0; i < N; i++)
		cr_expect(isnan(summary.values[i]));
	end(&summary);
}

Test(summary, zero_and_infinities)
{
	struct summary summary = summary_of(3);

	observe(&summary, -INFINITY, 1);
	observe(&summary, 0, 2);
	observe(&summary, INFINITY, 1);
	scrape(&summary, 0);
	cr_expect_eq(summary.values[0], -INFINITY);
	cr_expect_eq(summary.values[2], 0);
	cr_expect_eq(summary.values[N - 1], INFINITY);
	end(&summary);
}

Test(summary, D2_the_largest_doubles_are_finite)
{
	struct summary summary = summary_up_to(3, DBL_MAX);

	observe(&summary, -0.99 * DBL_MAX, 1);
	observe(&summary, 0.99 * DBL_MAX, 1);
	scrape(&summary, 0);
	cr_expect_float_eq(summary.values[0] / DBL_MAX, -0.99, 0.06);
	cr_expect_float_eq(summary.values[N - 1] / DBL_MAX, 0.99, 0.06);
	end(&summary);
}

/* One observation of i at second i; scraped each second. The least value in a window of 10 s is
 * 10 to 12 seconds old. */
Test(summary, D1_the_window_slides)
{
	struct summary summary = summary_of(8);

	for (int i = 1; i <= 100; i++) {
		observe(&summary, i, 1);
		scrape(&summary, i);
		if (i < 10)
			cr_expect_float_eq(summary.values[0], 1, 0.01);
		else if (i > 12)
			cr_expect(summary.values[0] >= (i - 12) * 0.99 &&
					  summary.values[0] <= (i - 9) * 1.01,
				  "second %d: from %g", i, summary.values[0]);
		cr_expect_float_eq(summary.values[N - 1], i, i * 0.01);
	}
	end(&summary);
}

Test(summary, D1_what_is_old_is_forgotten_between_rare_scrapes)
{
	struct summary summary = summary_of(3);

	observe(&summary, 1, 1000);
	scrape(&summary, 0);
	observe(&summary, 100, 10);
	scrape(&summary, 60);
	cr_expect(summary.values[0] > 90, "%g", summary.values[0]);
	scrape(&summary, 120);
	cr_expect(isnan(summary.values[0]));
	end(&summary);
}

/* Scrapes that overlap may come with an earlier time, and with less. */
Test(summary, scrapes_in_any_order)
{
	struct summary summary = summary_of(3);

	observe(&summary, 1, 5);
	scrape(&summary, 20);
	scrape(&summary, 3);
	cr_expect_float_eq(summary.values[0], 1, 0.1);
	summary.cells[qp_layout_search(summary.layout, 1) / 16].count = 2;
	scrape(&summary, 40);
	cr_expect(isnan(summary.values[0]));
	end(&summary);
}

/* --- through a registry ------------------------------------------------------------------------ */

static quipu_family_view shown_family;
static quipu_series_view shown_series;
static double shown_values[QUIPU_MAX_QUANTILES];

static void show(void *state, quipu_out *out, const quipu_family_view *family,
		 const quipu_series_view *series)
{
	(void)state;
	(void)out;
	shown_family = *family;
	shown_series = *series;
	memcpy(shown_values, series->quantile_values, family->n_quantiles * sizeof(double));
}

static void edge(void *state, quipu_out *out)
{
	(void)state;
	(void)out;
}

static const quipu_format showing = {
	.name = "show", .content_type = "", .begin = edge, .series = show, .end = edge
};

static int swallow(void *ctx, const char *data, size_t len)
{
	(void)ctx;
	(void)data;
	return len == 0;
}

Test(summary, shows_count_sum_and_the_usual_quantiles)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_summary summary = quipu_summary_new(
		registry, QUIPU_OPTS(.name = "s_seconds", .help = "s", .unit = "seconds"));

	for (int i = 1; i <= 1000; i++)
		quipu_observe_ns(summary, (uint64_t)i * 1000000);
	cr_assert_eq(quipu_write(registry, &showing, swallow, NULL), QUIPU_OK);
	cr_expect_eq(shown_family.kind, QUIPU_KIND_SUMMARY);
	cr_assert_eq(shown_family.n_quantiles, 3);
	cr_expect_eq(shown_series.count, 1000);
	cr_expect_float_eq(shown_series.sum, 500.5, 1e-6);
	cr_expect_float_eq(shown_values[0], 0.5, 0.5 * 0.011);
	cr_expect_float_eq(shown_values[1], 0.9, 0.9 * 0.011);
	cr_expect_float_eq(shown_values[2], 0.99, 0.99 * 0.011);
	cr_expect_eq(quipu_read(summary).count, 1000);
	quipu_registry_free(registry);
}

Test(summary, families_and_label_values)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	const double half = 0.5;
	quipu_summary_family family = quipu_summary_family_new(
		registry, QUIPU_OPTS(.name = "s", .help = "s", .labels = QUIPU_NAMES("model"),
				     .quantiles = &half, .n_quantiles = 1, .window_seconds = 60));
	quipu_summary kept = quipu_at(family, "a");

	quipu_observe(kept, 3);
	quipu_observe_at(family, 5, "a");
	quipu_observe_ns_at(family, 7000000000, "a");
	cr_expect_eq(quipu_read(kept).count, 3);
	cr_assert_eq(quipu_write(registry, &showing, swallow, NULL), QUIPU_OK);
	cr_expect_float_eq(shown_values[0], 5, 5 * 0.011);
	quipu_release(kept);
	cr_expect_eq(quipu_family_remove(family, "a"), 1);
	quipu_registry_free(registry);
}

/* 0: it sees its own observations. */
static int status_of_child(quipu_registry *registry, quipu_summary summary)
{
	int status = -1;

	if (fork() == 0) {
		for (int i = 0; i < 50; i++)
			quipu_observe(summary, 3);
		quipu_write(registry, &showing, swallow, NULL);
		_exit(fabs(shown_values[0] - 3) < 0.1 ? 0 : 1);
	}
	cr_assert_gt(wait(&status), 0);
	return status;
}

/* Counts begin again at a fork; what the parent saw must not be taken off them. A child that loses
 * the processor for as long as the window is has seen nothing in it: then another one. */
Test(summary, a_forked_child_has_a_window_of_its_own)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_summary summary = quipu_summary_new(
		registry, QUIPU_OPTS(.name = "s", .help = "s", .window_seconds = 1));
	int status = -1;

	for (int i = 0; i < 100; i++)
		quipu_observe(summary, 3);
	cr_assert_eq(quipu_write(registry, &showing, swallow, NULL), QUIPU_OK);
	usleep(1100000);
	for (int i = 0; i < 5 && status != 0; i++)
		status = status_of_child(registry, summary);
	cr_expect_eq(status, 0);
	quipu_registry_free(registry);
}

static const struct {
	quipu_opts opts;
	const char *says;
} bad[] = {
	{ { .quantiles = (double[]){ 1.5 }, .n_quantiles = 1 }, "quantile 1.5 of \"s\"" },
	{ { .quantiles = (double[]){ 0.5, 0.5 }, .n_quantiles = 2 }, "quantile 0.5 of \"s\"" },
	{ { .quantiles = (double[]){ 0.5 }, .n_quantiles = 17 }, "at most 16" },
	{ { .quantiles = (double[]){ 0.5 } }, "quantiles of \"s\"" },
	{ { .window_seconds = 0.5 }, "window_seconds 0.5 of \"s\"" },
	{ { .window_seconds = -1 }, "window_seconds -1 of \"s\"" },
	{ { .native_factor = 0.5 }, "native_factor 0.5 of \"s\"" },
	{ { .native_factor = -1 }, "native_factor -1 of \"s\"" },
	{ { .native_min = 10, .native_max = 1 }, "native_min 10 and native_max 1 of \"s\"" },
	{ { .native_min = 1e-320 }, "native_min" },
	{ { .native_factor = 1.004, .native_min = 1e-300, .native_max = 1e300 },
	  "more than 32767 native buckets" },
	{ { .bounds = (double[]){ 1 }, .n_bounds = 1 }, "bounds of \"s\"" },
	{ { .exemplars = 1 }, "exemplars of \"s\"" },
};

Test(summary, bad_options_are_named)
{
	for (size_t i = 0; i < N_OF(bad); i++) {
		quipu_registry *registry = quipu_registry_new(NULL);
		quipu_opts opts = bad[i].opts;
		const char *where = "";

		opts.size = sizeof opts;
		opts.name = "s";
		opts.help = "s";
		cr_expect_eq(quipu_summary_new(registry, &opts).cells.offset, 0);
		cr_expect_neq(quipu_registry_status(registry, &where), QUIPU_OK);
		cr_expect_not_null(strstr(where, bad[i].says), "%s", where);
		quipu_registry_free(registry);
	}
}

Test(summary, other_kinds_have_no_such_options)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	const char *where = "";

	quipu_histogram_new(registry, QUIPU_OPTS(.name = "h", .help = "h", .window_seconds = 5));
	cr_expect_eq(quipu_registry_status(registry, &where), QUIPU_EOPTION);
	quipu_registry_clear_status(registry);
	quipu_counter_new(registry,
			  QUIPU_OPTS(.name = "c_total", .help = "c", .native_factor = 1.1));
	cr_expect_eq(quipu_registry_status(registry, &where), QUIPU_EOPTION);
	quipu_registry_clear_status(registry);
	quipu_histogram_new(registry, QUIPU_OPTS(.name = "h", .help = "h", .native_max = 5));
	cr_expect_eq(quipu_registry_status(registry, &where), QUIPU_EOPTION);
	cr_expect_not_null(strstr(where, "without native_factor"));
	quipu_registry_free(registry);
}
