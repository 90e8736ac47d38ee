/* SPDX-License-Identifier: MIT */
/* buckets.c: see buckets.h. */
#include "buckets.h"

#include "base/alloc.h"
#include "base/atomic.h"
#include "base/lock.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define MAX_ENTRIES 4096	 /* of a table for classic bounds */
#define MAX_NATIVE_ENTRIES 65536 /* and for native buckets */
#define MANTISSA_BITS 52

static const struct qp_layout sink_layout; /* B1 */

static const struct qp_layout *layouts[QP_MAX_LAYOUTS] = { &sink_layout };
static uint32_t n_layouts = 1;

/* --- bounds --------------------------------------------------------------------------- */

quipu_error qp_bounds_check(const double *bounds, size_t *n)
{
	size_t i;

	if (*n > 0 && isinf(bounds[*n - 1]) && bounds[*n - 1] > 0)
		--*n;
	if (*n > QUIPU_MAX_BOUNDS)
		return QUIPU_EBOUNDS;
	for (i = 0; i < *n; i++) {
		if (!isfinite(bounds[i]) || (i > 0 && !(bounds[i] > bounds[i - 1])))
			return QUIPU_EBOUNDS;
	}
	return QUIPU_OK;
}

quipu_error quipu_bounds_linear(double *out, size_t n, double start, double width)
{
	size_t i;

	if (n == 0 || !(width > 0) || !isfinite(start) ||
	    !isfinite(start + width * (double)(n - 1)))
		return QUIPU_EBOUNDS;
	for (i = 0; i < n; i++)
		out[i] = start + width * (double)i;
	return QUIPU_OK;
}

quipu_error quipu_bounds_exponential(double *out, size_t n, double start, double factor)
{
	size_t i;

	if (n == 0 || !(start > 0) || !(factor > 1) ||
	    !isfinite(start * pow(factor, (double)(n - 1))))
		return QUIPU_EBOUNDS;
	for (i = 0; i < n; i++, start *= factor)
		out[i] = start;
	return QUIPU_OK;
}

/* --- the table ------------------------------------------------------------------------------- */

static int64_t bits_of(double value)
{
	int64_t bits;

	memcpy(&bits, &value, sizeof bits);
	return bits;
}

/* The ends that a table is made for: those of values that have no sign. */
struct tabled {
	const double *ends;
	uint32_t first; /* number of the first one, and how many */
	uint32_t n;
	int64_t most_entries;
};

/* Not the wide cells above a native range: they would make the table long and are rarely hit. */
static struct tabled tabled_ends(const struct qp_layout *layout)
{
	struct tabled tabled = { layout->ends, 0, layout->inlined.n_cells - 1, MAX_ENTRIES };

	while (tabled.n > 0 && signbit(tabled.ends[tabled.first])) {
		tabled.first++;
		tabled.n--;
	}
	if (!layout->has_native)
		return tabled;
	tabled.most_entries = MAX_NATIVE_ENTRIES;
	while (tabled.n > 1 && tabled.ends[tabled.first + tabled.n - 2] >= layout->native.max &&
	       layout->classic[tabled.first + tabled.n - 1] == layout->n_bounds)
		tabled.n--;
	return tabled;
}

static int64_t key_at(const struct tabled *tabled, uint32_t i, uint32_t shift)
{
	return bits_of(tabled->ends[tabled->first + i]) >> shift;
}

static bool keys_differ(const struct tabled *tabled, uint32_t shift)
{
	uint32_t i;

	for (i = 1; i < tabled->n; i++) {
		if (key_at(tabled, i, shift) == key_at(tabled, i - 1, shift))
			return false;
	}
	return true;
}

static int64_t n_keys(const struct tabled *tabled, uint32_t shift)
{
	return key_at(tabled, tabled->n - 1, shift) - key_at(tabled, 0, shift) + 1;
}

/* The coarsest table that has at most one end in each entry; 0 if none is small enough. */
static uint32_t choose_shift(const struct tabled *tabled)
{
	uint32_t shift;

	if (tabled->n == 0)
		return 0;
	for (shift = MANTISSA_BITS; shift > 0; shift--) {
		if (n_keys(tabled, shift) > tabled->most_entries)
			return 0;
		if (keys_differ(tabled, shift))
			return shift;
	}
	return 0;
}

/* Up to where the table decides rightly: the end behind its last one, if there is one. */
static uint64_t top_of(const struct qp_layout *layout, const struct tabled *tabled)
{
	uint32_t next = tabled->first + tabled->n;

	return (uint64_t)bits_of(next < layout->inlined.n_cells - 1 ? layout->ends[next]
								    : INFINITY);
}

static bool make_table(struct qp_layout *layout)
{
	struct tabled tabled = tabled_ends(layout);
	uint32_t shift = choose_shift(&tabled), at = 0;
	struct quipu_priv_entry *entry;
	int64_t first, count, i;

	if (!shift)
		return true;
	first = key_at(&tabled, 0, shift);
	count = n_keys(&tabled, shift);
	entry = qp_alloc((size_t)count * sizeof *entry);
	if (!entry)
		return false;
	for (i = 0; i < count; i++) {
		bool has_end = at < tabled.n && key_at(&tabled, at, shift) == first + i;

		entry[i].cell = (tabled.first + at) * 16;
		entry[i].bound = has_end ? tabled.ends[tabled.first + at++] : INFINITY;
	}
	layout->inlined.first = first;
	layout->inlined.last = count - 1;
	layout->inlined.shift = shift;
	layout->inlined.top = top_of(layout, &tabled);
	layout->inlined.entry = entry;
	return true;
}

/* --- cells of both kinds of buckets ------------------------------------------------------------ */

