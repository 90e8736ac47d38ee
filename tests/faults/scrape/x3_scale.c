/* SPDX-License-Identifier: MIT */
/*
 * x3_scale.c: a hundred thousand series, in the shards of 64 threads, scraped while one records.
 *
 * X3, P1, P2. Every scrape is exact: what the 64 put there, and the recorder's bracket. A scrape
 * takes less than a second of its thread's processor time (BENCHMARKS.md measures milliseconds), and
 * 99.9 % of the records beside it take less than twice what they take when nobody scrapes, and a
 * microsecond: the best of several rounds of each, as other programs are no matter here. There is
 * a whole scrape within each round, and no record stands still for it, asleep or awake, which no
 * such tail would show.
 */
#include "bracket.h"
#include "raw.h"
#include "scale.h"
#include "torture.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define THREADS 64
#define ROUNDS 7
#define RECORDS 300000
#define MOST_SECONDS 1.0
#define SLACK_NS 1000
#define MOST_SPUN_NS 1000000

#define BATCH 64 /* records from one look at the processor's time to the next */
#define TAIL_NS 65536

#define MOST_COUNT 1000000 /* however far it is scaled */

static const struct torture defaults = {
	.name = "scale",
	.promises = "P1 P2 X3: many series, many threads",
	.count = 100000, /* series */
};

static quipu_registry *registry;
static quipu_counter *all, lone;
static struct bracket bracket;
static pthread_barrier_t barrier;
static int scraping, ended;
static uint64_t scrapes, recorded;

/* --- 64 shards ----------------------------------------------------------------------------------- */

static void *touch_all(void *arg)
{
	uint64_t i;

	(void)arg;
	for (i = 0; i < torture.count; i++)
		quipu_inc(all[i]);
	pthread_barrier_wait(&barrier); /* all alive at once */
	pthread_barrier_wait(&barrier); /* to the end */
	return NULL;
}

static void make_series(void)
{
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "scale_total", .help = "S.",
				     .labels = QUIPU_NAMES("n"), .max_series = torture.count));
	char name[24];
	uint64_t i;

	all = calloc(torture.count, sizeof *all);
	if (!all)
		torture_broken("out of memory");
	for (i = 0; i < torture.count; i++) {
		snprintf(name, sizeof name, "%" PRIu64, i);
		all[i] = quipu_at(family, name);
	}
	lone = quipu_counter_new(registry, QUIPU_OPTS(.name = "lone_total", .help = "L."));
}

/* --- the scraper --------------------------------------------------------------------------------- */

static double own_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void scrape_once(struct raw_scrape *scrape, struct bracket_watch *watch)
{
	double began = own_seconds(), took;
	uint64_t sum = 0;
	size_t i;

	bracket_open(watch);
	raw_take(scrape, registry);
	took = own_seconds() - began;
	TORTURE_BRACKET("P2", bracket_close(watch, raw_find(scrape, "lone_total", NULL)->integer));
	for (i = 0; i < scrape->n; i++)
		sum += strcmp(scrape->samples[i].family, "scale_total")
			       ? 0
			       : scrape->samples[i].integer;
	TORTURE_CHECK("P2", sum == torture.count * THREADS, "%" PRIu64 " of %" PRIu64, sum,
		      torture.count * THREADS);
	TORTURE_CHECK("X3", took < MOST_SECONDS, "a scrape takes %g s", took);
	/* relaxed: only counts */
	__atomic_fetch_add(&scrapes, 1, __ATOMIC_RELAXED);
}

static void *scrape_when_told(void *arg)
{
	struct raw_scrape scrape = { 0 };
	struct bracket_watch watch;

	(void)arg;
	bracket_watch(&watch, &bracket, "the recorder");
	/* acquire, both: pair with the releases in measure and main */
	while (!__atomic_load_n(&ended, __ATOMIC_ACQUIRE)) {
		if (__atomic_load_n(&scraping, __ATOMIC_ACQUIRE))
			scrape_once(&scrape, &watch);
		else
			torture_sleep_us(1000);
	}
	scrape_once(&scrape, &watch);
	raw_free(&scrape);
	return NULL;
}

/* --- the recorder -------------------------------------------------------------------------------- */

/* What one round saw, and the least of all rounds. */
struct round {
	uint64_t tail_ns; /* 99.9 % of records stay below, two readings of the clock included */
	uint64_t spun_ns; /* the most processor time of a batch */
	uint64_t slept;	  /* how often the thread gave its processor up */
};

static uint64_t own_ns(void)
{
	return (uint64_t)(own_seconds() * 1e9);
}

