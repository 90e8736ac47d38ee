/* SPDX-License-Identifier: MIT */
/*
 * x3_scale.c: a hundred thousand series, in the shards of 64 threads, scraped while one records.
 *
 * X3, P1, P2. Every scrape is exact: what the 64 put there, and the recorder's bracket. A scrape
 * takes less than a second of its thread's processor time (BENCHMARKS.md measures milliseconds), and
 * 99.9 % of the records beside it take less than twice what they take when nobody scrapes, and a
 * microsecond: the best of several rounds of each, as other programs are no matter here.
 */
#include "bracket.h"
#include "raw.h"
#include "scale.h"
#include "torture.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define THREADS 64
#define ROUNDS 7
#define RECORDS 300000
#define MOST_SECONDS 1.0
#define SLACK_NS 1000

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
static uint64_t scrapes;

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
	scrapes++;
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

static uint32_t times[RECORDS];

static int compare(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* What 99.9 % of records stay below, two readings of the clock included. */
static uint32_t tail(struct bracket_cell *cell)
{
	uint64_t began, ns;
	size_t i;

	for (i = 0; i < RECORDS; i++) {
		bracket_start(cell, 1);
		began = quipu_now_ns();
		quipu_inc(lone);
		ns = quipu_now_ns() - began;
		bracket_finish(cell, 1);
		times[i] = ns > UINT32_MAX ? UINT32_MAX : (uint32_t)ns;
	}
	qsort(times, RECORDS, sizeof times[0], compare);
	return times[RECORDS / 1000 * 999];
}

static uint32_t measure(struct bracket_cell *cell, int with)
{
	uint32_t best = UINT32_MAX, now;
	int i;

	/* release: pairs with the acquire in scrape_when_told */
	__atomic_store_n(&scraping, with, __ATOMIC_RELEASE);
	torture_sleep_us(200000);
	for (i = 0; i < ROUNDS; i++) {
		now = tail(cell);
		best = now < best ? now : best;
	}
	return best;
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS], scraper;
	struct bracket_cell *cell;
	uint32_t alone, beside;
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
	printf("scale: 99.9 %% of records below %" PRIu32 " ns, beside a scraper %" PRIu32 " ns\n",
	       alone, beside);
#ifndef TORTURE_SANITIZED
	TORTURE_CHECK("X3", beside <= 2 * alone + SLACK_NS,
		      "%" PRIu32 " ns beside a scraper, %" PRIu32 " ns without", beside, alone);
#endif
	pthread_barrier_wait(&barrier);
	for (i = 0; i < THREADS; i++)
		torture_join(threads[i]);
	for (i = 0; i < torture.count; i++)
		quipu_release(all[i]);
	free(all);
	quipu_registry_free(registry);
	bracket_free(&bracket);
	qt_figure("scrapes", scrapes);
	qt_figure("records", 2 * (uint64_t)ROUNDS * RECORDS + torture.count * THREADS);
	return torture_end("%" PRIu64 " series, %d threads, %" PRIu64 " scrapes", torture.count,
			   THREADS, scrapes);
}
