/* SPDX-License-Identifier: MIT */
/* scraping.c: see scraping.h. */
#include "scraping.h"

#include "accept_header.h"
#include "answer.h"
#include "line.h"
#include "share.h"
#include "server.h"
#include "source.h"
#include "turn.h"

#include <stdio.h>
#include <stdlib.h>

#define FIRST_BYTES (64u * 1024)
#define WHOLE_BYTES (256u * 1024) /* bodies up to this are encoded before they are sent */
#define PIECE_BYTES WHOLE_BYTES	  /* which the window has room for already */

#define SHORTEST_SECONDS 0.001
#define MARGIN_SHARE 0.1
#define LONGEST_MARGIN 0.5

static void wake(void *ctx)
{
	qp_poller_wake(ctx);
}

void qp_scraping_end(quipu_http *server, struct qp_conn *conn)
{
	qp_share_hand_over(server, conn);
	qp_source_close(conn->source);
	conn->source = NULL;
	conn->leader = NULL;
	qp_line_leave(server, conn);
}

/* The scrape was read to its end, so whoever is next has its snapshot at once. After a scrape
 * that was broken off the next tick does: whoever waits in the core comes first, or else a
 * crowd of stuck clients would keep the program's own quipu_write waiting. */
static void complete(quipu_http *server, struct qp_conn *conn)
{
	qp_source_close(conn->source);
	conn->source = NULL;
	qp_line_leave(server, conn);
	server->released = true;
}

/* --- streaming ---------------------------------------------------------------------------- */

static void frame(struct qp_window *window)
{
	char size[24];
	int len = snprintf(size, sizeof(size), "%zx\r\n", qp_window_len(window));

	qp_window_prepend(window, size, (size_t)len);
	qp_window_append(window, "\r\n", 2);
}

/* A piece that was cut short by time is sent as it is. */
enum qp_progress qp_scraping_refill(quipu_http *server, struct qp_conn *conn, uint64_t until)
{
	enum qp_progress progress;

	qp_window_clear(&conn->window);
	progress = qp_source_fill(conn->source, &conn->window, PIECE_BYTES, until);
	if (conn->chunked && qp_window_len(&conn->window) > 0)
		frame(&conn->window);
	if (progress == QP_PROGRESS_END) {
		complete(server, conn);
		if (conn->chunked)
			qp_window_append(&conn->window, "0\r\n\r\n", 5);
	}
	return progress;
}

/* --- answering ---------------------------------------------------------------------------- */

static struct qp_reply success(quipu_http *server, const struct qp_source *source)
{
	const struct qp_wanted *wanted = &source->wanted;
	struct qp_reply reply = { .status = QP_STATUS_OK,
				  .type = wanted->format->content_type,
				  .fields = "Vary: Accept, Accept-Encoding\r\n" };

	if (wanted->says_escaping)
		reply.escaping = qp_escaping_name(wanted->escaping);
	if (source->coding)
		reply.coding = source->coding->name;
	qp_stats_add(&server->stats.scrapes, 1);
	return reply;
}

/* All of it is in the window. */
static void send_whole(quipu_http *server, struct qp_conn *conn)
{
	struct qp_reply reply = success(server, conn->source);

	complete(server, conn);
	reply.framing = QP_FRAMED_BY_LENGTH;
	reply.length = qp_window_len(&conn->window);
	qp_window_shrink(&conn->window);
	qp_share_whole(server, conn, &reply);
}