static uint64_t own_sleeps(void)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	return (uint64_t)usage.ru_nvcsw;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static void record_batch(struct bracket_cell *cell, uint64_t *times)
{
	uint64_t began, ns;
	int i;

	for (i = 0; i < BATCH; i++) {
		bracket_start(cell, 1);
		began = quipu_now_ns();
		quipu_inc(lone);
		ns = quipu_now_ns() - began;
		bracket_finish(cell, 1);
		times[least(ns, TAIL_NS - 1)]++;
	}
}

static uint64_t tail(const uint64_t *times, uint64_t n)
{
	uint64_t beyond = 0, ns = TAIL_NS;

	while (beyond <= n / 1000)
		beyond += times[--ns];
	return ns;
}

/* RECORDS records, and until so many scrapes have ended: with two, one of them is within. */
static struct round record_round(struct bracket_cell *cell, uint64_t ended_scrapes)
{
	static uint64_t times[TAIL_NS];
	uint64_t n, now, before = own_ns(), sleeps = own_sleeps();
	struct round round = { 0 };

	memset(times, 0, sizeof times);
	/* relaxed: only counts */
	ended_scrapes += __atomic_load_n(&scrapes, __ATOMIC_RELAXED);
	for (n = 0; n < RECORDS || __atomic_load_n(&scrapes, __ATOMIC_RELAXED) < ended_scrapes;
	     n += BATCH) {
		record_batch(cell, times);
		now = own_ns();
		round.spun_ns = now - before > round.spun_ns ? now - before : round.spun_ns;
		before = now;
	}
	round.slept = own_sleeps() - sleeps;
	round.tail_ns = tail(times, n);
	recorded += n;
	return round;
}

static struct round measure(struct bracket_cell *cell, int with)
{
	struct round best = { UINT64_MAX, UINT64_MAX, UINT64_MAX }, now;
	int i;

	/* release: pairs with the acquire in scrape_when_told */
	__atomic_store_n(&scraping, with, __ATOMIC_RELEASE);
	torture_sleep_us(200000);
	for (i = 0; i < ROUNDS; i++) {
		now = record_round(cell, with ? 2 : 0);
		best.tail_ns = least(best.tail_ns, now.tail_ns);
		best.spun_ns = least(best.spun_ns, now.spun_ns);
		best.slept = least(best.slept, now.slept);
	}
	return best;
}

static void check(struct round alone, struct round beside)
{
	printf("scale: 99.9 %% of records below %" PRIu64 " ns, beside a scraper %" PRIu64
	       " ns; %d of them in %" PRIu64 " ns at most, %" PRIu64 " sleeps\n",
	       alone.tail_ns, beside.tail_ns, BATCH, beside.spun_ns, beside.slept);
	TORTURE_CHECK("P1", beside.slept == 0, "asleep %" PRIu64 " times", beside.slept);
#ifndef TORTURE_SANITIZED
	TORTURE_CHECK("P1", beside.spun_ns < MOST_SPUN_NS, "busy for %" PRIu64 " ns",
		      beside.spun_ns);
	TORTURE_CHECK("X3", beside.tail_ns <= 2 * alone.tail_ns + SLACK_NS,
		      "%" PRIu64 " ns beside a scraper, %" PRIu64 " ns without", beside.tail_ns,
		      alone.tail_ns);
#endif
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS], scraper;
	struct bracket_cell *cell;
	struct round alone, beside;
	uint64_t i;

	torture_begin(&defaults, argc, argv);
	if (torture.count > MOST_COUNT)
		torture.count = MOST_COUNT;
	bracket_init(&bracket, 1);
	cell = bracket_join(&bracket);
	registry = quipu_registry_new(NULL);
	make_series();
	pthread_barrier_init(&barrier, NULL, THREADS + 1);
	for (i = 0; i < THREADS; i++)
		threads[i] = torture_spawn(touch_all, NULL);
	pthread_barrier_wait(&barrier);
	scraper = torture_spawn(scrape_when_told, NULL);
	alone = measure(cell, 0);
	beside = measure(cell, 1);
	__atomic_store_n(&ended, 1, __ATOMIC_RELEASE); /* release: as in measure */
	torture_join(scraper);
	check(alone, beside);
	pthread_barrier_wait(&barrier);
	for (i = 0; i < THREADS; i++)
		torture_join(threads[i]);
	for (i = 0; i < torture.count; i++)
		quipu_release(all[i]);
	free(all);
	quipu_registry_free(registry);
	bracket_free(&bracket);
	qt_figure("scrapes", scrapes);
	qt_figure("records", recorded + torture.count * THREADS);
	return torture_end("%" PRIu64 " series, %d threads, %" PRIu64 " scrapes", torture.count,
			   THREADS, scrapes);
}
