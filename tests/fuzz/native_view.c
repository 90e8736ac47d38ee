/* SPDX-License-Identifier: MIT */
/*
 * native_view.c: bytes choose a layout (schema, range, negative side, classic bounds) and values.
 * Each value's native and classic bucket is told from the arithmetic of native.h alone, without
 * cells; what a scrape would show must say the same: V1, V2 and the spans of core/native_view.h,
 * and the resolution is no coarser than it has to be.
 *
 * Layouts are kept for ever and are few (core/buckets.h), so that they come from tables.
 */
#include "demand.h"

#include "base/lock.h"
#include "native_view.h"
#include "registry.h"

#include <float.h>
#include <math.h>

#define MOST_VALUES 256
#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

/* --- what bytes choose ----------------------------------------------------------------------- */

static const double ranges[][2] = {
	{ 0x1p-20, 0x1p33 },
	{ 1e-3, 1e3 },
	{ 1, 1 },
	{ DBL_MIN, DBL_MIN },
	{ DBL_MAX, DBL_MAX },
	{ DBL_MIN, DBL_MAX },
	{ 0x1p-1022, 1e-300 },
	{ 1e300, DBL_MAX },
	{ 0.5, 0x1.8p0 },
	{ 3, 1e6 },
	{ 0x1p16, 0x1p32 },
};

static const double durations[] = { 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10 };
static const double odd[] = { -1e300,
			      -65536,
			      -3,
			      -1,
			      -0x1p-30,
			      -DBL_TRUE_MIN,
			      0,
			      DBL_TRUE_MIN,
			      DBL_MIN,
			      1e-7,
			      0x1.6a09e667f3bccp+0,
			      4,
			      1e10,
			      0x1p40,
			      DBL_MAX };

static const struct {
	const double *bounds;
	size_t n;
} classic[] = { { NULL, 0 }, { durations, N_OF(durations) }, { odd, N_OF(odd) } };

static const double specials[] = { 0,	  DBL_TRUE_MIN, DBL_MIN, 1,	  0x1p-1023,
				   65536, 1e9,		1e300,	 DBL_MAX, INFINITY };

static const struct qp_layout *take_layout(struct bytes *bytes)
{
	unsigned schema = take_below(bytes, QP_NATIVE_FINEST - QP_NATIVE_COARSEST + 1);
	unsigned range = take_below(bytes, N_OF(ranges)), with = take_below(bytes, N_OF(classic));
	const struct qp_native_spec spec = { QP_NATIVE_COARSEST + (int)schema, ranges[range][0],
					     ranges[range][1], take(bytes) & 1 };
	const struct qp_layout *layout;

	if (qp_native_count_ends(&spec, QP_MAX_ENDS) + classic[with].n > QP_MAX_ENDS)
		return NULL;
	qp_lock(&qp_catalog_lock);
	layout = qp_layout_get(classic[with].bounds, classic[with].n, &spec);
	qp_unlock(&qp_catalog_lock);
	demand(layout, "no layout");
	return layout;
}

static double take_magnitude(struct bytes *bytes, const struct qp_layout *layout, unsigned how)
{
	int32_t index;

	if (how == 0)
		return fabs(take_double(bytes));
	if (how == 1)
		return specials[take_below(bytes, N_OF(specials))];
	if (how == 2 && layout->n_bounds > 0)
		return fabs(layout->bounds[take(bytes) % layout->n_bounds]);
	index = (int8_t)take(bytes) * 300;
	return qp_native_bound(layout->native.schema, index + (int)take(bytes));
}

/* Near to something that matters, or anything; on either side of 0. */
static double take_value(struct bytes *bytes, const struct qp_layout *layout)
{
	unsigned tag = take(bytes);
	double value = take_magnitude(bytes, layout, tag & 3);

	if (tag >> 2 & 1)
		value = nextafter(value, INFINITY);
	if (tag >> 3 & 1)
		value = nextafter(value, 0);
	return tag >> 4 & 1 ? -value : value;
}

