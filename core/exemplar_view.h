/* SPDX-License-Identifier: MIT */
/*
 * exemplar_view.h: the events of one series as formats see them. One thread at a time.
 */
#ifndef QP_EXEMPLAR_VIEW_H
#define QP_EXEMPLAR_VIEW_H

#include "buckets.h"
#include "exemplar.h"

#include <quipu/format.h>

/* Room to work in; all zero has none. */
struct qp_exemplar_room {
	size_t capacity; /* in events */
	struct qp_event *events;
	quipu_exemplar_view *views;
	quipu_label_view (*labels)[QUIPU_MAX_EXEMPLAR_LABELS];
};

/* Room for n events; false: out of memory, and there is as much as before. */
bool qp_exemplar_room_reserve(struct qp_exemplar_room *room, size_t n);
void qp_exemplar_room_free(struct qp_exemplar_room *room);

/* Takes the events of n places beside the range at offset into room->views, which has room for
 * them; how many there were. Their order is that of the places, which is that of the buckets. */
size_t qp_exemplar_view(struct qp_exemplar_room *room, const struct qp_layout *layout,
			uint32_t offset, uint32_t n);

#endif
