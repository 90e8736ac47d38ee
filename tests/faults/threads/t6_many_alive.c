/* SPDX-License-Identifier: MIT */
/*
 * t6_many_alive.c: thousands of threads alive at once, each with records of its own.
 *
 * P2: all of them are in a scrape. P5: a shard each and not one more; a scrape takes processor time
 * in proportion to them, and not to their square (the best of some: others may be at work on the
 * machine).
 */
#include "bracket.h"
#include "figure.h"
#include "raw.h"
#include "scale.h"
#include "torture.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define SCRAPES 20
#define PART 16			 /* of the threads come first */
#define MOST_TIMES (24.0 * PART) /* as long with all: no cache holds theirs; the square took 900 */
#define MOST_THREADS 16384
#define MOST_TRIES 6000

static const struct torture defaults = {
	.name = "many_alive",
	.promises = "P2 P5: more threads than any table of threads",
#ifdef TORTURE_SANITIZED
	.threads = 256, /* each has a stack and a shadow of it */
#else
	.threads = 4096,
#endif
};

static struct bracket bracket;
static quipu_registry *registry;
static quipu_counter counter;
static quipu_histogram histogram;
static quipu_counter_family by_parity;
static sem_t recorded;
static pthread_barrier_t leave;

static void step(struct bracket_cell *cell, uintptr_t i)
{
	bracket_start(cell, 1);
	quipu_inc(counter);
	quipu_observe(histogram, 1);
	quipu_inc_at(by_parity, i % 2 ? "odd" : "even");
	bracket_finish(cell, 1);
}

/* Whoever finds others being born records into the overflow shard, and tries again next time. */
static void get_shard(void)
{
	int i;

	for (i = 0; i < MOST_TRIES && !quipu_priv_base; i++) {
		torture_sleep_us(10000);
		quipu_add(counter, 0);
	}
}

static void *park(void *arg)
{
	struct bracket_cell *cell = bracket_join(&bracket);

	step(cell, (uintptr_t)arg);
	get_shard();
	sem_post(&recorded);
	pthread_barrier_wait(&leave);
	step(cell, (uintptr_t)arg);
	bracket_leave(cell);
	return NULL;
}

/* So many are there when it returns. */
static void spawn(pthread_t *threads, unsigned from, unsigned to)
{
	pthread_attr_t small;
	unsigned i;
	int error;

	pthread_attr_init(&small);
#ifndef TORTURE_SANITIZED
	pthread_attr_setstacksize(&small, (size_t)64 * 1024);
#endif
	for (i = from; i < to; i++) {
		error = pthread_create(&threads[i], &small, park, (void *)(uintptr_t)i);
		if (error)
			torture_broken("thread %u: %s", i, strerror(error));
	}
	pthread_attr_destroy(&small);
	for (i = from; i < to; i++)
		sem_wait(&recorded);
}

static double cpu_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void scrape(struct bracket_watch *watch)
{
	struct raw_scrape scrape = { 0 };
	const struct raw_sample *sizes;

	bracket_open(watch);
	raw_take(&scrape, registry);
	TORTURE_BRACKET("P2", bracket_close(watch, raw_find(&scrape, "many_total", NULL)->integer));
	sizes = raw_find(&scrape, "many_sizes", NULL);
	TORTURE_CHECK("P4", sizes->count == watch->last && sizes->sum == (double)sizes->count,
		      "count %" PRIu64 ", sum %g", sizes->count, sizes->sum);
	TORTURE_CHECK("P2",
		      raw_find(&scrape, "many_by_parity_total", "odd")->integer +
				      raw_find(&scrape, "many_by_parity_total", "even")->integer ==
			      watch->last,
		      "the sum by labels is another");
	raw_free(&scrape);
}

static double best_scrape(struct bracket_watch *watch)
{
	double best = 1e9, before, took;
	int i;

	for (i = 0; i < SCRAPES; i++) {
		before = cpu_ms();
		scrape(watch);
		took = cpu_ms() - before;
		best = took < best ? took : best;
	}
	return best;
}

/* Returns how long a scrape takes when so many are there. */
static double check(unsigned threads)
{
	struct bracket_watch watch;
	double best;

	bracket_watch(&watch, &bracket, "counter");
	best = best_scrape(&watch);
	TORTURE_CHECK("P2", watch.last == threads, "%" PRIu64 " records", watch.last);
	/* the main thread records nothing */
	TORTURE_CHECK("P5", figure_now("shards") == threads, "%" PRIu64 " shards",
		      figure_now("shards"));
	printf("many_alive: %" PRIu64 " shards, best scrape %.3f ms\n", figure_now("shards"), best);
	return best;
}

static void check_all(pthread_t *threads)
{
	unsigned some = (torture.threads + PART - 1) / PART;
	double of_some, of_all;

	spawn(threads, 0, some);
	of_some = check(some);
	spawn(threads, some, torture.threads);
	of_all = check(torture.threads);
#ifndef TORTURE_SANITIZED
	TORTURE_CHECK("T6", of_all < MOST_TIMES * of_some, "a scrape takes %.1f times as long",
		      of_all / of_some);
#else
	(void)of_some;
	(void)of_all;
#endif
}

int main(int argc, char **argv)
{
	static pthread_t threads[MOST_THREADS];
	struct bracket_watch watch;
	unsigned i;

	torture_begin(&defaults, argc, argv);
	if (!torture.threads || torture.threads > MOST_THREADS)
		torture_broken("--threads goes from 1 to %d", MOST_THREADS);
	bracket_init(&bracket, torture.threads);
	registry = quipu_registry_new(NULL);
	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "many_total", .help = "Steps."));
	histogram = quipu_histogram_new(registry, QUIPU_OPTS(.name = "many_sizes", .help = "1."));
	by_parity = quipu_counter_family_new(registry, QUIPU_OPTS(.name = "many_by_parity_total",
								  .help = "Steps.",
								  .labels = QUIPU_NAMES("is")));
	sem_init(&recorded, 0, 0);
	pthread_barrier_init(&leave, NULL, torture.threads + 1);
	check_all(threads);
	pthread_barrier_wait(&leave);
	for (i = 0; i < torture.threads; i++)
		torture_join(threads[i]);
	bracket_watch(&watch, &bracket, "counter at the end");
	TORTURE_BRACKET("P2", bracket_final(&watch, quipu_read(counter)));
	qt_figure("threads", torture.threads);
	return torture_end("%u threads alive", torture.threads);
}
