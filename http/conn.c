/* SPDX-License-Identifier: MIT */
/* conn.c: see conn.h. */
#include "conn.h"

#include "answer.h"
#include "live.h"
#include "permit.h"
#include "scraping.h"
#include "server.h"
#include "stream.h"
#include "turn.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define REQUESTS_PER_TURN 4
#define DRAIN_MOST (256u * 1024) /* bytes thrown away before we just close */
#define DRAIN_PIECE 4096

_Static_assert(sizeof(struct qp_conn) <= 512, "an idle connection costs little (W3)");

static uint64_t token(const quipu_http *server, const struct qp_conn *conn)
{
	uint64_t slot = (uint64_t)(conn - server->conns);

	return (uint64_t)conn->generation << 32 | (slot + QP_TOKEN_CONNECTIONS);
}

static void set_deadline(quipu_http *server, struct qp_conn *conn, enum qp_deadline_kind kind)
{
	qp_deadline_set(&server->deadlines, &conn->deadline, kind, server->now);
}

/* --- ending ------------------------------------------------------------------------------ */

/* Out of the set first: it would stay there if a child process had a copy. */
static void close_descriptor(quipu_http *server, struct qp_conn *conn)
{
	int fd = conn->fd;

	qp_poller_remove(&server->poller, fd);
	qp_live_lock();
	conn->fd = -1;
	close(fd);
	qp_live_unlock();
}

static void leave(quipu_http *server, struct qp_conn *conn)
{
	qp_permit_forget(server, conn);
	qp_scraping_end(server, conn);
	qp_body_drop(conn->body);
	conn->body = NULL;
	qp_deadline_clear(&conn->deadline);
	free(conn->input);
	conn->input = NULL;
	qp_window_free(&conn->window);
	qp_stream_close(server, conn);
	close_descriptor(server, conn);
	conn->state = QP_CONN_FREE;
	conn->generation++;
	server->n_conns--;
	qp_stats_set(&server->stats.open, server->n_conns);
	qp_link_push(&server->free_conns, &conn->by_scrape);
}

void qp_conn_close(quipu_http *server, struct qp_conn *conn)
{
	if (conn->state == QP_CONN_IDLE)
		qp_stream_finish(server, conn);
	shutdown(conn->fd, SHUT_RDWR);
	leave(server, conn);
}

