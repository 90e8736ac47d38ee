/* SPDX-License-Identifier: MIT */
/*
 * buckets.h: histogram bounds, prepared for O(1) search (record.h) and kept for ever.
 *
 * Writers:  under the catalog lock; a layout never changes once made.
 * Readers:  anybody with a handle.
 * Publication: through the handle, which is made after the layout.
 * Reclamation: none. Equal bounds share a layout, and their number is capped (P5), so that a
 *           handle can carry a plain pointer.
 *
 * B1. Layout 0 has one cell and no bounds: the sink's.
 * B2. The inline search and qp_layout_search agree on every double (quipu_priv_layout_find).
 */
#ifndef QP_BUCKETS_H
#define QP_BUCKETS_H

#include <quipu/error.h>
#include <quipu/metric.h>
#include <quipu/record.h>

#include <stdbool.h>

#define QP_MAX_LAYOUTS 1024

struct qp_layout {
	struct quipu_priv_layout
		inlined; /* entry NULL: bounds that no small table can tell apart */
	uint32_t id;
	uint32_t n_bounds;
	double bounds[];
};

/* Prometheus' default bounds, for durations in seconds. */
extern const double qp_default_bounds[11];

/* QUIPU_OK when they ascend and are finite; n is the number of them without a last +Inf. */
quipu_error qp_bounds_check(const double *bounds, size_t *n);

/* The layout with these bounds, made if new; NULL when out of memory or of layouts. */
const struct qp_layout *qp_layout_get(const double *bounds, size_t n);

/* The layout with this number; layout 0 for a number never given out. */
const struct qp_layout *qp_layout_by_id(uint32_t id);

/* The byte offset of value's cell, by binary search: for layouts without a table. */
uint32_t qp_layout_search(const struct qp_layout *layout, double value);

/* What a handle carries: the layout for the inline path, or NULL where it must not be used. */
static inline const struct quipu_priv_layout *qp_layout_inline(const struct qp_layout *layout,
							       bool whole_cells)
{
	return whole_cells && layout->inlined.entry ? &layout->inlined : NULL;
}

#endif
