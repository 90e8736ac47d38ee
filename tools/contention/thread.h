/* SPDX-License-Identifier: MIT */
/*
 * thread.h: what a thread keeps between taking a lock it had to wait for and giving it back.
 *
 * Writers, readers: the thread itself and its signal handlers. A handler that comes while the
 *           thread is busy records nothing; so do the locks that recording itself takes. Handlers
 *           of a thread that waits find it not busy, and a thread that is cancelled or unwound
 *           while it waits leaves nothing marked.
 * Publication: none.
 * Reclamation: the thread's end; what it still keeps is recorded then.
 */
#ifndef QC_THREAD_H
#define QC_THREAD_H

#include "atomic.h"

#include <stdbool.h>
#include <stdint.h>

/* Locks taken after a wait that a thread holds at once. Of more the oldest is recorded while it is
 * held. */
#define QC_MAX_STASHED 4

struct qc_stashed {
	const void *lock;
	unsigned site;
	uint64_t ns;
};

struct qc_thread {
	bool busy;
	bool has_end; /* its end will be told */
	unsigned n_stashed;
	struct qc_stashed stashed[QC_MAX_STASHED];
};

extern __thread struct qc_thread qc_thread __attribute__((tls_model("initial-exec")));

/* False: it is busy already, keep out. */
static inline bool qc_thread_enter(void)
{
	if (qc_thread.busy)
		return false;
	/* relaxed: only a handler on this same thread looks, and the fence orders it */
	qc_store_relaxed(&qc_thread.busy, true);
	qc_handler_fence();
	return true;
}

static inline void qc_thread_leave(void)
{
	qc_handler_fence();
	qc_store_relaxed(&qc_thread.busy, false); /* relaxed: as above */
}

/* Before anything is stashed; false: no thread-specific key is left. */
bool qc_thread_open(void);

/* Keeps a wait until its lock is given back. Busy threads only. */
void qc_thread_stash(const void *lock, unsigned site, uint64_t ns);

/* Records what was kept of that lock; not for a busy thread. qc_thread_has first: it is cheap. */
void qc_thread_publish(const void *lock);

static inline bool qc_thread_has_any(void)
{
	return qc_unlikely(qc_thread.n_stashed != 0);
}

/* This thread records nothing from now on: it is one of the profiler's own. */
static inline void qc_thread_hide(void)
{
	qc_store_relaxed(&qc_thread.busy, true); /* relaxed: as above */
}

void qc_thread_after_fork_child(void);

#endif
