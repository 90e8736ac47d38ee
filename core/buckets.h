/* SPDX-License-Identifier: MIT */
/*
 * buckets.h: what a histogram's cells are, prepared for O(1) search (record.h), kept for ever.
 *
 * A histogram may have classic bounds, native buckets (native.h) or both. Its cells lie between
 * the ends of all of them together, so one observation is one cell, whichever buckets are asked
 * for, and both are exact sums of the same cells.
 *
 * Writers:  under the catalog lock; a layout never changes once made.
 * Readers:  anybody with a handle.
 * Publication: through the handle, which is made after the layout.
 * Reclamation: none. Equal bounds share a layout, and their number is capped (P5), so that a
 *           handle can carry a plain pointer.
 *
 * B1. Layout 0 has one cell and no bounds: the sink's.
 * B2. Where the inline path takes a value, the inline search (quipu_priv_layout_find) and
 *     qp_layout_search agree on it.
 */
#ifndef QP_BUCKETS_H
#define QP_BUCKETS_H

#include "native.h"

#include <quipu/error.h>
#include <quipu/metric.h>
#include <quipu/record.h>

#include <stdbool.h>

#define QP_MAX_LAYOUTS 1024
#define QP_MAX_ENDS 32767 /* of cells: half a MiB for each series and thread */

struct qp_layout {
	struct quipu_priv_layout inlined; /* entry NULL: no small table can tell the ends apart */
	uint32_t id;
	uint32_t n_bounds;
	const double *bounds; /* the classic ones */
	const double *ends;   /* inclusive upper ends of all cells but the last */
	bool has_native;      /* with that, all below: */
	struct qp_native_spec native;
	uint32_t zero_first,
		zero_end;  /* the zero bucket's cells; before them is what is negative */
	int32_t *index;	   /* by cell: the native bucket */
	uint16_t *classic; /* by cell: the classic bucket */
};

/* QUIPU_OK when they ascend and are finite; n is the number of them without a last +Inf. */
quipu_error qp_bounds_check(const double *bounds, size_t *n);

/* The layout with these bounds and native buckets (NULL: none), made if new; NULL when out of
 * memory or of layouts, or with more than QP_MAX_ENDS. */
const struct qp_layout *qp_layout_get(const double *bounds, size_t n,
				      const struct qp_native_spec *native);

/* The same, only if there is one. Catalog lock held. */
const struct qp_layout *qp_layout_find(const double *bounds, size_t n,
				       const struct qp_native_spec *native);

/* The layout with this number; layout 0 for a number never given out. */
const struct qp_layout *qp_layout_by_id(uint32_t id);

/* The byte offset of value's cell, by binary search: what the inline path does not take. */
uint32_t qp_layout_search(const struct qp_layout *layout, double value);

/* The classic bucket that a cell belongs to. */
static inline uint32_t qp_layout_classic(const struct qp_layout *layout, uint32_t cell)
{
	return layout->has_native ? layout->classic[cell] : cell;
}

/* What a handle carries: the layout for the inline path, or NULL where it must not be used. */
static inline const struct quipu_priv_layout *qp_layout_inline(const struct qp_layout *layout,
							       bool whole_cells)
{
	return whole_cells && layout->inlined.entry ? &layout->inlined : NULL;
}

#endif
