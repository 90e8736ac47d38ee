/* SPDX-License-Identifier: MIT */
/* wrap.c: the __wrap_ functions; see wrap.h. */
#include "wrap.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <threads.h>
#include <time.h>

static __thread uint64_t calls[WRAP_KINDS]; /* of this thread: the reaper has work of its own */
static __thread int is_spared;
static int64_t blocks; /* in use, of those asked for here */
static uint64_t fail_at, able, failed;
static int failing, fail_on;

void wrap_count(void)
{
	memset(calls, 0, sizeof calls);
}

uint64_t wrap_calls(enum wrap_kind kind)
{
	return calls[kind];
}

void wrap_fail(uint64_t n, int persistent)
{
	able = failed = 0;
	fail_at = n;
	fail_on = persistent;
	/* release: pairs with the acquire in fails */
	__atomic_store_n(&failing, n != 0, __ATOMIC_RELEASE);
}

uint64_t wrap_end(void)
{
	/* release: as above; relaxed: only a count */
	__atomic_store_n(&failing, 0, __ATOMIC_RELEASE);
	return __atomic_load_n(&failed, __ATOMIC_RELAXED);
}

int64_t wrap_blocks(void)
{
	/* relaxed: only a count */
	return __atomic_load_n(&blocks, __ATOMIC_RELAXED);
}

void wrap_spare(int spared)
{
	is_spared = spared;
}

/* Counts the call; whether it is to fail. */
static int fails(enum wrap_kind kind)
{
	uint64_t n;

	calls[kind]++;
	/* acquire: pairs with the release in wrap_fail */
	if (is_spared || !__atomic_load_n(&failing, __ATOMIC_ACQUIRE))
		return 0;
	/* relaxed, both: only counts */
	n = __atomic_add_fetch(&able, 1, __ATOMIC_RELAXED);
	if (n != fail_at && !(fail_on && n > fail_at))
		return 0;
	__atomic_fetch_add(&failed, 1, __ATOMIC_RELAXED);
	return 1;
}

/* W(kind, type, name, parameters, arguments, error, what it returns then, whether a block more is
 * in use when it returned `got`) */
#define WRAPPED(W)                                                                                 \
	W(WRAP_MEMORY, void *, malloc, (size_t n), (n), ENOMEM, NULL, got != NULL)                 \
	W(WRAP_MEMORY, void *, calloc, (size_t n, size_t size), (n, size), ENOMEM, NULL,           \
	  got != NULL)                                                                             \
	W(WRAP_MEMORY, void *, realloc, (void *old, size_t n), (old, n), ENOMEM, NULL,             \
	  got != NULL && !old)                                                                     \
	W(WRAP_MEMORY, void *, aligned_alloc, (size_t to, size_t n), (to, n), ENOMEM, NULL,        \
	  got != NULL)                                                                             \
	W(WRAP_MEMORY, int, posix_memalign, (void **out, size_t to, size_t n), (out, to, n),       \
	  ENOMEM, ENOMEM, got == 0)                                                                \
	W(WRAP_MEMORY, char *, strdup, (const char *text), (text), ENOMEM, NULL, got != NULL)      \
	W(WRAP_MEMORY, char *, strndup, (const char *text, size_t n), (text, n), ENOMEM, NULL,     \
	  got != NULL)                                                                             \
	W(WRAP_MAPPING, void *, mmap,                                                              \
	  (void *at, size_t n, int protection, int flags, int fd, off_t offset),                   \
	  (at, n, protection, flags, fd, offset), ENOMEM, MAP_FAILED, 0)                           \
	W(WRAP_MAPPING, int, mprotect, (void *at, size_t n, int protection), (at, n, protection),  \
	  ENOMEM, -1, 0)                                                                           \
	W(WRAP_SYSTEM, int, pthread_create,                                                        \
	  (pthread_t * thread, const pthread_attr_t *attributes, void *(*run)(void *), void *arg), \
	  (thread, attributes, run, arg), EAGAIN, EAGAIN, 0)                                       \
	W(WRAP_SYSTEM, int, socket, (int domain, int type, int protocol),                          \
	  (domain, type, protocol), EMFILE, -1, 0)                                                 \
	W(WRAP_SYSTEM, int, epoll_create1, (int flags), (flags), EMFILE, -1, 0)                    \
	W(WRAP_SYSTEM, int, eventfd, (unsigned first, int flags), (first, flags), EMFILE, -1, 0)   \
	W(WRAP_SYSTEM, int, timerfd_create, (int clock, int flags), (clock, flags), EMFILE, -1, 0)

#define WRAP(kind, type, name, parameters, arguments, error, result, more)                         \
	type __real_##name parameters;                                                             \
	type __wrap_##name parameters;                                                             \
	type __wrap_##name parameters                                                              \
	{                                                                                          \
		type got;                                                                          \
                                                                                                   \
		if (fails(kind)) {                                                                 \
			errno = error;                                                             \
			return result;                                                             \
		}                                                                                  \
		got = __real_##name arguments;                                                     \
		/* relaxed: a count, looked at when all is quiet */                                \
		__atomic_fetch_add(&blocks, more, __ATOMIC_RELAXED);                               \
		return got;                                                                        \
	}
WRAPPED(WRAP)

/* Counted only: the rest of the allocator, everything that locks or waits, and more of the kernel.
 * C(kind, type, name, parameters, arguments) */
