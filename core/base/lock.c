/* SPDX-License-Identifier: MIT */
/* lock.c: see lock.h. */
#include "lock.h"

#include <assert.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>

struct qp_lock qp_kit_lock = { PTHREAD_MUTEX_INITIALIZER, 0, { 0, 0 } };
struct qp_lock qp_catalog_lock = { PTHREAD_MUTEX_INITIALIZER, 1, { 0, 0 } };
struct qp_lock qp_shards_lock = { PTHREAD_MUTEX_INITIALIZER, 2, { 0, 0 } };
struct qp_lock qp_retire_lock = { PTHREAD_MUTEX_INITIALIZER, 3, { 0, 0 } };

/* Bit r: this thread holds the lock of rank r. */
static __thread unsigned held __attribute__((tls_model("initial-exec")));

static void entered(struct qp_lock *lock, struct qp_cancel cancel)
{
	held |= 1u << lock->rank;
	lock->cancel = cancel;
}

void qp_lock(struct qp_lock *lock)
{
	struct qp_cancel cancel;

	assert((held >> lock->rank) == 0 && "locks are taken in the order of their ranks");
	cancel = qp_cancel_off();
	pthread_mutex_lock(&lock->mutex);
	entered(lock, cancel);
}

bool qp_trylock(struct qp_lock *lock)
{
	struct qp_cancel cancel = qp_cancel_off();

	if (pthread_mutex_trylock(&lock->mutex) != 0) {
		qp_cancel_restore(cancel);
		return false;
	}
	entered(lock, cancel);
	return true;
}

void qp_unlock(struct qp_lock *lock)
{
	struct qp_cancel cancel = lock->cancel;

	held &= ~(1u << lock->rank);
	pthread_mutex_unlock(&lock->mutex);
	qp_cancel_restore(cancel);
}

bool qp_lock_held(const struct qp_lock *lock)
{
	return (held & (1u << lock->rank)) != 0;
}

void qp_lock_reset(struct qp_lock *lock)
{
	struct qp_cancel cancel = lock->cancel;

	held &= ~(1u << lock->rank);
	pthread_mutex_init(&lock->mutex, NULL);
	qp_cancel_restore(cancel);
}

void qp_cond_init(pthread_cond_t *cond)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(cond, &attr);
	pthread_condattr_destroy(&attr);
}

void qp_wait(pthread_cond_t *cond, struct qp_lock *lock)
{
	struct qp_cancel cancel = lock->cancel;

	held &= ~(1u << lock->rank);
	pthread_cond_wait(cond, &lock->mutex);
	entered(lock, cancel);
}

bool qp_wait_until(pthread_cond_t *cond, struct qp_lock *lock, uint64_t ns)
{
	struct timespec until = { (time_t)(ns / 1000000000u), (long)(ns % 1000000000u) };
	struct qp_cancel cancel = lock->cancel;
	int result;

	held &= ~(1u << lock->rank);
	result = pthread_cond_timedwait(cond, &lock->mutex, &until);
	entered(lock, cancel);
	return result == 0;
}

/* Everything but what the thread itself could cause. */
static void block_signals(sigset_t *old)
{
	sigset_t all;

	sigfillset(&all);
	sigdelset(&all, SIGSEGV);
	sigdelset(&all, SIGBUS);
	sigdelset(&all, SIGFPE);
	sigdelset(&all, SIGILL);
	pthread_sigmask(SIG_SETMASK, &all, old);
}

bool qp_thread_start(const char *name, void *(*run)(void *))
{
	pthread_attr_t attr;
	pthread_t thread;
	sigset_t old;
	int result;

	if (pthread_attr_init(&attr) != 0)
		return false;
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	block_signals(&old);
	result = pthread_create(&thread, &attr, run, NULL);
	if (result == 0)
		pthread_setname_np(thread, name);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attr);
	return result == 0;
}
