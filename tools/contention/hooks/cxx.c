/* SPDX-License-Identifier: MIT */
/*
 * cxx.c: std::condition_variable::wait, which is compiled into libstdc++: taken for itself, or all
 * that wait would seem to wait in one place, there. Its object begins with the pthread_cond_t; a
 * unique_lock with the pointer to its mutex, which begins with the pthread_mutex_t. All it does is
 * to wait for the one with the other, whose result it ignores. Everything else of C++'s is inline
 * and comes through POSIX.
 */
#include "cond.h"

#ifdef QC_WRAP
#define WAIT __wrap__ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE
#else
#define WAIT _ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE
#endif

QC_SHOWN void WAIT(pthread_cond_t *cond, pthread_mutex_t *const *lock);

void WAIT(pthread_cond_t *cond, pthread_mutex_t *const *lock)
{
	qc_cond_wait(cond, *lock, QC_HERE);
}
