/* SPDX-License-Identifier: MIT */
/*
 * l6_flavours.c: a program that uses liburcu itself, inlined (_LGPL_SOURCE): the memb flavour with
 * call_rcu and its worker thread, the qsbr flavour, and bp, which the library uses too.
 *
 * Both go on: the program's readers never see what it has freed, its callbacks run, its grace
 * periods end beside the library's reaper; the library's counters are in their bracket while
 * series come and go. The public headers bring no name of liburcu (else two flavours' inlines in
 * one file would meet): flavour_*.c include them first.
 */
#include "bracket.h"
#include "figure.h"
#include "flavours.h"
#include "raw.h"
#include "scale.h"
#include "torture.h"

#include <inttypes.h>
#include <stdio.h>

#define LABELS 64

static const struct torture defaults = {
	.name = "flavours",
	.promises = "P2 P5: beside other flavours of liburcu",
	.threads = 1,
	.seconds = 2,
};

static const struct flavour *const flavours[] = { &flavour_memb, &flavour_qsbr, &flavour_bp };
#define FLAVOURS (sizeof flavours / sizeof flavours[0])

static struct bracket bracket;
static quipu_registry *registry;
static quipu_counter counter;
static quipu_counter_family family;

/* The library's read sections and the program's, in turn and nested, on one thread. */
static void *read_both(void *flavour)
{
	const struct flavour *own = flavour;
	struct bracket_cell *cell = bracket_join(&bracket);

	own->begin_thread();
	while (!torture_stopped()) {
		bracket_start(cell, 1);
		own->lock();
		TORTURE_CHECK("L6", own->look(), "%s: a reader saw what was freed", own->name);
		quipu_inc(counter);
		quipu_inc_at(family, "kept");
		TORTURE_CHECK("L6", own->look(), "%s: a reader saw what was freed", own->name);
		own->unlock();
		bracket_finish(cell, 1);
	}
	own->end_thread();
	bracket_leave(cell);
	return NULL;
}

static void *replace(void *flavour)
{
	const struct flavour *own = flavour;

	own->begin_thread();
	while (!torture_stopped())
		own->replace();
	own->end_thread();
	return NULL;
}

static void *make_and_remove(void *stream)
{
	uint64_t random = torture_seed((uintptr_t)stream);
	char name[16];

	while (!torture_stopped()) {
		snprintf(name, sizeof name, "%u", (unsigned)(torture_random(&random) % LABELS));
		quipu_inc_at(family, name);
		quipu_family_remove(family, name);
	}
	return NULL;
}

static void scrape(struct raw_scrape *scrape, struct bracket_watch *watch)
{
	const struct raw_sample *kept;

	bracket_open(&watch[0]);
	bracket_open(&watch[1]);
	raw_take(scrape, registry);
	TORTURE_BRACKET(
		"P2", bracket_close(&watch[0], raw_find(scrape, "flavours_total", NULL)->integer));
	kept = raw_find(scrape, "flavours_by_total", "kept");
	TORTURE_BRACKET("P2", bracket_close(&watch[1], kept ? kept->integer : 0));
}

static void scrape_for_a_while(struct bracket_watch *watch)
{
	uint64_t end = torture_now_us() + torture.seconds * UINT64_C(1000000);
	struct raw_scrape last = { 0 };

	while (torture_now_us() < end)
		scrape(&last, watch);
	torture_stop();
	raw_free(&last);
}

static void check_end(struct bracket_watch *watch)
{
	size_t i;

	TORTURE_BRACKET("P2", bracket_final(&watch[0], quipu_read(counter)));
	TORTURE_CHECK("P5", figure_falls_to("retired_objects", 0, 30),
		      "what the library removed is never freed");
	for (i = 0; i < FLAVOURS; i++) {
		flavours[i]->finish();
		printf("flavours: %s: %" PRIu64 " replaced\n", flavours[i]->name,
		       flavours[i]->replaced());
		TORTURE_CHECK("L6", flavours[i]->replaced() > 0, "%s: no grace period ended",
			      flavours[i]->name);
		TORTURE_CHECK("L6", flavours[i]->replaced() == flavours[i]->freed(),
			      "%s: %" PRIu64 " freed of %" PRIu64, flavours[i]->name,
			      flavours[i]->freed(), flavours[i]->replaced());
	}
}

int main(int argc, char **argv)
{
	pthread_t threads[2 * FLAVOURS + 1];
	struct bracket_watch watch[2];
	size_t i;

	torture_begin(&defaults, argc, argv);
	bracket_init(&bracket, FLAVOURS);
	bracket_watch(&watch[0], &bracket, "counter");
	bracket_watch(&watch[1], &bracket, "counter by label");
	registry = quipu_registry_new(NULL);
	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "flavours_total", .help = "1."));
	family = quipu_counter_family_new(registry,
					  QUIPU_OPTS(.name = "flavours_by_total", .help = "Steps.",
						     .labels = QUIPU_NAMES("a")));
	for (i = 0; i < FLAVOURS; i++) {
		flavours[i]->begin();
		threads[2 * i] = torture_spawn(read_both, (void *)(uintptr_t)flavours[i]);
		threads[2 * i + 1] = torture_spawn(replace, (void *)(uintptr_t)flavours[i]);
	}
	threads[2 * FLAVOURS] = torture_spawn(make_and_remove, NULL);
	scrape_for_a_while(watch);
	for (i = 0; i < 2 * FLAVOURS + 1; i++)
		torture_join(threads[i]);
	check_end(watch);
	quipu_registry_free(registry);
	qt_figure("records", bracket_done(&bracket));
	return torture_end("%" PRIu64 " records", bracket_done(&bracket));
}
