/* SPDX-License-Identifier: MIT */
/*
 * finder_test.c: F1: a whole number of nanoseconds or tokens is found in the cell where the binary
 * search over the layout's own ends puts its value, so that buckets stay exact (P2).
 */
#include "llm/finder.h"

#include "base/cell.h"
#include "base/lock.h"
#include "buckets.h"
#include "llm/route.h"
#include "opened.h"
#include "registry.h"
#include "support/seeded.h"

#include <math.h>

static qp_llm_finders finders;
static struct seeded random_numbers;

static void begin(void)
{
	cr_assert(qp_library_init());
	random_numbers = seeded_new("finder");
}

static void end(void)
{
	qp_llm_finders_close(&finders);
}

TestSuite(finder, .init = begin, .fini = end);

static const struct qp_llm_finder *finder_of(const struct qp_layout *layout, double per)
{
	const struct qp_llm_finder *finder;

	finder = qp_llm_finder_get(&finders, &layout->inlined, per);
	cr_assert_not_null(finder);
	return finder;
}

static void check_number(const struct qp_layout *layout, const struct qp_llm_finder *finder,
			 uint64_t number)
{
	double value = (double)number / finder->per;

	if (number - 1 >= finder->last)
		return;
	cr_assert_eq(qp_llm_cell(finder->spans, finder->shift, number) * 16,
		     qp_layout_search(layout, value), "%" PRIu64 " of layout %u", number,
		     layout->id);
}

/* What is beyond the last end of the table that a number can reach is not taken, all else is. */
static void check_last(const struct qp_layout *layout, const struct qp_llm_finder *finder)
{
	const struct quipu_priv_layout *table = &layout->inlined;
	int64_t i = table->last;
	const double per = finder->per;

	while (i > 0 && (isinf(table->entry[i].bound) ||
			 (double)QP_LLM_MOST_NUMBER / per <= table->entry[i].bound))
		i--;
	cr_assert_leq((double)finder->last / per, table->entry[i].bound, "layout %u", layout->id);
	cr_assert_gt((double)(finder->last + 1) / per, table->entry[i].bound, "layout %u",
		     layout->id);
}

/* Those around each end and each power of two, the smallest, the largest, and some. */
static void check_finder(const struct qp_layout *layout, double per)
{
	const struct qp_llm_finder *finder = finder_of(layout, per);

	if (finder->last > 0)
		check_last(layout, finder);
	for (uint32_t i = 0; i + 1 < layout->inlined.n_cells; i++) {
		double number = layout->ends[i] * per;

		for (int64_t off = -2; number >= 0 && number < 0x1p50 && off <= 2; off++)
			check_number(layout, finder, (uint64_t)((int64_t)number + off));
	}
	for (unsigned bit = 0; bit < 63; bit++) {
		for (int64_t off = -2; off <= 2; off++)
			check_number(layout, finder, (UINT64_C(1) << bit) + (uint64_t)off);
	}
	for (uint64_t number = 1; number < 3000; number++) {
		check_number(layout, finder, number);
		check_number(layout, finder, finder->last + 1 - number);
		check_number(layout, finder,
			     seeded_next(&random_numbers) >> seeded_below(&random_numbers, 64));
	}
}

static const struct qp_layout *layout_with(const double *bounds, size_t n,
					   const struct qp_native_spec *native)
{
	const struct qp_layout *layout;

	qp_lock(&qp_catalog_lock);
	layout = qp_layout_get(bounds, n, native);
	qp_unlock(&qp_catalog_lock);
	cr_assert_not_null(layout);
	return layout;
}

/* --- the kit's own ------------------------------------------------------------------------------ */

static void check_preset(const char *name, const double *bounds, size_t n)
{
	static const struct qp_native_spec native = { 3, 1e-3, 3600, false };
	const bool whole = bounds[0] == 1;
	const double per = whole ? 1 : 1e9;
	const struct qp_layout *layout = layout_with(bounds, n, NULL);

	cr_expect_eq(finder_of(layout, per)->last, (uint64_t)(bounds[n - 1] * per), "%s", name);
	check_finder(layout, per);
	if (whole)
		return;
	layout = layout_with(bounds, n, &native);
	cr_expect_geq(finder_of(layout, per)->last, UINT64_C(3600000000000), "%s", name);
	check_finder(layout, per);
}

Test(finder, F1_bounds_of_the_kit)
{
#define QUIPU_LLM_BUCKETS(id, ...)                                                                 \
	check_preset(#id, (const double[]){ __VA_ARGS__ },                                         \
		     sizeof((const double[]){ __VA_ARGS__ }) / sizeof(double));
#include <quipu/llm.def>
}

