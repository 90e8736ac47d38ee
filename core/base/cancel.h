/* SPDX-License-Identifier: MIT */
/*
 * cancel.h: a stretch in which this thread cannot be cancelled.
 *
 * Both the state and the type are changed: glibc (2.36 at least) decides in the thread that cancels
 * whether the other may be cancelled at once, and then looks at the type only. So a thread with the
 * asynchronous type that has just switched cancellation off is cancelled all the same; 1 in 100
 * where the machine is busy. With the type deferred it is not, but inside a system call that is a
 * cancellation point, for which glibc makes the type asynchronous by itself: there the moment
 * remains.
 */
#ifndef QP_BASE_CANCEL_H
#define QP_BASE_CANCEL_H

#include <pthread.h>

struct qp_cancel {
	int state, type; /* as they were */
};

/* Nothing may be held before it returns. */
static inline struct qp_cancel qp_cancel_off(void)
{
	struct qp_cancel was;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &was.state);
	pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &was.type);
	return was;
}

/* Nothing may be held any more. Ends the thread if it was cancelled meanwhile and allows that at
 * any time. */
static inline void qp_cancel_restore(struct qp_cancel was)
{
	pthread_setcanceltype(was.type, NULL);
	pthread_setcancelstate(was.state, NULL);
}

#endif
