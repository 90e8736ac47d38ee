/* SPDX-License-Identifier: MIT */
/*
 * deadline.h: absolute deadlines of many things, cheap because each kind has one length: a
 * thing that gets a deadline goes to the end of its kind's list, so lists are in order. Where
 * things have their own, they nearly always have the same: the place is sought from the end.
 *
 * Writers and readers: the thread that drives the server.
 */
#ifndef QP_HTTP_DEADLINE_H
#define QP_HTTP_DEADLINE_H

#include "list.h"

#include <stdint.h>

enum qp_deadline_kind {
	QP_DEADLINE_IDLE,   /* until the first byte of a request */
	QP_DEADLINE_HEAD,   /* from there to the end of its head */
	QP_DEADLINE_WRITE,  /* from there to the last byte of its answer */
	QP_DEADLINE_DRAIN,  /* from there to the client's end of the connection */
	QP_DEADLINE_SCRAPE, /* when the scraper has given up, as it said: each its own */
	QP_N_DEADLINES,
};

struct qp_deadline {
	struct qp_link link;
	enum qp_deadline_kind kind;
	uint64_t at;
};

struct qp_deadlines {
	struct qp_link lists[QP_N_DEADLINES];
	uint64_t lengths[QP_N_DEADLINES];
};

/* Lengths are set by the owner. */
void qp_deadlines_init(struct qp_deadlines *deadlines);

void qp_deadline_init(struct qp_deadline *deadline);
void qp_deadline_set(struct qp_deadlines *deadlines, struct qp_deadline *deadline,
		     enum qp_deadline_kind kind, uint64_t now);
void qp_deadline_set_at(struct qp_deadlines *deadlines, struct qp_deadline *deadline,
			enum qp_deadline_kind kind, uint64_t at);
void qp_deadline_clear(struct qp_deadline *deadline);

/* One that is over, or NULL. */
struct qp_deadline *qp_deadlines_over(const struct qp_deadlines *deadlines, uint64_t now);

/* When the first will be over; UINT64_MAX where there is none. */
uint64_t qp_deadlines_next(const struct qp_deadlines *deadlines);

#endif
