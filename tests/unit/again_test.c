/* SPDX-License-Identifier: MIT */
/*
 * again_test.c: a metric asked for again: the same options are the same metric, and any that
 * differs is an error that leaves nothing behind.
 */
#include "exposed.h"

static const double bounds[] = { 1, 2 }, others[] = { 1, 3 };
static const double median[] = { 0.5 }, tail[] = { 0.99 };

enum kind { HISTOGRAM, SUMMARY, COUNTER };

/* The offset of the metric "m_total" with these options; 0: an error. */
static uint32_t ask(quipu_registry *registry, enum kind kind, quipu_opts opts)
{
	opts.size = sizeof opts;
	opts.name = "m_total";
	opts.help = "m";
	switch (kind) {
	case HISTOGRAM:
		return quipu_histogram_new(registry, &opts).offset;
	case SUMMARY:
		return quipu_summary_new(registry, &opts).cells.offset;
	default:
		return quipu_counter_new(registry, &opts).offset;
	}
}

static const struct {
	enum kind kind;
	quipu_opts first, same, differs;
} cases[] = {
	{ HISTOGRAM, { 0 }, { 0 }, { .bounds = bounds, .n_bounds = 2 } },
	{ HISTOGRAM, { 0 }, { 0 }, { .native_factor = 1.1 } },
	{ HISTOGRAM,
	  { .bounds = bounds, .n_bounds = 2 },
	  { .bounds = bounds, .n_bounds = 2 },
	  { .bounds = others, .n_bounds = 2 } },
	{ HISTOGRAM,
	  { .bounds = bounds, .n_bounds = 2, .native_factor = 1.1 },
	  { .bounds = bounds, .n_bounds = 2, .native_factor = 1.1 },
	  { .native_factor = 1.1 } },
	{ HISTOGRAM, { .native_factor = 1.1 }, { .native_factor = 1.1 }, { .native_factor = 1.5 } },
	{ HISTOGRAM,
	  { .native_factor = 1.1 },
	  { .native_factor = 1.1, .native_min = 0x1p-20 },
	  { .native_factor = 1.1, .native_min = 1 } },
	{ HISTOGRAM,
	  { .native_factor = 1.1 },
	  { .native_factor = 1.1, .native_max = 0x1p33 },
	  { .native_factor = 1.1, .native_max = 1 } },
	{ HISTOGRAM,
	  { .native_factor = 1.1 },
	  { .native_factor = 1.1, .native_negative = 0 },
	  { .native_factor = 1.1, .native_negative = 1 } },
	{ HISTOGRAM,
	  { .native_factor = 1.1 },
	  { .native_factor = 1.1, .native_max_buckets = 160 },
	  { .native_factor = 1.1, .native_max_buckets = 20 } },
	{ HISTOGRAM, { .exemplars = 1 }, { .exemplars = 1 }, { 0 } },
	{ COUNTER, { .exemplars = 1 }, { .exemplars = 1 }, { 0 } },
	{ SUMMARY,
	  { .quantiles = median, .n_quantiles = 1 },
	  { .quantiles = median, .n_quantiles = 1 },
	  { .quantiles = tail, .n_quantiles = 1 } },
	{ SUMMARY, { 0 }, { .window_seconds = 600 }, { .window_seconds = 60 } },
	{ SUMMARY, { 0 }, { 0 }, { .native_factor = 1.1 } },
};

Test(again, any_option_makes_a_difference)
{
	for (size_t i = 0; i < N_OF(cases); i++) {
		quipu_registry *registry = quipu_registry_new(NULL);
		uint32_t offset = ask(registry, cases[i].kind, cases[i].first);

		cr_assert_gt(offset, 0, "case %zu", i);
		cr_expect_eq(ask(registry, cases[i].kind, cases[i].same), offset, "case %zu", i);
		expect_no_error(registry);
		cr_expect_eq(ask(registry, cases[i].kind, cases[i].differs), 0, "case %zu", i);
		expect_status(registry, QUIPU_EDUPLICATE, "\"m_total\"");
		quipu_registry_free(registry);
	}
}

/* There are 1024 layouts of buckets, which are kept for ever. */
Test(again, what_is_refused_takes_no_layout)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	double bound = 0.5;
	const quipu_opts opts = { .bounds = &bound, .n_bounds = 1 };

	cr_expect_gt(ask(registry, HISTOGRAM, opts), 0);
	for (bound = 1; bound < 2000; bound++)
		cr_expect_eq(ask(registry, HISTOGRAM, opts), 0);
	expect_status(registry, QUIPU_EDUPLICATE, "\"m_total\"");
	cr_expect_neq(quipu_histogram_new(registry, QUIPU_OPTS(.name = "h", .help = "h",
							       .bounds = &bound, .n_bounds = 1))
			      .offset,
		      0);
	expect_no_error(registry);
	quipu_registry_free(registry);
}
