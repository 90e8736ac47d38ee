/* SPDX-License-Identifier: MIT */
/*
 * native_test.c: native buckets: the arithmetic against Prometheus' own client's figures, layouts
 * whose cells serve both kinds of buckets, and V1 and V2 of what a scrape shows of them.
 */
#include "native.h"

#include "exposed.h"
#include "native_view.h"
#include "registry.h"
#include "support/seeded.h"

#include <float.h>
#include <math.h>

static const struct {
	int schema;
	uint64_t bits;
	int32_t index;
} indices[] = {
#include "native_index.inc"
};

static const struct {
	double factor;
	int schema;
} factors[] = {
#include "native_factors.inc"
};

struct pair {
	int32_t index;
	uint32_t count;
};

static const struct shape {
	size_t n_buckets;
	struct pair buckets[32];
	size_t n_spans;
	struct pair spans[32];
	size_t n_counts;
	uint64_t counts[96];
	size_t n_reduced;
	struct pair reduced[32];
} shapes[] = {
#include "native_shapes.inc"
};

static double from_bits(uint64_t bits)
{
	double value;

	memcpy(&value, &bits, sizeof value);
	return value;
}

Test(native, index_is_that_of_the_go_client)
{
	cr_assert(qp_library_init());
	for (size_t i = 0; i < N_OF(indices); i++)
		cr_expect_eq(qp_native_index(indices[i].schema, from_bits(indices[i].bits)),
			     indices[i].index, "schema %d, %a", indices[i].schema,
			     from_bits(indices[i].bits));
}

Test(native, schema_is_that_of_the_go_client)
{
	for (size_t i = 0; i < N_OF(factors); i++)
		cr_expect_eq(qp_native_schema(factors[i].factor), factors[i].schema, "factor %.17g",
			     factors[i].factor);
}

/* The end belongs to its bucket, the next double to the next, in every schema. */
Test(native, bounds_are_where_the_index_changes)
{
	struct seeded random = seeded_new("native bounds");

	cr_assert(qp_library_init());
	for (int schema = QP_NATIVE_COARSEST; schema <= QP_NATIVE_FINEST; schema++) {
		int32_t low = qp_native_index(schema, DBL_TRUE_MIN);
		int32_t high = qp_native_index(schema, DBL_MAX);

		cr_expect_eq(qp_native_bound(schema, high), DBL_MAX);
		cr_expect(isinf(qp_native_bound(schema, high + 1)));
		cr_expect_eq(qp_native_index(schema, INFINITY), high + 1);
		for (int i = 0; i < 2000; i++) {
			int32_t index =
				low + (int32_t)seeded_below(&random, (uint64_t)(high - low));
			double end = qp_native_bound(schema, index);

			if (end < 2 * DBL_MIN)
				continue; /* several ends in one double */
			cr_assert_eq(qp_native_index(schema, end), index);
			cr_assert_eq(qp_native_index(schema, nextafter(end, INFINITY)), index + 1);
		}
	}
}

/* --- layouts ---------------------------------------------------------------------------------- */

static const struct qp_layout *layout_of(const double *bounds, size_t n,
					 const struct qp_native_spec *native)
{
	const struct qp_layout *layout;

	cr_assert(qp_library_init());
	qp_lock(&qp_catalog_lock);
	layout = qp_layout_get(bounds, n, native);
	qp_unlock(&qp_catalog_lock);
	cr_assert_not_null(layout);
	return layout;
}

static uint32_t cell_of(const struct qp_layout *layout, double value)
{
	uint32_t cell = qp_layout_search(layout, value);

	if ((uint64_t)quipu_priv_bits(value) <= layout->inlined.top && layout->inlined.entry)
		cr_assert_eq(quipu_priv_layout_find(&layout->inlined, value), cell, "%a", value);
	return cell / 16;
}

static uint32_t classic_of(const struct qp_layout *layout, double value)
{
	uint32_t i = 0;

	while (i < layout->n_bounds && value > layout->bounds[i])
		i++;
	return i;
}

/* Where a value belongs, said without cells. */
static void check_value(const struct qp_layout *layout, double value)
{
	const struct qp_native_spec *native = &layout->native;
	double size = fabs(value);
	uint32_t cell = cell_of(layout, value);

	cr_assert_eq(qp_layout_classic(layout, cell), classic_of(layout, value), "%a", value);
	if (size <= qp_native_zero_threshold(native)) {
		cr_assert(cell >= layout->zero_first && cell < layout->zero_end, "%a", value);
		return;
	}
	cr_assert_eq(cell < layout->zero_first, value < 0, "%a", value);
	cr_assert(cell < layout->zero_first || cell >= layout->zero_end, "%a", value);
	if (isinf(size) || (size <= native->max && (value > 0 || native->negative)))
		cr_assert_eq(layout->index[cell], qp_native_index(native->schema, size),
			     "%a in schema %d", value, native->schema);
}

