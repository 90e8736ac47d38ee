/* SPDX-License-Identifier: MIT */
/*
 * scraping.h: answers that are scrapes: waiting for callbacks and snapshots, sending bodies of
 * any size through a bounded window, and not letting one client stand in the others' way.
 *
 * A body that fits the window is encoded before its first byte is sent: it has a length, its
 * snapshot is closed at once, and a failure is a status. A larger one is streamed while its
 * snapshot is open; a failure then cuts the connection off without the body's end.
 *
 * Two snapshots are open in the process at a time. Who finds none waits in line. While
 * somebody waits at any server of the process, a client that holds one and takes nothing for a
 * second, or not all of it in five, is cut off (P5).
 *
 * Writers and readers: the thread that drives the server. Callbacks' ends come as a wake.
 */
#ifndef QP_HTTP_SCRAPING_H
#define QP_HTTP_SCRAPING_H

#include "conn.h"

/* Begins the answer to the request at the front of the input. */
void qp_scraping_begin(quipu_http *server, struct qp_conn *conn);

/* Gets the next piece of a streamed body into the empty window; false: the connection is gone. */
bool qp_scraping_refill(quipu_http *server, struct qp_conn *conn);

/* The write deadline is over and nothing was sent: 503. */
void qp_scraping_give_up(quipu_http *server, struct qp_conn *conn);

/* Ends the connection's scrape, if it has one: nothing wakes us for it any more. */
void qp_scraping_end(struct qp_conn *conn);

/* Nobody waits in the child but who begins to. */
void qp_scraping_after_fork_child(void);

/* Callbacks of some scrape are done. */
void qp_scraping_woken(quipu_http *server);

/* Once a turn: who waited long enough, who held a snapshot too long, whose turn it is. */
void qp_scraping_turn(quipu_http *server);

/* When the next turn is needed though nothing happens. */
uint64_t qp_scraping_next(const quipu_http *server);

#endif
