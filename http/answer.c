/* SPDX-License-Identifier: MIT */
/* answer.c: see answer.h. */
#include "answer.h"

#include "pages.h"
#include "permit.h"
#include "route.h"
#include "scraping.h"
#include "server.h"
#include "stream.h"
#include "turn.h"

#include <quipu/timer.h>

#include <errno.h>
#include <string.h>

/* --- sending ----------------------------------------------------------------------------- */

/* The request is answered: the next, or the end of the connection. */
static void finish(quipu_http *server, struct qp_conn *conn)
{
	struct qp_input *input = conn->input;
	size_t used = input->request.at;

	qp_window_free(&conn->window);
	qp_body_drop(conn->body);
	conn->body = NULL;
	if (conn->last) {
		qp_conn_hang_up(server, conn);
		return;
	}
	memmove(input->bytes, input->bytes + used, input->len - used);
	input->len -= used;
	memset(&input->request, 0, sizeof(input->request));
	conn->state = QP_CONN_READY;
}

/* What is to be sent next, in one piece; false: nothing. */
static bool next_piece(const struct qp_conn *conn, const char **data, size_t *len)
{
	*data = qp_window_data(&conn->window);
	*len = qp_window_len(&conn->window);
	if (*len == 0 && conn->body) {
		*data = conn->body->bytes + conn->body_at;
		*len = conn->body->len - conn->body_at;
	}
	return *len > 0;
}

static void sent(quipu_http *server, struct qp_conn *conn, size_t len)
{
	if (qp_window_len(&conn->window) > 0)
		qp_window_consume(&conn->window, len);
	else
		conn->body_at += len;
	conn->sent += len;
	qp_stats_count(&server->stats.sent_bytes, QUIPU_SELF_http_bytes, len);
}

/* Sends what is there; true when that was all. */
static bool flush(quipu_http *server, struct qp_conn *conn)
{
	const char *data;
	size_t size;

	while (next_piece(conn, &data, &size)) {
		bool head = conn->body && data != conn->body->bytes + conn->body_at;
		ssize_t len = qp_stream_write(server, conn, data, size, head);

		if (len > 0) {
			sent(server, conn, (size_t)len);
		} else if (len < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			return false;
		} else if (len == 0 || errno != EINTR) {
			qp_conn_close(server, conn);
			return false;
		}
	}
	return true;
}

/* The next piece of a streamed body; false: not now, or never. */
static bool refill(quipu_http *server, struct qp_conn *conn, uint64_t until)
{
	switch (qp_scraping_refill(server, conn, until)) {
	case QP_PROGRESS_FULL:
	case QP_PROGRESS_END:
		return true;
	case QP_PROGRESS_LATER:
		if (qp_window_len(&conn->window) > 0)
			return true;
		qp_conn_watch(server, conn, EPOLLOUT);
		return false;
	default:
		qp_conn_abort(server, conn);
		return false;
	}
}

/* A body that many have could take more than a turn to send to all. */
static bool can_wait(const quipu_http *server, const struct qp_conn *conn)
{
	return conn->body && qp_turn_over(server);
}

void qp_answer_send(quipu_http *server, struct qp_conn *conn)
{
	uint64_t until = qp_turn_slice(server);

	conn->state = QP_CONN_SEND;
	while (!can_wait(server, conn) && flush(server, conn)) {
		if (!conn->source) {
			finish(server, conn);
			return;
		}
		if (quipu_now_ns() >= until)
			break;
		if (!refill(server, conn, until))
			return;
	}
	if (conn->state == QP_CONN_SEND)
		qp_conn_watch(server, conn, EPOLLOUT);
}

/* --- answering --------------------------------------------------------------------------- */

/* Of the transport. */
static struct qp_words fields(const quipu_http *server, char to[QUIPU_TRANSPORT_FIELDS_MAX])
{
	const quipu_transport *transport = &server->options.transport;
	struct qp_words none = { "", 0 };

