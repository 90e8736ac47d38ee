/* SPDX-License-Identifier: MIT */
/*
 * cancel.h: a thread that cannot be cancelled for a while.
 *
 * Both the state and the type: with the state alone, glibc (2.36) still acts on an asynchronous
 * cancel whose signal was on its way when the state changed, and its handler looks at the type
 * only. So a lock would be left behind for ever.
 */
#ifndef QP_BASE_CANCEL_H
#define QP_BASE_CANCEL_H

#include <pthread.h>
#include <stddef.h>

/* What the thread had before. */
struct qp_cancel {
	int state, type;
};

static inline void qp_cancel_off(struct qp_cancel *before)
{
	pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &before->type);
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before->state);
}

/* May not return: a cancel that came meanwhile is acted on now. */
static inline void qp_cancel_back(struct qp_cancel before)
{
	pthread_setcancelstate(before.state, NULL);
	pthread_setcanceltype(before.type, NULL);
}

#endif
