/* SPDX-License-Identifier: MIT */
/*
 * x2_registrations.c: families and series are registered without a pause while others scrape.
 *
 * X2, P2, P3, P7: every body is valid for a strict reader, has each family that was there before
 * the scrape began, and a counter that never falls. Neither side starves: in every quarter of the
 * time both registrations and scrapes come to an end.
 */
#include "bracket.h"
#include "parse.h"
#include "scale.h"
#include "raw.h"
#include "torture.h"

#include <inttypes.h>
#include <quipu/quipu.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define QUARTERS 4
#define FAMILIES 200 /* of one thread, before it removes them and begins again */

static const struct torture defaults = {
	.name = "registrations",
	.promises = "P2 P3 P7 X2: registrations during scrapes",
	.threads = 2, /* that register, and as many that scrape */
	.seconds = 3,
};

static quipu_registry *registry;
static quipu_counter counter;
static struct bracket bracket;
static uint64_t registered, scrapes;

static void count(uint64_t *what)
{
	__atomic_fetch_add(what, 1, __ATOMIC_RELAXED); /* relaxed: only a count */
}

static uint64_t counted(const uint64_t *what)
{
	return __atomic_load_n(what, __ATOMIC_RELAXED); /* relaxed: only a count */
}

static void register_one(unsigned which, unsigned i)
{
	quipu_counter_family family;
	quipu_histogram histogram;
	char name[64];

	snprintf(name, sizeof name, "storm_%u_%u_total", which, i);
	family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = name, .help = "S.", .labels = QUIPU_NAMES("l")));
	quipu_inc_at(family, "a");
	quipu_inc_at(family, "b");
	snprintf(name, sizeof name, "storm_%u_%u_seconds", which, i);
	histogram = quipu_histogram_new(registry, QUIPU_OPTS(.name = name, .help = "S."));
	quipu_observe(histogram, 1);
	quipu_release(histogram);
	count(&registered);
}

static void *register_for_ever(void *arg)
{
	const unsigned which = (unsigned)(uintptr_t)arg;
	struct bracket_cell *cell = bracket_join(&bracket);
	char name[64];
	unsigned i;

	for (i = 0; !torture_stopped(); i = (i + 1) % FAMILIES) {
		snprintf(name, sizeof name, "storm_%u_%u_total", which, i);
		quipu_registry_unregister(registry, name);
		snprintf(name, sizeof name, "storm_%u_%u_seconds", which, i);
		quipu_registry_unregister(registry, name);
		register_one(which, i);
		bracket_start(cell, 1);
		quipu_inc(counter);
		bracket_finish(cell, 1);
	}
	return NULL;
}

/* Sorted, complete pairs: a histogram that is there has its one observation or none yet. */
static void check_body(const struct qt_exposition *seen)
{
	size_t i;

	for (i = 1; i < seen->n_families; i++)
		TORTURE_CHECK("P7", strcmp(seen->families[i - 1].name, seen->families[i].name) < 0,
			      "%s comes before %s", seen->families[i - 1].name,
			      seen->families[i].name);
	for (i = 0; i < seen->n_samples; i++)
		TORTURE_CHECK("P2",
			      strncmp(seen->samples[i].name, "storm_", 6) != 0 ||
				      seen->samples[i].value == 0 || seen->samples[i].value == 1,
			      "%s shows %s", seen->samples[i].name, seen->samples[i].text);
}

static void *scrape_for_ever(void *arg)
{
	struct raw_text text = { 0 };
	struct bracket_watch watch;
	struct qt_exposition *seen;

	(void)arg;
	bracket_watch(&watch, &bracket, "the counter");
	while (!torture_stopped()) {
		bracket_open(&watch);
		text.len = 0;
		TORTURE_CHECK("P6", quipu_write(registry, NULL, raw_keep, &text) == QUIPU_OK,
			      "no scrape");
		seen = qt_parse_ok(text.bytes, text.len);
		TORTURE_BRACKET("P2", bracket_close(&watch, qt_u64(seen, "steady_total", NULL)));
		check_body(seen);
		qt_free(seen);
		count(&scrapes);
	}
	free(text.bytes);
	return NULL;
}

#define PATIENCE_US 20000000 /* on a busy machine; starved is who gets nowhere for so long */

static void expect_more(const uint64_t *what, uint64_t *before, const char *who)
{
	uint64_t until = torture_now_us() + PATIENCE_US;

	while (counted(what) == *before && torture_now_us() < until)
		torture_sleep_us(10000);
	TORTURE_CHECK("X2", counted(what) > *before, "%s starves", who);
	*before = counted(what);
}

static void watch_quarters(void)
{
	uint64_t made = 0, read = 0;
	int i;

	for (i = 0; i < QUARTERS; i++) {
		torture_sleep_us(torture.seconds * UINT64_C(1000000) / QUARTERS);
		expect_more(&registered, &made, "who registers");
		expect_more(&scrapes, &read, "who scrapes");
	}
	torture_stop();
}

int main(int argc, char **argv)
{
	pthread_t threads[64];
	uintptr_t i;

	torture_begin(&defaults, argc, argv);
	if (!torture.threads || torture.threads > 32)
		torture_broken("--threads goes from 1 to 32");
	bracket_init(&bracket, torture.threads);
	registry = quipu_registry_new(NULL);
	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "steady_total", .help = "S."));
	for (i = 0; i < torture.threads; i++) {
		threads[2 * i] = torture_spawn(register_for_ever, (void *)i);
		threads[2 * i + 1] = torture_spawn(scrape_for_ever, NULL);
	}
	watch_quarters();
	for (i = 0; i < 2 * torture.threads; i++)
		torture_join(threads[i]);
	TORTURE_CHECK("P6", quipu_registry_status(registry, NULL) == QUIPU_OK, "status is not ok");
	quipu_registry_free(registry);
	bracket_free(&bracket);
	qt_figure("scrapes", scrapes);
	qt_figure("series", 3 * registered);
	return torture_end("%" PRIu64 " registrations, %" PRIu64 " scrapes", registered, scrapes);
}