#define COUNTED(C)                                                                                 \
	C(WRAP_MEMORY, void *, reallocarray, (void *old, size_t n, size_t size), (old, n, size))   \
	C(WRAP_MEMORY, void *, memalign, (size_t to, size_t n), (to, n))                           \
	C(WRAP_MEMORY, void *, valloc, (size_t n), (n))                                            \
	C(WRAP_MAPPING, void *, sbrk, (intptr_t by), (by))                                         \
	C(WRAP_MAPPING, int, munmap, (void *at, size_t n), (at, n))                                \
	C(WRAP_MAPPING, int, madvise, (void *at, size_t n, int advice), (at, n, advice))           \
	C(WRAP_LOCK, int, pthread_mutex_lock, (pthread_mutex_t * lock), (lock))                    \
	C(WRAP_LOCK, int, pthread_mutex_trylock, (pthread_mutex_t * lock), (lock))                 \
	C(WRAP_LOCK, int, pthread_mutex_timedlock, (pthread_mutex_t * lock, const TIME *until),    \
	  (lock, until))                                                                           \
	C(WRAP_LOCK, int, pthread_mutex_unlock, (pthread_mutex_t * lock), (lock))                  \
	C(WRAP_LOCK, int, pthread_rwlock_rdlock, (pthread_rwlock_t * lock), (lock))                \
	C(WRAP_LOCK, int, pthread_rwlock_tryrdlock, (pthread_rwlock_t * lock), (lock))             \
	C(WRAP_LOCK, int, pthread_rwlock_wrlock, (pthread_rwlock_t * lock), (lock))                \
	C(WRAP_LOCK, int, pthread_rwlock_trywrlock, (pthread_rwlock_t * lock), (lock))             \
	C(WRAP_LOCK, int, pthread_spin_lock, (pthread_spinlock_t * lock), (lock))                  \
	C(WRAP_LOCK, int, pthread_spin_trylock, (pthread_spinlock_t * lock), (lock))               \
	C(WRAP_LOCK, int, pthread_cond_wait, (pthread_cond_t * cond, pthread_mutex_t * lock),      \
	  (cond, lock))                                                                            \
	C(WRAP_LOCK, int, pthread_cond_timedwait,                                                  \
	  (pthread_cond_t * cond, pthread_mutex_t * lock, const TIME *until), (cond, lock, until)) \
	C(WRAP_LOCK, int, pthread_cond_signal, (pthread_cond_t * cond), (cond))                    \
	C(WRAP_LOCK, int, pthread_cond_broadcast, (pthread_cond_t * cond), (cond))                 \
	C(WRAP_LOCK, int, pthread_barrier_wait, (pthread_barrier_t * barrier), (barrier))          \
	C(WRAP_LOCK, int, pthread_once, (pthread_once_t * once, void (*run)(void)), (once, run))   \
	C(WRAP_LOCK, int, sem_wait, (sem_t * sem), (sem))                                          \
	C(WRAP_LOCK, int, sem_trywait, (sem_t * sem), (sem))                                       \
	C(WRAP_LOCK, int, sem_timedwait, (sem_t * sem, const TIME *until), (sem, until))           \
	C(WRAP_LOCK, int, sem_post, (sem_t * sem), (sem))                                          \
	C(WRAP_LOCK, int, mtx_lock, (mtx_t * lock), (lock))                                        \
	C(WRAP_LOCK, int, mtx_trylock, (mtx_t * lock), (lock))                                     \
	C(WRAP_LOCK, int, mtx_timedlock, (mtx_t * lock, const TIME *until), (lock, until))         \
	C(WRAP_LOCK, int, cnd_wait, (cnd_t * cond, mtx_t * lock), (cond, lock))                    \
	C(WRAP_LOCK, int, cnd_signal, (cnd_t * cond), (cond))                                      \
	C(WRAP_SYSTEM, long, syscall, (long n, long a, long b, long c, long d, long e, long f),    \
	  (n, a, b, c, d, e, f))                                                                   \
	C(WRAP_SYSTEM, int, nanosleep, (const TIME *time, TIME *left), (time, left))               \
	C(WRAP_SYSTEM, int, sched_yield, (void), ())
typedef struct timespec TIME;

#define COUNT(kind, type, name, parameters, arguments)                                             \
	type __real_##name parameters;                                                             \
	type __wrap_##name parameters;                                                             \
	type __wrap_##name parameters                                                              \
	{                                                                                          \
		calls[kind]++;                                                                     \
		return __real_##name arguments;                                                    \
	}
COUNTED(COUNT)

/* The same for what returns nothing. liburcu takes a mutex of its own to register a thread. */
#define COUNTED_VOID(C)                                                                            \
	C(WRAP_LOCK, call_once, (once_flag * once, void (*run)(void)), (once, run))                \
	C(WRAP_LOCK, urcu_bp_register, (void), ())                                                 \
	C(WRAP_LOCK, urcu_bp_synchronize_rcu, (void), ())

#define COUNT_VOID(kind, name, parameters, arguments)                                              \
	void __real_##name parameters;                                                             \
	void __wrap_##name parameters;                                                             \
	void __wrap_##name parameters                                                              \
	{                                                                                          \
		calls[kind]++;                                                                     \
		__real_##name arguments;                                                           \
	}
COUNTED_VOID(COUNT_VOID)

void __real_free(void *block);
void __wrap_free(void *block);
void __wrap_free(void *block)
{
	calls[WRAP_MEMORY]++;
	/* relaxed: as above */
	__atomic_fetch_sub(&blocks, block != NULL, __ATOMIC_RELAXED);
	__real_free(block);
}
