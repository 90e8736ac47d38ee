/* SPDX-License-Identifier: MIT */
/* loop.h: one turn of the server: what happened, what is over, who comes next. */
#ifndef QP_HTTP_LOOP_H
#define QP_HTTP_LOOP_H

#include "server.h"

/* How many events were handled; -1 and errno where the descriptors are unusable. block: waits
 * for one; otherwise never. */
int qp_loop_turn(quipu_http *server, int block);

#endif
