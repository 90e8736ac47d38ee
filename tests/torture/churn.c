/* SPDX-License-Identifier: MIT */
/*
 * churn.c: series, families and registries come and go as fast as threads can make them.
 *
 * P5: memory is bounded by what there is, not by what there was: reclamation keeps up with
 * removal, whoever does it, while a recorder and a scraper are at work.
 */
#include "raw.h"
#include "torture.h"

#include <inttypes.h>
#include <stdio.h>

#define MOST_GROWTH ((size_t)64 << 20)

static const struct torture defaults = {
	.name = "churn",
	.promises = "P5: memory is bounded under churn",
	.threads = 1, /* of each kind */
	.seconds = 4,
};

static quipu_registry *registry;
static quipu_counter_family family;
static quipu_counter counter;
static uint64_t series, families;

static void count(uint64_t *what)
{
	/* relaxed: only counts */
	__atomic_fetch_add(what, 1, __ATOMIC_RELAXED);
}

static void *churn_series(void *which)
{
	char name[32];

	snprintf(name, sizeof name, "series-%u", (unsigned)(uintptr_t)which);
	while (!torture_stopped()) {
		quipu_inc_at(family, name);
		quipu_release(quipu_at(family, name));
		quipu_family_remove(family, name);
		count(&series);
	}
	return NULL;
}

static void *churn_families(void *which)
{
	char name[32];

	snprintf(name, sizeof name, "churn_%u_total", (unsigned)(uintptr_t)which);
	while (!torture_stopped()) {
		quipu_counter_family passing = quipu_counter_family_new(
			registry,
			QUIPU_OPTS(.name = name, .help = "Passes.", .labels = QUIPU_NAMES("l")));

		quipu_inc_at(passing, "a");
		quipu_family_unregister(passing);
		count(&families);
	}
	return NULL;
}

static void *record(void *arg)
{
	(void)arg;
	while (!torture_stopped()) {
		quipu_inc(counter);
		quipu_inc_at(family, "stays");
	}
	return NULL;
}

static void *scrape_now_and_then(void *arg)
{
	struct raw_scrape scrape = { 0 };

	(void)arg;
	while (!torture_stopped()) {
		raw_take(&scrape, registry);
		torture_sleep_us(1000);
	}
	raw_free(&scrape);
	return NULL;
}

/* The highest of many looks: reclamation works in bursts. */
static void check_memory(void)
{
	uint64_t end = torture_now_us() + torture.seconds * UINT64_C(1000000);
	size_t before = torture_resident(), most = before, now;

	while (torture_now_us() < end) {
		now = torture_resident();
		most = now > most ? now : most;
		torture_sleep_us(2000);
	}
	printf("churn: at most %zu KiB more than at the beginning\n", (most - before) >> 10);
	TORTURE_CHECK("P5", qt_watched() || most - before < MOST_GROWTH,
		      "what was removed takes %zu KiB: reclamation does not keep up",
		      (most - before) >> 10);
}

static void make_metrics(void)
{
	registry = quipu_registry_new(NULL);
	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "stays_total", .help = "Stays."));
	family = quipu_counter_family_new(registry, QUIPU_OPTS(.name = "series_total",
							       .help = "Series come and go.",
							       .labels = QUIPU_NAMES("name")));
	if (quipu_registry_status(registry, NULL) != QUIPU_OK)
		torture_broken("set-up failed");
}

int main(int argc, char **argv)
{
	pthread_t threads[2 * 32 + 2];
	uintptr_t i, n;

	torture_begin(&defaults, argc, argv);
	n = torture.threads < 32 ? torture.threads : 32;
	make_metrics();
	for (i = 0; i < n; i++) {
		threads[2 * i] = torture_spawn(churn_series, (void *)i);
		threads[2 * i + 1] = torture_spawn(churn_families, (void *)i);
	}
	threads[2 * n] = torture_spawn(record, NULL);
	threads[2 * n + 1] = torture_spawn(scrape_now_and_then, NULL);
	check_memory();
	torture_stop();
	for (i = 0; i < 2 * n + 2; i++)
		torture_join(threads[i]);
	TORTURE_CHECK("P5", quipu_registry_status(registry, NULL) == QUIPU_OK,
		      "the slot space ran full: %s",
		      quipu_strerror(quipu_registry_status(registry, NULL)));
	quipu_registry_free(registry);
	qt_figure("series", series);
	return torture_end("%" PRIu64 " series, %" PRIu64 " families came and went", series,
			   families);
}
