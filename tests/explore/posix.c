/* SPDX-License-Identifier: MIT */
/*
 * posix.c: models of what the library asks of pthreads and of the clocks. The linker sends it here.
 *
 * A mutex and a condition variable are the library's own objects, their state is in their bytes. A
 * robust mutex whose owner ends answers the next who tries with EOWNERDEAD, after the
 * destructors of the thread's keys have run. Signals and cancellation do not exist.
 */
#include "base/lock.h"
#include "explore.h"
#include "thread.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#define SECOND_NS 1000000000u
#define FIRST_NS (1000 * (uint64_t)SECOND_NS)

struct mutex {
	uint32_t owner; /* its number + 1; 0: free */
	bool robust, dead;
};
_Static_assert(sizeof(struct mutex) <= sizeof(pthread_mutex_t), "kept in its bytes");

static struct mutex *mutex_of(const void *mutex)
{
	return (struct mutex *)(uintptr_t)mutex;
}

static const char *name_of(const void *mutex)
{
	if (mutex == &qp_catalog_lock.mutex)
		return "the catalog lock";
	if (mutex == &qp_shards_lock.mutex)
		return "the shards lock";
	if (mutex == &qp_retire_lock.mutex)
		return "the retire lock";
	return "a shard's mutex";
}

/* --- mutexes -------------------------------------------------------------------------------- */

bool lock_is_free(const void *mutex)
{
	return mutex_of(mutex)->owner == 0;
}

int __wrap_pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attr);
int __wrap_pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attr)
{
	int robust = PTHREAD_MUTEX_STALLED;

	if (attr)
		pthread_mutexattr_getrobust(attr, &robust);
	*mutex_of(mutex) = (struct mutex){ .robust = robust == PTHREAD_MUTEX_ROBUST };
	return 0;
}

/* The current thread has it now. */
static void take(pthread_mutex_t *mutex)
{
	struct thread *me = &threads[current];
	unsigned i = 0;

	mutex_of(mutex)->owner = current + 1;
	if (!mutex_of(mutex)->robust)
		return;
	while (i < MAX_ROBUST && me->robust[i])
		i++;
	if (i == MAX_ROBUST)
		explore_broken("%s has too many robust mutexes", me->name);
	me->robust[i] = mutex;
}

int __wrap_pthread_mutex_lock(pthread_mutex_t *mutex);
int __wrap_pthread_mutex_lock(pthread_mutex_t *mutex)
{
	explore_point(mutex, EXPLORE_WRITES, "locking", name_of(mutex));
	thread_wait(A_LOCK, mutex);
	take(mutex);
	return 0;
}

int __wrap_pthread_mutex_trylock(pthread_mutex_t *mutex);
int __wrap_pthread_mutex_trylock(pthread_mutex_t *mutex)
{
	explore_point(mutex, lock_is_free(mutex) ? EXPLORE_WRITES : EXPLORE_READS, "trying",
		      name_of(mutex));
	if (!lock_is_free(mutex))
		return EBUSY;
	take(mutex);
	return mutex_of(mutex)->dead ? EOWNERDEAD : 0;
}

int __wrap_pthread_mutex_consistent(pthread_mutex_t *mutex);
int __wrap_pthread_mutex_consistent(pthread_mutex_t *mutex)
{
	mutex_of(mutex)->dead = false;
	return 0;
}

int __wrap_pthread_mutex_unlock(pthread_mutex_t *mutex);
int __wrap_pthread_mutex_unlock(pthread_mutex_t *mutex)
{
	/* who waits for a lock does not care when before its end it began to wait; who tries
	 * does */
	if (mutex == &qp_shards_lock.mutex)
		explore_point(mutex, EXPLORE_WRITES, "unlocking", name_of(mutex));
	if (mutex_of(mutex)->owner != current + 1)
		explore_violation("locks", "%s unlocks %s, which is not its own",
				  threads[current].name, name_of(mutex));
	mutex_of(mutex)->owner = 0;
	return 0;
}

/* --- condition variables -------------------------------------------------------------------- */

static int wait_for(const pthread_cond_t *cond, pthread_mutex_t *mutex, uint64_t until)
{
	struct thread *me = &threads[current];
	bool signalled;

	explore_point(mutex, EXPLORE_WRITES, "waiting with", name_of(mutex));
	mutex_of(mutex)->owner = 0;
	me->until = until;
	thread_wait(A_SIGNAL, cond);
	signalled = me->object == NULL;
	thread_wait(A_LOCK, mutex);
	take(mutex);
	return signalled ? 0 : ETIMEDOUT;
}

int __wrap_pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex);
int __wrap_pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex)
{
	return wait_for(cond, mutex, 0);
}

int __wrap_pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex,
				  const struct timespec *until);
