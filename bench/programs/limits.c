/* SPDX-License-Identifier: MIT */
/*
 * limits.c: the machine's limits as an entrant: what no metrics library can be much faster than,
 * and what counting costs where threads share what they count in.
 *
 * Own: a cell of each thread's, on cache lines of its own. Shared: one for all. SERIES does not
 * matter here.
 */
#define _GNU_SOURCE
#include "contents.h"
#include "harness.h"

#define _LGPL_SOURCE
#include <urcu/urcu-bp.h>

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CELLS 4096 /* threads, or processors */
#define BOUNDS 11

struct cell {
	_Alignas(128) _Atomic uint64_t count;
};

struct guarded {
	_Alignas(128) pthread_mutex_t mutex;
	uint64_t counts[BOUNDS + 1];
	double sum;
};

struct atomic_histogram {
	_Alignas(128) _Atomic uint64_t counts[BOUNDS + 1];
	_Atomic double sum;
};

static const double bounds[BOUNDS] = { 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10 };
static double values[CONTENTS_N];
static struct cell shared, own[CELLS], by_cpu[CELLS];
static struct guarded guarded_shared = { .mutex = PTHREAD_MUTEX_INITIALIZER };
static struct guarded guarded_own[CELLS];
static struct atomic_histogram histogram;
static _Alignas(128) _Atomic double shared_double;
static __thread uint64_t local __attribute__((tls_model("initial-exec")));
static void *volatile published = &shared;

/* --- counting ----------------------------------------------------------------------------- */

/* The compiler may not count to the end at once, nor keep the word in a register. */
HARNESS_CASE(empty, __asm__ volatile(""))
HARNESS_CASE(thread_local_add, local++; __asm__ volatile("" : "+m"(local)))

/* The result is used: lock xadd, rather than lock add. */
static void xadd(_Atomic uint64_t *cell)
{
	uint64_t old = atomic_fetch_add(cell, 1);

	__asm__ volatile("" : : "r"(old));
}

HARNESS_CASE(xadd_own, xadd(&own[me->thread].count))
HARNESS_CASE(xadd_shared, xadd(&shared.count))
HARNESS_CASE(xadd_by_cpu, xadd(&by_cpu[(unsigned)sched_getcpu() % CELLS].count))

static void add_double(_Atomic double *cell, double amount)
{
	double old = atomic_load_explicit(cell, memory_order_relaxed);

	while (!atomic_compare_exchange_weak(cell, &old, old + amount)) {
	}
}

HARNESS_CASE(cas_double_shared, add_double(&shared_double, 1))

static void add_guarded(struct guarded *cell)
{
	pthread_mutex_lock(&cell->mutex);
	cell->counts[0]++;
	pthread_mutex_unlock(&cell->mutex);
}

HARNESS_CASE(mutex_own, add_guarded(&guarded_own[me->thread]))
HARNESS_CASE(mutex_shared, add_guarded(&guarded_shared))

/* --- histograms --------------------------------------------------------------------------- */

static unsigned bucket(double value)
{
	unsigned i = 0;

	while (i < BOUNDS && value > bounds[i])
		i++;
	return i;
}

static void observe_guarded(double value)
{
	unsigned i = bucket(value);

	pthread_mutex_lock(&guarded_shared.mutex);
	guarded_shared.counts[i]++;
	guarded_shared.sum += value;
	pthread_mutex_unlock(&guarded_shared.mutex);
}

static void observe_atomic(double value)
{
	atomic_fetch_add(&histogram.counts[bucket(value)], 1);
	add_double(&histogram.sum, value);
}

HARNESS_CASE(mutex_histogram, observe_guarded(values[k % CONTENTS_N]))
HARNESS_CASE(atomic_histogram, observe_atomic(values[k % CONTENTS_N]))
HARNESS_CASE(read_values, double value = values[k % CONTENTS_N]; __asm__ volatile(""
										  :
										  : "x"(value)))

/* --- clocks and read sections ---------------------------------------------------------------- */

static void read_clock(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	__asm__ volatile("" : : "m"(now));
}

HARNESS_CASE(clock_monotonic, read_clock(CLOCK_MONOTONIC))
HARNESS_CASE(clock_coarse, read_clock(CLOCK_MONOTONIC_COARSE))

static void read_section(void)
{
	urcu_bp_read_lock();
	__asm__ volatile("" : : "r"(rcu_dereference(published)));
	urcu_bp_read_unlock();
}

HARNESS_CASE(rcu_section, read_section())

static const struct harness_case cases[] = {
	{ "empty", empty, NULL },
	{ "thread_local", thread_local_add, NULL },
	{ "xadd_own", xadd_own, NULL },
	{ "xadd_shared", xadd_shared, NULL },
	{ "xadd_by_cpu", xadd_by_cpu, NULL },
	{ "cas_double_shared", cas_double_shared, NULL },
	{ "mutex_own", mutex_own, NULL },
	{ "mutex_shared", mutex_shared, NULL },
	{ "mutex_histogram", mutex_histogram, NULL },
	{ "atomic_histogram", atomic_histogram, NULL },
	{ "read_values", read_values, NULL },
	{ "clock_monotonic", clock_monotonic, NULL },
	{ "clock_coarse", clock_coarse, NULL },
	{ "rcu_section", rcu_section, NULL },
};

static int prepare(size_t series, const char *meanwhile)
{
	(void)series;
	for (size_t i = 0; i < CELLS; i++)
		pthread_mutex_init(&guarded_own[i].mutex, NULL);
	contents_values(values);
	return strcmp(meanwhile, "quiet") == 0 ? 0 : HARNESS_HAVE_NOT;
}

/* What it takes to move an exposition that is ready. */
static int copy(size_t bytes, long times)
{
	char *from = malloc(bytes), *to = malloc(bytes);

	if (!from || !to)
		return HARNESS_FAILED;
	memset(from, 'x', bytes);
	memset(to, 'y', bytes);
	printf("{\"ms\": [");
	for (long i = 0; i < times; i++) {
		struct timespec start, end;

		clock_gettime(CLOCK_MONOTONIC, &start);
		memcpy(to, from, bytes);
		__asm__ volatile("" : : "r"(to) : "memory");
		clock_gettime(CLOCK_MONOTONIC, &end);
		printf("%s%.4f", i ? ", " : "",
		       (double)(end.tv_sec - start.tv_sec) * 1e3 +
			       (double)(end.tv_nsec - start.tv_nsec) / 1e6);
	}
	printf("], \"bytes\": %zu}\n", bytes);
	free(from);
	free(to);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "copy") == 0 && atol(argv[2]) > 0)
		return copy((size_t)atol(argv[2]), atol(argv[3]));
	if (argc == 2 && strcmp(argv[1], "about") == 0) {
		puts("{\"name\": \"limits\", \"version\": \"\", \"language\": \"C\"}");
		return 0;
	}
	if (argc > 1 && strcmp(argv[1], "record") == 0)
		return harness_main_record(argc, argv, cases, sizeof cases / sizeof *cases,
					   prepare);
	fprintf(stderr, "about | record CASE SERIES THREADS SECONDS | copy BYTES TIMES\n");
	return HARNESS_USAGE;
}
