/* SPDX-License-Identifier: MIT */
/* harness.c: see harness.h. */
#include "harness.h"

#include "core_own.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WARM_UP 10	   /* one tenth of the time, */
#define WARM_UP_BATCHES 16 /* and every place in the order of series once */

struct harness_result {
	double rate;   /* operations a second, of all threads together */
	double cpu_ns; /* a thread's processor time for one operation */
	double core;   /* adds in a cycle, before or after, the less: whether the core was ours */
};

struct run {
	void (*batch)(struct recorder *me);
	double seconds, over; /* over: when to stop, written between the barriers */
	pthread_barrier_t start;
};

struct thread {
	struct recorder recorder;
	struct run *run;
	pthread_t id;
};

static double clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* Until the clock says so, and at least so many batches. */
static void record_until(struct recorder *me, const struct run *run, double over, uint64_t least)
{
	me->begin = me->end = clock_ns(CLOCK_MONOTONIC);
	me->batches = 0;
	while (me->end < over || me->batches < least) {
		me->last = me->end;
		run->batch(me);
		me->batches++;
		me->end = clock_ns(CLOCK_MONOTONIC);
	}
}

static void *run_thread(void *argument)
{
	struct thread *thread = argument;
	struct recorder *me = &thread->recorder;
	struct run *run = thread->run;
	double cpu;

	record_until(me, run, clock_ns(CLOCK_MONOTONIC) + run->seconds * 1e9 / WARM_UP,
		     WARM_UP_BATCHES);
	pthread_barrier_wait(&run->start);
	pthread_barrier_wait(&run->start); /* between the two, the end is fixed */
	cpu = clock_ns(CLOCK_THREAD_CPUTIME_ID);
	record_until(me, run, run->over, 0);
	me->cpu = clock_ns(CLOCK_THREAD_CPUTIME_ID) - cpu;
	return NULL;
}

/* Threads that cannot start leave the others waiting, so the process ends. */
static void start_all(struct thread *all, unsigned threads, struct run *run)
{
	for (unsigned i = 0; i < threads; i++) {
		all[i].run = run;
		all[i].recorder.thread = i;
		all[i].recorder.at = i * 4099; /* its own way through the order */
		if (pthread_create(&all[i].id, NULL, run_thread, &all[i]) != 0) {
			fprintf(stderr, "thread %u could not be made\n", i + 1);
			exit(1);
		}
	}
}

/* How many operations a thread made until the end; of its last batch, which ended later, as large a
 * part as of its time. */
static double made(const struct recorder *one, double over)
{
	double batches = (double)one->batches;

	if (one->batches > 0 && one->end > over)
		batches -= (one->end - over) / (one->end - one->last);
	return batches * HARNESS_BATCH;
}

/* From the first start to the end, the same for all. With more threads than processors a thread's own
 * time says nothing: some would run when others have finished, or not begin before. */
static struct harness_result sum_up(const struct thread *all, unsigned threads, double over)
{
	double n = 0, all_n = 0, cpu = 0, begin = over;

	for (unsigned i = 0; i < threads; i++) {
		const struct recorder *one = &all[i].recorder;

		n += made(one, over);
		all_n += (double)one->batches * HARNESS_BATCH;
		cpu += one->cpu;
		begin = one->begin < begin ? one->begin : begin;
	}
	return (struct harness_result){ .rate = n / (over - begin) * 1e9, .cpu_ns = cpu / all_n };
}

static int record(void (*batch)(struct recorder *me), unsigned threads, double seconds,
		  struct harness_result *result)
{
	struct thread *all = aligned_alloc(128, threads * sizeof *all);
	double before = core_own_adds(), after;
	struct run run = { .batch = batch, .seconds = seconds };

	if (!all)
		return -1;
	memset(all, 0, threads * sizeof *all);
	pthread_barrier_init(&run.start, NULL, threads + 1);
	start_all(all, threads, &run);
	pthread_barrier_wait(&run.start);
	run.over = clock_ns(CLOCK_MONOTONIC) + seconds * 1e9;
	pthread_barrier_wait(&run.start);
	for (unsigned i = 0; i < threads; i++)
		pthread_join(all[i].id, NULL);
	*result = sum_up(all, threads, run.over);
	after = core_own_adds();
	result->core = before < after ? before : after;
	pthread_barrier_destroy(&run.start);
	free(all);
	return 0;
}

static const struct harness_case *find(const struct harness_case *cases, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(cases[i].name, name) == 0)
			return &cases[i];
	fprintf(stderr, "no case \"%s\"; there are", name);
	for (size_t i = 0; i < n; i++)
		fprintf(stderr, " %s", cases[i].name);
	fprintf(stderr, "\n");
	return NULL;
}

static int usage(void)
{
	fprintf(stderr, "record CASE SERIES THREADS SECONDS [quiet|scraped|churned]\n");
	return HARNESS_USAGE;
}

int harness_main_record(int argc, char **argv, const struct harness_case *cases, size_t n,
			int (*prepare)(size_t series, const char *meanwhile))
{
	const struct harness_case *what;
	struct harness_result result;
	long series, threads;
	double seconds;
	int status;

	if (argc < 6 || argc > 7 || (series = atol(argv[3])) < 1 || (threads = atol(argv[4])) < 1 ||
	    threads > 4096 || !((seconds = atof(argv[5])) > 0))
		return usage();
	what = find(cases, n, argv[2]);
	if (!what)
		return HARNESS_HAVE_NOT;
	status = prepare((size_t)series, argc > 6 ? argv[6] : "quiet");
	if (status != 0)
		return status;
	if (record(series > 1 && what->many ? what->many : what->one, (unsigned)threads, seconds,
		   &result) != 0)
		return HARNESS_FAILED;
	printf("{\"rate\": %.6g, \"cpu_ns\": %.4f, \"core\": %.3f}\n", result.rate, result.cpu_ns,
	       result.core);
	return 0;
}
