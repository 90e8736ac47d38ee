/* SPDX-License-Identifier: MIT */
/*
 * poller.h: what a server waits with: an epoll set, a timer in it for the deadlines, and an
 * event in it that other threads wake it with. One descriptor stands for all three, so the
 * program's own loop can watch that.
 *
 * Writers and readers: the thread that drives the server; qp_poller_wake may be called by any.
 */
#ifndef QP_HTTP_POLLER_H
#define QP_HTTP_POLLER_H

#include <quipu/error.h>

#include <stdint.h>
#include <sys/epoll.h>

#define QP_NEVER UINT64_MAX /* a time that does not come */

struct qp_poller {
	int epoll;
	int timer;
	int event;
	uint64_t armed; /* when the timer fires */
};

/* What an event carries to say that it is not a connection's. */
enum { QP_TOKEN_TIMER = 1, QP_TOKEN_EVENT, QP_TOKEN_LISTENER, QP_TOKEN_CONNECTIONS };

/* QUIPU_OK, or ESYSTEM and the text (fail.h). */
quipu_error qp_poller_open(struct qp_poller *poller);
void qp_poller_close(struct qp_poller *poller);

/* 0, or -1 and errno. interest: EPOLLIN, EPOLLOUT, 0 for errors only. */
int qp_poller_add(struct qp_poller *poller, int fd, uint32_t interest, uint64_t token);
int qp_poller_change(struct qp_poller *poller, int fd, uint32_t interest, uint64_t token);
void qp_poller_remove(struct qp_poller *poller, int fd);

/* How many events there are, -1 and errno where the set is unusable. block: wait for one. */
int qp_poller_wait(struct qp_poller *poller, struct epoll_event *events, int max, int block);

/* Makes the timer fire at this monotonic time or before. */
void qp_poller_arm(struct qp_poller *poller, uint64_t ns);

/* The timer has fired, the event has come: so that they may again. */
void qp_poller_timer_fired(struct qp_poller *poller);
void qp_poller_event_came(struct qp_poller *poller);

/* Threads: any, also while the server works. */
void qp_poller_wake(const struct qp_poller *poller);

#endif