int __wrap_pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex,
				  const struct timespec *until)
{
	return wait_for(cond, mutex,
			(uint64_t)until->tv_sec * SECOND_NS + (uint64_t)until->tv_nsec);
}

/* Who waits on it, or only the first of them, may go on. */
static void wake(const pthread_cond_t *cond, bool all)
{
	unsigned i;

	for (i = 1; i < n_threads; i++) {
		if (threads[i].wait != A_SIGNAL || threads[i].object != cond)
			continue;
		threads[i].wait = NOTHING;
		threads[i].object = NULL;
		if (!all)
			return;
	}
}

int __wrap_pthread_cond_signal(pthread_cond_t *cond);
int __wrap_pthread_cond_signal(pthread_cond_t *cond)
{
	wake(cond, false);
	return 0;
}

int __wrap_pthread_cond_broadcast(pthread_cond_t *cond);
int __wrap_pthread_cond_broadcast(pthread_cond_t *cond)
{
	wake(cond, true);
	return 0;
}

/* --- threads -------------------------------------------------------------------------------- */

static void (*destructors[MAX_KEYS])(void *);
static unsigned n_keys;

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*run)(void *),
			  void *arg);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*run)(void *),
			  void *arg)
{
	(void)attr, (void)arg;
	memset(thread, 0, sizeof *thread);
	thread_new("a thread of the library", run, NULL);
	return 0;
}

int __wrap_pthread_setname_np(pthread_t thread, const char *name);
int __wrap_pthread_setname_np(pthread_t thread, const char *name)
{
	(void)thread;
	threads[n_threads - 1].name = name; /* what is named has just begun */
	return 0;
}

int __wrap_pthread_key_create(pthread_key_t *key, void (*destructor)(void *));
int __wrap_pthread_key_create(pthread_key_t *key, void (*destructor)(void *))
{
	if (n_keys == MAX_KEYS)
		return EAGAIN;
	*key = n_keys;
	destructors[n_keys++] = destructor;
	return 0;
}

int __wrap_pthread_setspecific(pthread_key_t key, const void *value);
int __wrap_pthread_setspecific(pthread_key_t key, const void *value)
{
	threads[current].keys[key] = value != NULL;
	return 0;
}

/* As the C library and the kernel do: destructors, then the robust mutexes. */
void thread_ends(void)
{
	struct thread *me = &threads[current];
	unsigned i;

	for (i = 0; i < n_keys; i++) {
		if (me->keys[i])
			destructors[i](NULL);
	}
	for (i = 0; i < MAX_ROBUST && me->robust[i]; i++) {
		explore_point(me->robust[i], EXPLORE_WRITES, "its end marks", "a shard's mutex");
		mutex_of(me->robust[i])->owner = 0;
		mutex_of(me->robust[i])->dead = true;
	}
	if (me->nested)
		explore_violation("rcu", "%s ends in a read section", me->name);
}

/* Nobody forks. */
int __wrap_pthread_atfork(void (*before)(void), void (*parent)(void), void (*child)(void));
int __wrap_pthread_atfork(void (*before)(void), void (*parent)(void), void (*child)(void))
{
	(void)before, (void)parent, (void)child;
	return 0;
}

int __wrap_pthread_setcancelstate(int state, int *old);
int __wrap_pthread_setcancelstate(int state, int *old)
{
	(void)state;
	if (old)
		*old = PTHREAD_CANCEL_ENABLE;
	return 0;
}

int __wrap_pthread_setcanceltype(int type, int *old);
int __wrap_pthread_setcanceltype(int type, int *old)
{
	(void)type;
	if (old)
		*old = PTHREAD_CANCEL_DEFERRED;
	return 0;
}

int __wrap_pthread_sigmask(int how, const sigset_t *set, sigset_t *old);
int __wrap_pthread_sigmask(int how, const sigset_t *set, sigset_t *old)
{
	(void)how, (void)set;
	if (old)
		sigemptyset(old);
	return 0;
}

/* --- clocks and chance ---------------------------------------------------------------------- */

static uint64_t now = FIRST_NS;

void clock_jump(uint64_t until)
{
	if (until > now)
		now = until;
}

void explore_let_pass(uint64_t ns)
{
	now += ns;
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *time);
int __wrap_clock_gettime(clockid_t clock, struct timespec *time)
{
	(void)clock;
	time->tv_sec = (time_t)(now / SECOND_NS);
	time->tv_nsec = (long)(now % SECOND_NS);
	return 0;
}

/* Hashes are the same in every run. */
ssize_t __wrap_getrandom(void *out, size_t bytes, unsigned flags);
ssize_t __wrap_getrandom(void *out, size_t bytes, unsigned flags)
{
	(void)flags;
	memset(out, 0x5a, bytes);
	return (ssize_t)bytes;
}
