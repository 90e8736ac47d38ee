/* SPDX-License-Identifier: MIT */
/* exemplar_view.c: see exemplar_view.h. */
#include "exemplar_view.h"

#include "base/alloc.h"

void qp_exemplar_room_free(struct qp_exemplar_room *room)
{
	qp_free(room->events);
	qp_free(room->views);
	qp_free(room->labels);
	*room = (struct qp_exemplar_room){ 0 };
}

bool qp_exemplar_room_reserve(struct qp_exemplar_room *room, size_t n)
{
	struct qp_exemplar_room larger = { .capacity = n };
	bool complete;

	if (n <= room->capacity)
		return true;
	larger.events = qp_alloc(n * sizeof larger.events[0]);
	larger.views = qp_alloc(n * sizeof larger.views[0]);
	larger.labels = qp_alloc(n * sizeof larger.labels[0]);
	complete = larger.events && larger.views && larger.labels;
	qp_exemplar_room_free(complete ? room : &larger);
	if (complete)
		*room = larger;
	return complete;
}

/* Names and values lie one after the other in the event's text. */
static void show_labels(const struct qp_event *event, quipu_label_view *labels)
{
	const char *text = event->text;
	uint32_t i;

	for (i = 0; i < event->n_labels; i++) {
		labels[i].name = (quipu_str){ text, event->len[2 * i] };
		text += event->len[2 * i];
		labels[i].value = (quipu_str){ text, event->len[2 * i + 1] };
		text += event->len[2 * i + 1];
	}
}

static size_t bucket_of(const struct qp_layout *layout, double value)
{
	return qp_layout_classic(layout, qp_layout_search(layout, value) / 16);
}

size_t qp_exemplar_view(struct qp_exemplar_room *room, const struct qp_layout *layout,
			uint32_t offset, uint32_t n)
{
	struct qp_exemplars *set = qp_exemplars_at(offset);
	size_t shown = 0;
	uint32_t i;

	for (i = 0; set && i < n; i++) {
		struct qp_event *event = &room->events[shown];

		if (!qp_exemplar_take(set, i, event))
			continue;
		show_labels(event, room->labels[shown]);
		room->views[shown] = (quipu_exemplar_view){
			.labels = room->labels[shown],
			.n_labels = event->n_labels,
			.value = event->value,
			.timestamp = event->timestamp,
			.bucket = bucket_of(layout, event->value),
		};
		shown++;
	}
	return shown;
}
