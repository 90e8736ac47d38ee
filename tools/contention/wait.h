/* SPDX-License-Identifier: MIT */
/*
 * wait.h: one wait, from before it to after: what the hooks' slow halves are made of.
 *
 *   qc_wait_begin(&wait, QC_MUTEX, lock, from);     finds the site, reads the clock
 *   result = QC_REAL(pthread_mutex_lock)(lock);     nothing is marked meanwhile
 *   qc_wait_holding(&wait, lock) or qc_wait_over(&wait), or neither where it was no wait
 *
 * Threads: any, signal handlers too. Cost: two clock reads and a look-up; no lock, no allocation.
 */
#ifndef QC_WAIT_H
#define QC_WAIT_H

#include "mode.h"
#include "store.h"
#include "thread.h"

/* Where a hook returns to. In the hook itself and in no function that it calls. */
#define QC_HERE ((const void *)__builtin_extract_return_addr(__builtin_return_address(0)))

struct qc_wait {
	unsigned site; /* QC_NO_SITE: not recorded, the thread was busy */
	uint64_t start_ns;
};

/* lock: what may have a name; from: QC_HERE. errno stays as it is, in all of them. */
void qc_wait_begin(struct qc_wait *wait, enum qc_kind kind, const void *lock, const void *from);

/* The wait has ended and the thread holds the lock: to be recorded when it gives it back. */
void qc_wait_holding(const struct qc_wait *wait, const void *lock);

/* The wait has ended and the thread holds nothing that others want. */
void qc_wait_over(const struct qc_wait *wait);

/* A try found the lock taken. */
void qc_wait_refused(enum qc_kind kind, const void *lock, const void *from);

/* Counts the first call of a thread, which gives it its shard. */
void qc_count_first(enum qc_kind kind);

/* Counts a call; none of a busy thread's. */
static inline void qc_count(enum qc_kind kind)
{
	char *base = quipu_priv_base;

	if (qc_likely(base && !qc_thread.busy))
		quipu_priv_word_add(base, qc_store.calls[kind].offset, 1);
	else
		qc_count_first(kind);
}

#endif
