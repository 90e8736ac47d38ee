/* SPDX-License-Identifier: MIT */
/*
 * native_view.h: a histogram's cells as native buckets: spans and counts, no more of them than
 * wanted. One thread at a time.
 *
 * V1. zero_count and all counts add up to the cells' count: every cell is in exactly one bucket.
 * V2. Resolution only falls from scrape to scrape: it follows from which cells were ever hit.
 */
#ifndef QP_NATIVE_VIEW_H
#define QP_NATIVE_VIEW_H

#include "base/cell.h"
#include "buckets.h"

#include <quipu/format.h>

/* A bucket that is not empty. */
struct qp_native_bucket {
	int32_t index;
	uint64_t count;
};

/* Room to work in; all zero has none. */
struct qp_native_room {
	size_t capacity; /* in cells */
	struct qp_native_bucket *buckets[2];
	quipu_span *spans[2];
	uint64_t *counts[2];
};

/* Room for n cells; false: out of memory, and there is as much as before. */
bool qp_native_room_reserve(struct qp_native_room *room, size_t n);
void qp_native_room_free(struct qp_native_room *room);

/* Shows cells of a layout with native buckets; what the view points to is in the room, which was
 * reserved for as many, until the next call. */
void qp_native_view(struct qp_native_room *room, const struct qp_layout *layout,
		    const struct qp_cell *cells, size_t max_buckets, quipu_native_view *view);

#endif
