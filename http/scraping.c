/* SPDX-License-Identifier: MIT */
/* scraping.c: see scraping.h. */
#include "scraping.h"

#include "answer.h"
#include "negotiate.h"
#include "server.h"

#include <linux/sockios.h>
#include <stdio.h>
#include <sys/ioctl.h>

#define FIRST_BYTES (64u * 1024)
#define WHOLE_BYTES (256u * 1024) /* bodies up to this are encoded before they are sent */
#define PIECE_BYTES (64u * 1024)

#define MS 1000000u
#define RETRY_NS (20u * MS)    /* whether somebody else's snapshot was closed */
#define LOOK_NS (10u * MS)     /* callbacks past their deadline whose scrape is not ready yet */
#define HOLDERS_NS (200u * MS) /* whether somebody waits for a snapshot of our clients */
#define STUCK_NS (1000u * MS)  /* a client that takes nothing, while others wait */
#define HOLD_NS (5000ull * MS) /* a client that is slow, while others wait */
#define RETRIES_PER_TURN 8

#define SHORTEST_SECONDS 0.001
#define MARGIN_SHARE 0.1
#define LONGEST_MARGIN 0.5

/* How many connections of all servers wait for a snapshot: a stuck client of one server must
 * not keep another server's waiting. Only a hint, hence relaxed everywhere. */
static unsigned in_line_anywhere;

static void wake(void *ctx)
{
	qp_poller_wake(ctx);
}

static void enter_line(struct qp_conn *conn)
{
	conn->in_line = true;
	__atomic_fetch_add(&in_line_anywhere, 1, __ATOMIC_RELAXED); /* relaxed: a hint */
}

static void leave_line(struct qp_conn *conn)
{
	if (conn->in_line)
		__atomic_fetch_sub(&in_line_anywhere, 1, __ATOMIC_RELAXED); /* relaxed: a hint */
	conn->in_line = false;
}

void qp_scraping_after_fork_child(void)
{
	__atomic_store_n(&in_line_anywhere, 0, __ATOMIC_RELAXED); /* relaxed: one thread */
}

void qp_scraping_end(struct qp_conn *conn)
{
	if (!conn->scrape)
		return;
	quipu_scrape_close(conn->scrape);
	conn->scrape = NULL;
	leave_line(conn);
	qp_link_remove(&conn->by_scrape);
}

/* The scrape was read to its end, so whoever is next has its snapshot at once. After a scrape
 * that was broken off the next tick does: whoever waits in the core comes first, or else a
 * crowd of stuck clients would keep the program's own quipu_write waiting. */
static void complete(quipu_http *server, struct qp_conn *conn)
{
	qp_scraping_end(conn);
	server->released = true;
}

/* --- encoding ---------------------------------------------------------------------------- */

/* Room for more of a body that will not exceed most bytes. */
static bool grow(struct qp_window *window, size_t most)
{
	size_t cap = window->cap * 2;

	return qp_window_reserve(window, cap < most ? cap : most);
}

/* Reads until most bytes are in the window (QUIPU_OK) or the scrape says something else. */
static quipu_error fill(struct qp_conn *conn, size_t most)
{
	while (qp_window_len(&conn->window) < most) {
		size_t room, len, left = most - qp_window_len(&conn->window);
		char *tail = qp_window_tail(&conn->window, &room);
		quipu_error error;

		if (room == 0) {
			if (!grow(&conn->window, most))
				return QUIPU_ENOMEM;
			continue;
		}
		error = quipu_scrape_read(conn->scrape, tail, room < left ? room : left, &len);
		if (error)
			return error;
		qp_window_commit(&conn->window, len);
	}
	return QUIPU_OK;
}

static void frame(struct qp_window *window)
{
	char size[24];
	int len = snprintf(size, sizeof(size), "%zx\r\n", qp_window_len(window));

	qp_window_prepend(window, size, (size_t)len);
	qp_window_append(window, "\r\n", 2);
}

