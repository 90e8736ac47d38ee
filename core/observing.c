/* SPDX-License-Identifier: MIT */
/* observing.c: see observing.h. */
#include "observing.h"

#include <string.h>

#define DEFAULT_NATIVE_MIN 0x1p-20
#define DEFAULT_NATIVE_MAX 0x1p33
#define SUMMARY_SCHEMA 5 /* a relative error of 1.1 % */
#define DEFAULT_MAX_BUCKETS 160
#define DEFAULT_WINDOW 600.0
#define NATIVE_EXEMPLARS 16

static const double usual_quantiles[] = { 0.5, 0.9, 0.99 };

bool qp_native_wanted(quipu_kind kind, const quipu_opts *opts, struct qp_native_spec *native)
{
	if (kind != QUIPU_KIND_SUMMARY && !(opts->native_factor > 0))
		return false;
	native->schema =
		opts->native_factor > 0 ? qp_native_schema(opts->native_factor) : SUMMARY_SCHEMA;
	native->min = opts->native_min > 0 ? opts->native_min : DEFAULT_NATIVE_MIN;
	native->max = opts->native_max > 0 ? opts->native_max : DEFAULT_NATIVE_MAX;
	native->negative = opts->native_negative != 0;
	return true;
}

/* qp_layout_get or qp_layout_find. */
typedef const struct qp_layout *layout_source(const double *bounds, size_t n,
					      const struct qp_native_spec *native);

static const struct qp_layout *layout_of(quipu_kind kind, const quipu_opts *opts,
					 layout_source *layout)
{
	struct qp_native_spec native;
	size_t n = opts->n_bounds;

	if (!qp_kind_has_cells(kind))
		return qp_layout_by_id(0);
	qp_bounds_check(opts->bounds, &n); /* drops a last +Inf */
	if (qp_native_wanted(kind, opts, &native))
		return layout(opts->bounds, n, &native);
	if (n == 0)
		return layout(quipu_default_bounds, QUIPU_N_DEFAULT_BOUNDS, NULL);
	return layout(opts->bounds, n, NULL);
}

/* One for each classic bucket; native buckets share a few. */
static uint32_t n_exemplars_of(quipu_kind kind, const struct qp_layout *layout)
{
	if (kind != QUIPU_KIND_HISTOGRAM)
		return 1;
	return layout->n_bounds || !layout->has_native ? layout->n_bounds + 1 : NATIVE_EXEMPLARS;
}

static void take_quantiles(struct qp_observing *observing, const double *quantiles, size_t n)
{
	observing->n_quantiles = n;
	memcpy(observing->quantiles, quantiles, n * sizeof quantiles[0]);
}

static bool fill(struct qp_observing *observing, quipu_kind kind, const quipu_opts *opts,
		 layout_source *layout)
{
	double window = opts->window_seconds > 0 ? opts->window_seconds : DEFAULT_WINDOW;

	memset(observing, 0, sizeof *observing);
	observing->layout = layout_of(kind, opts, layout);
	if (!observing->layout)
		return false;
	observing->max_buckets =
		opts->native_max_buckets ? opts->native_max_buckets : DEFAULT_MAX_BUCKETS;
	if (opts->exemplars)
		observing->n_exemplars = n_exemplars_of(kind, observing->layout);
	observing->window_ns = (uint64_t)(window * 1e9);
	if (kind != QUIPU_KIND_SUMMARY)
		return true;
	if (opts->n_quantiles)
		take_quantiles(observing, opts->quantiles, opts->n_quantiles);
	else
		take_quantiles(observing, usual_quantiles,
			       sizeof usual_quantiles / sizeof usual_quantiles[0]);
	return true;
}

bool qp_observing_make(struct qp_observing *observing, quipu_kind kind, const quipu_opts *opts)
{
	return fill(observing, kind, opts, qp_layout_get);
}

static bool equal(const struct qp_observing *a, const struct qp_observing *b)
{
	size_t i;

	if (a->layout != b->layout || a->max_buckets != b->max_buckets ||
	    a->n_exemplars != b->n_exemplars || a->window_ns != b->window_ns ||
	    a->n_quantiles != b->n_quantiles)
		return false;
	for (i = 0; i < a->n_quantiles; i++) {
		if (a->quantiles[i] != b->quantiles[i])
			return false;
	}
	return true;
}

bool qp_observing_is(const struct qp_observing *observing, quipu_kind kind, const quipu_opts *opts)
{
	struct qp_observing other;

	return fill(&other, kind, opts, qp_layout_find) && equal(observing, &other);
}
