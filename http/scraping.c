/* SPDX-License-Identifier: MIT */
/* scraping.c: see scraping.h. */
#include "scraping.h"

#include "answer.h"
#include "line.h"
#include "negotiate.h"
#include "server.h"

#include <stdio.h>

#define FIRST_BYTES (64u * 1024)
#define WHOLE_BYTES (256u * 1024) /* bodies up to this are encoded before they are sent */
#define PIECE_BYTES (64u * 1024)

#define SHORTEST_SECONDS 0.001
#define MARGIN_SHARE 0.1
#define LONGEST_MARGIN 0.5

static void wake(void *ctx)
{
	qp_poller_wake(ctx);
}

void qp_scraping_end(struct qp_conn *conn)
{
	if (!conn->scrape)
		return;
	quipu_scrape_close(conn->scrape);
	conn->scrape = NULL;
	qp_line_leave(conn);
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
	reply.framing = conn->chunked ? QP_FRAMED_BY_CHUNKS : QP_FRAMED_BY_CLOSE;
	if (request->method == QP_METHOD_HEAD) {
		complete(server, conn);
	} else {
		qp_line_hold(server, conn);
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

void qp_scraping_go_on(quipu_http *server, struct qp_conn *conn)
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
		qp_line_gather(server, conn);
		break;
	case QUIPU_EBUSY:
		qp_line_wait(server, conn);
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
		qp_scraping_go_on(server, conn);
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
