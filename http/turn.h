/* SPDX-License-Identifier: MIT */
/*
 * turn.h: how long the server works on scrapes before it looks at everybody else again.
 *
 * What a turn does is bounded by time, not by pieces: a piece may be cheap or dear, and who asks
 * whether the server is alive is to have an answer within 20 ms whatever is being scraped. A
 * turn has 3 ms for scrapes, one connection at most 2 of them. Each kind of waiting connection
 * gets one slice a turn whatever else there was, so all of them get on.
 */
#ifndef QP_HTTP_TURN_H
#define QP_HTTP_TURN_H

#include <quipu/http.h>

#include <stdbool.h>
#include <stdint.h>

void qp_turn_begin(quipu_http *server);

/* Is there no time left for scrapes? */
bool qp_turn_over(const quipu_http *server);

/* When a connection that works now has to let others work. */
uint64_t qp_turn_slice(const quipu_http *server);

/* Makes time for one slice, whatever is left. */
void qp_turn_grant(quipu_http *server);

#endif
