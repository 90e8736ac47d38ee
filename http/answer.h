/* SPDX-License-Identifier: MIT */
/* answer.h: from a parsed request to bytes on the socket, and what comes after them. */
#ifndef QP_HTTP_ANSWER_H
#define QP_HTTP_ANSWER_H

#include "conn.h"
#include "reply.h"

/* Answers the request at the front of the input: as it asks (QP_STATUS_OK), or with the
 * status that says why not, and then the connection ends. */
void qp_answer(quipu_http *server, struct qp_conn *conn, enum qp_status status);

/* Goes on after it was asked whether it may be answered (permit.h): as above. */
void qp_answer_judged(quipu_http *server, struct qp_conn *conn, enum qp_status status);

/* Answers it with a status' own page, whatever it asked. */
void qp_answer_status(quipu_http *server, struct qp_conn *conn, enum qp_status status);

/* Puts the head before what is in the window, which for HEAD is dropped, and sends it. The
 * rest of reply is filled in here. */
void qp_answer_begin(quipu_http *server, struct qp_conn *conn, struct qp_reply *reply);

/* Sends as much as the socket takes. When all is sent the connection is READY or DRAIN. */
void qp_answer_send(quipu_http *server, struct qp_conn *conn);

#endif
