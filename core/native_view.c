/* SPDX-License-Identifier: MIT */
/* native_view.c: see native_view.h. */
#include "native_view.h"

#include "base/alloc.h"

/* So many empty buckets are written rather than a new span begun: they cost less. */
#define GAP 2

enum { POSITIVE, NEGATIVE };

/* --- room -------------------------------------------------------------------------------------- */

void qp_native_room_free(struct qp_native_room *room)
{
	int side;

	for (side = POSITIVE; side <= NEGATIVE; side++) {
		qp_free(room->buckets[side]);
		qp_free(room->spans[side]);
		qp_free(room->counts[side]);
	}
	*room = (struct qp_native_room){ 0 };
}

bool qp_native_room_reserve(struct qp_native_room *room, size_t n)
{
	struct qp_native_room larger = { .capacity = n };
	bool complete = true;
	int side;

	if (n <= room->capacity)
		return true;
	for (side = POSITIVE; side <= NEGATIVE; side++) {
		larger.buckets[side] = qp_alloc(n * sizeof larger.buckets[side][0]);
		larger.spans[side] = qp_alloc(n * sizeof larger.spans[side][0]);
		larger.counts[side] = qp_alloc(n * (GAP + 1) * sizeof larger.counts[side][0]);
		complete = complete && larger.buckets[side] && larger.spans[side] &&
			   larger.counts[side];
	}
	qp_native_room_free(complete ? room : &larger);
	if (complete)
		*room = larger;
	return complete;
}

/* --- from cells to buckets --------------------------------------------------------------------- */

/* Buckets of one side, in order of their distance from 0. */
struct side {
	struct qp_native_bucket *buckets;
	size_t n;
};

static void add(struct side *side, int32_t index, uint64_t count)
{
	if (count == 0)
		return;
	if (side->n > 0 && side->buckets[side->n - 1].index == index)
		side->buckets[side->n - 1].count += count;
	else
		side->buckets[side->n++] = (struct qp_native_bucket){ index, count };
}

static uint64_t sort_cells(struct side sides[2], const struct qp_layout *layout,
			   const struct qp_cell *cells)
{
	uint64_t zero = 0;
	uint32_t i;

	for (i = layout->zero_first; i-- > 0;)
		add(&sides[NEGATIVE], layout->index[i], cells[i].count);
	for (i = layout->zero_first; i < layout->zero_end; i++)
		zero += cells[i].count;
	for (i = layout->zero_end; i < layout->inlined.n_cells; i++)
		add(&sides[POSITIVE], layout->index[i], cells[i].count);
	return zero;
}

static void reduce(struct side *side)
{
	size_t n = side->n, i;

	side->n = 0;
	for (i = 0; i < n; i++)
		add(side, qp_native_coarser(side->buckets[i].index), side->buckets[i].count);
}

/* --- from buckets to spans --------------------------------------------------------------------- */

static void show(const struct side *side, quipu_span *spans, uint64_t *counts,
		 quipu_native_buckets *out)
{
	size_t n_spans = 0, n_counts = 0, i;
	int64_t next = 0; /* the index behind the last bucket shown */

	for (i = 0; i < side->n; i++) {
		int64_t gap = side->buckets[i].index - next;

		if (n_spans == 0 || gap > GAP)
			spans[n_spans++] = (quipu_span){ (int32_t)gap, 0 };
		else
			for (; gap > 0; gap--, spans[n_spans - 1].length++)
				counts[n_counts++] = 0;
		counts[n_counts++] = side->buckets[i].count;
		spans[n_spans - 1].length++;
		next = (int64_t)side->buckets[i].index + 1;
	}
	*out = (quipu_native_buckets){ spans, n_spans, counts, n_counts };
}

void qp_native_view(struct qp_native_room *room, const struct qp_layout *layout,
		    const struct qp_cell *cells, size_t max_buckets, quipu_native_view *view)
{
	struct side sides[2] = { { room->buckets[POSITIVE], 0 }, { room->buckets[NEGATIVE], 0 } };

	view->zero_threshold = qp_native_zero_threshold(&layout->native);
	view->zero_count = sort_cells(sides, layout, cells);
	view->schema = layout->native.schema;
	while (sides[POSITIVE].n + sides[NEGATIVE].n > max_buckets &&
	       view->schema > QP_NATIVE_COARSEST) {
		reduce(&sides[POSITIVE]);
		reduce(&sides[NEGATIVE]);
		view->schema--;
	}
	show(&sides[POSITIVE], room->spans[POSITIVE], room->counts[POSITIVE], &view->positive);
	show(&sides[NEGATIVE], room->spans[NEGATIVE], room->counts[NEGATIVE], &view->negative);
}
