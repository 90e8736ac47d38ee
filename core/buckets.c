/* SPDX-License-Identifier: MIT */
/* buckets.c: see buckets.h. */
#include "buckets.h"

#include "base/alloc.h"
#include "base/atomic.h"
#include "base/lock.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define MAX_ENTRIES 4096
#define MANTISSA_BITS 52

const double qp_default_bounds[11] = { 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10 };

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

/* --- the table -------------------------------------------------------------------------- */

static int64_t key_of(double value, uint32_t shift)
{
	int64_t bits;

	memcpy(&bits, &value, sizeof bits);
	return bits >> shift;
}

static bool keys_differ(const double *bounds, size_t n, uint32_t shift)
{
	size_t i;

	for (i = 1; i < n; i++) {
		if (key_of(bounds[i], shift) == key_of(bounds[i - 1], shift))
			return false;
	}
	return true;
}

static int64_t n_keys(const double *bounds, size_t n, uint32_t shift)
{
	return key_of(bounds[n - 1], shift) - key_of(bounds[0], shift) + 1;
}

/* The coarsest table that has at most one bound in each entry; 0 if none is small enough. */
static uint32_t choose_shift(const double *bounds, size_t n)
{
	uint32_t shift;

	if (n == 0 || signbit(bounds[0]))
		return 0;
	for (shift = MANTISSA_BITS; shift > 0; shift--) {
		if (n_keys(bounds, n, shift) > MAX_ENTRIES)
			return 0;
		if (keys_differ(bounds, n, shift))
			return shift;
	}
	return 0;
}

static bool make_table(struct qp_layout *layout, uint32_t shift)
{
	int64_t first = key_of(layout->bounds[0], shift);
	int64_t count = n_keys(layout->bounds, layout->n_bounds, shift);
	struct quipu_priv_entry *entry = qp_alloc((size_t)count * sizeof *entry);
	uint32_t bound = 0;
	int64_t i;

	if (!entry)
		return false;
	for (i = 0; i < count; i++) {
		bool has_bound = bound < layout->n_bounds &&
				 key_of(layout->bounds[bound], shift) == first + i;

		entry[i].cell = bound * 16;
		entry[i].bound = has_bound ? layout->bounds[bound++] : INFINITY;
	}
	layout->inlined.first = first;
	layout->inlined.last = count - 1;
	layout->inlined.shift = shift;
	layout->inlined.entry = entry;
	return true;
}

/* --- layouts --------------------------------------------------------------------------------- */

static const struct qp_layout *find(const double *bounds, size_t n)
{
	uint32_t i;

	for (i = 0; i < n_layouts; i++) {
		if (layouts[i]->n_bounds == n &&
		    (n == 0 || memcmp(layouts[i]->bounds, bounds, n * sizeof bounds[0]) == 0))
			return layouts[i];
	}
	return NULL;
}

static const struct qp_layout *make(const double *bounds, size_t n)
{
	struct qp_layout *layout = qp_alloc(sizeof *layout + n * sizeof bounds[0]);
	uint32_t shift = choose_shift(bounds, n);

	if (!layout)
		return NULL;
	layout->id = n_layouts;
	layout->n_bounds = (uint32_t)n;
	memcpy(layout->bounds, bounds, n * sizeof bounds[0]);
	layout->inlined.n_cells = (uint32_t)n + 1;
	layout->inlined.bounds = layout->bounds;
	if (shift && !make_table(layout, shift)) {
		qp_free(layout);
		return NULL;
	}
	return layout;
}

const struct qp_layout *qp_layout_get(const double *bounds, size_t n)
{
	const struct qp_layout *layout = find(bounds, n);

	assert(qp_lock_held(&qp_catalog_lock));
	if (layout || n_layouts == QP_MAX_LAYOUTS)
		return layout;
	layout = make(bounds, n);
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
	uint32_t low = 0, high = layout->n_bounds;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (value > layout->bounds[middle])
			low = middle + 1;
		else
			high = middle;
	}
	return low * 16;
}
