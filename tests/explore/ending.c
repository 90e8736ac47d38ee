/* SPDX-License-Identifier: MIT */
/*
 * ending.c: threads record by label values and through a handle in destructors of their
 * thread-specific data, after the library's own has run: known sets are then looked up under the
 * lock, while others remove and make them. Nothing is lost (P2), and no thread ends in a read
 * section.
 */
#include "look.h"
#include "scenarios.h"

#include <pthread.h>

static quipu_registry *registry;
static quipu_counter_family sets;
static quipu_counter counter;
static pthread_key_t key;

static void record_last(void *unused)
{
	(void)unused;
	quipu_add_at(sets, 10, "known");
	quipu_add(counter, 10);
}

static void set_up(void)
{
	registry = look_set_up();
	sets = look_family(registry, "sets_total", 0);
	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "all_total", .help = "All."));
	quipu_add_at(sets, 100, "known");
	quipu_add_at(sets, 100, "other");
	if (pthread_key_create(&key, record_last) != 0)
		explore_broken("no key");
}

static void record_and_end(void)
{
	pthread_setspecific(key, &key);
	quipu_add_at(sets, 1, "known");
	quipu_add(counter, 1);
}

static void make_and_remove(void)
{
	quipu_add_at(sets, 1, "new");
	quipu_counter_family_remove(sets, "other");
}

static void check(void)
{
	uint64_t known = look_value(registry, "sets_total", "known"), all = quipu_read(counter);

	EXPLORE_CHECK("P2", known == 122 && all == 22, "%d of 122, %d of 22", (int)known, (int)all);
}

const struct explore_scenario explore_ending = {
	.name = "ending",
	.promises = "P2: what threads record in their last destructors",
	.set_up = set_up,
	.threads = { { "first", record_and_end },
		     { "second", record_and_end },
		     { "maker", make_and_remove } },
	.check = check,
};
