/* SPDX-License-Identifier: MIT */
/*
 * t2_detached.c: detached threads whose last act is a record; nobody knows when they have ended.
 *
 * P2: each record is in the scrape after it, and stays there while and after its thread goes: the
 * total comes to what was recorded, and is never beside it.
 */
#include "bracket.h"
#include "raw.h"
#include "scale.h"
#include "torture.h"

#include <inttypes.h>

static const struct torture defaults = {
	.name = "detached",
	.promises = "P2 P3: threads that end right after their last record",
	.threads = 16,
	.count = 5000,
};

static struct bracket bracket;
static quipu_registry *registry;
static quipu_counter counter;
static quipu_histogram histogram;
static uint64_t live;

/* Nothing comes after the last record, so nobody can publish that it is done: the bracket has an
 * upper end, moved before each birth, and the value may not fall. */
static void *record_and_go(void *unused)
{
	quipu_observe(histogram, 1);
	/* release: pairs with the acquire in wait_for_few */
	__atomic_fetch_sub(&live, 1, __ATOMIC_RELEASE);
	quipu_inc(counter);
	return unused;
}

static void wait_for_few(unsigned at_most)
{
	/* acquire: pairs with the release in record_and_go */
	while (__atomic_load_n(&live, __ATOMIC_ACQUIRE) >= at_most)
		torture_sleep_us(20);
}

static void bear_all(void)
{
	struct bracket_cell *cell = bracket_join(&bracket);
	uint64_t i;

	for (i = 0; i < torture.count; i++) {
		wait_for_few(torture.threads);
		/* relaxed: only counts */
		__atomic_fetch_add(&live, 1, __ATOMIC_RELAXED);
		bracket_start(cell, 1);
		torture_spawn_detached(record_and_go, NULL);
	}
}

static void scrape(struct raw_scrape *scrape, struct bracket_watch *watch)
{
	const struct raw_sample *sample;

	bracket_open(watch);
	raw_take(scrape, registry);
	TORTURE_BRACKET("P2",
			bracket_close(watch, raw_find(scrape, "detached_total", NULL)->integer));
	sample = raw_find(scrape, "detached_sizes", NULL);
	TORTURE_CHECK("P4", (double)sample->count == sample->sum, "count %" PRIu64 ", sum %g",
		      sample->count, sample->sum);
}

static void *scrape_for_ever(void *arg)
{
	struct raw_scrape last = { 0 };
	struct bracket_watch watch;

	bracket_watch(&watch, &bracket, "counter");
	while (!torture_stopped())
		scrape(&last, &watch);
	raw_free(&last);
	qt_figure("scrapes", watch.scrapes);
	return arg;
}

/* Until the last one's record is there: soon. Then it stays. */
static void scrape_until_stable(void)
{
	struct raw_scrape last = { 0 };
	struct bracket_watch watch;
	uint64_t end = torture_now_us() + UINT64_C(30000000);
	int i;

	bracket_watch(&watch, &bracket, "counter at the end");
	do {
		scrape(&last, &watch);
		TORTURE_CHECK("P2", torture_now_us() < end, "%" PRIu64 " of %" PRIu64 " records",
			      watch.last, torture.count);
	} while (watch.last < torture.count);
	for (i = 0; i < 100; i++)
		scrape(&last, &watch);
	TORTURE_CHECK("P2", watch.last == torture.count, "%" PRIu64 " records", watch.last);
	TORTURE_CHECK("P4", raw_find(&last, "detached_sizes", NULL)->count == torture.count,
		      "%" PRIu64 " observations", raw_find(&last, "detached_sizes", NULL)->count);
	raw_free(&last);
}

int main(int argc, char **argv)
{
	pthread_t scraper;

	torture_begin(&defaults, argc, argv);
	bracket_init(&bracket, 1);
	registry = quipu_registry_new(NULL);
	counter = quipu_counter_new(registry,
				    QUIPU_OPTS(.name = "detached_total", .help = "Records."));
	histogram = quipu_histogram_new(registry,
					QUIPU_OPTS(.name = "detached_sizes", .help = "Ones."));
	scraper = torture_spawn(scrape_for_ever, NULL);
	bear_all();
	scrape_until_stable();
	torture_stop();
	torture_join(scraper);
	qt_figure("threads", torture.count);
	qt_figure("records", 2 * torture.count);
	return torture_end("%" PRIu64 " threads", torture.count);
}
