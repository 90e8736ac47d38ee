/* SPDX-License-Identifier: MIT */
/*
 * reuse.c: a series goes, and another gets its slots. In each a thread removes the series "old",
 * the reaper reclaims it when it may, and a thread makes "new", in the same slots if they are free
 * by then. Meanwhile:
 *
 * pins: a thread records through a handle that it keeps, and then releases it.
 * finder: a thread records by label values: into the old series, or into one that it makes.
 * snapshots: a scrape has listed the old series when it goes.
 *
 * What is recorded into "new" is in "new" and nothing else is (P2, P6, S3, L1). What a scrape
 * listed can be read until it closes (T2). In the end what was removed has been reclaimed (P5).
 */
#include "look.h"
#include "scenarios.h"

#include "retire.h"

static quipu_registry *registry;
static quipu_counter_family sets;
static quipu_counter kept;
static uint32_t old_offset; /* of the old series' slot */

enum { OTHER_SLOTS, SAME_SLOTS, OLD_SHOWN, OLD_GONE }; /* outcomes */

static void set_up(void)
{
	registry = look_set_up();
	sets = look_family(registry, "sets_total", 0);
	quipu_add_at(sets, 5, "old");
	kept = quipu_at(sets, "old");
	old_offset = kept.offset;
	quipu_release(kept);
	look_fill();
}

static void set_up_pinned(void)
{
	set_up();
	kept = quipu_at(sets, "old");
}

static void remove_old(void)
{
	quipu_counter_family_remove(sets, "old");
}

static void make_new(void)
{
	look_attach();
	quipu_add_at(sets, 100, "new");
}

static void check(void)
{
	uint64_t value = look_value(registry, "sets_total", "new");

	EXPLORE_CHECK("P2", value == 100, "%d instead of 100", (int)value);
	EXPLORE_CHECK("P5", qp_retire_waiting() == 0, "%zu objects still wait",
		      qp_retire_waiting());
	kept = quipu_at(sets, "new");
	explore_saw(kept.offset == old_offset ? SAME_SLOTS : OTHER_SLOTS);
}

/* --- pins ----------------------------------------------------------------------------------- */

static void record_kept(void)
{
	look_attach();
	quipu_add(kept, 1);
	quipu_add(kept, 1);
	quipu_release(kept);
}

const struct explore_scenario explore_pins = {
	.name = "pins",
	.promises = "P2 P5 P6 O1: a kept handle records into nobody else's slots",
	.set_up = set_up_pinned,
	.threads = { { "remover", remove_old }, { "maker", make_new }, { "keeper", record_kept } },
	.check = check,
	.outcomes = 1u << OTHER_SLOTS | 1u << SAME_SLOTS,
};

/* --- finder --------------------------------------------------------------------------------- */

static void find_and_record(void)
{
	look_attach();
	quipu_inc_at(sets, "old");
}

const struct explore_scenario explore_finder = {
	.name = "finder",
	.promises =
		"P2 P5 L1 T1: a series that was found is not another's before it was recorded into",
	.set_up = set_up,
	.threads = { { "remover", remove_old },
		     { "maker", make_new },
		     { "finder", find_and_record } },
	.check = check,
	.outcomes = 1u << OTHER_SLOTS | 1u << SAME_SLOTS,
};

/* --- snapshots ------------------------------------------------------------------------------ */

static void scrape(void)
{
	struct look looks[] = { { .family = "sets_total", .set = "old" },
				{ .family = "sets_total", .set = "new" } };

	look_at(registry, looks, 2);
	EXPLORE_CHECK("P2", !looks[0].shown || looks[0].value == 5, "old: %d instead of 5",
		      (int)looks[0].value);
	EXPLORE_CHECK("P2", !looks[1].shown || looks[1].value == 0 || looks[1].value == 100,
		      "new: %d instead of 0 or 100", (int)looks[1].value);
	explore_saw(looks[0].shown ? OLD_SHOWN : OLD_GONE);
}

static void scrape_twice(void)
{
	scrape();
	scrape();
}

const struct explore_scenario explore_snapshots = {
	.name = "snapshots",
	.promises = "P2 P5 T2: what a scrape has listed stays until it closes",
	.set_up = set_up,
	.threads = { { "remover", remove_old },
		     { "maker", make_new },
		     { "scraper", scrape_twice } },
	.check = check,
	.outcomes = 1u << OTHER_SLOTS | 1u << SAME_SLOTS | 1u << OLD_SHOWN | 1u << OLD_GONE,
};
