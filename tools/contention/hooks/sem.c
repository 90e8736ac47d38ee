/* SPDX-License-Identifier: MIT */
/*
 * sem.c: the hooks of semaphores. A wait has ended when the call has, whoever posts later. These
 * functions are cancellation points even where they do not wait, so the try comes after a test for
 * that; and errno is left alone by one that found nothing to take.
 */
#include "hook.h"

/* Takes what is there. False: errno is as it was. */
static bool take(sem_t *sem)
{
	int kept = errno;

	pthread_testcancel();
	if (QC_REAL(sem_trywait)(sem) == 0)
		return true;
	errno = kept;
	return false;
}

static int record(const struct qc_wait *wait, int result)
{
	if (result == 0 || errno == ETIMEDOUT || errno == EINTR)
		qc_wait_over(wait);
	return result;
}

#define WAIT_FOR(sem, from, call)                                                                  \
	do {                                                                                       \
		struct qc_wait wait;                                                               \
                                                                                                   \
		qc_wait_begin(&wait, QC_SEM, (sem), (from));                                       \
		return record(&wait, (call));                                                      \
	} while (0)

QC_SLOW int wait_for(sem_t *sem, const void *from)
{
	WAIT_FOR(sem, from, QC_REAL(sem_wait)(sem));
}

QC_HOOK(sem_wait)(sem_t *sem)
{
	if (qc_is_off())
		return QC_REAL(sem_wait)(sem);
	qc_count(QC_SEM);
	return take(sem) ? 0 : wait_for(sem, QC_HERE);
}

QC_HOOK(sem_trywait)(sem_t *sem)
{
	int result;

	if (qc_is_off())
		return QC_REAL(sem_trywait)(sem);
	qc_count(QC_SEM);
	result = QC_REAL(sem_trywait)(sem);
	if (result != 0 && errno == EAGAIN)
		qc_wait_refused(QC_SEM, sem, QC_HERE);
	return result;
}

QC_SLOW int wait_until(sem_t *sem, const struct timespec *until, const void *from)
{
	WAIT_FOR(sem, from, QC_REAL(sem_timedwait)(sem, until));
}

QC_HOOK(sem_timedwait)(sem_t *sem, const struct timespec *until)
{
	if (qc_is_off() || !qc_is_time(CLOCK_REALTIME, until))
		return QC_REAL(sem_timedwait)(sem, until);
	qc_count(QC_SEM);
	return take(sem) ? 0 : wait_until(sem, until, QC_HERE);
}

QC_SLOW int wait_by(sem_t *sem, clockid_t clock, const struct timespec *until, const void *from)
{
	WAIT_FOR(sem, from, QC_REAL(sem_clockwait)(sem, clock, until));
}

QC_HOOK(sem_clockwait)(sem_t *sem, clockid_t clock, const struct timespec *until)
{
	if (qc_is_off() || !qc_is_time(clock, until))
		return QC_REAL(sem_clockwait)(sem, clock, until);
	qc_count(QC_SEM);
	return take(sem) ? 0 : wait_by(sem, clock, until, QC_HERE);
}
