/* SPDX-License-Identifier: MIT */
/*
 * cost.c: what a hook asks of the C library beyond what the program asked for (P1): no memory, no
 * lock, two looks at the clock for a wait and none without one. Counted by counted.c, which is
 * preloaded behind the profiler; without that, exit status 77.
 *
 * Writers: each worker its own counts; the main thread holds the lock that they wait for.
 */
#include "counted.h"

#include "asleep.h"

#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TIMES 1000
#define THREADS 8
#define SECTIONS 20000

static counted_now *now;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_spinlock_t spin;
static sem_t sem;

static void expect(bool holds, const char *what, unsigned long found)
{
	if (holds)
		return;
	fprintf(stderr, "does not hold: %s; it is %lu\n", what, found);
	exit(1);
}

#define EXPECT(found, relation, wanted)                                                            \
	expect((found)relation(wanted), #found " " #relation " " #wanted, (unsigned long)(found))

static struct counted since(struct counted before)
{
	struct counted after = now();

	return (struct counted){ after.allocations - before.allocations,
				 after.mappings - before.mappings,
				 after.waiting - before.waiting,
				 after.tries - before.tries,
				 after.gives - before.gives,
				 after.clocks - before.clocks };
}

/* --- uncontended -------------------------------------------------------------------------------- */

#define PAIR(kind, lock, unlock)                                                                   \
	static void kind##_pair(void)                                                              \
	{                                                                                          \
		lock;                                                                              \
		unlock;                                                                            \
	}

PAIR(mutex, pthread_mutex_lock(&mutex), pthread_mutex_unlock(&mutex))
PAIR(rdlock, pthread_rwlock_rdlock(&rwlock), pthread_rwlock_unlock(&rwlock))
PAIR(wrlock, pthread_rwlock_wrlock(&rwlock), pthread_rwlock_unlock(&rwlock))
PAIR(spin, pthread_spin_lock(&spin), pthread_spin_unlock(&spin))
PAIR(sem, sem_wait(&sem), sem_post(&sem))

static void (*const pairs[])(void) = { mutex_pair, rdlock_pair, wrlock_pair, spin_pair, sem_pair };

#define N_PAIRS (sizeof pairs / sizeof pairs[0])

static void free_locks_cost_a_try(void)
{
	struct counted before, cost;
	size_t kind, i;

	for (kind = 0; kind < N_PAIRS; kind++) {
		pairs[kind]();
		before = now();
		for (i = 0; i < TIMES; i++)
			pairs[kind]();
		cost = since(before);
		EXPECT(cost.tries, ==, TIMES);
		EXPECT(cost.gives, ==, TIMES);
		EXPECT(cost.waiting, ==, 0);
		EXPECT(cost.clocks, ==, 0);
		EXPECT(cost.allocations, ==, 0);
		EXPECT(cost.mappings, ==, 0);
	}
}

/* --- a thread's first calls --------------------------------------------------------------------- */

static void *first_pair(void *unused)
{
	struct counted before = now(), cost;

	mutex_pair();
	cost = since(before);
	EXPECT(cost.allocations, ==, 0);
	/* the thread gets its cells: others may be about to, but nobody is waited for */
	EXPECT(cost.waiting, ==, 0);
	EXPECT(cost.clocks, ==, 0);
	return unused;
}

static int waiters[THREADS]; /* their thread ids, once they run */
static unsigned n_waiters;

static void *first_wait(void *unused)
{
	/* relaxed, both: nothing comes with them */
	int *own = &waiters[__atomic_fetch_add(&n_waiters, 1, __ATOMIC_RELAXED)];
	struct counted before, cost;

	__atomic_store_n(own, (int)syscall(SYS_gettid), __ATOMIC_RELAXED);
	before = now();
	mutex_pair();
	cost = since(before);
	EXPECT(cost.allocations, ==, 0);
	EXPECT(cost.waiting, ==, 1);
	EXPECT(cost.clocks, ==, 2);
	return unused;
}

static void run(size_t n, void *(*work)(void *), pthread_t threads[])
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (pthread_create(&threads[i], NULL, work, NULL) != 0)
			abort();
	}
}

static void join(size_t n, const pthread_t threads[])
{
	size_t i;

	for (i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
}

static void new_threads_allocate_nothing(void)
{
	pthread_t threads[1];
	size_t i;

	for (i = 0; i < THREADS; i++) {
		run(1, first_pair, threads);
		join(1, threads);
	}
}

static void first_waits_allocate_nothing(void)
{
	pthread_t threads[THREADS];
	size_t i;

	pthread_mutex_lock(&mutex);
	run(THREADS, first_wait, threads);
	for (i = 0; i < THREADS; i++)
		see_it_asleep(&waiters[i]);
	pthread_mutex_unlock(&mutex);
	join(THREADS, threads);
}

/* --- contended ------------------------------------------------------------------------------------ */

static void *many_sections(void *unused)
{
	volatile unsigned work;
	struct counted before, cost;
	int i;

	mutex_pair();
	before = now();
	for (i = 0; i < SECTIONS; i++) {
		pthread_mutex_lock(&mutex);
		for (work = 0; work < 50;)
			work = work + 1;
		pthread_mutex_unlock(&mutex);
	}
	cost = since(before);
	EXPECT(cost.tries, ==, SECTIONS);
	EXPECT(cost.gives, ==, SECTIONS);
	EXPECT(cost.waiting, <=, SECTIONS);
	EXPECT(cost.clocks, ==, 2 * cost.waiting);
	EXPECT(cost.allocations, ==, 0);
	EXPECT(cost.mappings, ==, 0);
	return unused;
}

static void waits_cost_two_looks_at_the_clock(void)
{
	pthread_t threads[THREADS];

	run(THREADS, many_sections, threads);
	join(THREADS, threads);
}

int main(void)
{
	void *found = dlsym(RTLD_DEFAULT, "counted_read");

	if (!found) {
		fputs("nobody counts here: counted.c is to be preloaded\n", stderr);
		return 77;
	}
	memcpy(&now, &found, sizeof now);
	pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE);
	sem_init(&sem, 0, 1);
	free_locks_cost_a_try();
	new_threads_allocate_nothing();
	first_waits_allocate_nothing();
	waits_cost_two_looks_at_the_clock();
	puts("no memory, no lock, two looks at the clock");
	return 0;
}
