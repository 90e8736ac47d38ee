/* SPDX-License-Identifier: MIT */
/*
 * live.h: all servers of the process, so that a forked child can let go of their descriptors.
 *
 * Writers and readers: anybody, under one lock. It is held while servers and connections get
 * and lose descriptors, and fork waits for it: the child finds every descriptor in its table
 * and none there that is not ours. It ranks outside the core's locks, and nothing but system
 * calls is made while it is held.
 * Reclamation: a server takes itself out before it is freed.
 *
 * F1. A child closes its copies and no more: no epoll_ctl, which would reach into the parent's
 *     set, no shutdown, which would end the parent's connections.
 * F2. After that the child's server is inert: stopping it frees memory and does nothing else.
 */
#ifndef QP_HTTP_LIVE_H
#define QP_HTTP_LIVE_H

#include <quipu/http.h>

#include <stdbool.h>

void qp_live_lock(void);
void qp_live_unlock(void);

/* Registers the fork handlers, once. False: out of memory. */
bool qp_live_init(void);

/* Lock held. */
void qp_live_add(quipu_http *server);
void qp_live_remove(quipu_http *server);

#endif
