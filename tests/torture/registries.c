/* SPDX-License-Identifier: MIT */
/*
 * registries.c: registries and families come and go while others record and scrape.
 *
 * P6: handles into what is gone are harmless and reach nobody. P2: what stays loses nothing,
 * and no increment meant for a family that is gone appears in another. P5: nothing of what is
 * gone keeps slots for ever. Families have primes (stamps.h) by their name.
 */
#include "bracket.h"
#include "interrupt.h"
#include "raw.h"
#include "stamps.h"
#include "torture.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PASSING 8 /* families that come and go */

static const struct torture defaults = {
	.name = "registries",
	.promises = "P2 P5 P6: registries and families that come and go",
	.threads = 2,
	.seconds = 4,
};

/* A family that comes and goes, and who knows it now. */
struct passing {
	pthread_mutex_t lock; /* of the handles below, not of what is recorded through them */
	quipu_counter_family family;
	quipu_histogram_family histograms;
};

static struct bracket bracket;
static struct passing passing[PASSING];
static quipu_registry *registry;
static quipu_counter stays;
static uint64_t registered, registries;

/* --- in one registry -------------------------------------------------------------------------- */

static void make_passing(size_t i)
{
	struct passing *p = &passing[i];
	char name[32], sizes[32];

	snprintf(name, sizeof name, "registries_%s_total", stamp_name[i]);
	snprintf(sizes, sizeof sizes, "registries_%s_sizes", stamp_name[i]);
	pthread_mutex_lock(&p->lock);
	p->family = quipu_counter_family_new(registry, QUIPU_OPTS(.name = name, .help = "Passes.",
								  .labels = QUIPU_NAMES("set")));
	p->histograms =
		quipu_histogram_family_new(registry, QUIPU_OPTS(.name = sizes, .help = "Passes.",
								.labels = QUIPU_NAMES("set")));
	pthread_mutex_unlock(&p->lock);
}

static void *register_and_unregister(void *stream)
{
	uint64_t random = torture_seed((uintptr_t)stream);
	char name[32];

	while (!torture_stopped()) {
		size_t i = torture_random(&random) % PASSING;

		if (torture_random(&random) % 2) {
			quipu_family_unregister(passing[i].family);
		} else {
			snprintf(name, sizeof name, "registries_%s_total", stamp_name[i]);
			quipu_registry_unregister(registry, name);
		}
		quipu_family_unregister(passing[i].histograms);
		make_passing(i);
		registered++;
	}
	return NULL;
}

static struct passing look_up(size_t i)
{
	struct passing *p = &passing[i], found;

	pthread_mutex_lock(&p->lock);
	found.family = p->family;
	found.histograms = p->histograms;
	pthread_mutex_unlock(&p->lock);
	return found;
}

/* The family may be gone before, between and after. */
static void record_passing(size_t i)
{
	struct passing p = look_up(i);
	quipu_counter kept = quipu_at(p.family, "kept");
	quipu_histogram sizes = quipu_at(p.histograms, "kept");
	int times;

	for (times = 0; times < 20; times++) {
		quipu_add(kept, stamp_prime[i]);
		quipu_add_at(p.family, stamp_prime[i], "looked-up");
		quipu_observe(sizes, (double)stamp_prime[i]);
		quipu_observe_at(p.histograms, (double)stamp_prime[i], "looked-up");
	}
	quipu_release(kept);
	quipu_release(sizes);
}

static void *record(void *stream)
{
	uint64_t random = torture_seed((uintptr_t)stream);
	struct bracket_cell *cell = bracket_join(&bracket);
	timer_t timer = interrupt_me(1000);

	while (!torture_stopped()) {
		bracket_start(cell, 1);
		quipu_inc(stays);
		bracket_finish(cell, 1);
		record_passing(torture_random(&random) % PASSING);
	}
	interrupt_end(timer);
	return NULL;
}

static void check_passing(const struct raw_sample *sample)
{
	int stamp = stamp_index(sample->family + strlen("registries_"));

	if (stamp < 0)
		return;
	stamp_check(stamp, sample->integer, sample->family);
	if (sample->kind == QUIPU_KIND_HISTOGRAM)
		TORTURE_CHECK("P4", sample->sum == (double)(sample->count * stamp_prime[stamp]),
			      "%s: %" PRIu64 " observations sum up to %.17g", sample->family,
			      sample->count, sample->sum);
}

static void scrape_once(struct raw_scrape *scrape, struct bracket_watch *watch)
{
	size_t i;

	bracket_open(watch);
	raw_take(scrape, registry);
	TORTURE_BRACKET(
		"P2",
		bracket_close(watch, raw_find(scrape, "registries_stays_total", NULL)->integer));
	for (i = 0; i < scrape->n; i++)
		if (!strncmp(scrape->samples[i].family, "registries_s", 12))
			check_passing(&scrape->samples[i]);
}

