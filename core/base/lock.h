/* SPDX-License-Identifier: MIT */
/*
 * lock.h: the library's four locks, in the order in which they may be taken.
 *
 *   0 kit      the list of LLM kits, what is added to their tables
 *   1 catalog  registries, families, label maps (writers), slots, callbacks
 *   2 shards   the list of shards and how much of each is writable
 *   3 retire   what waits to be freed, and which snapshots are open
 *
 * Nobody who records through a handle or finds a known label set takes any of them. While a lock is
 * held cancellation is off, so no lock is left behind by pthread_cancel. A debug build checks the
 * order. fork takes all of them (library.c) so that the child finds them consistent.
 */
#ifndef QP_BASE_LOCK_H
#define QP_BASE_LOCK_H

#include "base/cancel.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct qp_lock {
	pthread_mutex_t mutex;
	int rank;
	struct qp_cancel cancel; /* the holder's, put back at release */
};

extern struct qp_lock qp_kit_lock, qp_catalog_lock, qp_shards_lock, qp_retire_lock;

void qp_lock(struct qp_lock *lock);
bool qp_trylock(struct qp_lock *lock);
void qp_unlock(struct qp_lock *lock);

/* Is this thread holding it? Only for assertions; true where it cannot tell. */
bool qp_lock_held(const struct qp_lock *lock);

/* In a forked child: the lock is free, whoever held it. */
void qp_lock_reset(struct qp_lock *lock);

/* Condition variables on the monotonic clock, used with one of the locks. */
void qp_cond_init(pthread_cond_t *cond);
void qp_wait(pthread_cond_t *cond, struct qp_lock *lock);

/* Waits until signalled or until the monotonic clock says ns; false when it is past. */
bool qp_wait_until(pthread_cond_t *cond, struct qp_lock *lock, uint64_t ns);

/* A thread of the library: detached, every asynchronous signal blocked, named, not
 * cancellable. False when there is none to be had. */
bool qp_thread_start(const char *name, void *(*run)(void *));

#endif
