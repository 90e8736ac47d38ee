/* SPDX-License-Identifier: MIT */
/* shard.c: reserving, attaching, adopting. Summing is in shard_sum.c. See shard.h. */
#include "shard.h"

#include "base/atomic.h"
#include "base/cancel.h"
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
static uint32_t space;		/* written once, before anybody attaches */
static uint32_t writable;	/* read without the lock too */
static char *headers, *headers_end;
static size_t n_shards;

/* Space that somebody reserved and found no use for. Exchanged by anybody, at any time. */
static char *spare;

/* --- mapping -------------------------------------------------------------------------- */

/*
 * Reserves the space without access. Not readable-writable from the start: mlockall would
 * then touch all of it, strict overcommit would charge it, core files would carry it.
 */
static char *reserve(void)
{
	char *base =
		mmap(NULL, space, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (base == MAP_FAILED)
		return NULL;
	munlock(base, space);		       /* mlockall(MCL_FUTURE) locked it */
	madvise(base, space, MADV_NOHUGEPAGE); /* a touched slot must not cost 2 MiB */
	madvise(base, space, MADV_DONTDUMP);
	return base;
}

/* From begin on; what is writable already stays so. */
static bool make_writable(char *base, uint32_t begin, uint32_t end)
{
	return begin >= end || mprotect(base + begin, end - begin, PROT_READ | PROT_WRITE) == 0;
}

static bool init_overflow(void)
{
	char *base = reserve();

	if (base && !make_writable(base, 0, GROW_STEP)) {
		munmap(base, space);
		base = NULL;
	}
	if (!base)
		return false;
	/* relaxed: whoever reads it without the lock looks again with it */
	qp_store_relaxed(&writable, GROW_STEP);
	qp_overflow_shard.wiped_on_fork = madvise(base, space, MADV_WIPEONFORK) == 0;
	qp_overflow_shard.base = base;
	return true;
}

bool qp_shards_init(uint32_t space_bytes)
{
	bool done = true;

	qp_lock(&qp_shards_lock);
	if (!qp_overflow_shard.base) {
		space = space_bytes;
		done = init_overflow();
	}
	qp_unlock(&qp_shards_lock);
	return done;
}

static bool grow_all(uint32_t end)
{
	struct qp_shard *shard;

	for (shard = &qp_overflow_shard; shard; shard = shard->next) {
		if (!make_writable(shard->base, writable, end))
			return false; /* some have more than they need, which harms nobody */
	}
	qp_store_relaxed(&writable, end); /* relaxed: as in init_overflow */
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

/* Address space that may become a shard's. */
struct place {
	char *base;
	uint32_t end; /* so much of it is writable */
	bool wiped_on_fork;
};

/*
 * Without the lock, because the kernel may let this wait, most of all while many threads start; and
 * who finds the lock taken cannot wait, and records into the overflow shard until the holder is done.
 */
static bool take_place(struct place *place)
{
	/* acquire: pairs with give_back, whose thread is done with it */
	place->base = qp_exchange_acquire(&spare, NULL);
	if (!place->base)
		place->base = reserve();
	if (!place->base)
		return false;
	place->wiped_on_fork = madvise(place->base, space, MADV_WIPEONFORK) == 0;
	place->end = qp_load_relaxed(&writable); /* relaxed: append looks again */
	if (make_writable(place->base, 0, place->end))
		return true;
	munmap(place->base, space);
	return false;
}

static void give_back(const struct place *place)
{
	/* acq_rel by halves: release pairs with take_place; what comes out is unmapped, not read */
	char *other = qp_exchange_release(&spare, place->base);

	if (other)
		munmap(other, space);
}

/* A new shard in that place; NULL: out of memory. */
static struct qp_shard *append(const struct place *place)
{
	struct qp_shard *shard =
		make_writable(place->base, place->end, writable) ? header_new() : NULL;

	if (!shard)
		return NULL;
	shard->base = place->base;
	shard->wiped_on_fork = place->wiped_on_fork;
	own_init(shard);
	try_own(shard); /* nobody else knows it: succeeds */
	/* release: whoever sees the shard sees its base and mutex (pairs: shard_sum.c) */
	qp_store_release(&last->next, shard);
	last = shard;
	/* relaxed: a figure for humans */
	qp_store_relaxed(&n_shards, n_shards + 1);
	return shard;
}

/* Adopts a shard, or makes one in the place, if there is one. *none: there is none to adopt. */
static struct qp_shard *try_find(const struct place *place, bool *none)
{
	struct qp_shard *shard = NULL;

	*none = false;
	if (!qp_trylock(&qp_shards_lock)) /* never wait: this may be a signal handler (H5) */
		return NULL;
	if (qp_overflow_shard.base) {
		shard = adopt();
		*none = !shard;
		if (!shard && place)
			shard = append(place);
	}
	qp_unlock(&qp_shards_lock);
	return shard;
}

static struct qp_shard *find_shard(void)
{
	struct place place;
	bool none;
	struct qp_shard *shard = try_find(NULL, &none);

	if (!none || !take_place(&place))
		return shard;
	shard = try_find(&place, &none);
	if (!shard || shard->base != place.base)
		give_back(&place);
	return shard;
}

char *qp_shard_attach(void)
{
	struct qp_cancel cancel;
	sigset_t all, old;

	if (mine || attaching)
		return NULL; /* a handler came into the middle of an update, or of this */
	attaching = 1;
	cancel = qp_cancel_off(); /* also outside the lock: reserved space would be lost */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	mine = find_shard();
	if (mine)
		/* relaxed: only this thread and its handlers look */
		qp_store_relaxed(&quipu_priv_base, mine->base);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	attaching = 0;
	qp_cancel_restore(cancel);
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
