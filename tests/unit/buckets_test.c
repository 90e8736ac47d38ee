/* SPDX-License-Identifier: MIT */
/*
 * buckets_test.c: bounds: which are legal, the helpers that make them, and B2: the table, the
 * binary search and the plain definition agree on every double.
 */
#include "buckets.h"

#include "exposed.h"
#include "registry.h"
#include "support/seeded.h"

#include <float.h>
#include <math.h>

static const double specials[] = {
	0.0,	     -0.0,     DBL_TRUE_MIN, -DBL_TRUE_MIN, DBL_MIN,   -DBL_MIN,
	DBL_MAX,     -DBL_MAX, INFINITY,     -INFINITY,	    1.0,       -1.0,
	DBL_MIN / 3, 1e308,    1e-308,	     0.005,	    0x1p-1022, 0x1.fffffffffffffp-1023
};

static const struct qp_layout *get(const double *bounds, size_t n)
{
	const struct qp_layout *layout;

	cr_assert(qp_library_init());
	qp_lock(&qp_catalog_lock);
	layout = qp_layout_get(bounds, n, NULL);
	qp_unlock(&qp_catalog_lock);
	return layout;
}

/* v belongs to the first bucket whose upper bound is not below it. */
static uint32_t find_plainly(const double *bounds, size_t n, double value)
{
	uint32_t i = 0;

	while (i < n && value > bounds[i])
		i++;
	return i * 16;
}

static void check_value(const struct qp_layout *layout, double value)
{
	uint32_t expected = find_plainly(layout->bounds, layout->n_bounds, value);

	cr_assert_eq(qp_layout_search(layout, value), expected, "search %a", value);
	if (layout->inlined.entry && (uint64_t)quipu_priv_bits(value) <= layout->inlined.top)
		cr_assert_eq(quipu_priv_layout_find(&layout->inlined, value), expected,
			     "table, %a of %u bounds from %a", value, layout->n_bounds,
			     layout->bounds[0]);
}

static double any_double(struct seeded *random)
{
	uint64_t bits;
	double value;

	do {
		bits = seeded_next(random);
		memcpy(&value, &bits, sizeof value);
	} while (isnan(value));
	return value;
}

static void check_layout(const struct qp_layout *layout, struct seeded *random)
{
	size_t i;

	for (i = 0; i < layout->n_bounds; i++) {
		double bound = layout->bounds[i];

		check_value(layout, bound);
		check_value(layout, nextafter(bound, INFINITY));
		check_value(layout, nextafter(bound, -INFINITY));
		check_value(layout, bound * (1 + (double)seeded_below(random, 1000) / 1000));
		check_value(layout, -bound);
	}
	for (i = 0; i < N_OF(specials); i++)
		check_value(layout, specials[i]);
	for (i = 0; i < 50; i++)
		check_value(layout, any_double(random));
}

/* --- random bounds ---------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

/* Sorts and drops what is there twice. */
static size_t ascend(double *bounds, size_t n)
{
	size_t i, kept = 0;

	qsort(bounds, n, sizeof bounds[0], compare);
	for (i = 0; i < n; i++) {
		if (kept == 0 || bounds[i] > bounds[kept - 1])
			bounds[kept++] = bounds[i];
	}
	return kept;
}

/* As many layouts as a process may have, each made by draw, and how many have a table. */
static size_t check_many(const char *name, double (*draw)(struct seeded *random), size_t most)
{
	struct seeded random = seeded_new(name);
	double bounds[QUIPU_MAX_BOUNDS];
	size_t tables = 0;

	for (int i = 0; i < QP_MAX_LAYOUTS - 1; i++) {
		const struct qp_layout *layout;
		size_t n = 1 + seeded_below(&random, most);

		for (size_t k = 0; k < n; k++)
			bounds[k] = draw(&random);
		n = ascend(bounds, n);
		cr_assert_eq(qp_bounds_check(bounds, &n), QUIPU_OK);
		layout = get(bounds, n);
		cr_assert_not_null(layout);
		check_layout(layout, &random);
		tables += layout->inlined.entry != NULL;
	}
	return tables;
}

static double draw_any(struct seeded *random)
{
	double value;

	do
		value = any_double(random);
	while (isinf(value));
	return value;
}

static double draw_positive(struct seeded *random)
{
	return fabs(draw_any(random));
}

static double draw_duration(struct seeded *random)
{
	return (double)(1 + seeded_below(random, 100000)) / 1000;
}

static double draw_close(struct seeded *random)
{
	return 1 + (double)seeded_below(random, 4000) * DBL_EPSILON * 1024;
}

static double draw_tiny(struct seeded *random)
{
	return (double)seeded_below(random, 3000) * DBL_TRUE_MIN;
}