static void check_found(unsigned names, int no_native)
{
	const struct qp_llm_histogram *each[11];
	size_t n = 6;

	open_with(QUIPU_LLM_OPTS(.names = names, .no_native = no_native));
	each[0] = &route->first_token;
	each[1] = &route->chunk;
	each[2] = &route->duration;
	each[3] = &route->per_token;
	each[4] = &route->request_tokens[0];
	each[5] = &route->request_tokens[1];
	if (names & QUIPU_LLM_NAMES_OTEL_1_41) {
		each[n++] = &route->otel_first_chunk;
		each[n++] = &route->otel_chunk;
		each[n++] = &route->otel_duration;
		each[n++] = &route->otel_tokens[0];
		each[n++] = &route->otel_tokens[1];
	}
	for (size_t i = 0; i < n; i++)
		cr_expect_eq(each[i]->last > 0, qp_cell_whole, "histogram %zu of a route", i);
	close_kit();
}

Test(finder, every_histogram_of_a_route_has_one)
{
	const unsigned both = QUIPU_LLM_NAMES_SHORT | QUIPU_LLM_NAMES_OTEL_1_41;

	check_found(QUIPU_LLM_NAMES_SHORT, 0);
	check_found(QUIPU_LLM_NAMES_SHORT, 1);
	check_found(both, 0);
	check_found(both, 1);
}

/* --- any ---------------------------------------------------------------------------------------- */

/* How many of a hundred layouts with bounds from draw, above the first (NAN: from draw too), have a
 * finder. */
static size_t check_many_above(double first, double (*draw)(void), double per,
			       const struct qp_native_spec *native)
{
	size_t found = 0;

	for (int i = 0; i < 100; i++) {
		double bounds[12], bound = isnan(first) ? draw() : first;
		size_t n = 1 + seeded_below(&random_numbers, 12);
		const struct qp_layout *layout;

		for (size_t k = 0; k < n; k++) {
			bounds[k] = bound;
			bound += draw();
		}
		layout = layout_with(bounds, n, native);
		if (!layout->inlined.entry)
			continue;
		check_finder(layout, per);
		found += finder_of(layout, per)->last > 0;
	}
	return found;
}

static size_t check_many(double (*draw)(void), double per)
{
	return check_many_above(NAN, draw, per, NULL);
}

static double below(uint64_t limit, double unit)
{
	return (double)(1 + seeded_below(&random_numbers, limit)) * unit;
}

static double some_seconds(void)
{
	return below(1000000, 1e-5);
}

static double some_nanoseconds(void)
{
	return below(40, 1e-9);
}

/* Several bounds, or all, between the same two numbers. */
static double less_than_a_nanosecond(void)
{
	return below(1000, 1e-12);
}

static double some_tokens(void)
{
	return below(5000, 1);
}

static double parts_of_tokens(void)
{
	return below(5000, 1e-3);
}

static double ages(void)
{
	return below(1000, 100);
}

Test(finder, F1_seconds)
{
	cr_expect_gt(check_many(some_seconds, 1e9), 50);
}

Test(finder, F1_bounds_of_some_nanoseconds)
{
	cr_expect_gt(check_many(some_nanoseconds, 1e9), 50);
}

Test(finder, F1_bounds_less_than_a_nanosecond_apart)
{
	cr_expect_gt(check_many(less_than_a_nanosecond, 1e9), 10);
}

Test(finder, F1_tokens)
{
	cr_expect_gt(check_many(some_tokens, 1), 50);
}

Test(finder, F1_bounds_between_whole_tokens)
{
	cr_expect_gt(check_many(parts_of_tokens, 1), 50);
}

Test(finder, F1_bounds_beyond_the_largest_number)
{
	cr_expect_gt(check_many(ages, 1e9), 10);
}

/* Cells below the table's. */
Test(finder, F1_bounds_below_zero)
{
	cr_expect_gt(check_many_above(-2, some_seconds, 1e9, NULL), 10);
	cr_expect_gt(check_many_above(-5000, some_tokens, 1, NULL), 10);
}

Test(finder, F1_with_native_buckets)
{
	static const struct qp_native_spec one_sided = { 3, 1e-3, 3600, false };
	static const struct qp_native_spec two_sided = { 0, 1e-6, 1e6, true };
	static const struct qp_native_spec fine = { 4, 1e-2, 100, false };

	cr_expect_gt(check_many_above(0.001, some_seconds, 1e9, &one_sided), 50);
	cr_expect_gt(check_many_above(-1, some_seconds, 1e9, &two_sided), 50);
	cr_expect_gt(check_many_above(0.5, some_seconds, 1e9, &fine), 50);
}

/* Around 2^47 nanoseconds, a nanosecond apart. */
Test(finder, F1_bounds_at_the_largest_number)
{
	cr_expect_gt(check_many_above(0x1p47 / 1e9 - 50e-9, some_nanoseconds, 1e9, NULL), 10);
}

Test(finder, without_a_layout_there_is_none)
{
	cr_expect_null(qp_llm_finder_get(&finders, NULL, 1e9));
	cr_expect_null(finders);
}

Test(finder, the_same_layout_and_unit_have_the_same)
{
	const struct qp_layout *layout = layout_with((const double[]){ 1, 2 }, 2, NULL);
	const struct qp_llm_finder *first = finder_of(layout, 1);

	cr_expect_neq(finder_of(layout, 1e9), first);
	cr_expect_eq(finder_of(layout, 1), first);
}