/* Two ascending lists in one; what is in both is there once. How many. */
static uint32_t merge(double *out, const double *a, size_t n_a, const double *b, size_t n_b)
{
	size_t i = 0, k = 0;
	uint32_t n = 0;

	while (i < n_a || k < n_b) {
		bool from_a = k == n_b || (i < n_a && a[i] <= b[k]);
		double end = from_a ? a[i++] : b[k++];

		if (n == 0 || end > out[n - 1])
			out[n++] = end;
	}
	return n;
}

/* The magnitude that a cell, not the zero bucket's, begins behind. */
static double nearest(const struct qp_layout *layout, uint32_t cell)
{
	if (cell < layout->zero_first)
		return -nextafter(layout->ends[cell], INFINITY);
	return layout->ends[cell - 1];
}

/* Which buckets of either kind each cell belongs to. */
static void map_cells(struct qp_layout *layout)
{
	double threshold = qp_native_zero_threshold(&layout->native);
	uint32_t n = layout->inlined.n_cells, cell, bucket = 0;

	while (layout->ends[layout->zero_first] < -threshold)
		layout->zero_first++;
	layout->zero_end = layout->zero_first;
	while (layout->ends[layout->zero_end] < threshold)
		layout->zero_end++;
	layout->zero_end++;
	for (cell = 0; cell < n; cell++) {
		while (bucket < layout->n_bounds && cell > 0 &&
		       layout->ends[cell - 1] >= layout->bounds[bucket])
			bucket++;
		layout->classic[cell] = (uint16_t)bucket;
		if (cell < layout->zero_first || cell >= layout->zero_end)
			layout->index[cell] = qp_native_index(
				layout->native.schema, nextafter(nearest(layout, cell), INFINITY));
	}
}

static void layout_free(struct qp_layout *layout)
{
	if (layout->has_native) {
		qp_free((void *)(uintptr_t)layout->ends);
		qp_free(layout->index);
		qp_free(layout->classic);
	}
	qp_free(layout);
}

static bool add_native(struct qp_layout *layout, const struct qp_native_spec *native)
{
	size_t n_native = qp_native_count_ends(native, QP_MAX_ENDS);
	size_t n = n_native + layout->n_bounds;
	double *ends = qp_alloc(2 * n * sizeof ends[0]); /* the native ones behind, to merge */

	layout->has_native = true;
	layout->native = *native;
	layout->ends = ends;
	layout->index = qp_alloc((n + 1) * sizeof layout->index[0]);
	layout->classic = qp_alloc((n + 1) * sizeof layout->classic[0]);
	if (!ends || !layout->index || !layout->classic)
		return false;
	qp_native_ends(native, ends + n);
	layout->inlined.n_cells =
		1 + merge(ends, layout->bounds, layout->n_bounds, ends + n, n_native);
	map_cells(layout);
	return true;
}

/* --- layouts ----------------------------------------------------------------------------------- */

static bool same_native(const struct qp_layout *layout, const struct qp_native_spec *native)
{
	const struct qp_native_spec *own = &layout->native;

	if (!native || !layout->has_native)
		return !native && !layout->has_native;
	return own->schema == native->schema && own->min == native->min &&
	       own->max == native->max && own->negative == native->negative;
}

static bool same_bounds(const double *a, const double *b, size_t n)
{
	size_t i;

	for (i = 0; i < n && a[i] == b[i]; i++) {
	}
	return i == n;
}

const struct qp_layout *qp_layout_find(const double *bounds, size_t n,
				       const struct qp_native_spec *native)
{
	uint32_t i;

	for (i = 0; i < n_layouts; i++) {
		if (layouts[i]->n_bounds == n && same_native(layouts[i], native) &&
		    same_bounds(layouts[i]->bounds, bounds, n))
			return layouts[i];
	}
	return NULL;
}

static const struct qp_layout *make(const double *bounds, size_t n,
				    const struct qp_native_spec *native)
{
	struct qp_layout *layout = qp_alloc(sizeof *layout + n * sizeof bounds[0]);
	double *own;
	size_t i;

	if (!layout)
		return NULL;
	own = (double *)(void *)(layout + 1);
	for (i = 0; i < n; i++)
		own[i] = bounds[i] + 0.0; /* no -0 */
	layout->id = n_layouts;
	layout->n_bounds = (uint32_t)n;
	layout->bounds = layout->ends = own;
	layout->inlined.n_cells = (uint32_t)n + 1;
	if ((native && !add_native(layout, native)) || !make_table(layout)) {
		layout_free(layout);
		return NULL;
	}
	return layout;
}

const struct qp_layout *qp_layout_get(const double *bounds, size_t n,
				      const struct qp_native_spec *native)
{
	const struct qp_layout *layout = qp_layout_find(bounds, n, native);

	assert(qp_lock_held(&qp_catalog_lock));
	if (layout || n_layouts == QP_MAX_LAYOUTS)
		return layout;
	layout = make(bounds, n, native);
	if (!layout)
		return NULL;
	layouts[n_layouts] = layout;
	/* release: pairs with qp_layout_by_id, for readers without the lock */
	qp_store_release(&n_layouts, n_layouts + 1);
	return layout;
}

const struct qp_layout *qp_layout_by_id(uint32_t id)
{
	/* acquire: pairs with qp_layout_get */
	return id < qp_load_acquire(&n_layouts) ? layouts[id] : &sink_layout;
}

uint32_t qp_layout_search(const struct qp_layout *layout, double value)
{
	uint32_t low = 0, high = layout->inlined.n_cells ? layout->inlined.n_cells - 1 : 0;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (value > layout->ends[middle])
			low = middle + 1;
		else
			high = middle;
	}
	return low * 16;
}