static void check_around(const struct qp_layout *layout, double value)
{
	check_value(layout, value);
	check_value(layout, -value);
	check_value(layout, nextafter(value, INFINITY));
	check_value(layout, nextafter(value, 0));
	check_value(layout, -nextafter(value, 0));
	check_value(layout, -nextafter(value, INFINITY));
}

static void check_layout(const struct qp_layout *layout, struct seeded *random)
{
	static const double specials[] = { 0, DBL_TRUE_MIN, DBL_MIN, 1, DBL_MAX, INFINITY };

	for (size_t i = 0; i < N_OF(specials); i++)
		check_around(layout, specials[i]);
	for (uint32_t i = 0; i + 1 < layout->inlined.n_cells; i++)
		check_around(layout, layout->ends[i]);
	for (int i = 0; i < 2000; i++) {
		double value = from_bits(seeded_next(random));

		if (!isnan(value))
			check_value(layout, value);
		check_value(layout, ldexp(1 + (double)seeded_below(random, 1 << 20) / (1 << 20),
					  (int)seeded_below(random, 80) - 40));
	}
}

Test(native, every_value_is_in_its_buckets)
{
	struct seeded random = seeded_new("native layouts");
	const double bounds[] = { -3, 0, 1e-7, 0.1, 0.25, 1.0000001, 2.5, 1e10, 1e300 };

	for (int schema = QP_NATIVE_COARSEST; schema <= QP_NATIVE_FINEST; schema++) {
		struct qp_native_spec native = { schema, 1e-3, 1e3, schema % 2 == 0 };

		check_layout(layout_of(NULL, 0, &native), &random);
		check_layout(layout_of(bounds, N_OF(bounds), &native), &random);
		check_layout(layout_of(quipu_default_bounds, 11, &native), &random);
	}
}

Test(native, the_whole_range_of_doubles)
{
	struct seeded random = seeded_new("native all");
	struct qp_native_spec all = { 2, DBL_MIN, DBL_MAX, true };

	check_layout(layout_of(NULL, 0, &all), &random);
}