bool qp_scraping_refill(quipu_http *server, struct qp_conn *conn)
{
	quipu_error error;

	qp_window_clear(&conn->window);
	error = fill(conn, PIECE_BYTES);
	if (error && error != QUIPU_END) {
		qp_conn_abort(server, conn);
		return false;
	}
	if (conn->chunked && qp_window_len(&conn->window) > 0)
		frame(&conn->window);
	if (error == QUIPU_END) {
		complete(server, conn);
		if (conn->chunked)
			qp_window_append(&conn->window, "0\r\n\r\n", 5);
	}
	return true;
}

/* --- answering --------------------------------------------------------------------------- */

static struct qp_reply success(const struct qp_conn *conn)
{
	struct qp_reply reply = { .status = QP_STATUS_OK,
				  .type = qp_negotiate(&conn->input->request)->content_type,
				  .fields = "" };

	return reply;
}

/* All of it is in the window. */
static void send_whole(quipu_http *server, struct qp_conn *conn)
{
	struct qp_reply reply = success(conn);

	complete(server, conn);
	reply.framing = QP_FRAMED_BY_LENGTH;
	reply.length = qp_window_len(&conn->window);
	qp_window_shrink(&conn->window);
	qp_answer_begin(server, conn, &reply);
}

/* The beginning of it is in the window. HTTP/1.0 has no chunks: there the end is the end. */
static void send_stream(quipu_http *server, struct qp_conn *conn)
{
	struct qp_reply reply = success(conn);
	const struct qp_request *request = &conn->input->request;

	conn->chunked = request->minor > 0;
	conn->last = conn->last || !conn->chunked;
	conn->opened = conn->progress = server->now;
	conn->sent = conn->taken = 0;
	reply.framing = conn->chunked ? QP_FRAMED_BY_CHUNKS : QP_FRAMED_BY_CLOSE;
	if (request->method == QP_METHOD_HEAD) {
		complete(server, conn);
	} else {
		leave_line(conn);
		qp_link_append(&server->streaming, &conn->by_scrape);
		if (conn->chunked)
			frame(&conn->window);
	}
	qp_answer_begin(server, conn, &reply);
}

static void send_failure(quipu_http *server, struct qp_conn *conn, quipu_error error)
{
	qp_scraping_end(conn);
	qp_answer_status(server, conn,
			 error == QUIPU_ENOMEM ? QP_STATUS_UNAVAILABLE : QP_STATUS_INTERNAL_ERROR);
}

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

static void wait_in_line(quipu_http *server, struct qp_conn *conn)
{
	if (!conn->in_line)
		enter_line(conn);
	park(server, conn, QP_CONN_WAIT, &server->waiting);
}

/* Goes as far as it can with a scrape of which nothing was sent. */
static void gather(quipu_http *server, struct qp_conn *conn)
{
	quipu_error error = fill(conn, WHOLE_BYTES + 1);

	switch (error) {
	case QUIPU_OK:
		send_stream(server, conn);
		break;
	case QUIPU_END:
		send_whole(server, conn);
		break;
	case QUIPU_EAGAIN:
		park(server, conn, QP_CONN_GATHER, &server->gathering);
		break;
	case QUIPU_EBUSY:
		wait_in_line(server, conn);
		break;
	default:
		send_failure(server, conn, error);
		break;
	}
}

/* What a scraper allows includes the way back, so callbacks get a little less. */
static double callbacks_seconds(const quipu_http *server, const struct qp_request *request,
				double *margin)
{
	const struct qp_options *options = &server->options;
	double allowed = request->scrape_timeout;

	if (!(allowed > 0))
		allowed = options->scrape_timeout;
	if (allowed > options->longest_scrape)
		allowed = options->longest_scrape;
	*margin = allowed * MARGIN_SHARE < LONGEST_MARGIN ? allowed * MARGIN_SHARE : LONGEST_MARGIN;
	if (request->scrape_timeout > 0)
		allowed -= *margin;
	return allowed > SHORTEST_SECONDS ? allowed : SHORTEST_SECONDS;
}