/* The beginning of it is in the window. HTTP/1.0 has no chunks: there the end is the end. */
static void send_stream(quipu_http *server, struct qp_conn *conn)
{
	struct qp_reply reply = success(server, conn->source);
	const struct qp_request *request = &conn->input->request;

	qp_share_scatter(server, conn);
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

static void send_failure(quipu_http *server, struct qp_conn *conn, enum qp_status status)
{
	qp_share_fail(server, conn, status);
	qp_answer_status(server, conn, status);
}

/* Nothing is kept of a scrape that another one is as good for. */
static void wait(quipu_http *server, struct qp_conn *conn)
{
	if (qp_line_full(server, conn)) {
		send_failure(server, conn, QP_STATUS_UNAVAILABLE);
	} else if (qp_share_join(server, conn, &conn->source->wanted)) {
		qp_source_close(conn->source);
		conn->source = NULL;
		qp_window_free(&conn->window);
	} else {
		qp_line_wait(server, conn);
	}
}

static void encode(quipu_http *server, struct qp_conn *conn)
{
	enum qp_progress progress =
		qp_source_fill(conn->source, &conn->window, WHOLE_BYTES + 1, qp_turn_slice(server));

	switch (progress) {
	case QP_PROGRESS_FULL:
		send_stream(server, conn);
		break;
	case QP_PROGRESS_END:
		send_whole(server, conn);
		break;
	case QP_PROGRESS_LATER:
		qp_line_work(server, conn);
		break;
	case QP_PROGRESS_CALLBACKS:
		qp_line_gather(server, conn);
		break;
	case QP_PROGRESS_BUSY:
		wait(server, conn);
		break;
	default:
		send_failure(server, conn,
			     progress == QP_PROGRESS_NO_MEMORY ? QP_STATUS_UNAVAILABLE
							       : QP_STATUS_INTERNAL_ERROR);
		break;
	}
}

/* --- beginning ---------------------------------------------------------------------------- */

static enum qp_status open_source(quipu_http *server, struct qp_conn *conn,
				  const struct qp_wanted *wanted)
{
	uint64_t left = conn->again > server->now ? conn->again - server->now : 0;
	double seconds = (double)left * 1e-9;

	if (seconds < SHORTEST_SECONDS)
		seconds = SHORTEST_SECONDS;
	if (!qp_window_reserve(&conn->window, FIRST_BYTES)) {
		free(wanted->query);
		return QP_STATUS_UNAVAILABLE;
	}
	conn->source = qp_source_open(server->registry, wanted, seconds, wake, &server->poller);
	return conn->source ? QP_STATUS_OK : QP_STATUS_UNAVAILABLE;
}

/* It rides with somebody, or has a scrape of its own, or was told why not. */
static void find_source(quipu_http *server, struct qp_conn *conn)
{
	struct qp_wanted wanted;
	enum qp_status status;

	if (qp_line_full(server, conn)) {
		send_failure(server, conn, QP_STATUS_UNAVAILABLE);
		return;
	}
	status = qp_negotiate(&wanted, &server->options, &conn->input->request, conn->input->bytes);
	if (status == QP_STATUS_OK && qp_share_join(server, conn, &wanted))
		return;
	if (status == QP_STATUS_OK)
		status = open_source(server, conn, &wanted);
	if (status != QP_STATUS_OK)
		send_failure(server, conn, status);
}

void qp_scraping_go_on(quipu_http *server, struct qp_conn *conn)
{
	if (!conn->source)
		find_source(server, conn);
	if (conn->source)
		encode(server, conn);
}

/* No longer than the scraper waits, and no longer than the server lets anybody wait. */
static void set_deadline(quipu_http *server, struct qp_conn *conn, double said)
{
	uint64_t at = conn->deadline.at; /* over, where the transport took that long */
	uint64_t left = at > server->now ? at - server->now : 0;

	if (said > 0 && said * 1e9 < (double)left)
		qp_deadline_set_at(&server->deadlines, &conn->deadline, QP_DEADLINE_SCRAPE,
				   server->now + (uint64_t)(said * 1e9));
}

/* What a scraper allows includes the way back, so callbacks get a little less. */
static void set_times(quipu_http *server, struct qp_conn *conn)
{
	const struct qp_options *options = &server->options;
	double said = conn->input->request.scrape_timeout;
	double allowed = said > 0 ? said : options->scrape_timeout, margin;

	if (allowed > options->longest_scrape)
		allowed = options->longest_scrape;
	margin = allowed * MARGIN_SHARE < LONGEST_MARGIN ? allowed * MARGIN_SHARE : LONGEST_MARGIN;
	set_deadline(server, conn, said);
	if (said > 0)
		allowed -= margin;
	if (allowed < SHORTEST_SECONDS)
		allowed = SHORTEST_SECONDS;
	conn->again = server->now + (uint64_t)(allowed * 1e9);
	conn->until = conn->again + (uint64_t)(margin * 0.5e9);
}

void qp_scraping_begin(quipu_http *server, struct qp_conn *conn)
{
	set_times(server, conn);
	conn->was_in_line = false;
	if (qp_turn_over(server))
		qp_line_work(server, conn);
	else
		qp_scraping_go_on(server, conn);
}

/* One last try to say it; who does not even take that is gone. */
void qp_scraping_give_up(quipu_http *server, struct qp_conn *conn)
{
	qp_scraping_end(server, conn);
	conn->last = true;
	qp_answer_status(server, conn, QP_STATUS_UNAVAILABLE);
	if (conn->state == QP_CONN_SEND)
		qp_conn_abort(server, conn);
}