static void *scrape_for_ever(void *scrapes)
{
	struct raw_scrape scrape = { 0 };
	struct bracket_watch watch;

	bracket_watch(&watch, &bracket, "the counter that stays");
	while (!torture_stopped())
		scrape_once(&scrape, &watch);
	scrape_once(&scrape, &watch);
	raw_free(&scrape);
	/* relaxed: only counts */
	__atomic_fetch_add((uint64_t *)scrapes, watch.scrapes, __ATOMIC_RELAXED);
	return NULL;
}

/* --- registries as a whole -------------------------------------------------------------------- */

static void record_in(quipu_counter counter, quipu_histogram histogram, quipu_gauge gauge)
{
	int i;

	for (i = 0; i < 10; i++) {
		quipu_inc(counter);
		quipu_observe(histogram, 1);
		quipu_add(gauge, 1);
	}
}

static void expect_own(quipu_registry *own)
{
	struct raw_scrape scrape = { 0 };
	const struct raw_sample *sample;

	raw_take(&scrape, own);
	sample = raw_find(&scrape, "own_total", NULL);
	TORTURE_CHECK("P2", sample && sample->integer == 10, "a new registry's counter is wrong");
	sample = raw_find(&scrape, "own_sizes", NULL);
	TORTURE_CHECK("P2", sample && sample->count == 10 && sample->sum == 10,
		      "a new registry's histogram is wrong");
	sample = raw_find(&scrape, "own_gauge", NULL);
	TORTURE_CHECK("P2", sample && sample->real == 10, "a new registry's gauge is wrong");
	TORTURE_CHECK("P6", !raw_find(&scrape, "registries_stays_total", NULL),
		      "a new registry shows another's families");
	raw_free(&scrape);
}

static void live_as_registry(void)
{
	quipu_registry *own = quipu_registry_new(NULL);
	quipu_counter counter =
		quipu_counter_new(own, QUIPU_OPTS(.name = "own_total", .help = "Ten."));
	quipu_histogram histogram =
		quipu_histogram_new(own, QUIPU_OPTS(.name = "own_sizes", .help = "Ten."));
	quipu_gauge gauge = quipu_gauge_new(own, QUIPU_OPTS(.name = "own_gauge", .help = "Ten."));

	TORTURE_CHECK("P5", quipu_registry_status(own, NULL) == QUIPU_OK,
		      "no room for another registry: %s",
		      quipu_strerror(quipu_registry_status(own, NULL)));
	record_in(counter, histogram, gauge);
	expect_own(own);
	quipu_registry_free(own);
	record_in(counter, histogram, gauge); /* reaches nobody */
	quipu_release(counter);
	quipu_release(histogram);
	quipu_release(gauge);
}

static void *make_and_free(void *arg)
{
	(void)arg;
	while (!torture_stopped()) {
		live_as_registry();
		/* relaxed: only counts */
		__atomic_fetch_add(&registries, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

static void begin(void)
{
	size_t i;

	registry = quipu_registry_new(NULL);
	stays = quipu_counter_new(registry,
				  QUIPU_OPTS(.name = "registries_stays_total", .help = "Stays."));
	for (i = 0; i < PASSING; i++) {
		pthread_mutex_init(&passing[i].lock, NULL);
		make_passing(i);
	}
	if (quipu_registry_status(registry, NULL) != QUIPU_OK)
		torture_broken("set-up failed");
}

/* Families that were gone when they were recorded into say so; nothing else may be wrong. */
static void check_status(void)
{
	const char *where = NULL;
	quipu_error error = quipu_registry_status(registry, &where);

	TORTURE_CHECK("P6", error == QUIPU_OK || error == QUIPU_EGONE, "%s: %s", where,
		      quipu_strerror(error));
}

int main(int argc, char **argv)
{
	pthread_t threads[64 + 4];
	uint64_t scrapes = 0;
	uintptr_t i, n;

	torture_begin(&defaults, argc, argv);
	n = torture.threads < 64 ? torture.threads : 64;
	bracket_init(&bracket, n);
	begin();
	interrupt_handler(interrupt_and_sleep);
	for (i = 0; i < n; i++)
		threads[i] = torture_spawn(record, (void *)i);
	threads[n] = torture_spawn(register_and_unregister, (void *)n);
	threads[n + 1] = torture_spawn(scrape_for_ever, &scrapes);
	threads[n + 2] = torture_spawn(scrape_for_ever, &scrapes);
	threads[n + 3] = torture_spawn(make_and_free, NULL);
	torture_run_for_a_while();
	for (i = 0; i < n + 4; i++)
		torture_join(threads[i]);
	check_status();
	TORTURE_CHECK("L4", registered > 0 && registries > 0, "nothing came or went");
	quipu_registry_free(registry);
	qt_figure("records", bracket_done(&bracket));
	bracket_free(&bracket);
	qt_figure("scrapes", scrapes);
	return torture_end("%" PRIu64 " registrations, %" PRIu64 " registries, %" PRIu64 " scrapes",
			   registered, registries, scrapes);
}
