/* SPDX-License-Identifier: MIT */
/* permit.c: see permit.h. */
#include "permit.h"

#include "answer.h"
#include "server.h"

static void wake(void *ctx)
{
	qp_poller_wake(ctx);
}

static enum qp_status status_of(int verdict)
{
	switch (verdict) {
	case QUIPU_ALLOWED:
		return QP_STATUS_OK;
	case QUIPU_UNAUTHORIZED:
		return QP_STATUS_UNAUTHORIZED;
	case QUIPU_TOO_MANY:
		return QP_STATUS_TOO_MANY_REQUESTS;
	default:
		return QP_STATUS_UNAVAILABLE;
	}
}

/* Two fields of that name are as good as one that nobody can read. */
static struct qp_words authorization(const struct qp_conn *conn)
{
	const struct qp_input *input = conn->input;
	struct qp_words values[2] = { { NULL, 0 } };
	size_t n = qp_request_fields(&input->request, input->bytes, "authorization", values, 2);

	return n > 1 ? (struct qp_words){ "", 0 } : values[0];
}

bool qp_permit_ask(quipu_http *server, struct qp_conn *conn, enum qp_status *status)
{
	const quipu_transport *transport = &server->options.transport;
	struct qp_words value;
	quipu_question question;
	int verdict;

	*status = QP_STATUS_OK;
	if (!transport->ask)
		return true;
	value = authorization(conn);
	question = (quipu_question){
		.size = sizeof(question),
		.path = conn->input->request.path,
		.path_len = conn->input->request.path_len,
		.authorization = value.text,
		.authorization_len = value.len,
		.wake = wake,
		.wake_ctx = &server->poller,
		.client = qp_peer_number(&conn->peer),
	};
	verdict = transport->ask(transport->ctx, &question, &conn->ticket);
	*status = status_of(verdict);
	if (verdict != QUIPU_LATER)
		return true;
	conn->state = QP_CONN_ASK;
	qp_link_append(&server->asking, &conn->by_scrape);
	qp_conn_watch(server, conn, 0);
	return false;
}

/* A connection that goes on leaves the list; no other does meanwhile. */
void qp_permit_woken(quipu_http *server)
{
	struct qp_link *link, *next;

	for (link = server->asking.next; link != &server->asking; link = next) {
		struct qp_conn *conn = qp_of(link, struct qp_conn, by_scrape);
		int verdict = server->options.transport.answer(conn->ticket);

		next = link->next;
		if (verdict == QUIPU_LATER)
			continue;
		conn->ticket = NULL;
		qp_link_remove(link);
		qp_answer_judged(server, conn, status_of(verdict));
		qp_conn_advance(server, conn);
	}
}

void qp_permit_forget(quipu_http *server, struct qp_conn *conn)
{
	if (!conn->ticket)
		return;
	server->options.transport.forget(conn->ticket);
	conn->ticket = NULL;
	qp_link_remove(&conn->by_scrape);
}
