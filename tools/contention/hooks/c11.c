/* SPDX-License-Identifier: MIT */
/* c11.c: the hooks of <threads.h>, which the C library does not lead through those of POSIX. */
#include "hook.h"

/* Takes a lock that was found taken, by the call. */
#define WAIT_FOR(lock, from, call)                                                                 \
	do {                                                                                       \
		struct qc_wait wait;                                                               \
		int result;                                                                        \
                                                                                                   \
		qc_wait_begin(&wait, QC_MUTEX, (lock), (from));                                    \
		result = (call);                                                                   \
		if (result == thrd_success)                                                        \
			qc_wait_holding(&wait, (lock));                                            \
		else if (result == thrd_timedout)                                                  \
			qc_wait_over(&wait);                                                       \
		return result;                                                                     \
	} while (0)

QC_SLOW int wait_for(mtx_t *lock, const void *from)
{
	WAIT_FOR(lock, from, QC_REAL(mtx_lock)(lock));
}

QC_HOOK(mtx_lock)(mtx_t *lock)
{
	int result;

	if (qc_is_off())
		return QC_REAL(mtx_lock)(lock);
	lock = QC_APART(lock);
	qc_count(QC_MUTEX);
	result = QC_REAL(mtx_trylock)(lock);
	return qc_likely(result != thrd_busy) ? result : wait_for(lock, QC_HERE);
}

QC_HOOK(mtx_trylock)(mtx_t *lock)
{
	int result;

	if (qc_is_off())
		return QC_REAL(mtx_trylock)(lock);
	lock = QC_APART(lock);
	qc_count(QC_MUTEX);
	result = QC_REAL(mtx_trylock)(lock);
	if (qc_unlikely(result == thrd_busy))
		qc_wait_refused(QC_MUTEX, lock, QC_HERE);
	return result;
}

QC_SLOW int wait_until(mtx_t *lock, const struct timespec *until, const void *from)
{
	WAIT_FOR(lock, from, QC_REAL(mtx_timedlock)(lock, until));
}

QC_HOOK(mtx_timedlock)(mtx_t *lock, const struct timespec *until)
{
	int result;

	if (qc_is_off() || !qc_is_time(CLOCK_REALTIME, until))
		return QC_REAL(mtx_timedlock)(lock, until);
	qc_count(QC_MUTEX);
	result = QC_REAL(mtx_trylock)(lock);
	return qc_likely(result != thrd_busy) ? result : wait_until(lock, until, QC_HERE);
}

QC_HOOK(mtx_unlock)(mtx_t *lock)
{
	QC_GIVE_BACK(lock, QC_REAL(mtx_unlock)(lock));
}

/* --- conditions: as in cond.c ---------------------------------------------------------------- */

#define WAIT(call)                                                                                 \
	do {                                                                                       \
		struct qc_wait wait;                                                               \
		int result;                                                                        \
                                                                                                   \
		if (qc_thread_has_any())                                                           \
			qc_thread_publish(lock);                                                   \
		qc_wait_begin(&wait, QC_COND, cond, from);                                         \
		result = (call);                                                                   \
		if (result == thrd_success || result == thrd_timedout)                             \
			qc_wait_holding(&wait, lock);                                              \
		return result;                                                                     \
	} while (0)

QC_SLOW int wait_for_signal(cnd_t *cond, mtx_t *lock, const void *from)
{
	WAIT(QC_REAL(cnd_wait)(cond, lock));
}

QC_HOOK(cnd_wait)(cnd_t *cond, mtx_t *lock)
{
	if (qc_is_off())
		return QC_REAL(cnd_wait)(cond, lock);
	qc_count(QC_COND);
	return wait_for_signal(cond, lock, QC_HERE);
}

QC_SLOW int wait_for_signal_until(cnd_t *cond, mtx_t *lock, const struct timespec *until,
				  const void *from)
{
	WAIT(QC_REAL(cnd_timedwait)(cond, lock, until));
}

QC_HOOK(cnd_timedwait)(cnd_t *cond, mtx_t *lock, const struct timespec *until)
{
	if (qc_is_off())
		return QC_REAL(cnd_timedwait)(cond, lock, until);
	qc_count(QC_COND);
	return wait_for_signal_until(cond, lock, until, QC_HERE);
}
