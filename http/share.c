/* SPDX-License-Identifier: MIT */
/* share.c: see share.h. */
#include "share.h"

#include "answer.h"
#include "body.h"
#include "line.h"
#include "scraping.h"
#include "server.h"
#include "source.h"

static struct qp_conn *conn_of(struct qp_link *link)
{
	return qp_of(link, struct qp_conn, by_scrape);
}

/* The next rider of this leader from here on, or NULL. */
static struct qp_conn *find_rider(quipu_http *server, struct qp_link *link,
				  const struct qp_conn *leader)
{
	for (; link != &server->riding; link = link->next) {
		if (conn_of(link)->leader == leader)
			return conn_of(link);
	}
	return NULL;
}

static struct qp_conn *first_rider(quipu_http *server, const struct qp_conn *leader)
{
	return find_rider(server, server->riding.next, leader);
}

static void change_leader(quipu_http *server, const struct qp_conn *from, struct qp_conn *to)
{
	struct qp_conn *rider;

	while ((rider = first_rider(server, from)))
		rider->leader = to;
}

static struct qp_conn *find_leader(quipu_http *server, const struct qp_wanted *wanted)
{
	for (struct qp_link *link = server->waiting.next; link != &server->waiting;
	     link = link->next) {
		struct qp_conn *conn = conn_of(link);

		if (conn->source && qp_wanted_alike(&conn->source->wanted, wanted))
			return conn;
	}
	return NULL;
}

bool qp_share_join(quipu_http *server, struct qp_conn *conn, const struct qp_wanted *wanted)
{
	struct qp_conn *leader = wanted->query ? NULL : find_leader(server, wanted);

	if (!leader || leader == conn)
		return false;
	change_leader(server, conn, leader);
	conn->leader = leader;
	qp_line_ride(server, conn);
	return true;
}

/* What was encoded so far goes with the scrape. */
void qp_share_hand_over(quipu_http *server, struct qp_conn *conn)
{
	struct qp_conn *heir = first_rider(server, conn);
	struct qp_window window = conn->window;

	if (!heir)
		return;
	heir->leader = NULL;
	change_leader(server, conn, heir);
	conn->window = heir->window;
	heir->window = window;
	heir->source = conn->source;
	heir->again = conn->again;
	conn->source = NULL;
	qp_line_replace(server, conn, heir);
}

/* Takes the riders out of everything, into a list of the caller's: while they are answered they
 * may go on with something else. */
static void collect(quipu_http *server, struct qp_conn *leader, struct qp_link *riders)
{
	struct qp_conn *rider;

	qp_link_init(riders);
	while ((rider = first_rider(server, leader))) {
		qp_line_leave(server, rider);
		rider->leader = NULL;
		qp_link_append(riders, &rider->by_scrape);
	}
}

static struct qp_conn *take(struct qp_link *riders)
{
	struct qp_link *link = qp_link_first(riders);

	if (!link)
		return NULL;
	qp_link_remove(link);
	return conn_of(link);
}

static void answer_rider(quipu_http *server, struct qp_conn *conn, struct qp_body *body,
			 struct qp_reply reply)
{
	conn->body = qp_body_hold(body);
	conn->body_at = 0;
	if (body && qp_window_reserve(&conn->window, 0)) {
		qp_stats_add(&server->stats.scrapes, 1);
		qp_stats_add(&server->stats.shared, 1);
		qp_answer_begin(server, conn, &reply);
	} else {
		qp_body_drop(conn->body);
		conn->body = NULL;
		qp_answer_status(server, conn, QP_STATUS_UNAVAILABLE);
	}
	qp_conn_advance(server, conn);
}

/* The leader's own window is enough where nobody rides. */
void qp_share_whole(quipu_http *server, struct qp_conn *conn, const struct qp_reply *given)
{
	struct qp_reply reply = *given;
	struct qp_body *body = NULL;
	struct qp_conn *rider;
	struct qp_link riders;

	collect(server, conn, &riders);
	if (!qp_link_alone(&riders))
		body = qp_body_of(&conn->window);
	conn->body = qp_body_hold(body);
	conn->body_at = 0;
	if (!body || qp_window_reserve(&conn->window, 0))
		qp_answer_begin(server, conn, &reply);
	else
		qp_conn_abort(server, conn);
	while ((rider = take(&riders)))
		answer_rider(server, rider, body, *given);
	qp_body_drop(body);
}

void qp_share_scatter(quipu_http *server, struct qp_conn *conn)
{
	struct qp_conn *next = first_rider(server, conn);

	if (!next)
		return;
	next->leader = NULL;
	change_leader(server, conn, next);
	qp_line_work(server, next);
}

void qp_share_fail(quipu_http *server, struct qp_conn *conn, enum qp_status status)
{
	struct qp_conn *rider;
	struct qp_link riders;

	collect(server, conn, &riders);
	qp_scraping_end(server, conn);
	while ((rider = take(&riders))) {
		qp_answer_status(server, rider, status);
		qp_conn_advance(server, rider);
	}
}