static double draw_around_zero(struct seeded *random)
{
	return (double)seeded_below(random, 2000) - 1000;
}

Test(buckets, B2_any_finite_bounds)
{
	check_many("any", draw_any, 40);
}

Test(buckets, B2_positive_bounds)
{
	cr_expect_gt(check_many("positive", draw_positive, 12), 100);
}

Test(buckets, B2_durations)
{
	cr_expect_gt(check_many("durations", draw_duration, 30), 500);
}

Test(buckets, B2_bounds_close_together)
{
	cr_expect_gt(check_many("close", draw_close, 20), 100);
}

Test(buckets, B2_denormal_bounds)
{
	cr_expect_gt(check_many("denormal", draw_tiny, 20), 100);
}

Test(buckets, B2_bounds_around_zero)
{
	check_many("around zero", draw_around_zero, QUIPU_MAX_BOUNDS);
}

/* --- which have a table ----------------------------------------------------------------------- */

static bool has_table(const double *bounds, size_t n)
{
	const struct qp_layout *layout = get(bounds, n);
	struct seeded random = seeded_new("table");

	cr_assert_not_null(layout);
	check_layout(layout, &random);
	return layout->inlined.entry != NULL;
}

Test(buckets, a_table_where_it_is_small)
{
	double many[QUIPU_MAX_BOUNDS];

	cr_expect(has_table(quipu_default_bounds, N_OF(quipu_default_bounds)));
	cr_expect(has_table((const double[]){ 1 }, 1));
	cr_expect(has_table((const double[]){ 0, 1 }, 2));
	cr_expect(has_table((const double[]){ DBL_TRUE_MIN, DBL_MAX }, 2));
	cr_assert_eq(quipu_bounds_exponential(many, 300, 1e-9, 1.5), QUIPU_OK);
	cr_expect(has_table(many, 40));
	cr_expect(has_table((const double[]){ -1, 1 }, 2)); /* for what has no sign */
	cr_expect(has_table((const double[]){ -0.0, 1 }, 2));
	cr_expect_not(has_table((const double[]){ -2, -1 }, 2));
	cr_expect_not(has_table((const double[]){ 1, nextafter(1, 2), 1e300 }, 3));
}

Test(buckets, B1_layout_0_is_the_sinks)
{
	const struct qp_layout *sink = qp_layout_by_id(0);

	cr_expect_eq(sink->n_bounds, 0);
	cr_expect_eq(qp_layout_search(sink, 1e9), 0);
	cr_expect_eq(qp_layout_by_id(1), sink);
	cr_expect_eq(qp_layout_by_id(UINT32_MAX), sink);
}

Test(buckets, equal_bounds_share_and_their_number_is_capped)
{
	const struct qp_layout *layout = get((const double[]){ 1, 2 }, 2);
	double bound;

	cr_expect_eq(get((const double[]){ 1, 2 }, 2), layout);
	cr_expect_neq(get((const double[]){ 1, 2, 3 }, 3), layout);
	cr_expect_neq(get((const double[]){ 1, 3 }, 2), layout);
	cr_expect_eq(qp_layout_by_id(layout->id), layout);
	for (int i = 4; i < QP_MAX_LAYOUTS; i++) {
		bound = i;
		cr_assert_not_null(get(&bound, 1));
	}
	bound = 0.5;
	cr_expect_null(get(&bound, 1));
	cr_expect_eq(get((const double[]){ 1, 2 }, 2), layout);
}

/* --- legal bounds ----------------------------------------------------------------------------- */

Test(buckets, legal_and_illegal)
{
	static const struct {
		double bounds[3];
		size_t n, left;
		quipu_error error;
	} cases[] = {
		{ { 1, 2, 3 }, 3, 3, QUIPU_OK },
		{ { -3, 0, 3 }, 3, 3, QUIPU_OK },
		{ { -DBL_MAX, 0, DBL_MAX }, 3, 3, QUIPU_OK },
		{ { 1, 2, INFINITY }, 3, 2, QUIPU_OK },
		{ { INFINITY }, 1, 0, QUIPU_OK },
		{ { 1, 1, 2 }, 3, 3, QUIPU_EBOUNDS },
		{ { -0.0, 0.0, 2 }, 3, 3, QUIPU_EBOUNDS },
		{ { 2, 1, 3 }, 3, 3, QUIPU_EBOUNDS },
		{ { 1, INFINITY, 3 }, 3, 3, QUIPU_EBOUNDS },
		{ { 1, INFINITY, INFINITY }, 3, 2, QUIPU_EBOUNDS },
		{ { -INFINITY, 1, 3 }, 3, 3, QUIPU_EBOUNDS },
		{ { 1, NAN, 3 }, 3, 3, QUIPU_EBOUNDS },
		{ { NAN }, 1, 1, QUIPU_EBOUNDS },
		{ { 1, 2, NAN }, 3, 3, QUIPU_EBOUNDS },
	};

	for (size_t i = 0; i < N_OF(cases); i++) {
		size_t n = cases[i].n;

		cr_expect_eq(qp_bounds_check(cases[i].bounds, &n), cases[i].error, "case %zu", i);
		cr_expect_eq(n, cases[i].left, "case %zu", i);
	}
}

