/* SPDX-License-Identifier: MIT */
/* line.c: see line.h. */
#include "line.h"

#include "answer.h"
#include "scraping.h"
#include "server.h"
#include "turn.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>

#define MS 1000000u
#define RETRY_NS (20u * MS)    /* whether somebody else's snapshot was closed */
#define LOOK_NS (10u * MS)     /* callbacks past their deadline whose scrape is not ready yet */
#define HOLDERS_NS (200u * MS) /* whether somebody waits for a snapshot of our clients */
#define STUCK_NS (1000u * MS)  /* a client that takes nothing, while others wait */
#define HOLD_NS (5000ull * MS) /* a client that is slow, while others wait */

/* How many connections of all servers wait for a snapshot: a stuck client of one server must
 * not keep another server's waiting. Only a hint, hence relaxed everywhere. */
static unsigned waiting_anywhere;

/* --- standing in line -------------------------------------------------------------------- */

/* Stays where it is in a line that it stands in already. */
static void park(quipu_http *server, struct qp_conn *conn, enum qp_conn_state state,
		 struct qp_link *line)
{
	if (conn->state == state)
		return;
	conn->state = state;
	qp_link_append(line, &conn->by_scrape);
	qp_conn_watch(server, conn, 0);
}

void qp_line_gather(quipu_http *server, struct qp_conn *conn)
{
	park(server, conn, QP_CONN_GATHER, &server->gathering);
}

static void count(quipu_http *server, struct qp_conn *conn)
{
	if (conn->in_line)
		return;
	__atomic_fetch_add(&waiting_anywhere, 1, __ATOMIC_RELAXED); /* relaxed: a hint */
	server->n_waiting++;
	conn->in_line = true;
}

static void uncount(quipu_http *server, struct qp_conn *conn)
{
	if (!conn->in_line)
		return;
	__atomic_fetch_sub(&waiting_anywhere, 1, __ATOMIC_RELAXED); /* relaxed: a hint */
	server->n_waiting--;
	conn->in_line = false;
}

void qp_line_wait(quipu_http *server, struct qp_conn *conn)
{
	count(server, conn);
	park(server, conn, QP_CONN_WAIT, &server->waiting);
}

/* It may have waited by itself before. */
void qp_line_ride(quipu_http *server, struct qp_conn *conn)
{
	conn->state = QP_CONN_READY;
	count(server, conn);
	park(server, conn, QP_CONN_WAIT, &server->riding);
}

void qp_line_work(quipu_http *server, struct qp_conn *conn)
{
	uncount(server, conn);
	park(server, conn, QP_CONN_WORK, &server->working);
}

void qp_line_leave(quipu_http *server, struct qp_conn *conn)
{
	uncount(server, conn);
	qp_link_remove(&conn->by_scrape);
}

void qp_line_replace(quipu_http *server, struct qp_conn *conn, struct qp_conn *heir)
{
	heir->state = conn->state;
	qp_link_append(&conn->by_scrape, &heir->by_scrape);
	if (heir->state != QP_CONN_WAIT)
		uncount(server, heir);
	qp_line_leave(server, conn);
}

bool qp_line_full(const quipu_http *server, const struct qp_conn *conn)
{
	return !conn->in_line && server->n_waiting >= server->options.max_waiting;
}

void qp_line_hold(quipu_http *server, struct qp_conn *conn)
{
	qp_line_leave(server, conn);
	conn->opened = conn->progress = server->now;
	conn->sent = conn->taken = 0;
	qp_link_append(&server->streaming, &conn->by_scrape);
}

void qp_line_after_fork_child(void)
{
	__atomic_store_n(&waiting_anywhere, 0, __ATOMIC_RELAXED); /* relaxed: one thread */
}

/* --- taking turns ------------------------------------------------------------------------ */

static struct qp_conn *conn_of(struct qp_link *link)
{
	return qp_of(link, struct qp_conn, by_scrape);
}

static void go_on(quipu_http *server, struct qp_conn *conn)
{
	qp_scraping_go_on(server, conn);
	qp_conn_advance(server, conn);
}

/* The same for one that is new to this turn's work. */
static void go_on_in_time(quipu_http *server, struct qp_conn *conn)
{
	if (qp_turn_over(server))
		qp_line_work(server, conn);
	else
		go_on(server, conn);
}

