/* SPDX-License-Identifier: MIT */
/* outside_test.c: the parts of outside/ that can be known beforehand. */
#include "outside/outside.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

Test(outside, pressure_is_read)
{
	struct qc_pressure pressure;

	cr_assert(qc_pressure_parse("some avg10=49.14 avg60=31.00 avg300=17.13 total=15653536239\n"
				    "full avg10=0.00 avg60=0.00 avg300=0.00 total=17\n",
				    &pressure));
	cr_expect_eq(pressure.some_ns, UINT64_C(15653536239000));
	cr_expect_eq(pressure.full_ns, 17000);
	cr_assert(qc_pressure_parse("some avg10=0.00 avg60=0.00 avg300=0.00 total=3\n", &pressure));
	cr_expect_eq(pressure.full_ns, 0);
	cr_expect_not(qc_pressure_parse("", &pressure));
	cr_expect_not(qc_pressure_parse("some of it total=x\n", &pressure));
	cr_expect_not(qc_pressure_parse("awesome total=3\n", &pressure));
}

Test(outside, pressure_since)
{
	struct qc_pressure now = { "system", 10, 5 }, then = { "system", 7, 5 };
	struct qc_pressure of_group = { "cgroup", 1, 1 };

	qc_pressure_less(&now, &then);
	cr_expect_eq(now.some_ns, 3);
	cr_expect_eq(now.full_ns, 0);
	qc_pressure_less(&now, &of_group);
	cr_expect_null(now.scope);
}

Test(outside, one_class_for_all_arenas)
{
	char name[48];

	qc_allocator_class("arena 12 extents_dirty", name);
	cr_expect_str_eq(name, "arena_extents_dirty");
	qc_allocator_class("ctl", name);
	cr_expect_str_eq(name, "ctl");
}

/* --- threads ------------------------------------------------------------------------------- */

static uint64_t thread_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static pthread_barrier_t barrier;
static uint64_t burnt;

static void *burn(void *unused)
{
	while (thread_ns() < 20000000)
		;
	burnt = thread_ns();
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	return unused;
}

/* A thread counts while it lives, and what it had when it was looked at for ever. */
Test(outside, a_thread_that_ends)
{
	struct qc_threads threads = { 0 };
	struct qc_scheduling alive, gone;
	pthread_t thread;

	qc_threads_start(&threads);
	if (!threads.gone.known)
		cr_skip_test("no schedstat here");
	pthread_barrier_init(&barrier, NULL, 2);
	pthread_create(&thread, NULL, burn, NULL);
	pthread_barrier_wait(&barrier);
	qc_threads_read(&threads, &alive);
	cr_expect_geq(alive.threads, 2);
	cr_expect_geq(alive.on_cpu_ns, burnt / 2);
	pthread_barrier_wait(&barrier);
	pthread_join(thread, NULL);
	qc_threads_read(&threads, &gone);
	cr_expect_geq(gone.on_cpu_ns, alive.on_cpu_ns);
	cr_expect_geq(gone.run_queue_ns, alive.run_queue_ns);
	cr_expect_leq(gone.threads, alive.threads);
	free(threads.list);
}

static uint64_t usage_ns(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000 +
	       (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000;
}

static void *burn_and_end(void *unused)
{
	while (thread_ns() < 50000000)
		;
	return unused;
}

/* A thread that nobody looked at while it lived has run all the same. */
Test(outside, a_thread_between_two_looks)
{
	struct qc_threads threads = { 0 };
	struct qc_scheduling since;
	uint64_t before, after;
	pthread_t thread;

	before = usage_ns();
	qc_threads_start(&threads);
	pthread_create(&thread, NULL, burn_and_end, NULL);
	pthread_join(thread, NULL);
	qc_threads_read(&threads, &since);
	after = usage_ns();
	cr_expect_geq(since.on_cpu_ns, 50000000);
	cr_expect_leq(since.on_cpu_ns, after - before + 4000); /* those are in microseconds */
	free(threads.list);
}

static void *end_at_once(void *unused)
{
	return unused;
}

/* The list is of those that live, however many there were. */
Test(outside, threads_that_were_take_no_memory)
{
	struct qc_threads threads = { 0 };
	struct qc_scheduling since;
	pthread_t thread;
	int i;

	qc_threads_start(&threads);
	for (i = 0; i < 300; i++) {
		pthread_create(&thread, NULL, end_at_once, NULL);
		qc_threads_read(&threads, &since);
		pthread_join(thread, NULL);
	}
	cr_expect_leq(threads.room, 16);
	free(threads.list);
}
