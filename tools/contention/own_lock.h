/* SPDX-License-Identifier: MIT */
/* own_lock.h: the profiler's own mutexes, past the hooks. Nobody is cancelled while holding one, nor
 * interrupted: a handler that ends the process, or forks, comes here, too. */
#ifndef QC_OWN_LOCK_H
#define QC_OWN_LOCK_H

#include "real.h"

#include <signal.h>

struct qc_own_lock {
	pthread_mutex_t mutex;
	int cancel; /* the holder's state, put back at release */
	sigset_t signals;
};

#define QC_OWN_LOCK_INIT                                                                           \
	{                                                                                          \
		PTHREAD_MUTEX_INITIALIZER, 0,                                                      \
		{                                                                                  \
			{                                                                          \
				0                                                                  \
			}                                                                          \
		}                                                                                  \
	}

static inline void qc_own_lock(struct qc_own_lock *lock)
{
	sigset_t all, signals;
	int state;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &signals);
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
	QC_REAL(pthread_mutex_lock)(&lock->mutex);
	lock->cancel = state;
	lock->signals = signals;
}

static inline void qc_own_unlock(struct qc_own_lock *lock)
{
	sigset_t signals = lock->signals;
	int state = lock->cancel;

	QC_REAL(pthread_mutex_unlock)(&lock->mutex);
	pthread_setcancelstate(state, NULL);
	pthread_sigmask(SIG_SETMASK, &signals, NULL);
}

#endif
