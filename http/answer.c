/* SPDX-License-Identifier: MIT */
/* answer.c: see answer.h. */
#include "answer.h"

#include "pages.h"
#include "route.h"
#include "scraping.h"
#include "server.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#define PIECES_PER_TURN 4 /* of a streamed body, before others have their turn */

/* --- sending ----------------------------------------------------------------------------- */

/* The request is answered: the next, or the end of the connection. */
static void finish(quipu_http *server, struct qp_conn *conn)
{
	struct qp_input *input = conn->input;
	size_t used = input->request.at;

	qp_window_free(&conn->window);
	if (conn->last) {
		shutdown(conn->fd, SHUT_WR);
		conn->state = QP_CONN_DRAIN;
		qp_deadline_set(&server->deadlines, &conn->deadline, QP_DEADLINE_DRAIN,
				server->now);
		qp_conn_watch(server, conn, EPOLLIN);
		return;
	}
	memmove(input->bytes, input->bytes + used, input->len - used);
	input->len -= used;
	memset(&input->request, 0, sizeof(input->request));
	conn->state = QP_CONN_READY;
}

/* Sends what is in the window; true when that was all. Never raises SIGPIPE. */
static bool flush(quipu_http *server, struct qp_conn *conn)
{
	struct qp_window *window = &conn->window;

	while (qp_window_len(window) > 0) {
		ssize_t len =
			send(conn->fd, qp_window_data(window), qp_window_len(window), MSG_NOSIGNAL);

		if (len > 0) {
			qp_window_consume(window, (size_t)len);
			conn->sent += (uint64_t)len;
		} else if (len < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			qp_conn_watch(server, conn, EPOLLOUT);
			return false;
		} else if (len == 0 || errno != EINTR) {
			qp_conn_close(server, conn);
			return false;
		}
	}
	return true;
}

void qp_answer_send(quipu_http *server, struct qp_conn *conn)
{
	conn->state = QP_CONN_SEND;
	for (int left = PIECES_PER_TURN; flush(server, conn); left--) {
		if (!conn->scrape) {
			finish(server, conn);
			return;
		}
		if (left == 0) {
			qp_conn_watch(server, conn, EPOLLOUT);
			return;
		}
		if (!qp_scraping_refill(server, conn))
			return;
	}
}

/* --- answering --------------------------------------------------------------------------- */

void qp_answer_begin(quipu_http *server, struct qp_conn *conn, struct qp_reply *reply)
{
	const struct qp_request *request = &conn->input->request;
	char head[QP_REPLY_MAX];
	size_t len;

	reply->close = conn->last;
	reply->keep_alive = request->minor == 0;
	len = qp_reply_print(head, reply, qp_date_now(&server->date));
	if (request->method == QP_METHOD_HEAD)
		qp_window_clear(&conn->window);
	qp_window_prepend(&conn->window, head, len);
	qp_answer_send(server, conn);
}

static void send_page(quipu_http *server, struct qp_conn *conn, const struct qp_page *page)
{
	struct qp_reply reply = { .status = page->status,
				  .type = page->type,
				  .fields = page->fields,
				  .framing = QP_FRAMED_BY_LENGTH,
				  .length = page->len };

	if (!qp_window_reserve(&conn->window, page->len)) {
		qp_conn_close(server, conn);
		return;
	}
	qp_window_clear(&conn->window);
	qp_window_append(&conn->window, page->body, page->len);
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

void qp_answer(quipu_http *server, struct qp_conn *conn, enum qp_status status)
{
	const struct qp_request *request = &conn->input->request;
	enum qp_route route = QP_ROUTE_NONE;

	qp_deadline_set(&server->deadlines, &conn->deadline, QP_DEADLINE_WRITE, server->now);
	conn->n_requests++;
	conn->last = status != QP_STATUS_OK || !request->keep || conn->refused ||
		     conn->n_requests >= server->options.max_requests;
	if (status == QP_STATUS_OK && conn->refused)
		status = QP_STATUS_UNAVAILABLE;
	if (status == QP_STATUS_OK) {
		route = qp_route_find(&server->options, request);
		status = qp_route_permits(route, request);
	}
	if (status != QP_STATUS_OK)
		qp_answer_status(server, conn, status);
	else
		answer_route(server, conn, route);
}
