/* SPDX-License-Identifier: MIT */
/*
 * rcu.h: the four things quipu needs of RCU, and the only place that names liburcu.
 *
 *   read section   qp_rcu_read_lock, qp_rcu_read_unlock: about 2 ns, no lock, nests
 *   publish        qp_rcu_publish, qp_rcu_load
 *   grace period   qp_rcu_synchronize: waits until every section open now has closed; only the
 *                  reaper thread (retire.c) ever calls it
 *   fork           three hooks
 *
 * The flavour is liburcu-bp: any thread may read without registering first, and it survives
 * fork. Inlined (_LGPL_SOURCE) except in sanitizer builds (QP_RCU_CALLS): its inlines use a
 * 128-byte type at addresses aligned to 16, which UBSan refuses; and ThreadSanitizer needs to
 * be told what the fences inside liburcu mean, and then sees every missing grace period.
 */
#ifndef QP_BASE_RCU_H
#define QP_BASE_RCU_H

#include "atomic.h"

#include <stdbool.h>

#if QP_TSAN
#include <urcu/urcu-bp.h>
void __tsan_acquire(void *);
void __tsan_release(void *);
extern char qp_rcu_grace_in, qp_rcu_grace_out;
#define qp_rcu_tsan_acquire(tag) __tsan_acquire(tag)
#define qp_rcu_tsan_release(tag) __tsan_release(tag)
#else
#if !defined(_LGPL_SOURCE) && !defined(QP_RCU_CALLS)
#define _LGPL_SOURCE
#endif
#include <urcu/urcu-bp.h>
#define qp_rcu_tsan_acquire(tag) ((void)0)
#define qp_rcu_tsan_release(tag) ((void)0)
#endif

/*
 * May this thread read? liburcu-bp registers a thread at its first read section, under a mutex,
 * and forgets it in a TSD destructor. So the first section goes through qp_rcu_register, which
 * masks cancellation (a thread cancelled asynchronously in there would leave the mutex locked
 * for ever); and a thread whose destructors have begun does not read any more: registered again
 * in the last round it would never be forgotten.
 */
enum { QP_RCU_NEW, QP_RCU_READY, QP_RCU_ENDING };
extern __thread int qp_rcu_state;
bool qp_rcu_register(void);

/* Opens a read section; false: this thread is ending, use the catalog lock instead. */
static inline bool qp_rcu_read_lock(void)
{
	if (qp_unlikely(qp_rcu_state != QP_RCU_READY) && !qp_rcu_register())
		return false;
	urcu_bp_read_lock();
	qp_rcu_tsan_acquire(&qp_rcu_grace_in);
	return true;
}

static inline void qp_rcu_read_unlock(void)
{
	qp_rcu_tsan_release(&qp_rcu_grace_out);
	urcu_bp_read_unlock();
}

/* Release: what the object holds is visible before the pointer is. Pairs with qp_rcu_load. */
#define qp_rcu_publish(at, pointer) qp_store_release((at), (pointer))

/* Acquire (consume is what is meant; on x86-64 both are a plain load). Pairs with the above. */
#define qp_rcu_load(at) qp_load_acquire(at)

void qp_rcu_synchronize(void);

/* Once, before the first read section. */
void qp_rcu_init(void);

void qp_rcu_before_fork(void);
void qp_rcu_after_fork_parent(void);
void qp_rcu_after_fork_child(void);

#endif
