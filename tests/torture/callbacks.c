/* SPDX-License-Identifier: MIT */
/*
 * callbacks.c: callbacks that do everything a callback can think of, while others scrape.
 *
 * P6: they may record, register, remove, even themselves, and scrape; no lock is held. A slow
 * one is late: the scrape goes out without it, in time, and says so. P2: counters that
 * callbacks record into lose nothing. A removed callback is never called again.
 */
#include "bracket.h"
#include "raw.h"
#include "torture.h"

#include <inttypes.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const struct torture defaults = {
	.name = "callbacks",
	.promises = "P2 P6: callbacks that record, register, remove and sleep",
	.threads = 2,
	.seconds = 3,
};

static struct bracket bracket;
static struct bracket_cell *callback_cell;
static quipu_registry *registry;
static quipu_counter counter;
static quipu_counter_family family;
static uint64_t calls, emitted, late, removed_calls;
static int removed_runs;

/* --- callbacks -------------------------------------------------------------------------------- */

/* Callbacks run one after the other, so they share a cell. */
static double record_and_register(void *ctx)
{
	char name[32];

	(void)ctx;
	bracket_start(callback_cell, 1);
	quipu_inc(counter);
	bracket_finish(callback_cell, 1);
	snprintf(name, sizeof name, "callbacks_made_%" PRIu64 "_total", calls++ % 8);
	quipu_inc_at(family, name);
	quipu_inc(quipu_counter_new(registry, QUIPU_OPTS(.name = name, .help = "Passes.")));
	quipu_registry_unregister(registry, name);
	quipu_family_remove(family, name);
	return 42;
}

static int swallow(void *ctx, const char *data, size_t len)
{
	(void)ctx;
	(void)data;
	(void)len;
	return 0;
}

static quipu_registry *other;

/* Another registry: one's own would wait for this very callback. */
static double scrape_inside(void *ctx)
{
	(void)ctx;
	return quipu_write(other, NULL, swallow, NULL) == QUIPU_OK;
}

struct once {
	quipu_callback own;
	int known; /* own is set */
};

static double remove_itself(void *ctx)
{
	struct once *once = ctx;

	/* acquire: pairs with the release in add_one_that_leaves */
	if (__atomic_load_n(&once->known, __ATOMIC_ACQUIRE))
		quipu_callback_remove(registry, once->own);
	return 1;
}

static void collect(quipu_emitter *emitter, void *ctx)
{
	static const double bounds[] = { 1, 2 };
	static const uint64_t counts[] = { 1, 2, 3 };
	const char *const values[] = { "x" };

	(void)ctx;
	quipu_emit_family(emitter, QUIPU_KIND_COUNTER,
			  QUIPU_OPTS(.name = "callbacks_emitted_total", .help = "Emitted.",
				     .labels = QUIPU_NAMES("which")));
	quipu_emit_integer(emitter, ++emitted, values);
	quipu_emit_integer(emitter, 7, values); /* a duplicate: dropped */
	quipu_emit_family(emitter, QUIPU_KIND_HISTOGRAM,
			  QUIPU_OPTS(.name = "callbacks_emitted_sizes", .help = "Emitted.",
				     .bounds = bounds, .n_bounds = 2));
	quipu_emit_histogram(emitter, counts, 12.5, NULL);
}

/* --- threads ---------------------------------------------------------------------------------- */

static void *record(void *arg)
{
	struct bracket_cell *cell = bracket_join(&bracket);

	(void)arg;
	while (!torture_stopped()) {
		bracket_start(cell, 1);
		quipu_inc(counter);
		bracket_finish(cell, 1);
	}
	return NULL;
}

static double count_removed(void *ctx)
{
	/* relaxed, all: the removal orders, and only it */
	__atomic_store_n(&removed_runs, 1, __ATOMIC_RELAXED);
	__atomic_fetch_add((uint64_t *)ctx, 1, __ATOMIC_RELAXED);
	torture_sleep_us(100);
	__atomic_store_n(&removed_runs, 0, __ATOMIC_RELAXED);
	return 0;
}

