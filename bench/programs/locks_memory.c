/* SPDX-License-Identifier: MIT */
/*
 * locks_memory.c: the resident memory of a process whose threads, all alive, have waited for a
 * mutex WAITS times each, while the main thread held it.
 *
 * Writers: n_here every thread that is about to wait; whoever looks reads it by acquire.
 */
#include "common.h"
#include "locks.h"
#include "resident.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#define MOST_THREADS 256
#define MOST_WAITS 100000
#define STACK_BYTES (128u * 1024)

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t round_over;
static atomic_size_t n_here;
static size_t n_rounds;

static void *wait_rounds(void *unused)
{
	size_t i;

	for (i = 0; i < n_rounds; i++) {
		atomic_fetch_add_explicit(&n_here, 1, memory_order_release);
		pthread_mutex_lock(&mutex);
		pthread_mutex_unlock(&mutex);
		pthread_barrier_wait(&round_over);
	}
	pthread_barrier_wait(&round_over);
	return unused;
}

static void start(size_t threads)
{
	pthread_attr_t attr;
	pthread_t thread;
	size_t i;
	int error;

	pthread_barrier_init(&round_over, NULL, (unsigned)threads + 1);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	for (i = 0; i < threads; i++) {
		error = pthread_create(&thread, &attr, wait_rounds, NULL);
		if (error)
			bench_fail("thread %zu: %s", i, strerror(error));
	}
	pthread_attr_destroy(&attr);
}

/* Holds the lock until all are about to take it, and a moment more. */
static void hold_rounds(size_t threads)
{
	struct timespec moment = { .tv_nsec = 100000 };
	size_t i;

	for (i = 0; i < n_rounds; i++) {
		while (atomic_load_explicit(&n_here, memory_order_acquire) < threads * (i + 1))
			sched_yield();
		nanosleep(&moment, NULL);
		pthread_mutex_unlock(&mutex);
		pthread_barrier_wait(&round_over);
		pthread_mutex_lock(&mutex);
	}
}

void locks_memory(void)
{
	size_t threads = bench_count(2, 1, MOST_THREADS);

	n_rounds = bench_count(3, 1, MOST_WAITS);
	pthread_mutex_lock(&mutex);
	start(threads);
	hold_rounds(threads);
	bench_json_begin();
	bench_json_real("bytes", bench_resident());
	bench_json_end();
	pthread_mutex_unlock(&mutex);
	pthread_barrier_wait(&round_over);
}
