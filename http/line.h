/* SPDX-License-Identifier: MIT */
/*
 * line.h: scrapes that wait: for callbacks, for a snapshot, for time; and those that others
 * wait for.
 *
 * Two snapshots are open in the process at a time. Who finds none waits in line, first come
 * first served. While somebody waits, at any server of the process, a client that holds one
 * and takes nothing for a second, or not all of it in five, is cut off (P5).
 *
 * Writers and readers: the thread that drives the server; one hint is shared by all servers.
 * Callbacks' ends come as a wake.
 */
#ifndef QP_HTTP_LINE_H
#define QP_HTTP_LINE_H

#include "conn.h"

/* The connection's callbacks run; it waits for a snapshot; it waits with one that does; it can go
 * on in the next turn; it has a snapshot and is streaming. */
void qp_line_gather(quipu_http *server, struct qp_conn *conn);
void qp_line_wait(quipu_http *server, struct qp_conn *conn);
void qp_line_ride(quipu_http *server, struct qp_conn *conn);
void qp_line_work(quipu_http *server, struct qp_conn *conn);
void qp_line_hold(quipu_http *server, struct qp_conn *conn);

/* None of these any more. */
void qp_line_leave(quipu_http *server, struct qp_conn *conn);

/* The heir stands where the connection stood, which stands nowhere any more. */
void qp_line_replace(quipu_http *server, struct qp_conn *conn, struct qp_conn *heir);

/* Do as many wait as may, this one not counted? */
bool qp_line_full(const quipu_http *server, const struct qp_conn *conn);

/* Nobody waits in the child but who begins to. */
void qp_line_after_fork_child(void);

/* Callbacks of some scrape are done. */
void qp_line_woken(quipu_http *server);

/* Once a turn: who waited long enough, who held a snapshot too long, whose turn it is. */
void qp_line_turn(quipu_http *server);

/* When the next turn is needed though nothing happens. */
uint64_t qp_line_next(const quipu_http *server);

#endif
