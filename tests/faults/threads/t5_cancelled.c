/* SPDX-License-Identifier: MIT */
/*
 * t5_cancelled.c: threads are cancelled, deferred and asynchronously, in a record, in their first
 * record, in a look-up, in the making and removing of series. More kinds of record, scraped
 * meanwhile: tests/torture/births.c.
 *
 * P2: through a handle what was done stays, and at most the step in which the cancel struck is
 * open. No lock is left behind: afterwards everything can still be made, found, removed, scraped.
 */
#include "bracket.h"
#include "figure.h"
#include "raw.h"
#include "scale.h"
#include "torture.h"

#include <inttypes.h>
#include <stdio.h>

#define LABELS 64

static const struct torture defaults = {
	.name = "cancelled",
	.promises = "P2 P6: cancellation in records, look-ups and the making of series",
	.threads = 1,
	.count = 1500,
};

enum act { RECORD, FIRST, LOOK_UP, MAKE, KEEP, ACTS };

struct victim {
	struct bracket_cell *cell;
	enum act act;
	int asynchronous;
	int ready;
	uint64_t random;
};

static struct bracket bracket;
static quipu_registry *registry;
static quipu_counter counter;
static quipu_histogram histogram;
static quipu_counter_family known, passing;

static void record(struct victim *victim)
{
	bracket_start(victim->cell, 1);
	quipu_inc(counter);
	quipu_observe(histogram, 1);
	bracket_finish(victim->cell, 1);
}

static void act_once(struct victim *victim)
{
	char name[8];

	snprintf(name, sizeof name, "%u", (unsigned)(torture_random(&victim->random) % LABELS));
	switch (victim->act) {
	case LOOK_UP:
		quipu_inc_at(known, name);
		break;
	case MAKE:
		quipu_inc_at(passing, name);
		quipu_family_remove(passing, name);
		break;
	case KEEP:
		quipu_release(quipu_at(passing, name));
		break;
	default:
		record(victim);
	}
}

static void tell_ready(struct victim *victim)
{
	/* release: pairs with the acquire in wait_for */
	__atomic_store_n(&victim->ready, 1, __ATOMIC_RELEASE);
}

/* Asynchronously only in the library: a program may not be cancelled so in snprintf. A sanitizer
 * has locks of its own, which it would leave behind. */
static void act_asynchronously(struct victim *victim)
{
#ifndef TORTURE_SANITIZED
	int old;

	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &old);
	for (;;)
		record(victim);
#else
	(void)victim;
#endif
}

static void *be_cancelled(void *arg)
{
	struct victim *victim = arg;

	if (victim->act != FIRST)
		act_once(victim);
	tell_ready(victim);
	if (victim->asynchronous)
		act_asynchronously(victim);
	for (;;) {
		act_once(victim);
		pthread_testcancel();
	}
	return NULL;
}

static void wait_for(const struct victim *victim)
{
	/* acquire: pairs with the release in tell_ready */
	while (!__atomic_load_n(&victim->ready, __ATOMIC_ACQUIRE))
		sched_yield();
}

/* 0 to 50 microseconds after it began. */
static void kill_one(struct victim *victim, uint64_t *random)
{
	pthread_t thread = torture_spawn(be_cancelled, victim);
	uint64_t end;

	wait_for(victim);
	end = torture_now_us() + torture_random(random) % 50;
	while (torture_now_us() < end)
		;
	pthread_cancel(thread);
	torture_join(thread);
}

/* Whatever takes a lock of the library; were one left, this would never end. */
static void use_everything(void)
{
	struct raw_scrape scrape = { 0 };
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "cancelled_new_total", .help = "Comes and goes.",
				     .labels = QUIPU_NAMES("a")));

	quipu_inc_at(family, "x");
	quipu_release(quipu_at(family, "y"));
	raw_take(&scrape, registry);
	TORTURE_CHECK("P2", raw_find(&scrape, "cancelled_new_total", "x")->integer == 1,
		      "a new series is wrong");
	raw_free(&scrape);
	quipu_family_remove(family, "x");
	quipu_family_unregister(family);
}

/* Everybody is dead. An asynchronous cancel may have struck between the two records of a step. */
static void check_open(struct bracket_watch *watch, uint64_t asynchronous)
{
	uint64_t open = bracket_started(&bracket) - bracket_done(&bracket);

	TORTURE_CHECK("P2", open <= asynchronous,
		      "%" PRIu64 " steps open after %" PRIu64 " cancels", open, asynchronous);
	bracket_open(&watch[0]);
	TORTURE_BRACKET("P2", bracket_close(&watch[0], quipu_read(counter)));
	bracket_open(&watch[1]);
	TORTURE_BRACKET("P2", bracket_close(&watch[1], quipu_read(histogram).count));
}

static void watch_both(struct bracket_watch *watch)
{
	bracket_watch(&watch[0], &bracket, "counter");
	bracket_watch(&watch[1], &bracket, "histogram");
}

static void kill_all(struct bracket_cell *cell, uint64_t *asynchronous)
{
	uint64_t i, before, random = torture_seed(0);
	struct bracket_watch watch[2];

	watch_both(watch);
	for (i = 0; i < torture.count; i++) {
		struct victim victim = { cell, (enum act)(i % ACTS), 0, 0, torture_seed(i) };

		victim.asynchronous = victim.act <= FIRST && i / ACTS % 2;
		*asynchronous += (uint64_t)victim.asynchronous;
		kill_one(&victim, &random);
		if (i % 64 > 0)
			continue;
		before = torture_now_us();
		use_everything();
		TORTURE_CHECK("T5", torture_now_us() - before < 60 * UINT64_C(1000000),
			      "a lock was held for seconds after a cancel");
		check_open(watch, *asynchronous);
	}
	use_everything();
	check_open(watch, *asynchronous);
}

int main(int argc, char **argv)
{
	uint64_t asynchronous = 0;

	torture_begin(&defaults, argc, argv);
	bracket_init(&bracket, 1);
	registry = quipu_registry_new(NULL);
	counter = quipu_counter_new(registry,
				    QUIPU_OPTS(.name = "cancelled_total", .help = "Steps."));
	histogram = quipu_histogram_new(registry,
					QUIPU_OPTS(.name = "cancelled_sizes", .help = "Ones."));
	known = quipu_counter_family_new(registry, QUIPU_OPTS(.name = "cancelled_known_total",
							      .help = "By label.",
							      .labels = QUIPU_NAMES("a")));
	passing = quipu_counter_family_new(registry, QUIPU_OPTS(.name = "cancelled_passing_total",
								.help = "Comes and goes.",
								.labels = QUIPU_NAMES("a")));
	kill_all(bracket_join(&bracket), &asynchronous);
	TORTURE_CHECK("P5", figure_now("shards") <= 2, "%" PRIu64 " shards", figure_now("shards"));
	TORTURE_CHECK("P5", figure_falls_to("retired_objects", 0, 30),
		      "removed series are never freed: a dead thread is in a read section");
	qt_figure("threads", torture.count);
	return torture_end("%" PRIu64 " cancelled, %" PRIu64 " asynchronously", torture.count,
			   asynchronous);
}
