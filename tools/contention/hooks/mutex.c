/* SPDX-License-Identifier: MIT */
/* mutex.c: the hooks of mutexes; C++ comes through them, too. */
#include "hook.h"

QC_SLOW int wait_for(pthread_mutex_t *lock, const void *from)
{
	QC_WAIT_FOR(QC_MUTEX, lock, from, QC_REAL(pthread_mutex_lock)(lock));
}

QC_HOOK(pthread_mutex_lock)(pthread_mutex_t *lock)
{
	int result;

	if (qc_is_off())
		return QC_REAL(pthread_mutex_lock)(lock);
	lock = QC_APART(lock);
	qc_count(QC_MUTEX);
	result = QC_REAL(pthread_mutex_trylock)(lock);
	return qc_likely(result != EBUSY) ? result : wait_for(lock, QC_HERE);
}

QC_HOOK(pthread_mutex_trylock)(pthread_mutex_t *lock)
{
	int result;

	if (qc_is_off())
		return QC_REAL(pthread_mutex_trylock)(lock);
	lock = QC_APART(lock);
	qc_count(QC_MUTEX);
	result = QC_REAL(pthread_mutex_trylock)(lock);
	if (qc_unlikely(result == EBUSY))
		qc_wait_refused(QC_MUTEX, lock, QC_HERE);
	return result;
}

QC_SLOW int wait_until(pthread_mutex_t *lock, const struct timespec *until, const void *from)
{
	QC_WAIT_FOR(QC_MUTEX, lock, from, QC_REAL(pthread_mutex_timedlock)(lock, until));
}

QC_HOOK(pthread_mutex_timedlock)(pthread_mutex_t *lock, const struct timespec *until)
{
	int result;

	if (qc_is_off() || !qc_is_time(CLOCK_REALTIME, until))
		return QC_REAL(pthread_mutex_timedlock)(lock, until);
	qc_count(QC_MUTEX);
	result = QC_REAL(pthread_mutex_trylock)(lock);
	return qc_likely(result != EBUSY) ? result : wait_until(lock, until, QC_HERE);
}

QC_SLOW int wait_by(pthread_mutex_t *lock, clockid_t clock, const struct timespec *until,
		    const void *from)
{
	QC_WAIT_FOR(QC_MUTEX, lock, from, QC_REAL(pthread_mutex_clocklock)(lock, clock, until));
}

QC_HOOK(pthread_mutex_clocklock)
(pthread_mutex_t *lock, clockid_t clock, const struct timespec *until)
{
	int result;

	if (qc_is_off() || !qc_is_time(clock, until))
		return QC_REAL(pthread_mutex_clocklock)(lock, clock, until);
	qc_count(QC_MUTEX);
	result = QC_REAL(pthread_mutex_trylock)(lock);
	return qc_likely(result != EBUSY) ? result : wait_by(lock, clock, until, QC_HERE);
}

QC_HOOK(pthread_mutex_unlock)(pthread_mutex_t *lock)
{
	QC_GIVE_BACK(lock, QC_REAL(pthread_mutex_unlock)(lock));
}
