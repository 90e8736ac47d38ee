/* SPDX-License-Identifier: MIT */
/*
 * l5_outlives_registry.c: threads that recorded in a registry end after it: by returning, in
 * destructors that record once more, cancelled; some with handles that they release only then.
 *
 * Nothing crashes. P2: what they record for the dead reaches nobody, and a registry that has the
 * slots meanwhile is exact (bracket). P5: their shards are found again, and what they kept is freed
 * with their last release.
 */
#include "bracket.h"
#include "figure.h"
#include "raw.h"
#include "scale.h"
#include "torture.h"

#include <inttypes.h>
#include <sched.h>

#define THREADS 8

static const struct torture defaults = {
	.name = "outlives_registry",
	.promises = "P2 P5 P6: threads that end after the registry",
	.threads = THREADS,
	.count = 200,
};

enum end { RETURN, DESTRUCTOR, CANCELLED, ENDS };

struct mortal {
	pthread_t thread;
	enum end end;
	quipu_counter kept; /* released at the thread's end */
};

static struct bracket bracket; /* of the registry that lives */
static quipu_registry *dead;
static quipu_counter counter_of_dead;
static quipu_histogram histogram_of_dead;
static quipu_counter_family family_of_dead;
static pthread_key_t key;
static pthread_barrier_t recorded, freed;

static void record_for_the_dead(const struct mortal *mortal)
{
	quipu_add(counter_of_dead, 1000003);
	quipu_observe(histogram_of_dead, 1000003);
	quipu_add_at(family_of_dead, 1000003, "x");
	quipu_add(mortal->kept, 1000003);
}

static void end_in_destructor(void *arg)
{
	struct mortal *mortal = arg;

	record_for_the_dead(mortal);
	quipu_release(mortal->kept);
}

static void end_cancelled(void *arg)
{
	end_in_destructor(arg);
}

static void wait_to_be_cancelled(struct mortal *mortal)
{
	pthread_cleanup_push(end_cancelled, mortal);
	for (;;) { /* not in a system call: ThreadSanitizer loses track of one that is left so */
		pthread_testcancel();
		sched_yield();
	}
	pthread_cleanup_pop(0);
}

static void *live(void *arg)
{
	struct mortal *mortal = arg;

	mortal->kept = quipu_at(family_of_dead, "kept");
	record_for_the_dead(mortal);
	if (mortal->end == DESTRUCTOR)
		pthread_setspecific(key, mortal);
	pthread_barrier_wait(&recorded);
	pthread_barrier_wait(&freed);
	if (mortal->end == CANCELLED)
		wait_to_be_cancelled(mortal);
	if (mortal->end == RETURN)
		end_in_destructor(mortal);
	return NULL;
}

static void make_dead(void)
{
	dead = quipu_registry_new(NULL);
	counter_of_dead =
		quipu_counter_new(dead, QUIPU_OPTS(.name = "outlives_total", .help = "Steps."));
	histogram_of_dead =
		quipu_histogram_new(dead, QUIPU_OPTS(.name = "outlives_sizes", .help = "Sizes."));
	family_of_dead = quipu_counter_family_new(dead, QUIPU_OPTS(.name = "outlives_by_total",
								   .help = "Steps.",
								   .labels = QUIPU_NAMES("a")));
	TORTURE_CHECK("P5", quipu_registry_status(dead, NULL) == QUIPU_OK, "no room: %s",
		      quipu_strerror(quipu_registry_status(dead, NULL)));
}

/* Lives while the others die: it may have their slots. */
static void record_beside(struct bracket_cell *cell, uint64_t round)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_counter counter =
		quipu_counter_new(registry, QUIPU_OPTS(.name = "beside_total", .help = "Steps."));
	struct raw_scrape scrape = { 0 };
	struct bracket_watch watch;
	uint64_t before = bracket_done(&bracket);
	int i;

	bracket_watch(&watch, &bracket, "counter beside the dead");
	quipu_add(counter, before);
	for (i = 0; i < 100; i++) {
		bracket_start(cell, 1);
		quipu_inc(counter);
		bracket_finish(cell, 1);
		bracket_open(&watch);
		raw_take(&scrape, registry);
		TORTURE_BRACKET(
			"P2",
			bracket_close(&watch, raw_find(&scrape, "beside_total", NULL)->integer));
	}
	TORTURE_BRACKET("P2", bracket_final(&watch, quipu_read(counter)));
	TORTURE_CHECK("P2", watch.last == 100 * (round + 1), "%" PRIu64 " in round %" PRIu64,
		      watch.last, round);
	quipu_registry_free(registry);
	quipu_release(counter);
	raw_free(&scrape);
}

static void live_and_outlive(struct bracket_cell *cell, uint64_t round)
{
	struct mortal mortals[THREADS];
	int i;

	make_dead();
	for (i = 0; i < THREADS; i++) {
		mortals[i].end = (enum end)(((uint64_t)i + round) % ENDS);
		mortals[i].thread = torture_spawn(live, &mortals[i]);
	}
	pthread_barrier_wait(&recorded);
	quipu_registry_free(dead);
	pthread_barrier_wait(&freed);
	record_beside(cell, round);
	for (i = 0; i < THREADS; i++) {
		if (mortals[i].end == CANCELLED)
			pthread_cancel(mortals[i].thread);
		torture_join(mortals[i].thread);
	}
	quipu_release(counter_of_dead);
	quipu_release(histogram_of_dead);
}

int main(int argc, char **argv)
{
	struct bracket_cell *cell;
	uint64_t round, slots;

	torture_begin(&defaults, argc, argv);
	bracket_init(&bracket, 1);
	cell = bracket_join(&bracket);
	pthread_key_create(&key, end_in_destructor);
	pthread_barrier_init(&recorded, NULL, THREADS + 1);
	pthread_barrier_init(&freed, NULL, THREADS + 1);
	live_and_outlive(cell, 0);
	TORTURE_CHECK("P5", figure_falls_to("retired_objects", 0, 30), "never freed");
	slots = figure_now("slot_bytes");
	for (round = 1; round < torture.count; round++)
		live_and_outlive(cell, round);
	TORTURE_CHECK("P5", figure_falls_to("retired_objects", 0, 30), "never freed");
	TORTURE_CHECK("P5", figure_now("slot_bytes") <= 4 * slots,
		      "%" PRIu64 " bytes of slots, %" PRIu64 " after one round",
		      figure_now("slot_bytes"), slots);
	TORTURE_CHECK("P5", figure_now("shards") <= THREADS + 1, "%" PRIu64 " shards",
		      figure_now("shards"));
	qt_figure("threads", torture.count * THREADS);
	return torture_end("%" PRIu64 " registries outlived", torture.count);
}
