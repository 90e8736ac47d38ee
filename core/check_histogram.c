/* SPDX-License-Identifier: MIT */
/* check_histogram.c: the options of histograms and summaries. See check.h. */
#include "check.h"

#include <float.h>
#include <math.h>

#define MOST_FACTOR 65536.0
#define LONGEST_WINDOW 1e7

static bool has_native_options(const quipu_opts *opts)
{
	return opts->native_factor != 0 || opts->native_min != 0 || opts->native_max != 0 ||
	       opts->native_negative || opts->native_max_buckets;
}

/* 0 is the default. Of subnormal numbers several ends would be one double. */
static bool is_magnitude(double value)
{
	return value == 0 || (value >= DBL_MIN && !isinf(value));
}

static quipu_error check_native(const struct qp_family_spec *spec, const char *name,
				struct qp_where *where)
{
	const quipu_opts *opts = spec->opts;
	struct qp_native_spec native;

	if (opts->native_factor != 0 &&
	    !(opts->native_factor > 1 && opts->native_factor <= MOST_FACTOR))
		return qp_fail(QUIPU_EBOUNDS, where,
			       "native_factor %g of \"%.200s\" (above 1, at most %g)",
			       opts->native_factor, name, MOST_FACTOR);
	if (!qp_native_wanted(spec->kind, opts, &native)) {
		if (has_native_options(opts))
			return qp_fail(QUIPU_EOPTION, where,
				       "native options of \"%.200s\" without native_factor", name);
		return QUIPU_OK;
	}
	if (!is_magnitude(opts->native_min) || !is_magnitude(opts->native_max) ||
	    native.min > native.max)
		return qp_fail(QUIPU_EBOUNDS, where,
			       "native_min %g and native_max %g of \"%.200s\"", native.min,
			       native.max, name);
	if (qp_native_count_ends(&native, QP_MAX_ENDS) + opts->n_bounds > QP_MAX_ENDS)
		return qp_fail(QUIPU_EBOUNDS, where,
			       "\"%.160s\": more than %d native buckets from %g to %g", name,
			       QP_MAX_ENDS, native.min, native.max);
	return QUIPU_OK;
}

static quipu_error check_bounds(const struct qp_family_spec *spec, const char *name,
				struct qp_where *where)
{
	size_t n = spec->opts->n_bounds;

	if ((spec->opts->bounds == NULL) != (n == 0))
		return qp_fail(QUIPU_EBOUNDS, where, "bounds and n_bounds of \"%.200s\"", name);
	if (n && qp_bounds_check(spec->opts->bounds, &n) != QUIPU_OK)
		return qp_fail(QUIPU_EBOUNDS, where,
			       "bounds of \"%.200s\" (ascending, finite, at most %d)", name,
			       QUIPU_MAX_BOUNDS);
	if (spec->opts->bounds && n == 0)
		return qp_fail(QUIPU_EBOUNDS, where, "no finite bound of \"%.200s\"", name);
	return QUIPU_OK;
}

static quipu_error check_quantiles(const quipu_opts *opts, const char *name, struct qp_where *where)
{
	size_t i;

	if ((opts->quantiles == NULL) != (opts->n_quantiles == 0) ||
	    opts->n_quantiles > QUIPU_MAX_QUANTILES)
		return qp_fail(QUIPU_EOPTION, where, "quantiles of \"%.200s\" (at most %d)", name,
			       QUIPU_MAX_QUANTILES);
	for (i = 0; i < opts->n_quantiles; i++) {
		double quantile = opts->quantiles[i];

		if (!(quantile >= 0 && quantile <= 1) ||
		    (i > 0 && !(quantile > opts->quantiles[i - 1])))
			return qp_fail(QUIPU_EOPTION, where,
				       "quantile %g of \"%.200s\" (ascending, from 0 to 1)",
				       quantile, name);
	}
	if (opts->window_seconds != 0 &&
	    !(opts->window_seconds >= 1 && opts->window_seconds <= LONGEST_WINDOW))
		return qp_fail(QUIPU_EOPTION, where, "window_seconds %g of \"%.200s\" (1 to %g)",
			       opts->window_seconds, name, LONGEST_WINDOW);
	return QUIPU_OK;
}

/* What other kinds have no use for. */
static quipu_error check_absent(const struct qp_family_spec *spec, const char *name,
				struct qp_where *where)
{
	const quipu_opts *opts = spec->opts;

	if (spec->kind != QUIPU_KIND_HISTOGRAM && (opts->bounds || opts->n_bounds))
		return qp_fail(QUIPU_EOPTION, where, "bounds of \"%.200s\"", name);
	if (spec->kind != QUIPU_KIND_SUMMARY &&
	    (opts->quantiles || opts->n_quantiles || opts->window_seconds != 0))
		return qp_fail(QUIPU_EOPTION, where, "quantiles or window of \"%.200s\"", name);
	if (!qp_kind_has_cells(spec->kind) && has_native_options(opts))
		return qp_fail(QUIPU_EOPTION, where, "native buckets of \"%.200s\"", name);
	if (opts->exemplars && spec->kind != QUIPU_KIND_HISTOGRAM &&
	    spec->kind != QUIPU_KIND_COUNTER && spec->kind != QUIPU_KIND_FLOAT_COUNTER)
		return qp_fail(QUIPU_EOPTION, where,
			       "exemplars of \"%.200s\", neither counter nor histogram", name);
	return QUIPU_OK;
}

quipu_error qp_check_histogram(const struct qp_family_spec *spec, const char *name,
			       struct qp_where *where)
{
	quipu_error error = check_absent(spec, name, where);

	if (error || !qp_kind_has_cells(spec->kind))
		return error;
	error = check_bounds(spec, name, where);
	error = error ? error : check_native(spec, name, where);
	return error ? error : check_quantiles(spec->opts, name, where);
}