	if (!transport->fields)
		return none;
	return (struct qp_words){ to, transport->fields(transport->ctx, to,
							QUIPU_TRANSPORT_FIELDS_MAX) };
}

void qp_answer_begin(quipu_http *server, struct qp_conn *conn, struct qp_reply *reply)
{
	const struct qp_request *request = &conn->input->request;
	char head[QP_REPLY_MAX], added[QUIPU_TRANSPORT_FIELDS_MAX];
	size_t len;

	reply->added = fields(server, added);
	reply->close = conn->last;
	reply->keep_alive = request->minor == 0;
	len = qp_reply_print(head, reply, qp_date_now(&server->date));
	if (request->method == QP_METHOD_HEAD) {
		qp_window_clear(&conn->window);
		qp_body_drop(conn->body);
		conn->body = NULL;
	}
	qp_stats_count(&server->stats.requests, QUIPU_SELF_http_requests, 1);
	if (reply->status == QP_STATUS_UNAVAILABLE)
		qp_stats_count(&server->stats.unavailable, QUIPU_SELF_http_refused, 1);
	qp_window_prepend(&conn->window, head, len);
	qp_answer_send(server, conn);
}

/* What is constant is sent from where it is. */
static bool take_page(struct qp_conn *conn, const struct qp_page *page)
{
	if (!qp_window_reserve(&conn->window, page->len))
		return false;
	qp_window_clear(&conn->window);
	qp_window_append(&conn->window, page->body, page->len);
	if (page->rest.len == 0)
		return true;
	conn->body = qp_body_constant(page->rest.text, page->rest.len);
	conn->body_at = 0;
	return conn->body != NULL;
}

static void send_page(quipu_http *server, struct qp_conn *conn, const struct qp_page *page)
{
	struct qp_reply reply = { .status = page->status,
				  .type = page->type,
				  .fields = page->fields,
				  .framing = QP_FRAMED_BY_LENGTH,
				  .length = page->len + page->rest.len };

	if (!take_page(conn, page)) {
		qp_conn_abort(server, conn);
		return;
	}
	qp_answer_begin(server, conn, &reply);
}

void qp_answer_status(quipu_http *server, struct qp_conn *conn, enum qp_status status)
{
	struct qp_page page;

	qp_page_status(&page, status);
	send_page(server, conn, &page);
}

static void answer_route(quipu_http *server, struct qp_conn *conn, enum qp_route route)
{
	struct qp_page page;

	if (route == QP_ROUTE_METRICS) {
		qp_scraping_begin(server, conn);
		return;
	}
	qp_page_route(&page, route, &server->options);
	send_page(server, conn, &page);
}

void qp_answer_judged(quipu_http *server, struct qp_conn *conn, enum qp_status status)
{
	const struct qp_request *request = &conn->input->request;
	enum qp_route route = QP_ROUTE_NONE;

	/* who guesses comes anew for each: no place of its own is free for the next at once */
	if (status == QP_STATUS_UNAUTHORIZED)
		conn->last = true;
	if (status == QP_STATUS_OK) {
		route = qp_route_find(&server->options, request);
		status = qp_route_permits(route, request);
	}
	if (status != QP_STATUS_OK)
		qp_answer_status(server, conn, status);
	else
		answer_route(server, conn, route);
}

void qp_answer(quipu_http *server, struct qp_conn *conn, enum qp_status status)
{
	const struct qp_request *request = &conn->input->request;

	qp_deadline_set(&server->deadlines, &conn->deadline, QP_DEADLINE_WRITE, server->now);
	conn->n_requests++;
	conn->last = status != QP_STATUS_OK || !request->keep || conn->refused ||
		     conn->n_requests >= server->options.max_requests;
	if (status == QP_STATUS_OK && conn->refused)
		status = QP_STATUS_UNAVAILABLE;
	if (status != QP_STATUS_OK || qp_permit_ask(server, conn, &status))
		qp_answer_judged(server, conn, status);
}