static void add_one_that_leaves(struct once *once)
{
	once->known = 0;
	once->own = quipu_gauge_callback(
		registry, QUIPU_OPTS(.name = "callbacks_leaving", .help = "Removes itself."),
		remove_itself, once);
	/* release: pairs with the acquire in remove_itself */
	__atomic_store_n(&once->known, 1, __ATOMIC_RELEASE);
}

/* Adds and removes callbacks under the scrapers' feet. When the removal has returned the
 * callback is not running and is not called again. */
static void *add_and_remove(void *arg)
{
	struct once once = { { 0 }, 0 };
	quipu_callback callback;
	uint64_t before;

	(void)arg;
	while (!torture_stopped()) {
		add_one_that_leaves(&once);
		callback = quipu_counter_callback(
			registry, QUIPU_OPTS(.name = "callbacks_removed_total", .help = "Goes."),
			count_removed, &removed_calls);
		torture_sleep_us(300);
		quipu_callback_remove(registry, callback);
		/* relaxed: as in count_removed */
		TORTURE_CHECK("P6", !__atomic_load_n(&removed_runs, __ATOMIC_RELAXED),
			      "a removed callback still runs");
		/* relaxed, both: only compared */
		before = __atomic_load_n(&removed_calls, __ATOMIC_RELAXED);
		torture_sleep_us(300);
		TORTURE_CHECK("P6", __atomic_load_n(&removed_calls, __ATOMIC_RELAXED) == before,
			      "a removed callback was called");
		quipu_callback_remove(registry, once.own);
	}
	return NULL;
}

static void check_emitted(const struct raw_scrape *scrape, uint64_t *last)
{
	const struct raw_sample *sample = raw_find(scrape, "callbacks_emitted_total", "x");

	TORTURE_CHECK("P2", sample && sample->integer > 0, "a collector's family is missing");
	TORTURE_CHECK("P3", sample->integer >= *last, "collected counter fell");
	*last = sample->integer;
	sample = raw_find(scrape, "callbacks_emitted_sizes", NULL);
	TORTURE_CHECK("P4", sample && sample->count == 6 && sample->sum == 12.5,
		      "a collector's histogram is wrong");
	sample = raw_find(scrape, "callbacks_busy", NULL);
	TORTURE_CHECK("P2", sample && sample->real == 42, "a callback's value is missing");
	sample = raw_find(scrape, "callbacks_scraping", NULL);
	TORTURE_CHECK("P2", sample && sample->real == 1, "a callback could not scrape");
}

static void *scrape_for_ever(void *scrapes)
{
	struct raw_scrape scrape = { 0 };
	struct bracket_watch watch;
	uint64_t last = 0;

	bracket_watch(&watch, &bracket, "counter");
	while (!torture_stopped()) {
		bracket_open(&watch);
		raw_take(&scrape, registry);
		TORTURE_BRACKET(
			"P2",
			bracket_close(&watch, raw_find(&scrape, "callbacks_total", NULL)->integer));
		check_emitted(&scrape, &last);
	}
	raw_free(&scrape);
	/* relaxed: only counts */
	__atomic_fetch_add((uint64_t *)scrapes, watch.scrapes, __ATOMIC_RELAXED);
	return NULL;
}

/* --- the deadline ----------------------------------------------------------------------------- */

static double sleep_long(void *until)
{
	struct timespec end;

	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += 60; /* who waits for it is to see that */
	sem_timedwait(until, &end);
	return 1;
}

static void note_late(quipu_error error, const char *where, void *ctx)
{
	(void)where;
	(void)ctx;
	/* relaxed: only counts */
	if (error == QUIPU_ELATE)
		__atomic_fetch_add(&late, 1, __ATOMIC_RELAXED);
}

