/* SPDX-License-Identifier: MIT */
/*
 * scraping.h: answers that are scrapes: bodies of any size through a bounded window. Waiting
 * for callbacks, snapshots and time is line.h's; making the bytes is source.h's.
 *
 * A body that fits the window is encoded before its first byte is sent: it has a length, its
 * snapshot is closed at once, and a failure is a status. A larger one is streamed while its
 * snapshot is open; a failure then cuts the connection off without the body's end.
 *
 * Writers and readers: the thread that drives the server.
 */
#ifndef QP_HTTP_SCRAPING_H
#define QP_HTTP_SCRAPING_H

#include "conn.h"
#include "source.h"

/* Begins the answer to the request at the front of the input. */
void qp_scraping_begin(quipu_http *server, struct qp_conn *conn);

/* Goes as far as it can with a scrape of which nothing was sent. */
void qp_scraping_go_on(quipu_http *server, struct qp_conn *conn);

/* Gets the next piece of a streamed body into the empty window. LATER: what there was time for,
 * perhaps nothing. NO_MEMORY, BROKEN: the answer cannot be ended. */
enum qp_progress qp_scraping_refill(quipu_http *server, struct qp_conn *conn, uint64_t until);

/* A deadline is over and nothing was sent: 503. */
void qp_scraping_give_up(quipu_http *server, struct qp_conn *conn);

/* The connection waits for nothing and has no scrape any more; who rides with it goes on. */
void qp_scraping_end(quipu_http *server, struct qp_conn *conn);

#endif
