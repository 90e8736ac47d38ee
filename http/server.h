/* SPDX-License-Identifier: MIT */
/*
 * server.h: what a server is made of.
 *
 * Writers:  the thread that drives it: its own, or the program's (quipu_http_poll). Before
 *           that thread starts and after it has ended, whoever starts and stops it.
 * Readers:  the same; other threads read only what is constant between open and close.
 * Publication: starting the thread; joining it. Three things cross over while it runs:
 *           `stopping`, an atomic, the poller's event, which wakes it, and the figures of stats.h.
 *           File descriptors change under the lock of live.h, so that a fork sees them whole.
 * Reclamation: close frees it, after every scrape was closed: then nobody wakes it any more.
 *
 * W1. A wake names no connection. It says "look again", so it may come late, twice, or after
 *     the connection it was meant for is gone.
 * W2. An event names the connection's slot and its generation, so one that was meant for the
 *     slot's last tenant is dropped.
 * W3. A client costs its slot, one head's buffer and one window, each of bounded size; a scrape
 *     that is being made, a piece of text and a coder more.
 */
#ifndef QP_HTTP_SERVER_H
#define QP_HTTP_SERVER_H

#include "conn.h"
#include "date.h"
#include "deadline.h"
#include "listen.h"
#include "options.h"
#include "poller.h"
#include "sandbox.h"
#include "stats.h"

#include <pthread.h>

/* Slots beyond max_connections, for clients that are told so with a 503. */
#define QP_EXTRA_CONNECTIONS 16

struct quipu_http {
	/* constant between open and close */
	quipu_registry *registry;
	struct qp_options options;
	struct qp_listener listener;
	struct qp_poller poller;
	struct qp_conn *conns;
	size_t max_conns; /* the extra ones included */
	bool threaded;
	pthread_t thread;
	struct qp_sandbox sandbox; /* while it starts */

	bool stopping; /* atomic: the thread shall end */

	/* under the lock of live.h */
	struct qp_link live;
	bool inert; /* inherited by a forked child: it has no descriptors and does nothing */

	/* the driving thread's own */
	uint64_t now;	    /* monotonic, taken once a turn */
	uint64_t turn_ends; /* turn.h */
	struct qp_stats stats;
	struct qp_deadlines deadlines;
	struct qp_link free_conns; /* slots that were used before, the last one first */
	size_t fresh_conns;	   /* the first slot that was never used */
	size_t n_conns;		   /* in use */
	uint64_t accept_again;	   /* accepting pauses until then; QP_NEVER: it does not */
	struct qp_date date;

	/* scrapes (line.c) */
	struct qp_link greeting;  /* connections whose handshake can go on (conn.c) */
	struct qp_link asking;	  /* connections of which is being asked who they are (permit.c) */
	struct qp_link gathering; /* connections whose callbacks run */
	struct qp_link waiting; /* connections that wait for a snapshot, first come first served */
	struct qp_link riding;	/* connections that wait with one of those */
	struct qp_link working; /* connections that can go on when there is time */
	struct qp_link streaming; /* connections that hold a snapshot while they send */
	unsigned n_waiting;	  /* waiting and riding */
	bool released;		  /* one of ours was closed */
	uint64_t retry_at;	  /* when to ask again whether one of others' was */
};

#endif
