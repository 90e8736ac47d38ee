/* SPDX-License-Identifier: MIT */
/* thread.c: see thread.h. */
#include "thread.h"

#include "store.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

__thread struct qc_thread qc_thread __attribute__((tls_model("initial-exec")));

/* glibc keeps the values of the first 32 keys in the thread itself; for another it would allocate,
 * in a hook that the allocator may have called. Made when the library is loaded, it is early. */
#define N_KEYS_WITHOUT_MALLOC 32

static pthread_key_t key;
static bool has_key;

/* Takes out number i. */
static struct qc_stashed take(unsigned i)
{
	struct qc_stashed taken = qc_thread.stashed[i];

	qc_thread.n_stashed--;
	memmove(&qc_thread.stashed[i], &qc_thread.stashed[i + 1],
		(qc_thread.n_stashed - i) * sizeof taken);
	return taken;
}

static void publish_oldest(void)
{
	struct qc_stashed oldest = take(0);

	qc_store_wait(oldest.site, oldest.ns);
}

static void at_end(void *set)
{
	(void)set;
	if (!qc_thread_enter())
		return;
	qc_thread.has_end = false; /* a later destructor may wait, too: then it is told again */
	while (qc_thread.n_stashed)
		publish_oldest();
	qc_thread_leave();
}

__attribute__((constructor)) static void make_key(void)
{
	if (!has_key)
		has_key = pthread_key_create(&key, at_end) == 0;
}

bool qc_thread_open(void)
{
	make_key(); /* another constructor may have come here first */
	return has_key;
}

/* A thread whose end cannot be told loses what it keeps then: waits for locks that it holds. */
static void ask_for_end(void)
{
	int kept = errno;

	if (key < N_KEYS_WITHOUT_MALLOC)
		pthread_setspecific(key, &key);
	qc_thread.has_end = true;
	errno = kept;
}

void qc_thread_stash(const void *lock, unsigned site, uint64_t ns)
{
	if (!qc_thread.has_end)
		ask_for_end();
	if (qc_thread.n_stashed == QC_MAX_STASHED)
		publish_oldest();
	qc_thread.stashed[qc_thread.n_stashed++] = (struct qc_stashed){ lock, site, ns };
}

/* From the newest: locks are given back in the reverse order. */
static void publish_of(const void *lock)
{
	unsigned i = qc_thread.n_stashed;

	while (i-- > 0) {
		if (qc_thread.stashed[i].lock == lock) {
			struct qc_stashed found = take(i);

			qc_store_wait(found.site, found.ns);
		}
	}
}

void qc_thread_publish(const void *lock)
{
	if (!qc_thread_enter())
		return;
	publish_of(lock);
	qc_thread_leave();
}

void qc_thread_after_fork_child(void)
{
	qc_thread.n_stashed = 0; /* the parent's */
	qc_thread.busy = false;
}