static quipu_error open_scrape(quipu_http *server, struct qp_conn *conn)
{
	const struct qp_request *request = &conn->input->request;
	quipu_error error = QUIPU_ENOMEM;
	double margin, seconds = callbacks_seconds(server, request, &margin);

	conn->again = server->now + (uint64_t)(seconds * 1e9);
	conn->until = conn->again + (uint64_t)(margin * 0.5e9);
	if (!qp_window_reserve(&conn->window, FIRST_BYTES))
		return QUIPU_ENOMEM;
	conn->scrape = quipu_scrape_open(
		server->registry, qp_negotiate(request),
		QUIPU_SCRAPE_OPTS(.timeout_seconds = seconds, .wake = wake, .ctx = &server->poller),
		&error);
	return conn->scrape ? QUIPU_OK : error;
}

void qp_scraping_begin(quipu_http *server, struct qp_conn *conn)
{
	quipu_error error = open_scrape(server, conn);

	if (error)
		send_failure(server, conn, error);
	else
		gather(server, conn);
}

/* One last try to say it; who does not even take that is gone. */
void qp_scraping_give_up(quipu_http *server, struct qp_conn *conn)
{
	qp_scraping_end(conn);
	conn->last = true;
	qp_answer_status(server, conn, QP_STATUS_UNAVAILABLE);
	if (conn->state == QP_CONN_SEND)
		qp_conn_abort(server, conn);
}

/* --- taking turns ------------------------------------------------------------------------ */

static struct qp_conn *conn_of(struct qp_link *link)
{
	return qp_of(link, struct qp_conn, by_scrape);
}

static void go_on(quipu_http *server, struct qp_conn *conn)
{
	gather(server, conn);
	qp_conn_advance(server, conn);
}

/* A connection that goes on leaves its list; no other does meanwhile. */
void qp_scraping_woken(quipu_http *server)
{
	struct qp_link *link, *next;

	for (link = server->gathering.next; link != &server->gathering; link = next) {
		next = link->next;
		go_on(server, conn_of(link));
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
		go_on(server, conn);
	}
}

static void dismiss_waiting(quipu_http *server)
{
	struct qp_link *link, *next;

	for (link = server->waiting.next; link != &server->waiting; link = next) {
		struct qp_conn *conn = conn_of(link);

		next = link->next;
		if (server->now < conn->until)
			continue;
		qp_scraping_end(conn);
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
	for (int left = RETRIES_PER_TURN; (link = qp_link_first(&server->waiting)); left--) {
		if (left == 0) {
			server->retry_at = server->now;
			return;
		}
		gather(server, conn_of(link));
		if (conn_of(link)->state == QP_CONN_WAIT)
			return;
		qp_conn_advance(server, conn_of(link));
	}
}

void qp_scraping_turn(quipu_http *server)
{
	look_at_gathering(server);
	dismiss_waiting(server);
	if (__atomic_load_n(&in_line_anywhere, __ATOMIC_RELAXED) > 0) /* relaxed: a hint */
		cut_off_holders(server);
	if (server->released || server->now >= server->retry_at)
		retry_waiting(server);
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

uint64_t qp_scraping_next(const quipu_http *server)
{
	struct qp_link *link;
	uint64_t next = QP_NEVER;

	for (link = server->gathering.next; link != &server->gathering; link = link->next)
		next = sooner(next, conn_of(link)->again);
	for (link = server->waiting.next; link != &server->waiting; link = link->next)
		next = sooner(next, conn_of(link)->until);
	if (!qp_link_alone(&server->waiting))
		next = sooner(next, server->retry_at);
	if (!qp_link_alone(&server->streaming))
		next = sooner(next, server->now + HOLDERS_NS);
	return next;
}