Test(buckets, at_most_512)
{
	double bounds[QUIPU_MAX_BOUNDS + 2];
	size_t n = QUIPU_MAX_BOUNDS + 1;

	cr_assert_eq(quipu_bounds_linear(bounds, QUIPU_MAX_BOUNDS + 1, 1, 1), QUIPU_OK);
	cr_expect_eq(qp_bounds_check(bounds, &n), QUIPU_EBOUNDS);
	bounds[QUIPU_MAX_BOUNDS] = INFINITY;
	cr_expect_eq(qp_bounds_check(bounds, &n), QUIPU_OK);
	cr_expect_eq(n, QUIPU_MAX_BOUNDS);
}

/* --- helpers ---------------------------------------------------------------------------------- */

Test(buckets, linear)
{
	double out[4] = { 7, 7, 7, 7 };

	cr_assert_eq(quipu_bounds_linear(out, 3, -1, 0.5), QUIPU_OK);
	cr_expect(out[0] == -1 && out[1] == -0.5 && out[2] == 0 && out[3] == 7);
	cr_expect_eq(quipu_bounds_linear(out, 1, DBL_MAX, 1), QUIPU_OK);
	cr_expect_eq(out[0], DBL_MAX);
}

Test(buckets, exponential)
{
	double out[4] = { 7, 7, 7, 7 };

	cr_assert_eq(quipu_bounds_exponential(out, 3, 0.25, 2), QUIPU_OK);
	cr_expect(out[0] == 0.25 && out[1] == 0.5 && out[2] == 1 && out[3] == 7);
	cr_expect_eq(quipu_bounds_exponential(out, 1, DBL_MAX, 10), QUIPU_OK);
	cr_expect_eq(out[0], DBL_MAX);
}

static const double bad_starts[] = { NAN, INFINITY, -INFINITY };

Test(buckets, helpers_refuse_and_touch_nothing)
{
	double out[3] = { 7, 7, 7 };

	for (size_t i = 0; i < N_OF(bad_starts); i++) {
		cr_expect_eq(quipu_bounds_linear(out, 3, bad_starts[i], 1), QUIPU_EBOUNDS);
		cr_expect_eq(quipu_bounds_linear(out, 3, 1, bad_starts[i]), QUIPU_EBOUNDS);
		cr_expect_eq(quipu_bounds_exponential(out, 3, bad_starts[i], 2), QUIPU_EBOUNDS);
		cr_expect_eq(quipu_bounds_exponential(out, 3, 1, bad_starts[i]), QUIPU_EBOUNDS);
	}
	cr_expect_eq(quipu_bounds_linear(out, 0, 1, 1), QUIPU_EBOUNDS);
	cr_expect_eq(quipu_bounds_linear(out, 3, 1, 0), QUIPU_EBOUNDS);
	cr_expect_eq(quipu_bounds_linear(out, 3, 1, -1), QUIPU_EBOUNDS);
	cr_expect_eq(quipu_bounds_linear(out, 3, DBL_MAX, DBL_MAX), QUIPU_EBOUNDS);
	cr_expect_eq(quipu_bounds_exponential(out, 0, 1, 2), QUIPU_EBOUNDS);
	cr_expect_eq(quipu_bounds_exponential(out, 3, 0, 2), QUIPU_EBOUNDS);
	cr_expect_eq(quipu_bounds_exponential(out, 3, -1, 2), QUIPU_EBOUNDS);
	cr_expect_eq(quipu_bounds_exponential(out, 3, 1, 1), QUIPU_EBOUNDS);
	cr_expect_eq(quipu_bounds_exponential(out, 3, 1, 0.5), QUIPU_EBOUNDS);
	cr_expect_eq(quipu_bounds_exponential(out, 3, 1e200, 1e100), QUIPU_EBOUNDS);
	cr_expect(out[0] == 7 && out[1] == 7 && out[2] == 7);
}

/* Finite bounds are legal, even where one more step would not be. */
Test(buckets, linear_up_to_the_largest_double)
{
	double out[2] = { 7, 7 };

	cr_expect_eq(quipu_bounds_linear(out, 2, 0, DBL_MAX), QUIPU_OK);
	cr_expect(out[0] == 0 && out[1] == DBL_MAX);
}
