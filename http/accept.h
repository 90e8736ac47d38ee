/* SPDX-License-Identifier: MIT */
/*
 * accept.h: new connections. At most max_connections are served; a few beyond that are
 * answered 503, and yet more are closed at once. Out of descriptors accepting pauses, so that
 * the loop does not spin; clients stay in the kernel's queue meanwhile.
 */
#ifndef QP_HTTP_ACCEPT_H
#define QP_HTTP_ACCEPT_H

#include "server.h"

/* There are clients to accept. */
void qp_accept(quipu_http *server);

/* Once a turn: whether a pause is over. */
void qp_accept_turn(quipu_http *server);

#endif
