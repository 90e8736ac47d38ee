/* SPDX-License-Identifier: MIT */
/*
 * s4_with_locks.c: a handler records while its own thread holds a lock of the library, or stands in
 * a read section. At any moment, without knowing which lock: tests/torture/signals.c.
 *
 * P6: it comes back, whatever is held, also where the record is its thread's first. P2: each record
 * counts.
 */
#include "base/lock.h"
#include "base/rcu.h"
#include "bracket.h"
#include "raw.h"
#include "scale.h"
#include "torture.h"

#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE 60 /* seconds: who waits for a lock that its own thread has waits for ever */

static const struct torture defaults = {
	.name = "with_locks",
	.promises = "P2 P6: a handler while its thread holds a lock of the library",
	.threads = 1,
	.count = 500,
};

enum held { CATALOG, SHARDS, RETIRE, CATALOG_AND_SHARDS, ALL, SECTION, HELDS };

static struct bracket bracket;
static struct bracket_cell *cell;
static quipu_registry *registry;
static quipu_counter counter;
static quipu_float_counter floats;
static quipu_updown updown;
static quipu_histogram histogram;

static void step(int signal)
{
	(void)signal;
	bracket_start(cell, 1);
	quipu_inc(counter);
	quipu_inc(floats);
	quipu_dec(updown);
	quipu_observe(histogram, 1);
	bracket_finish(cell, 1);
}

static struct qp_lock *const locks[] = { &qp_kit_lock, &qp_catalog_lock, &qp_shards_lock,
					 &qp_retire_lock };

static void with_locks(size_t from, size_t to)
{
	size_t i;

	for (i = from; i < to; i++)
		qp_lock(locks[i]);
	raise(SIGUSR1);
	for (i = to; i > from; i--)
		qp_unlock(locks[i - 1]);
}

static void with(enum held held)
{
	if (held == SECTION) {
		if (!qp_rcu_read_lock())
			torture_broken("no read section");
		raise(SIGUSR1);
		qp_rcu_read_unlock();
	} else if (held == ALL) {
		with_locks(0, 3);
	} else if (held == CATALOG_AND_SHARDS) {
		with_locks(0, 2);
	} else {
		with_locks(held, (size_t)held + 1);
	}
}

static void *hold_first(void *held)
{
	with((enum held)(uintptr_t)held); /* the record is the thread's first */
	with((enum held)(uintptr_t)held);
	return NULL;
}

static void *scrape_for_ever(void *unused)
{
	struct raw_scrape last = { 0 };
	struct bracket_watch watch[2];
	const struct raw_sample *sizes;

	bracket_watch(&watch[0], &bracket, "counter");
	bracket_watch(&watch[1], &bracket, "histogram");
	while (!torture_stopped()) {
		bracket_open(&watch[0]);
		bracket_open(&watch[1]);
		raw_take(&last, registry);
		TORTURE_BRACKET("P2", bracket_close(&watch[0],
						    raw_find(&last, "locks_total", NULL)->integer));
		sizes = raw_find(&last, "locks_sizes", NULL);
		TORTURE_BRACKET("P2", bracket_close(&watch[1], sizes->count));
		TORTURE_CHECK("P4", sizes->sum == (double)sizes->count, "sum %g", sizes->sum);
	}
	raw_free(&last);
	qt_figure("scrapes", watch[0].scrapes);
	return unused;
}

static void make_metrics(void)
{
	registry = quipu_registry_new(NULL);
	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "locks_total", .help = "Steps."));
	floats = quipu_float_counter_new(registry,
					 QUIPU_OPTS(.name = "locks_float_total", .help = "Steps."));
	updown = quipu_updown_new(registry, QUIPU_OPTS(.name = "locks_now", .help = "Steps."));
	histogram =
		quipu_histogram_new(registry, QUIPU_OPTS(.name = "locks_sizes", .help = "Ones."));
}

static void check_end(void)
{
	uint64_t all = bracket_done(&bracket);

	TORTURE_CHECK("P2",
		      quipu_read(counter) == all && quipu_read(floats) == (double)all &&
			      quipu_read(updown) == -(int64_t)all &&
			      quipu_read(histogram).count == all,
		      "%" PRIu64 ", %g, %" PRId64 ", %" PRIu64 " of %" PRIu64, quipu_read(counter),
		      quipu_read(floats), quipu_read(updown), quipu_read(histogram).count, all);
	TORTURE_CHECK("S4", all == 4 * torture.count, "%" PRIu64 " handlers ran", all);
}

int main(int argc, char **argv)
{
	struct sigaction action;
	pthread_t scraper;
	uint64_t i;

	torture_begin(&defaults, argc, argv);
	alarm(PATIENCE);
	memset(&action, 0, sizeof action);
	action.sa_handler = step;
	sigaction(SIGUSR1, &action, NULL);
	bracket_init(&bracket, 1);
	cell = bracket_join(&bracket);
	make_metrics();
	scraper = torture_spawn(scrape_for_ever, NULL);
	for (i = 0; i < torture.count; i++) {
		enum held held = (enum held)(i % HELDS);

		torture_join(torture_spawn(hold_first, (void *)(uintptr_t)held));
		with(held); /* this thread has a shard, but for the first time */
		with(held);
		alarm(PATIENCE);
	}
	torture_stop();
	torture_join(scraper);
	check_end();
	quipu_registry_free(registry);
	qt_figure("signals", 4 * torture.count);
	return torture_end("%" PRIu64 " handlers", 4 * torture.count);
}