/* --- where a value belongs ------------------------------------------------------------------- */

/* Up to which magnitude every bucket of the schema is told from the next. */
static double fine_end(const struct qp_native_spec *spec, bool below_0)
{
	double threshold = qp_native_zero_threshold(spec);

	if (below_0 && !spec->negative)
		return threshold;
	return fmax(threshold,
		    qp_native_bound(spec->schema, qp_native_index(spec->schema, spec->max)));
}

/* The magnitude that decides: the value's own where buckets are fine; beyond, the first one that
 * cannot be told from it, between ends 65536 times as far apart and classic bounds. */
static double deciding(const struct qp_layout *layout, double value)
{
	double size = fabs(value), end = fine_end(&layout->native, value < 0), first;

	if (size <= end || isinf(size))
		return size;
	first = nextafter(fmax(end, qp_native_bound(QP_NATIVE_COARSEST,
						    qp_native_index(QP_NATIVE_COARSEST, size) - 1)),
			  INFINITY);
	for (size_t i = 0; i < layout->n_bounds; i++) {
		double bound = layout->bounds[i];

		if (value > 0 && bound > 0 && bound < size)
			first = fmax(first, nextafter(bound, INFINITY));
		if (value < 0 && bound < 0 && -bound <= size)
			first = fmax(first, -bound);
	}
	return first;
}

/* Native buckets as a plain list; side is -1, 0 (the zero bucket) or 1. */
struct map {
	struct {
		int side;
		int32_t index;
		uint64_t count;
	} bucket[MOST_VALUES];
	size_t n;
};

static uint64_t *at(struct map *map, int side, int32_t index)
{
	size_t i = 0;

	while (i < map->n && (map->bucket[i].side != side || map->bucket[i].index != index))
		i++;
	if (i == map->n) {
		map->bucket[i].side = side;
		map->bucket[i].index = index;
		map->bucket[map->n++].count = 0;
	}
	return &map->bucket[i].count;
}

static void count(struct map *map, const struct qp_layout *layout, double value)
{
	bool zero = fabs(value) <= qp_native_zero_threshold(&layout->native);

	if (zero)
		++*at(map, 0, 0);
	else
		++*at(map, value < 0 ? -1 : 1,
		      qp_native_index(layout->native.schema, deciding(layout, value)));
}

/* Two buckets become one: 1 and 2 make 1, -1 and 0 make 0. */
static struct map coarser(const struct map *map)
{
	struct map result = { .n = 0 };

	for (size_t i = 0; i < map->n; i++) {
		int32_t index = map->bucket[i].index;

		*at(&result, map->bucket[i].side, (index + (index > 0)) / 2) +=
			map->bucket[i].count;
	}
	return result;
}

static size_t n_buckets(struct map *map)
{
	size_t n = 0;

	for (size_t i = 0; i < map->n; i++)
		n += map->bucket[i].side != 0;
	return n;
}

/* --- what is shown --------------------------------------------------------------------------- */

static void decode(struct map *map, int side, const quipu_native_buckets *buckets)
{
	int64_t index = 0;
	size_t k = 0;

	for (size_t i = 0; i < buckets->n_spans; i++) {
		const quipu_span *span = &buckets->spans[i];

		demand(i == 0 || span->offset > 0, "spans that touch");
		demand(span->length > 0, "an empty span");
		index += span->offset;
		for (uint32_t j = 0; j < span->length; j++, index++, k++) {
			demand(k < buckets->n_counts, "fewer counts than the spans say");
			if (buckets->counts[k] > 0)
				*at(map, side, (int32_t)index) = buckets->counts[k];
		}
	}
	demand(k == buckets->n_counts, "more counts than the spans say");
}

static struct map shown(const quipu_native_view *view)
{
	struct map map = { .n = 0 };

	decode(&map, 1, &view->positive);
	decode(&map, -1, &view->negative);
	if (view->zero_count > 0)
		*at(&map, 0, 0) = view->zero_count;
	return map;
}