/* Reads a scrape to its end; returns whether the sleeper's family was in it. */
static int read_scrape(quipu_scrape *scrape)
{
	char text[1 << 16];
	quipu_error error;
	size_t len, total = 0;

	do {
		len = 0;
		error = quipu_scrape_read(scrape, text + total, sizeof text - 1 - total, &len);
		total += len;
		if (error == QUIPU_EAGAIN)
			torture_sleep_us(1000);
	} while (error == QUIPU_OK || error == QUIPU_EAGAIN || error == QUIPU_EBUSY);
	TORTURE_CHECK("P6", error == QUIPU_END, "reading a scrape: %s", quipu_strerror(error));
	text[total] = '\0';
	TORTURE_CHECK("P2", strstr(text, "\nslow_total 3\n"), "a late callback took others along");
	return strstr(text, "\nslow_sleeping ") != NULL;
}

/* The callback sleeps until the scrape, which has a tenth of a second, is over. */
static void check_deadline(void)
{
	quipu_registry *slow = quipu_registry_new(NULL);
	quipu_callback sleeper;
	quipu_scrape *scrape;
	sem_t is_over;

	sem_init(&is_over, 0, 0);
	quipu_registry_on_error(slow, note_late, NULL);
	quipu_add(quipu_counter_new(slow, QUIPU_OPTS(.name = "slow_total", .help = "Three.")), 3);
	sleeper = quipu_gauge_callback(slow, QUIPU_OPTS(.name = "slow_sleeping", .help = "Sleeps."),
				       sleep_long, &is_over);
	scrape = quipu_scrape_open(slow, NULL, QUIPU_SCRAPE_OPTS(.timeout_seconds = 0.1), NULL);
	TORTURE_CHECK("P6", scrape, "no scrape");
	TORTURE_CHECK("P6", !read_scrape(scrape), "the scrape waited for a late callback");
	quipu_scrape_close(scrape);
	TORTURE_CHECK("P6", late > 0, "nobody was told of the late callback");
	sem_post(&is_over);
	quipu_callback_remove(slow, sleeper);
	quipu_registry_free(slow);
}

static void make_metrics(void)
{
	registry = quipu_registry_new(NULL);
	other = quipu_registry_new(NULL);
	counter = quipu_counter_new(registry,
				    QUIPU_OPTS(.name = "callbacks_total", .help = "Records."));
	family = quipu_counter_family_new(registry, QUIPU_OPTS(.name = "callbacks_by_name_total",
							       .help = "Records.",
							       .labels = QUIPU_NAMES("name")));
	quipu_counter_new(other, QUIPU_OPTS(.name = "other_total", .help = "Other."));
	quipu_gauge_callback(registry,
			     QUIPU_OPTS(.name = "callbacks_busy", .help = "Records, registers."),
			     record_and_register, NULL);
	quipu_gauge_callback(registry, QUIPU_OPTS(.name = "callbacks_scraping", .help = "Scrapes."),
			     scrape_inside, NULL);
	quipu_collector_add(registry, collect, NULL);
	if (quipu_registry_status(registry, NULL) != QUIPU_OK)
		torture_broken("set-up failed");
}

int main(int argc, char **argv)
{
	struct bracket_watch watch;
	pthread_t threads[64 + 3];
	uint64_t scrapes = 0;
	unsigned i, n;

	torture_begin(&defaults, argc, argv);
	n = torture.threads < 64 ? torture.threads : 64;
	bracket_init(&bracket, (size_t)n + 1);
	callback_cell = bracket_join(&bracket);
	make_metrics();
	for (i = 0; i < n; i++)
		threads[i] = torture_spawn(record, NULL);
	threads[n] = torture_spawn(add_and_remove, NULL);
	threads[n + 1] = torture_spawn(scrape_for_ever, &scrapes);
	threads[n + 2] = torture_spawn(scrape_for_ever, &scrapes);
	torture_run_for_a_while();
	for (i = 0; i < n + 3; i++)
		torture_join(threads[i]);
	bracket_watch(&watch, &bracket, "counter at the end");
	TORTURE_BRACKET("P2", bracket_final(&watch, quipu_read(counter)));
	check_deadline();
	quipu_registry_free(registry);
	quipu_registry_free(other);
	qt_figure("records", bracket_done(&bracket));
	bracket_free(&bracket);
	qt_figure("scrapes", scrapes);
	return torture_end("%" PRIu64 " calls, %" PRIu64 " scrapes", calls, scrapes);
}
