/* SPDX-License-Identifier: MIT */
/*
 * conn.h: one connection, as an explicit state machine.
 *
 *            +-------------------- kept, more to come -------------------+
 *            v                                                            |
 *   IDLE -> READY -> (parse) -> GATHER -> WAIT -> WORK -> SEND -> (finish) -> DRAIN -> FREE
 *    ^        |  ^                 callbacks  snapshot  time                    half-closed
 *    |  incomplete|
 *    +------ HEAD +
 *
 * A scrape passes through those of GATHER, WAIT and WORK that it needs, and through each as often
 * as it needs to. A transport (stream.h) puts GREET before the first IDLE, and its gate ASK
 * (permit.h) behind (parse).
 *
 * Writers and readers: the thread that drives the server.
 */
#ifndef QP_HTTP_CONN_H
#define QP_HTTP_CONN_H

#include "body.h"
#include "deadline.h"
#include "list.h"
#include "parse.h"
#include "peer.h"
#include "window.h"

#include <quipu/http.h>

struct qp_source;

enum qp_conn_state {
	QP_CONN_FREE,	/* nobody */
	QP_CONN_GREET,	/* a handshake on its way */
	QP_CONN_IDLE,	/* no byte of a request yet */
	QP_CONN_HEAD,	/* part of a request's head */
	QP_CONN_READY,	/* bytes to look at */
	QP_CONN_ASK,	/* a request of which is being asked whether it is answered */
	QP_CONN_GATHER, /* a scrape whose callbacks run */
	QP_CONN_WAIT,	/* a scrape that waits for a snapshot, or a rider (share.h) */
	QP_CONN_WORK,	/* a scrape of which nothing was sent, and that can go on */
	QP_CONN_SEND,	/* an answer on its way */
	QP_CONN_DRAIN,	/* answered and half-closed: what still comes is thrown away */
};

/* What came in; there only while a request does. */
struct qp_input {
	struct qp_request request;
	size_t len;
	char bytes[QP_HEAD_MAX];
};

struct qp_conn {
	int fd;
	enum qp_conn_state state;
	uint32_t generation;
	uint32_t interest; /* what epoll watches for */
	struct qp_peer peer;
	uint32_t wants; /* what reading waits for */
	void *stream;	/* the transport's; NULL: the socket as it is */
	void *ticket;	/* ASK: the question */
	bool refused;	/* one too many: whatever it asks, it is told to come later */
	bool last;	/* the connection ends with this answer */
	bool chunked;	/* the body is cut in chunks */
	unsigned n_requests;
	size_t drained;
	struct qp_input *input;
	struct qp_window window; /* sent first */
	struct qp_body *body;	 /* then this, from body_at on; NULL: nothing */
	size_t body_at;
	struct qp_deadline deadline;

	/* scraping.c, line.c, share.c */
	struct qp_link by_scrape; /* in one of the server's lists */
	struct qp_source *source; /* NULL: none yet, or not its own */
	struct qp_conn *leader;	  /* WAIT: with whom it rides; NULL: it does not */
	bool in_line;		  /* WAIT: counted as waiting */
	bool was_in_line;	  /* its place is not given to others any more */
	uint64_t again;	   /* GATHER: when to look even if nobody woke us; from when on callbacks
			   are late */
	uint64_t until;	   /* GATHER, WAIT, WORK: when to give up */
	uint64_t opened;   /* streaming: since when it has a snapshot */
	uint64_t progress; /* streaming: when the client was last seen to take something */
	uint64_t sent;	   /* streaming: bytes that the kernel took from us */
	uint64_t taken;	   /* bytes that the client took from it, when we last looked */
};

/* A new connection in this slot, whose descriptor is set. */
void qp_conn_open(quipu_http *server, struct qp_conn *conn);

/* Ends it; the slot is free. abort: so that the client notices that its answer is cut off. */
void qp_conn_close(quipu_http *server, struct qp_conn *conn);
void qp_conn_abort(quipu_http *server, struct qp_conn *conn);

/* Tells the client that this was all, and waits for its end. */
void qp_conn_hang_up(quipu_http *server, struct qp_conn *conn);

/* Something happened to its descriptor, or its deadline is over. */
void qp_conn_event(quipu_http *server, struct qp_conn *conn, uint32_t events);
void qp_conn_expire(quipu_http *server, struct qp_conn *conn);

/* Goes on with the handshakes that can, for a slice of the turn. */
void qp_conn_greet(quipu_http *server);

/* Answers what is READY, a few requests at most, so that others have their turn. */
void qp_conn_advance(quipu_http *server, struct qp_conn *conn);

/* Watches for reading (EPOLLIN), writing (EPOLLOUT) or errors only (0); ends the connection
 * where that fails. */
void qp_conn_watch(quipu_http *server, struct qp_conn *conn, uint32_t interest);

#endif