/* Is everything of some in all, at least as often? */
static bool within(const struct map *some, struct map *all)
{
	for (size_t i = 0; i < some->n; i++) {
		if (some->bucket[i].count > *at(all, some->bucket[i].side, some->bucket[i].index))
			return false;
	}
	return true;
}

static void check_threshold(const struct qp_layout *layout, const quipu_native_view *view)
{
	int exponent;

	demand(view->zero_threshold < layout->native.min, "the zero bucket reaches into the range");
	demand(frexp(view->zero_threshold, &exponent) == 0.5, "a threshold inside a bucket");
}

/* The expected buckets at the layout's resolution, reduced as little as is enough. */
static void check_view(const struct qp_layout *layout, const quipu_native_view *view,
		       struct map expected, size_t max_buckets)
{
	struct map map = shown(view);
	int schema = layout->native.schema;

	for (; n_buckets(&expected) > max_buckets && schema > QP_NATIVE_COARSEST; schema--)
		expected = coarser(&expected);
	demand(view->schema == schema, "another resolution");
	demand(map.n == expected.n, "another number of buckets");
	demand(within(&map, &expected) && within(&expected, &map), "other buckets (V1)");
	check_threshold(layout, view);
}

/* --- one program ----------------------------------------------------------------------------- */

static uint32_t cell_of(const struct qp_layout *layout, double value)
{
	uint32_t cell = qp_layout_search(layout, value), bucket = 0;

	if (layout->inlined.entry && (uint64_t)quipu_priv_bits(value) <= layout->inlined.top)
		demand(quipu_priv_layout_find(&layout->inlined, value) == cell,
		       "the inline search (B2)");
	demand(cell / 16 < layout->inlined.n_cells, "a cell that there is not");
	while (bucket < layout->n_bounds && value > layout->bounds[bucket])
		bucket++;
	demand(qp_layout_classic(layout, cell / 16) == bucket, "the classic bucket");
	return cell / 16;
}

struct program {
	const struct qp_layout *layout;
	struct qp_cell *cells;
	struct map map; /* of all values so far, finest */
	size_t max_buckets;
	struct qp_native_room room;
};

static void observe(struct program *program, struct bytes *bytes, size_t most)
{
	for (size_t i = 0; i < most && left(bytes) > 0; i++) {
		double value = take_value(bytes, program->layout);

		if (isnan(value))
			continue;
		program->cells[cell_of(program->layout, value)].count++;
		count(&program->map, program->layout, value);
	}
}

static void show(struct program *program, quipu_native_view *view)
{
	demand(qp_native_room_reserve(&program->room, program->layout->inlined.n_cells), "room");
	qp_native_view(&program->room, program->layout, program->cells, program->max_buckets, view);
	check_view(program->layout, view, program->map, program->max_buckets);
}

/* V2: what was shown is still there, as fine or coarser. */
static void check_later(struct map earlier, int schema, const quipu_native_view *view)
{
	struct map later = shown(view);

	demand(view->schema <= schema, "the resolution rose (V2)");
	for (; schema > view->schema; schema--)
		earlier = coarser(&earlier);
	demand(within(&earlier, &later), "a bucket fell");
}

static void run(struct program *program, struct bytes *bytes)
{
	quipu_native_view view;
	struct map earlier;
	int schema;

	observe(program, bytes, MOST_VALUES / 4);
	show(program, &view);
	earlier = shown(&view);
	schema = view.schema;
	observe(program, bytes, MOST_VALUES / 2);
	show(program, &view);
	check_later(earlier, schema, &view);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes bytes = { data, data + size };
	struct program program = { 0 };

	demand(qp_library_init(), "the library");
	program.layout = take_layout(&bytes);
	if (!program.layout)
		return 0;
	program.max_buckets = 1 + take(&bytes);
	program.cells = calloc(program.layout->inlined.n_cells, sizeof(program.cells[0]));
	demand(program.cells, "memory is out");
	run(&program, &bytes);
	qp_native_room_free(&program.room);
	free(program.cells);
	return 0;
}
