/* SPDX-License-Identifier: MIT */
/* loop.c: see loop.h. */
#include "loop.h"

#include "accept.h"
#include "line.h"
#include "permit.h"
#include "turn.h"

#include <quipu/timer.h>

#define EVENTS_PER_TURN 64

/* An event of a connection that ended earlier in this turn is not for the slot's next (W2). */
static void connection_event(quipu_http *server, const struct epoll_event *event)
{
	size_t slot = (size_t)(uint32_t)event->data.u64 - QP_TOKEN_CONNECTIONS;
	struct qp_conn *conn = &server->conns[slot];

	if (conn->state != QP_CONN_FREE && conn->generation == event->data.u64 >> 32)
		qp_conn_event(server, conn, event->events);
}

static void dispatch(quipu_http *server, const struct epoll_event *event)
{
	switch (event->data.u64) {
	case QP_TOKEN_TIMER:
		qp_poller_timer_fired(&server->poller);
		break;
	case QP_TOKEN_EVENT:
		qp_poller_event_came(&server->poller);
		qp_permit_woken(server);
		qp_line_woken(server);
		break;
	case QP_TOKEN_LISTENER:
		qp_accept(server);
		break;
	default:
		connection_event(server, event);
		break;
	}
}

static void expire(quipu_http *server)
{
	struct qp_deadline *deadline;

	while ((deadline = qp_deadlines_over(&server->deadlines, server->now)))
		qp_conn_expire(server, qp_of(deadline, struct qp_conn, deadline));
}

static void arm(quipu_http *server)
{
	uint64_t next = qp_deadlines_next(&server->deadlines);
	uint64_t line = qp_line_next(server);

	next = line < next ? line : next;
	if (!qp_link_alone(&server->greeting))
		next = server->now;
	next = server->accept_again < next ? server->accept_again : next;
	qp_poller_arm(&server->poller, next);
}

int qp_loop_turn(quipu_http *server, int block)
{
	struct epoll_event events[EVENTS_PER_TURN];
	int n = qp_poller_wait(&server->poller, events, EVENTS_PER_TURN, block);

	if (n < 0)
		return -1;
	server->now = quipu_now_ns();
	qp_turn_begin(server);
	for (int i = 0; i < n; i++)
		dispatch(server, &events[i]);
	expire(server);
	qp_conn_greet(server);
	qp_line_turn(server);
	qp_accept_turn(server);
	arm(server);
	return n;
}
