/* SPDX-License-Identifier: MIT */
/*
 * permit.h: whether a request may be answered, where the program's transport has a say in that.
 * A connection waits in the server's list `asking` while it is not known.
 *
 * Writers and readers: the thread that drives the server. Others only wake it (W1).
 */
#ifndef QP_HTTP_PERMIT_H
#define QP_HTTP_PERMIT_H

#include "conn.h"
#include "status.h"

/* Asks about the request at the front of the input. True: *status is QP_STATUS_OK or what to
 * refuse it with. False: the connection waits, and qp_answer_judged comes later. */
bool qp_permit_ask(quipu_http *server, struct qp_conn *conn, enum qp_status *status);

/* Somebody woke the server: goes on with those about whom it is known now. */
void qp_permit_woken(quipu_http *server);

/* Nobody waits for what is being found out. */
void qp_permit_forget(quipu_http *server, struct qp_conn *conn);

#endif