/* A connection that goes on leaves its list; no other does meanwhile. */
void qp_line_woken(quipu_http *server)
{
	struct qp_link *link, *next;

	for (link = server->gathering.next; link != &server->gathering; link = next) {
		next = link->next;
		go_on_in_time(server, conn_of(link));
	}
}

/* Past their deadline late callbacks are left out, whether or not anybody woke us. */
static void look_at_gathering(quipu_http *server)
{
	struct qp_link *link, *next;

	for (link = server->gathering.next; link != &server->gathering; link = next) {
		struct qp_conn *conn = conn_of(link);

		next = link->next;
		if (server->now < conn->again)
			continue;
		conn->again = server->now + LOOK_NS;
		go_on_in_time(server, conn);
	}
}

/* The first of a line whose time is over, from here on. */
static struct qp_conn *overdue(const quipu_http *server, const struct qp_link *line)
{
	for (struct qp_link *link = line->next; link != line; link = link->next) {
		if (server->now >= conn_of(link)->until)
			return conn_of(link);
	}
	return NULL;
}

/* From the start after each, for whoever goes may be replaced. */
static void dismiss(quipu_http *server, struct qp_link *line)
{
	struct qp_conn *conn;

	while ((conn = overdue(server, line))) {
		qp_scraping_end(server, conn);
		qp_answer_status(server, conn, QP_STATUS_UNAVAILABLE);
		qp_conn_advance(server, conn);
	}
}

static uint64_t held_until(const struct qp_conn *conn)
{
	uint64_t stuck = conn->progress + STUCK_NS;
	uint64_t slow = conn->opened + HOLD_NS;

	return stuck < slow ? stuck : slow;
}

/* What the client's side has acknowledged counts, not what the kernel keeps for it. */
static void note_progress(quipu_http *server, struct qp_conn *conn)
{
	int kept = 0;
	uint64_t taken;

	ioctl(conn->fd, SIOCOUTQ, &kept);
	taken = conn->sent - (uint64_t)kept;
	if (taken == conn->taken)
		return;
	conn->taken = taken;
	conn->progress = server->now;
}

static void cut_off_holders(quipu_http *server)
{
	struct qp_link *link, *next;

	for (link = server->streaming.next; link != &server->streaming; link = next) {
		next = link->next;
		note_progress(server, conn_of(link));
		if (server->now >= held_until(conn_of(link)))
			qp_conn_abort(server, conn_of(link));
	}
}

static void retry_waiting(quipu_http *server)
{
	struct qp_link *link;

	server->retry_at = server->now + RETRY_NS;
	server->released = false;
	qp_turn_grant(server);
	while ((link = qp_link_first(&server->waiting))) {
		if (qp_turn_over(server)) {
			server->retry_at = server->now;
			return;
		}
		qp_scraping_go_on(server, conn_of(link));
		if (conn_of(link)->state == QP_CONN_WAIT)
			return;
		qp_conn_advance(server, conn_of(link));
	}
}

/* Each that is there now at most once; at least one. */
static void work(quipu_http *server)
{
	struct qp_link *link, *last = server->working.prev;

	if (qp_link_alone(&server->working))
		return;
	qp_turn_grant(server);
	do {
		link = server->working.next;
		qp_link_append(&server->working, link);
		go_on(server, conn_of(link));
	} while (link != last && !qp_turn_over(server));
}

void qp_line_turn(quipu_http *server)
{
	look_at_gathering(server);
	dismiss(server, &server->waiting);
	dismiss(server, &server->riding);
	dismiss(server, &server->working);
	if (__atomic_load_n(&waiting_anywhere, __ATOMIC_RELAXED) > 0) /* relaxed: a hint */
		cut_off_holders(server);
	if (server->released || server->now >= server->retry_at)
		retry_waiting(server);
	work(server);
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t first_until(const struct qp_link *line)
{
	uint64_t first = QP_NEVER;

	for (struct qp_link *link = line->next; link != line; link = link->next)
		first = sooner(first, conn_of(link)->until);
	return first;
}

uint64_t qp_line_next(const quipu_http *server)
{
	struct qp_link *link;
	uint64_t next = sooner(first_until(&server->waiting), first_until(&server->riding));

	if (!qp_link_alone(&server->working))
		return server->now;
	for (link = server->gathering.next; link != &server->gathering; link = link->next)
		next = sooner(next, conn_of(link)->again);
	if (!qp_link_alone(&server->waiting))
		next = sooner(next, server->retry_at);
	if (!qp_link_alone(&server->streaming))
		next = sooner(next, server->now + HOLDERS_NS);
	return next;
}