static int ascending(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

/* A native end, of the range or beyond it, or one of the doubles beside it, on either side of 0. */
static double draw_bound(struct seeded *random, const struct qp_native_spec *native)
{
	int32_t low = qp_native_index(native->schema, native->min) - 3;
	int32_t high = qp_native_index(native->schema, native->max) + 3;
	double end = qp_native_bound(
		native->schema, low + (int32_t)seeded_below(random, (uint64_t)(high - low + 1)));
	uint64_t way = seeded_below(random, 8);

	if (way < 4)
		end = nextafter(end, way < 2 ? 0 : INFINITY);
	else if (way == 4)
		end = qp_native_zero_threshold(native);
	end = fmin(end, DBL_MAX);
	return seeded_below(random, 3) == 0 ? -end : end;
}

static size_t draw_bounds(struct seeded *random, const struct qp_native_spec *native,
			  double *bounds)
{
	size_t n = 1 + seeded_below(random, 12), kept = 1;

	for (size_t i = 0; i < n; i++)
		bounds[i] = draw_bound(random, native);
	qsort(bounds, n, sizeof bounds[0], ascending);
	for (size_t i = 1; i < n; i++)
		if (bounds[i] > bounds[kept - 1])
			bounds[kept++] = bounds[i];
	return kept;
}

Test(native, bounds_at_and_beside_native_ends)
{
	struct seeded random = seeded_new("native and classic");
	double bounds[12];

	cr_assert(qp_library_init());
	for (int i = 0; i < 200; i++) {
		int schema = (int)seeded_below(&random, 13) + QP_NATIVE_COARSEST;
		double min = ldexp(1, (int)seeded_below(&random, 40) - 20);
		const struct qp_native_spec native = {
			schema, min, min * (double)(1 + seeded_below(&random, 1000)),
			seeded_below(&random, 2)
		};
		size_t n = draw_bounds(&random, &native, bounds);

		check_layout(layout_of(bounds, n, &native), &random);
	}
}

/* The usual ones are taken by the inline path. */
Test(native, usual_layouts_have_a_table)
{
	for (int schema = QP_NATIVE_COARSEST; schema <= QP_NATIVE_FINEST; schema++) {
		struct qp_native_spec native = { schema, 0x1p-20, 0x1p33, false };
		const struct qp_layout *alone = layout_of(NULL, 0, &native);
		const struct qp_layout *both = layout_of(quipu_default_bounds, 11, &native);

		cr_expect_not_null(alone->inlined.entry, "schema %d", schema);
		/* in the finest, 0.5 % wide, a bound is too near to one of its ends */
		cr_expect_eq(both->inlined.entry != NULL, schema < QP_NATIVE_FINEST, "schema %d",
			     schema);
		cr_log_info("schema %d: %u cells, tables of %ld and %ld", schema,
			    alone->inlined.n_cells, (long)alone->inlined.last + 1,
			    (long)both->inlined.last + 1);
	}
}

/* --- what a scrape shows ---------------------------------------------------------------------- */

static uint64_t total(const quipu_native_buckets *buckets)
{
	uint64_t sum = 0;
	size_t length = 0;

	for (size_t i = 0; i < buckets->n_counts; i++)
		sum += buckets->counts[i];
	for (size_t i = 0; i < buckets->n_spans; i++)
		length += buckets->spans[i].length;
	cr_assert_eq(length, buckets->n_counts);
	return sum;
}

static uint64_t count_at(const quipu_native_buckets *buckets, int32_t index)
{
	int32_t at = 0;
	size_t k = 0;

	for (size_t i = 0; i < buckets->n_spans; i++) {
		at += buckets->spans[i].offset;
		for (uint32_t j = 0; j < buckets->spans[i].length; j++, at++, k++)
			if (at == index)
				return buckets->counts[k];
	}
	return 0;
}

/* Not buckets that are there and empty, nor those that schema 0 does not have. */
static bool can_be_made(const struct shape *shape)
{
	for (size_t k = 0; k < shape->n_buckets; k++) {
		if (shape->buckets[k].count == 0 || abs(shape->buckets[k].index) > 100)
			return false;
	}
	return true;
}

Test(native, shapes_are_those_of_the_go_client)
{
	struct qp_native_spec spec = { 0, 0x1p-100, 0x1p100, false };
	const struct qp_layout *layout = layout_of(NULL, 0, &spec);
	struct qp_cell *cells = calloc(layout->inlined.n_cells, sizeof *cells);
	struct qp_native_room room = { 0 };
	quipu_native_view view;

	cr_assert(qp_native_room_reserve(&room, layout->inlined.n_cells));
	for (size_t i = 0; i < N_OF(shapes); i++) {
		const struct shape *shape = &shapes[i];

		if (!can_be_made(shape))
			continue;
		memset(cells, 0, layout->inlined.n_cells * sizeof *cells);
		for (size_t k = 0; k < shape->n_buckets; k++)
			cells[cell_of(layout, qp_native_bound(0, shape->buckets[k].index))].count =
				shape->buckets[k].count;
		qp_native_view(&room, layout, cells, 1000, &view);
		cr_assert_eq(view.positive.n_spans, shape->n_spans, "shape %zu", i);
		cr_assert_eq(view.positive.n_counts, shape->n_counts, "shape %zu", i);
		for (size_t k = 0; k < shape->n_spans; k++) {
			cr_expect_eq(view.positive.spans[k].offset, shape->spans[k].index);
			cr_expect_eq(view.positive.spans[k].length, shape->spans[k].count);
		}
		for (size_t k = 0; k < shape->n_counts; k++)
			cr_expect_eq(view.positive.counts[k], shape->counts[k]);
		if (shape->n_reduced == shape->n_buckets)
			continue;
		qp_native_view(&room, layout, cells, shape->n_reduced, &view);
		cr_expect_eq(view.schema, -1);
		for (size_t k = 0; k < shape->n_reduced; k++)
			cr_expect_eq(count_at(&view.positive, shape->reduced[k].index),
				     shape->reduced[k].count);
	}
	qp_native_room_free(&room);
	free(cells);
}

/* V1, and V2: what was once in a bucket stays there, at a coarser resolution at most. */
Test(native, counts_add_up_and_never_fall)
{
	struct seeded random = seeded_new("native views");
	struct qp_native_spec spec = { 5, 1e-3, 1e3, true };
	const struct qp_layout *layout = layout_of(quipu_default_bounds, 11, &spec);
	struct qp_cell *cells = calloc(layout->inlined.n_cells, sizeof *cells);
	struct qp_native_room room = { 0 };
	quipu_native_view view;
	uint64_t all = 0;
	int schema = spec.schema;

	cr_assert(qp_native_room_reserve(&room, layout->inlined.n_cells));
	for (int round = 0; round < 300; round++) {
		for (int i = 0; i < 5; i++, all++) {
			double value = ldexp(1 + (double)seeded_below(&random, 1000) / 1000,
					     (int)seeded_below(&random, 120) - 60);

			cells[cell_of(layout, seeded_below(&random, 2) ? value : -value)].count++;
		}
		qp_native_view(&room, layout, cells, 40, &view);
		cr_assert_eq(view.zero_count + total(&view.positive) + total(&view.negative), all);
		cr_assert_leq(view.schema, schema);
		schema = view.schema;
	}
	cr_expect_lt(schema, spec.schema);
	qp_native_room_free(&room);
	free(cells);
}
