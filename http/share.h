/* SPDX-License-Identifier: MIT */
/*
 * share.h: requests that ride on another's scrape.
 *
 * Who finds no snapshot free stands in line (line.h), or, where somebody stands there who wants
 * just the same, rides with him: when it is his turn one body is made for all of them. What
 * does not fit a buffer cannot be shared; then each rider goes for a scrape of its own.
 *
 * Writers and readers: the thread that drives the server.
 *
 * H1. A request rides only with one that stands in line: with a snapshot opened after it came.
 * H2. A leader that goes away leaves everything to a rider, his place in line included.
 * H3. A rider has its own deadlines.
 */
#ifndef QP_HTTP_SHARE_H
#define QP_HTTP_SHARE_H

#include "conn.h"
#include "negotiate.h"
#include "reply.h"

/* Rides with somebody who wants the same and stands in line, its own riders too. False: there is
 * nobody. The caller has seen that one more may wait. */
bool qp_share_join(quipu_http *server, struct qp_conn *conn, const struct qp_wanted *wanted);

/* Before a leader leaves with nothing answered: the first of the riders takes its place. */
void qp_share_hand_over(quipu_http *server, struct qp_conn *conn);

/* The whole body is in the leader's window and the reply is the head for it: answers all
 * of them. */
void qp_share_whole(quipu_http *server, struct qp_conn *conn, const struct qp_reply *reply);

/* The body does not fit, the leader has it for himself. */
void qp_share_scatter(quipu_http *server, struct qp_conn *conn);

/* There will be no body: ends the leader's scrape and tells the riders; telling the leader is
 * the caller's. */
void qp_share_fail(quipu_http *server, struct qp_conn *conn, enum qp_status status);

#endif