void qp_conn_abort(quipu_http *server, struct qp_conn *conn)
{
	const struct linger none = { .l_onoff = 1, .l_linger = 0 };

	setsockopt(conn->fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
	qp_stats_count(&server->stats.aborted, QUIPU_SELF_http_aborted, 1);
	leave(server, conn);
}

void qp_conn_hang_up(quipu_http *server, struct qp_conn *conn)
{
	qp_stream_finish(server, conn);
	shutdown(conn->fd, SHUT_WR);
	conn->state = QP_CONN_DRAIN;
	set_deadline(server, conn, QP_DEADLINE_DRAIN);
	qp_conn_watch(server, conn, EPOLLIN);
}

/* The last step of whatever happens to a connection: without its events it had better end. */
void qp_conn_watch(quipu_http *server, struct qp_conn *conn, uint32_t interest)
{
	if (conn->interest == interest)
		return;
	conn->interest = interest;
	if (qp_poller_change(&server->poller, conn->fd, interest, token(server, conn)) != 0)
		qp_conn_abort(server, conn);
}

/* --- reading ----------------------------------------------------------------------------- */

/* All requests that came are answered; waits for the next, or for the rest of one. */
static void await(quipu_http *server, struct qp_conn *conn)
{
	if (conn->input && conn->input->len > 0) {
		conn->state = QP_CONN_HEAD;
		if (conn->deadline.kind != QP_DEADLINE_HEAD)
			set_deadline(server, conn, QP_DEADLINE_HEAD);
	} else {
		free(conn->input);
		conn->input = NULL;
		conn->state = QP_CONN_IDLE;
		set_deadline(server, conn, conn->refused ? QP_DEADLINE_DRAIN : QP_DEADLINE_IDLE);
	}
	qp_conn_watch(server, conn, qp_stream_awaits(server, conn));
}

void qp_conn_advance(quipu_http *server, struct qp_conn *conn)
{
	for (int left = REQUESTS_PER_TURN; conn->state == QP_CONN_READY; left--) {
		struct qp_input *input = conn->input;
		int status;

		if (left == 0) {
			qp_conn_watch(server, conn, EPOLLOUT); /* at once, after the others */
			return;
		}
		status = qp_request_parse(&input->request, input->bytes, input->len);
		if (status == QP_INCOMPLETE)
			await(server, conn);
		else
			qp_answer(server, conn, (enum qp_status)status);
	}
}

static bool make_input(struct qp_conn *conn)
{
	if (conn->input)
		return true;
	conn->input = malloc(sizeof(*conn->input));
	if (!conn->input)
		return false;
	memset(&conn->input->request, 0, sizeof(conn->input->request));
	conn->input->len = 0;
	return true;
}

/* The client ended its side. What it left unfinished is no request. */
static void end_of_input(quipu_http *server, struct qp_conn *conn)
{
	if (conn->input->len > 0)
		qp_answer(server, conn, QP_STATUS_BAD_REQUEST);
	else
		qp_conn_close(server, conn);
}

static bool try_again(int number)
{
	return number == EAGAIN || number == EWOULDBLOCK || number == EINTR;
}

static void read_input(quipu_http *server, struct qp_conn *conn)
{
	struct qp_input *input;
	ssize_t len;

	if (!make_input(conn)) {
		qp_conn_abort(server, conn);
		return;
	}
	input = conn->input;
	len = qp_stream_read(server, conn, input->bytes + input->len,
			     sizeof(input->bytes) - input->len);
	if (len < 0 && try_again(errno)) {
		qp_conn_watch(server, conn, conn->wants);
	} else if (len < 0) {
		qp_conn_close(server, conn);
	} else if (len == 0) {
		end_of_input(server, conn);
	} else {
		input->len += (size_t)len;
		conn->state = QP_CONN_READY;
		qp_conn_advance(server, conn);
	}
}

/* --- draining ---------------------------------------------------------------------------- */

/* Until the client has closed too. A close with bytes unread resets the connection, and that
 * may destroy the answer before the client has read it. */
static void drain(quipu_http *server, struct qp_conn *conn)
{
	char nowhere[DRAIN_PIECE];
	ssize_t len = recv(conn->fd, nowhere, sizeof(nowhere), 0);

	if (len < 0 && try_again(errno))
		return;
	if (len > 0)
		conn->drained += (size_t)len;
	if (len <= 0 || conn->drained > DRAIN_MOST)
		qp_conn_close(server, conn);
}

/* --- what happens ------------------------------------------------------------------------ */

/* The descriptor stays as it is at every moment: a fork may look (live.h). */
static void reset(struct qp_conn *conn)
{
	conn->wants = EPOLLIN;
	conn->stream = conn->ticket = NULL;
	conn->refused = conn->last = conn->chunked = conn->in_line = false;
	conn->n_requests = 0;
	conn->drained = 0;
	conn->sent = 0;
	conn->input = NULL;
	conn->source = NULL;
	conn->leader = NULL;
	conn->body = NULL;
	memset(&conn->window, 0, sizeof(conn->window));
	qp_link_init(&conn->by_scrape);
	qp_deadline_init(&conn->deadline);
}

/* Until it is done nothing is known of the client: it has the time of a head, or to drain. */
static void greet(quipu_http *server, struct qp_conn *conn)
{
	if (qp_stream_handshake(server, conn) == 0)
		await(server, conn);
	else if (try_again(errno))
		qp_conn_watch(server, conn, conn->wants);
	else
		qp_conn_hang_up(server, conn);
}

/* A step of a handshake takes longer than all else that happens at once, so they come behind those
 * who are through with it, first come first served. */
static void greet_later(quipu_http *server, struct qp_conn *conn)
{
	qp_link_append(&server->greeting, &conn->by_scrape);
	qp_conn_watch(server, conn, 0);
}

/* At least one; whoever has to wait again comes by an event. */
void qp_conn_greet(quipu_http *server)
{
	struct qp_link *link;

	if (qp_link_alone(&server->greeting))
		return;
	qp_turn_grant(server);
	do {
		link = server->greeting.next;
		qp_link_remove(link);
		greet(server, qp_of(link, struct qp_conn, by_scrape));
	} while (!qp_link_alone(&server->greeting) && !qp_turn_over(server));
}

static bool begin(quipu_http *server, struct qp_conn *conn)
{
	if (!qp_stream_open(server, conn))
		return false;
	if (conn->stream) {
		conn->state = QP_CONN_GREET;
		set_deadline(server, conn, conn->refused ? QP_DEADLINE_DRAIN : QP_DEADLINE_HEAD);
	} else {
		await(server, conn);
	}
	return qp_poller_add(&server->poller, conn->fd, EPOLLIN, token(server, conn)) == 0;
}

void qp_conn_open(quipu_http *server, struct qp_conn *conn)
{
	reset(conn);
	conn->refused = ++server->n_conns > server->options.max_connections;
	qp_stats_count(&server->stats.connections, QUIPU_SELF_http_connections, 1);
	qp_stats_set(&server->stats.open, server->n_conns);
	conn->interest = EPOLLIN;
	if (!begin(server, conn))
		qp_conn_abort(server, conn);
}

void qp_conn_event(quipu_http *server, struct qp_conn *conn, uint32_t events)
{
	/* Both directions are gone, or the connection is: nobody is left to answer. */
	if (events & (EPOLLERR | EPOLLHUP)) {
		qp_conn_close(server, conn);
		return;
	}
	switch (conn->state) {
	case QP_CONN_GREET:
		greet_later(server, conn);
		break;
	case QP_CONN_IDLE:
	case QP_CONN_HEAD:
		read_input(server, conn);
		break;
	case QP_CONN_SEND:
		qp_answer_send(server, conn);
		qp_conn_advance(server, conn);
		break;
	case QP_CONN_DRAIN:
		drain(server, conn);
		break;
	default:
		qp_conn_advance(server, conn);
		break;
	}
}

void qp_conn_expire(quipu_http *server, struct qp_conn *conn)
{
	switch (conn->state) {
	case QP_CONN_HEAD:
		qp_answer(server, conn, QP_STATUS_REQUEST_TIMEOUT);
		break;
	case QP_CONN_ASK:
	case QP_CONN_GATHER:
	case QP_CONN_WAIT:
	case QP_CONN_WORK:
		qp_permit_forget(server, conn);
		qp_scraping_give_up(server, conn);
		break;
	case QP_CONN_READY:
	case QP_CONN_SEND:
		qp_conn_abort(server, conn);
		break;
	default:
		qp_conn_close(server, conn);
		break;
	}
}
