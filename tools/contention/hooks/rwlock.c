/* SPDX-License-Identifier: MIT */
/* rwlock.c: the hooks of read-write locks. */
#include "hook.h"

/* --- reading ---------------------------------------------------------------------------------- */

QC_SLOW int wait_to_read(pthread_rwlock_t *lock, const void *from)
{
	QC_WAIT_FOR(QC_RDLOCK, lock, from, QC_REAL(pthread_rwlock_rdlock)(lock));
}

QC_HOOK(pthread_rwlock_rdlock)(pthread_rwlock_t *lock)
{
	int result;

	if (qc_is_off())
		return QC_REAL(pthread_rwlock_rdlock)(lock);
	lock = QC_APART(lock);
	qc_count(QC_RDLOCK);
	result = QC_REAL(pthread_rwlock_tryrdlock)(lock);
	return qc_likely(result != EBUSY) ? result : wait_to_read(lock, QC_HERE);
}

QC_HOOK(pthread_rwlock_tryrdlock)(pthread_rwlock_t *lock)
{
	int result;

	if (qc_is_off())
		return QC_REAL(pthread_rwlock_tryrdlock)(lock);
	lock = QC_APART(lock);
	qc_count(QC_RDLOCK);
	result = QC_REAL(pthread_rwlock_tryrdlock)(lock);
	if (qc_unlikely(result == EBUSY))
		qc_wait_refused(QC_RDLOCK, lock, QC_HERE);
	return result;
}

QC_SLOW int wait_to_read_until(pthread_rwlock_t *lock, const struct timespec *until,
			       const void *from)
{
	QC_WAIT_FOR(QC_RDLOCK, lock, from, QC_REAL(pthread_rwlock_timedrdlock)(lock, until));
}

QC_HOOK(pthread_rwlock_timedrdlock)(pthread_rwlock_t *lock, const struct timespec *until)
{
	int result;

	if (qc_is_off() || !qc_is_time(CLOCK_REALTIME, until))
		return QC_REAL(pthread_rwlock_timedrdlock)(lock, until);
	qc_count(QC_RDLOCK);
	result = QC_REAL(pthread_rwlock_tryrdlock)(lock);
	return qc_likely(result != EBUSY) ? result : wait_to_read_until(lock, until, QC_HERE);
}

QC_SLOW int wait_to_read_by(pthread_rwlock_t *lock, clockid_t clock, const struct timespec *until,
			    const void *from)
{
	QC_WAIT_FOR(QC_RDLOCK, lock, from, QC_REAL(pthread_rwlock_clockrdlock)(lock, clock, until));
}

QC_HOOK(pthread_rwlock_clockrdlock)
(pthread_rwlock_t *lock, clockid_t clock, const struct timespec *until)
{
	int result;

	if (qc_is_off() || !qc_is_time(clock, until))
		return QC_REAL(pthread_rwlock_clockrdlock)(lock, clock, until);
	qc_count(QC_RDLOCK);
	result = QC_REAL(pthread_rwlock_tryrdlock)(lock);
	return qc_likely(result != EBUSY) ? result : wait_to_read_by(lock, clock, until, QC_HERE);
}

/* --- writing ---------------------------------------------------------------------------------- */

QC_SLOW int wait_to_write(pthread_rwlock_t *lock, const void *from)
{
	QC_WAIT_FOR(QC_WRLOCK, lock, from, QC_REAL(pthread_rwlock_wrlock)(lock));
}

QC_HOOK(pthread_rwlock_wrlock)(pthread_rwlock_t *lock)
{
	int result;

	if (qc_is_off())
		return QC_REAL(pthread_rwlock_wrlock)(lock);
	lock = QC_APART(lock);
	qc_count(QC_WRLOCK);
	result = QC_REAL(pthread_rwlock_trywrlock)(lock);
	return qc_likely(result != EBUSY) ? result : wait_to_write(lock, QC_HERE);
}

QC_HOOK(pthread_rwlock_trywrlock)(pthread_rwlock_t *lock)
{
	int result;

	if (qc_is_off())
		return QC_REAL(pthread_rwlock_trywrlock)(lock);
	lock = QC_APART(lock);
	qc_count(QC_WRLOCK);
	result = QC_REAL(pthread_rwlock_trywrlock)(lock);
	if (qc_unlikely(result == EBUSY))
		qc_wait_refused(QC_WRLOCK, lock, QC_HERE);
	return result;
}

QC_SLOW int wait_to_write_until(pthread_rwlock_t *lock, const struct timespec *until,
				const void *from)
{
	QC_WAIT_FOR(QC_WRLOCK, lock, from, QC_REAL(pthread_rwlock_timedwrlock)(lock, until));
}

QC_HOOK(pthread_rwlock_timedwrlock)(pthread_rwlock_t *lock, const struct timespec *until)
{
	int result;

	if (qc_is_off() || !qc_is_time(CLOCK_REALTIME, until))
		return QC_REAL(pthread_rwlock_timedwrlock)(lock, until);
	qc_count(QC_WRLOCK);
	result = QC_REAL(pthread_rwlock_trywrlock)(lock);
	return qc_likely(result != EBUSY) ? result : wait_to_write_until(lock, until, QC_HERE);
}

QC_SLOW int wait_to_write_by(pthread_rwlock_t *lock, clockid_t clock, const struct timespec *until,
			     const void *from)
{
	QC_WAIT_FOR(QC_WRLOCK, lock, from, QC_REAL(pthread_rwlock_clockwrlock)(lock, clock, until));
}

QC_HOOK(pthread_rwlock_clockwrlock)
(pthread_rwlock_t *lock, clockid_t clock, const struct timespec *until)
{
	int result;

	if (qc_is_off() || !qc_is_time(clock, until))
		return QC_REAL(pthread_rwlock_clockwrlock)(lock, clock, until);
	qc_count(QC_WRLOCK);
	result = QC_REAL(pthread_rwlock_trywrlock)(lock);
	return qc_likely(result != EBUSY) ? result : wait_to_write_by(lock, clock, until, QC_HERE);
}

QC_HOOK(pthread_rwlock_unlock)(pthread_rwlock_t *lock)
{
	QC_GIVE_BACK(lock, QC_REAL(pthread_rwlock_unlock)(lock));
}
