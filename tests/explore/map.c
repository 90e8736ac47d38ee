/* SPDX-License-Identifier: MIT */
/*
 * map.c: label sets are found, made and removed at once, in a table that becomes full and is
 * replaced.
 *
 * map: three sets, "gone", "near" and "far", belong to the same place of the table, so the later
 * ones stand behind the earlier; one thread records into those that stay, one makes new ones
 * until the table is replaced, one removes the first and makes it again. Each set has one series,
 * and in it what was recorded for it, no more and no less (M2, M3, P2).
 *
 * full: a family has room for two sets, and is never asked for more at once: nothing is rejected,
 * whatever a look-up finds out first: that a set is not there, or that the family is full (L2).
 */
#include "labels.h"
#include "look.h"
#include "scenarios.h"

#include <stdio.h>
#include <string.h>

#define TABLE 16 /* entries, of which four may be filled */

static quipu_registry *registry;
static quipu_counter_family sets;
static char gone[8], near[8], far[8];

/* The next name that belongs to that place, or to any. */
static void find_name(char name[8], unsigned *number, unsigned place)
{
	do {
		quipu_str value;

		snprintf(name, 8, "%u", (*number)++);
		value = (quipu_str){ name, strlen(name) };
		if (qp_labels_hash(&value, 1) % TABLE == place)
			return;
	} while (*number < 10000);
	explore_broken("no name for place %u", place);
}

static void set_up(void)
{
	unsigned number = 0;

	registry = look_set_up();
	sets = look_family(registry, "sets_total", 0);
	find_name(gone, &number, 4);
	find_name(near, &number, 4);
	find_name(far, &number, 4);
	quipu_add_at(sets, 1000, gone);
	quipu_add_at(sets, 1, near);
	quipu_add_at(sets, 2, far);
}

static void record(void)
{
	look_attach();
	quipu_add_at(sets, 10, near);
	quipu_add_at(sets, 20, far);
	quipu_add_at(sets, 30, "new");
}

static void make(void)
{
	look_attach();
	quipu_add_at(sets, 100, "new");
	quipu_add_at(sets, 200, "newer"); /* one too many */
}

static void remove_and_make(void)
{
	size_t n = quipu_counter_family_remove(sets, gone);

	look_attach();
	EXPLORE_CHECK("M2", n == 1, "%zu removed", n);
	quipu_add_at(sets, 300, gone);
}

static void check(void)
{
	static const uint64_t right[] = { 11, 22, 130, 200, 300 };
	const char *const names[] = { near, far, "new", "newer", gone };
	struct look looks[5];
	size_t i;

	for (i = 0; i < 5; i++)
		looks[i] = (struct look){ .family = "sets_total", .set = names[i] };
	look_at(registry, looks, 5);
	for (i = 0; i < 5; i++)
		EXPLORE_CHECK("P2", looks[i].shown && looks[i].value == right[i],
			      "%s: %d instead of %d", names[i],
			      looks[i].shown ? (int)looks[i].value : -1, (int)right[i]);
}

const struct explore_scenario explore_map = {
	.name = "map",
	.promises = "M2 M3 P2: sets are found while others come, go, and the table is replaced",
	.set_up = set_up,
	.threads = { { "recorder", record }, { "maker", make }, { "remover", remove_and_make } },
	.check = check,
};

/* --- full ----------------------------------------------------------------------------------- */

static void set_up_full(void)
{
	registry = look_set_up();
	sets = quipu_counter_family_new(registry,
					QUIPU_OPTS(.name = "sets_total", .help = "Two sets.",
						   .labels = QUIPU_NAMES("set"), .max_series = 2));
	quipu_add_at(sets, 1000, "old");
}

static void record_new(void)
{
	look_attach();
	quipu_add_at(sets, 1, "new");
}

static void record_new_too(void)
{
	look_attach();
	quipu_add_at(sets, 2, "new");
	quipu_add_at(sets, 5, "old");
}

static void renew_old(void)
{
	look_attach();
	quipu_counter_family_remove(sets, "old");
	quipu_add_at(sets, 3, "old");
}

static void check_full(void)
{
	struct look looks[] = { { .family = "sets_total", .set = "new" },
				{ .family = "sets_total", .set = "old" } };
	uint64_t rejected = qp_family_rejected(qp_family_live(sets.family, sets.generation));

	look_at(registry, looks, 2);
	EXPLORE_CHECK("F3", rejected == 0, "%d rejected", (int)rejected);
	EXPLORE_CHECK("P2", looks[0].shown && looks[0].value == 3, "new: %d", (int)looks[0].value);
	EXPLORE_CHECK("P2", looks[1].shown && (looks[1].value == 3 || looks[1].value == 8),
		      "old: %d", (int)looks[1].value); /* five may have been removed with it */
}

const struct explore_scenario explore_full = {
	.name = "full",
	.promises = "P2 F3 L2: only what is too many is rejected",
	.set_up = set_up_full,
	.threads = { { "first", record_new },
		     { "second", record_new_too },
		     { "renewer", renew_old } },
	.check = check_full,
};
