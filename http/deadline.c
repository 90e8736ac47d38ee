/* SPDX-License-Identifier: MIT */
/* deadline.c: see deadline.h. */
#include "deadline.h"

void qp_deadlines_init(struct qp_deadlines *deadlines)
{
	for (int kind = 0; kind < QP_N_DEADLINES; kind++)
		qp_link_init(&deadlines->lists[kind]);
}

void qp_deadline_init(struct qp_deadline *deadline)
{
	qp_link_init(&deadline->link);
}

void qp_deadline_set(struct qp_deadlines *deadlines, struct qp_deadline *deadline,
		     enum qp_deadline_kind kind, uint64_t now)
{
	deadline->kind = kind;
	deadline->at = now + deadlines->lengths[kind];
	qp_link_append(&deadlines->lists[kind], &deadline->link);
}

void qp_deadline_set_at(struct qp_deadlines *deadlines, struct qp_deadline *deadline,
			enum qp_deadline_kind kind, uint64_t at)
{
	struct qp_link *list = &deadlines->lists[kind], *place;

	qp_link_remove(&deadline->link);
	deadline->kind = kind;
	deadline->at = at;
	for (place = list; place->prev != list; place = place->prev) {
		if (qp_of(place->prev, struct qp_deadline, link)->at <= at)
			break;
	}
	qp_link_append(place, &deadline->link);
}

void qp_deadline_clear(struct qp_deadline *deadline)
{
	qp_link_remove(&deadline->link);
}

static struct qp_deadline *first(const struct qp_deadlines *deadlines, int kind)
{
	struct qp_link *link = qp_link_first(&deadlines->lists[kind]);

	return link ? qp_of(link, struct qp_deadline, link) : NULL;
}

struct qp_deadline *qp_deadlines_over(const struct qp_deadlines *deadlines, uint64_t now)
{
	for (int kind = 0; kind < QP_N_DEADLINES; kind++) {
		struct qp_deadline *deadline = first(deadlines, kind);

		if (deadline && deadline->at <= now)
			return deadline;
	}
	return NULL;
}

uint64_t qp_deadlines_next(const struct qp_deadlines *deadlines)
{
	uint64_t next = UINT64_MAX;

	for (int kind = 0; kind < QP_N_DEADLINES; kind++) {
		struct qp_deadline *deadline = first(deadlines, kind);

		if (deadline && deadline->at < next)
			next = deadline->at;
	}
	return next;
}
