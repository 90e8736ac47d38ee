/* SPDX-License-Identifier: MIT */
/*
 * locks_pair.c: a lock and its unlock on one thread, processor time of a pair, that of the fastest
 * tenth of batches: what shares the core with us or takes it away makes batches slower, never faster.
 *
 * Another thread sleeps meanwhile, because the C library leaves out atomic instructions in a
 * process that has one thread only, which is not what a program with locks is like; "alone" is
 * the same mutex in a process that has one.
 */
#include "common.h"
#include "locks.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>

#define BATCH 20000
#define MOST_SAMPLES 100000

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t recursive;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_spinlock_t spin;
static sem_t sem;

#define PAIRS(kind, lock, unlock)                                                                  \
	static void pairs_of_##kind(void)                                                          \
	{                                                                                          \
		int i;                                                                             \
                                                                                                   \
		for (i = 0; i < BATCH; i++) {                                                      \
			lock;                                                                      \
			unlock;                                                                    \
		}                                                                                  \
	}

PAIRS(mutex, pthread_mutex_lock(&mutex), pthread_mutex_unlock(&mutex))
PAIRS(recursive, pthread_mutex_lock(&recursive), pthread_mutex_unlock(&recursive))
PAIRS(rdlock, pthread_rwlock_rdlock(&rwlock), pthread_rwlock_unlock(&rwlock))
PAIRS(wrlock, pthread_rwlock_wrlock(&rwlock), pthread_rwlock_unlock(&rwlock))
PAIRS(spin, pthread_spin_lock(&spin), pthread_spin_unlock(&spin))
PAIRS(sem, sem_wait(&sem), sem_post(&sem))

static const char *const kinds[] = { "mutex", "recursive", "rdlock", "wrlock",
				     "spin",  "sem",	   "alone",  NULL };
static void (*const pairs[])(void) = { pairs_of_mutex,	pairs_of_recursive, pairs_of_rdlock,
				       pairs_of_wrlock, pairs_of_spin,	    pairs_of_sem,
				       pairs_of_mutex };
#define ALONE 6

static void open_locks(void)
{
	pthread_mutexattr_t attr;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&recursive, &attr);
	pthread_mutexattr_destroy(&attr);
	pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE);
	sem_init(&sem, 0, 1);
}

/* Sleeps until the program ends. */
static void *idle(void *unused)
{
	struct timespec hour = { .tv_sec = 3600 };

	nanosleep(&hour, NULL);
	return unused;
}

static double cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

void locks_pair(void)
{
	size_t kind = bench_word(2, kinds);
	double seconds = bench_seconds(3), before;
	struct bench_samples samples = bench_samples_new(MOST_SAMPLES);
	uint64_t end;
	pthread_t thread;

	open_locks();
	if (kind != ALONE && pthread_create(&thread, NULL, idle, NULL) != 0)
		bench_fail("a thread could not be started");
	pairs[kind]();
	end = bench_now() + (uint64_t)(seconds * 1e9);
	do {
		before = cpu_ns();
		pairs[kind]();
		bench_sample(&samples, (cpu_ns() - before) / BATCH);
	} while (bench_now() < end);
	bench_json_begin();
	bench_json_real("cpu_ns", bench_share(&samples, 0.1));
	bench_json_end();
}
