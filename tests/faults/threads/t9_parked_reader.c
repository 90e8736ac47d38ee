/* SPDX-License-Identifier: MIT */
/*
 * t9_parked_reader.c: a thread is stopped inside a read section, as one of the lowest priority may
 * be in the middle of a look-up, and stays there.
 *
 * P1, P2: recording, look-ups, making and removing series, scraping go on. P5: only reclamation
 * waits; what waits is bounded (who removes is slowed down) and is told as retired_objects. When
 * the reader goes on, all of it is freed.
 */
#include "base/rcu.h"
#include "bracket.h"
#include "figure.h"
#include "raw.h"
#include "retire.h"
#include "scale.h"
#include "torture.h"

#include <inttypes.h>
#include <stdio.h>

#define LABELS 4096
#define BY_ONE_REMOVAL 4    /* objects that one removal retires at most: series, table, list */
#define PAUSES_A_SECOND 100 /* of one thread that removes: QP_RETIRE_MANY are waiting */
#define MAKERS 2

static const struct torture defaults = {
	.name = "parked_reader",
	.promises = "P1 P2 P5: a thread that stands in a read section",
	.threads = 1,
	.seconds = 2,
};

static struct bracket bracket;
static quipu_registry *registry;
static quipu_counter counter;
static quipu_counter_family kept, passing;
static pthread_barrier_t parked;
static uint64_t removed;

/* The sleep stands for whatever a preempted thread does not do. */
static void *park(void *unused)
{
	if (!qp_rcu_read_lock())
		torture_broken("no read section");
	pthread_barrier_wait(&parked);
	while (!torture_stopped())
		torture_sleep_us(1000);
	qp_rcu_read_unlock();
	return unused;
}

static void *record(void *unused)
{
	struct bracket_cell *cell = bracket_join(&bracket);

	while (!torture_stopped()) {
		bracket_start(cell, 1);
		quipu_inc(counter);
		quipu_inc_at(kept, "x");
		bracket_finish(cell, 1);
	}
	bracket_leave(cell);
	return unused;
}

static void *make_and_remove(void *stream)
{
	uint64_t random = torture_seed((uintptr_t)stream);
	char name[16];

	while (!torture_stopped()) {
		snprintf(name, sizeof name, "%u", (unsigned)(torture_random(&random) % LABELS));
		quipu_inc_at(passing, name);
		quipu_family_remove(passing, name);
		/* relaxed: only counts */
		__atomic_fetch_add(&removed, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

static void scrape(struct raw_scrape *scrape, struct bracket_watch *watch)
{
	const struct raw_sample *sample;

	bracket_open(&watch[0]);
	bracket_open(&watch[1]);
	raw_take(scrape, registry);
	TORTURE_BRACKET("P2",
			bracket_close(&watch[0], raw_find(scrape, "parked_total", NULL)->integer));
	sample = raw_find(scrape, "parked_by_label_total", "x");
	TORTURE_BRACKET("P2", bracket_close(&watch[1], sample ? sample->integer : 0));
}

/* So long after the makers' start. */
static uint64_t bound(uint64_t us)
{
	return QP_RETIRE_MANY +
	       (uint64_t)BY_ONE_REMOVAL * MAKERS * (PAUSES_A_SECOND * (us / 1000000 + 1) + 1);
}

static void watch_while_parked(struct bracket_watch *watch, uint64_t start)
{
	uint64_t end = start + torture.seconds * UINT64_C(1000000);
	uint64_t waiting, most = 0, done = bracket_done(&bracket), allowed;
	struct raw_scrape last = { 0 };

	while (torture_now_us() < end) {
		scrape(&last, watch);
		waiting = figure_now("retired_objects");
		most = waiting > most ? waiting : most;
	}
	allowed = bound(torture_now_us() - start);
	raw_free(&last);
	printf("parked_reader: %" PRIu64 " objects waited at most, bound %" PRIu64 "\n", most,
	       allowed);
	TORTURE_CHECK("P1", bracket_done(&bracket) > done, "recording waited for a reader");
	TORTURE_CHECK("P2", watch[0].scrapes > 1, "scraping waited for a reader");
	TORTURE_CHECK("P5", most > 0, "nothing waits, or nobody is told: is the reader seen?");
	TORTURE_CHECK("P5", most <= allowed, "%" PRIu64 " objects wait", most);
}

static void make_metrics(void)
{
	registry = quipu_registry_new(NULL);
	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "parked_total", .help = "Steps."));
	kept = quipu_counter_family_new(registry,
					QUIPU_OPTS(.name = "parked_by_label_total",
						   .help = "Steps.", .labels = QUIPU_NAMES("a")));
	passing = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "parked_passing_total", .help = "Series pass.",
				     .labels = QUIPU_NAMES("a"), .max_series = LABELS));
	if (quipu_registry_status(registry, NULL) != QUIPU_OK)
		torture_broken("set-up failed");
}

int main(int argc, char **argv)
{
	pthread_t threads[64 + MAKERS + 1];
	struct bracket_watch watch[2];
	uint64_t before, start;
	uintptr_t i, n;

	torture_begin(&defaults, argc, argv);
	n = torture.threads < 64 ? torture.threads : 64;
	bracket_init(&bracket, n);
	make_metrics();
	bracket_watch(&watch[0], &bracket, "counter");
	bracket_watch(&watch[1], &bracket, "counter by label");
	pthread_barrier_init(&parked, NULL, 2);
	threads[0] = torture_spawn(park, NULL);
	pthread_barrier_wait(&parked);
	for (i = 1; i <= n; i++)
		threads[i] = torture_spawn(record, NULL);
	start = torture_now_us();
	for (; i <= n + MAKERS; i++)
		threads[i] = torture_spawn(make_and_remove, (void *)i);
	watch_while_parked(watch, start);
	/* relaxed: only compared */
	before = __atomic_load_n(&removed, __ATOMIC_RELAXED);
	TORTURE_CHECK("P1", before > 0, "removing waited for a reader");
	torture_stop();
	while (i > 0)
		torture_join(threads[--i]);
	TORTURE_CHECK("P5", figure_falls_to("retired_objects", 0, 30),
		      "%" PRIu64 " objects still wait", figure_now("retired_objects"));
	TORTURE_BRACKET("P2", bracket_final(&watch[0], quipu_read(counter)));
	qt_figure("records", bracket_done(&bracket));
	return torture_end("%" PRIu64 " series removed", removed);
}
