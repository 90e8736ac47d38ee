/* SPDX-License-Identifier: MIT */
/*
 * cond.c: the hooks of condition variables. Each wait is one of the kind cond, recorded when the
 * mutex is given back; for the mutex itself the C library waits inside, unseen. What was waited for
 * the mutex before is recorded first: the condition's wait gives it back.
 */
#include "cond.h"

/* Waits by the call; a thread that is cancelled in it leaves nothing marked. */
#define WAIT(call)                                                                                 \
	do {                                                                                       \
		struct qc_wait wait;                                                               \
		int result;                                                                        \
                                                                                                   \
		if (qc_thread_has_any())                                                           \
			qc_thread_publish(lock);                                                   \
		qc_count(QC_COND);                                                                 \
		qc_wait_begin(&wait, QC_COND, cond, from);                                         \
		result = (call);                                                                   \
		if (result == 0 || result == ETIMEDOUT || result == EOWNERDEAD)                    \
			qc_wait_holding(&wait, lock);                                              \
		return result;                                                                     \
	} while (0)

int qc_cond_wait(pthread_cond_t *cond, pthread_mutex_t *lock, const void *from)
{
	if (qc_is_off())
		return QC_REAL(pthread_cond_wait)(cond, lock);
	WAIT(QC_REAL(pthread_cond_wait)(cond, lock));
}

QC_HOOK(pthread_cond_wait)(pthread_cond_t *cond, pthread_mutex_t *lock)
{
	return qc_cond_wait(cond, lock, QC_HERE);
}

QC_SLOW int wait_until(pthread_cond_t *cond, pthread_mutex_t *lock, const struct timespec *until,
		       const void *from)
{
	WAIT(QC_REAL(pthread_cond_timedwait)(cond, lock, until));
}

QC_HOOK(pthread_cond_timedwait)
(pthread_cond_t *cond, pthread_mutex_t *lock, const struct timespec *until)
{
	if (qc_is_off())
		return QC_REAL(pthread_cond_timedwait)(cond, lock, until);
	return wait_until(cond, lock, until, QC_HERE);
}

QC_SLOW int wait_by(pthread_cond_t *cond, pthread_mutex_t *lock, clockid_t clock,
		    const struct timespec *until, const void *from)
{
	WAIT(QC_REAL(pthread_cond_clockwait)(cond, lock, clock, until));
}

QC_HOOK(pthread_cond_clockwait)
(pthread_cond_t *cond, pthread_mutex_t *lock, clockid_t clock, const struct timespec *until)
{
	if (qc_is_off())
		return QC_REAL(pthread_cond_clockwait)(cond, lock, clock, until);
	return wait_by(cond, lock, clock, until, QC_HERE);
}
