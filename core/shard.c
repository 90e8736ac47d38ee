/* SPDX-License-Identifier: MIT */
/* shard.c: reserving, attaching, adopting. Summing is in shard_sum.c. See shard.h. */
#include "shard.h"

#include "base/atomic.h"
#include "base/lock.h"
#include "shard_list.h"

#include <quipu/record.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdalign.h>
#include <sys/mman.h>

/* Writable bytes are added in steps, so that not every series costs a system call per shard. */
#define GROW_STEP (64u * 1024)
#define HEADERS_BYTES (64u * 1024)

__thread char *quipu_priv_base __attribute__((tls_model("initial-exec")));

/* This thread's shard also while quipu_priv_base is NULL in the middle of an update. */
static __thread struct qp_shard *mine __attribute__((tls_model("initial-exec")));
static __thread int attaching __attribute__((tls_model("initial-exec")));

struct qp_shard qp_overflow_shard;

/* All below: under the shards lock. */
static struct qp_shard *last = &qp_overflow_shard;
static struct qp_shard *cursor; /* where the search for a dead owner goes on */
static uint32_t space, writable;
static char *headers, *headers_end;
static size_t n_shards;

/* --- mapping -------------------------------------------------------------------------- */

/*
 * Reserves the space without access. Not readable-writable from the start: mlockall would
 * then touch all of it, strict overcommit would charge it, core files would carry it.
 */
static char *reserve(struct qp_shard *shard)
{
	char *base =
		mmap(NULL, space, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (base == MAP_FAILED)
		return NULL;
	munlock(base, space);		       /* mlockall(MCL_FUTURE) locked it */
	madvise(base, space, MADV_NOHUGEPAGE); /* a touched slot must not cost 2 MiB */
	madvise(base, space, MADV_DONTDUMP);
	shard->wiped_on_fork = madvise(base, space, MADV_WIPEONFORK) == 0;
	if (writable && mprotect(base, writable, PROT_READ | PROT_WRITE) != 0) {
		munmap(base, space);
		return NULL;
	}
	return base;
}

bool qp_shards_init(uint32_t space_bytes)
{
	bool done = true;

	qp_lock(&qp_shards_lock);
	if (!qp_overflow_shard.base) {
		space = space_bytes;
		writable = GROW_STEP;
		qp_overflow_shard.base = reserve(&qp_overflow_shard);
		done = qp_overflow_shard.base != NULL;
	}
	qp_unlock(&qp_shards_lock);
	return done;
}

static bool grow_all(uint32_t end)
{
	struct qp_shard *shard;

	for (shard = &qp_overflow_shard; shard; shard = shard->next) {
		if (mprotect(shard->base + writable, end - writable, PROT_READ | PROT_WRITE) != 0)
			return false; /* some have more than they need, which harms nobody */
	}
	writable = end;
	return true;
}

bool qp_shards_grow(uint32_t end)
{
	bool done = true;

	if (end > space)
		return false;
	qp_lock(&qp_shards_lock);
	if (end > writable) {
		end = (end + GROW_STEP - 1) / GROW_STEP * GROW_STEP;
		done = grow_all(end < space ? end : space);
	}
	qp_unlock(&qp_shards_lock);
	return done;
}

/* --- ownership ------------------------------------------------------------------------- */

static void own_init(struct qp_shard *shard)
{
	pthread_mutexattr_t attr;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(&shard->own, &attr);
	pthread_mutexattr_destroy(&attr);
}

/* Takes the shard if its thread has ended. A live owner answers EBUSY; after fork the mutex
 * of a shard nobody owns is simply free. */
static bool try_own(struct qp_shard *shard)
{
	int result = pthread_mutex_trylock(&shard->own);

	if (result == EOWNERDEAD) {
		pthread_mutex_consistent(&shard->own);
		result = 0;
	}
	return result == 0;
}

/* A shard whose owner is gone. Starts behind the one found last: threads tend to die in the
 * order of their birth, so the first try usually succeeds. */
static struct qp_shard *adopt(void)
{
	struct qp_shard *start = cursor ? cursor : qp_overflow_shard.next;
	struct qp_shard *shard = start;

	while (shard) {
		cursor = shard->next ? shard->next : qp_overflow_shard.next;
		if (try_own(shard))
			return shard;
		if (cursor == start)
			return NULL;
		shard = cursor;
	}
	return NULL;
}

static struct qp_shard *header_new(void)
{
	struct qp_shard *shard;

	if (headers == headers_end) {
		headers = mmap(NULL, HEADERS_BYTES, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (headers == MAP_FAILED) {
			headers = headers_end = NULL;
			return NULL;
		}
		headers_end = headers + HEADERS_BYTES / sizeof *shard * sizeof *shard;
	}
	shard = (struct qp_shard *)(void *)headers;
	headers += sizeof *shard;
	return shard;
}

static struct qp_shard *create(void)
{
	struct qp_shard *shard = header_new();

	if (!shard)
		return NULL;
	shard->base = reserve(shard);
	if (!shard->base) {
		headers -= sizeof *shard;
		return NULL;
	}
	own_init(shard);
	try_own(shard); /* nobody else knows it: succeeds */
	/* release: whoever sees the shard sees its base and mutex (pairs: shard_sum.c) */
	qp_store_release(&last->next, shard);
	last = shard;
	/* relaxed: a figure for humans */
	qp_store_relaxed(&n_shards, n_shards + 1);
	return shard;
}

static struct qp_shard *find_shard(void)
{
	struct qp_shard *shard = NULL;

	if (!qp_trylock(&qp_shards_lock)) /* never wait: this may be a signal handler (H5) */
		return NULL;
	if (qp_overflow_shard.base) {
		shard = adopt();
		if (!shard)
			shard = create();
	}
	qp_unlock(&qp_shards_lock);
	return shard;
}

char *qp_shard_attach(void)
{
	sigset_t all, old;

	if (mine || attaching)
		return NULL; /* a handler came into the middle of an update, or of this */
	attaching = 1;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	mine = find_shard();
	if (mine)
		/* relaxed: only this thread and its handlers look */
		qp_store_relaxed(&quipu_priv_base, mine->base);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	attaching = 0;
	return mine ? mine->base : NULL;
}

char *qp_shard_overflow(void)
{
	return qp_overflow_shard.base;
}

size_t qp_shards_count(void)
{
	/* relaxed: a figure for humans */
	return qp_load_relaxed(&n_shards);
}

/* --- fork --------------------------------------------------------------------------------- */

/* The owners of the other shards do not exist in the child, and its own thread has another
 * id there: every mutex starts anew. Values are zero, by the kernel or by hand. */
void qp_shards_after_fork_child(void)
{
	struct qp_shard *shard;

	for (shard = &qp_overflow_shard; shard; shard = shard->next) {
		if (!shard->base)
			continue;
		if (!shard->wiped_on_fork)
			madvise(shard->base, writable, MADV_DONTNEED);
		if (shard != &qp_overflow_shard)
			own_init(shard);
		if (shard == mine)
			try_own(shard); /* this is the child's only thread: succeeds */
	}
}
