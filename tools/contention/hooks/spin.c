/* SPDX-License-Identifier: MIT */
/* spin.c: the hooks of spin locks. */
#include "hook.h"

QC_SLOW int wait_for(pthread_spinlock_t *lock, const void *from)
{
	QC_WAIT_FOR(QC_SPIN, lock, from, QC_REAL(pthread_spin_lock)(lock));
}

QC_HOOK(pthread_spin_lock)(pthread_spinlock_t *lock)
{
	int result;

	if (qc_is_off())
		return QC_REAL(pthread_spin_lock)(lock);
	lock = QC_APART(lock);
	qc_count(QC_SPIN);
	result = QC_REAL(pthread_spin_trylock)(lock);
	return qc_likely(result != EBUSY) ? result : wait_for(lock, QC_HERE);
}

QC_HOOK(pthread_spin_trylock)(pthread_spinlock_t *lock)
{
	int result;

	if (qc_is_off())
		return QC_REAL(pthread_spin_trylock)(lock);
	lock = QC_APART(lock);
	qc_count(QC_SPIN);
	result = QC_REAL(pthread_spin_trylock)(lock);
	if (qc_unlikely(result == EBUSY))
		qc_wait_refused(QC_SPIN, (void *)(uintptr_t)lock, QC_HERE);
	return result;
}

QC_HOOK(pthread_spin_unlock)(pthread_spinlock_t *lock)
{
	QC_GIVE_BACK(lock, QC_REAL(pthread_spin_unlock)(lock));
}
