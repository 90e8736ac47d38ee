/* SPDX-License-Identifier: MIT */
/*
 * family.c: families and whole registries go while others use them.
 *
 * unregister: a family goes while one thread records by label values and by a kept handle and
 * another scrapes: what was listed can be read (T2).
 * unregister_full: the same where the family has room for no more sets: who asks for one that is there
 * may find the map gone, but is never told that the family is full (F3).
 * generation: the same while a third makes a family that takes its place: handles into the old
 * one find nothing in the new one (F1).
 * registry: a registry is freed; its handles are used on, another registry's scrape is right.
 */
#include "look.h"
#include "scenarios.h"

#include "retire.h"
#include "self.h"

static quipu_registry *registry, *other;
static quipu_counter_family old, new;
static quipu_counter kept;

static void check_all_reclaimed(void)
{
	EXPLORE_CHECK("P5", qp_retire_waiting() == 0, "%zu objects still wait",
		      qp_retire_waiting());
}

static void scrape(quipu_registry *of, const char *family, uint64_t low, uint64_t high)
{
	struct look look = { .family = family, .set = "one" };

	look_at(of, &look, 1);
	EXPLORE_CHECK("P2", !look.shown || (low <= look.value && look.value <= high),
		      "%s: %d not in %d..%d", family, (int)look.value, (int)low, (int)high);
}

/* --- unregister ----------------------------------------------------------------------------- */

static void set_up(void)
{
	registry = look_set_up();
	old = look_family(registry, "old_total", 0);
	quipu_add_at(old, 5, "one");
	kept = quipu_at(old, "one");
	look_fill();
}

static void record_old(void)
{
	look_attach();
	quipu_inc_at(old, "one");
	quipu_inc(kept);
	quipu_release(kept);
	quipu_inc_at(old, "one");
}

static void unregister(void)
{
	quipu_registry_unregister(registry, "old_total");
}

static void make_new(void)
{
	look_attach();
	new = look_family(registry, "new_total", 0);
	quipu_add_at(new, 100, "one");
}

static void scrape_old(void)
{
	scrape(registry, "old_total", 5, 8);
}

static void check_new(void)
{
	uint64_t value = look_value(registry, "new_total", "one");

	EXPLORE_CHECK("F1", value == 100, "%d instead of 100", (int)value);
	check_all_reclaimed();
}

const struct explore_scenario explore_unregister = {
	.name = "unregister",
	.promises = "P2 P5 T2: a family goes while it is used and scraped",
	.set_up = set_up,
	.threads = { { "recorder", record_old },
		     { "unregisterer", unregister },
		     { "scraper", scrape_old } },
	.check = check_all_reclaimed,
};

const struct explore_scenario explore_generation = {
	.name = "generation",
	.promises = "F1 P2 P5: a family goes while it is used, and another one comes",
	.set_up = set_up,
	.threads = { { "recorder", record_old },
		     { "unregisterer", unregister },
		     { "maker", make_new } },
	.check = check_new,
};

/* --- unregister_full ------------------------------------------------------------------------ */

static void set_up_full(void)
{
	registry = look_set_up();
	old = quipu_counter_family_new(registry,
				       QUIPU_OPTS(.name = "old_total", .help = "One set.",
						  .labels = QUIPU_NAMES("set"), .max_series = 1));
	quipu_add_at(old, 5, "one");
}

static void record_one(void)
{
	look_attach();
	quipu_inc_at(old, "one");
	quipu_inc_at(old, "one");
}

static void check_none_rejected(void)
{
	uint64_t rejected = qp_self_read(QUIPU_SELF_rejected_label_sets);

	EXPLORE_CHECK("F3", rejected == 0, "%d rejected", (int)rejected);
	check_all_reclaimed();
}

const struct explore_scenario explore_unregister_full = {
	.name = "unregister_full",
	.promises = "F3 P5: a family without room goes while its sets are looked up",
	.set_up = set_up_full,
	.threads = { { "recorder", record_one },
		     { "unregisterer", unregister },
		     { "scraper", scrape_old } },
	.check = check_none_rejected,
};

/* --- registry ------------------------------------------------------------------------------- */

static void set_up_two(void)
{
	set_up();
	other = quipu_registry_new(NULL);
	new = look_family(other, "other_total", 0);
	quipu_add_at(new, 100, "one");
}

static void free_registry(void)
{
	quipu_registry_free(registry);
}

static void record_both(void)
{
	record_old();
	quipu_inc_at(new, "one");
}

static void scrape_other(void)
{
	scrape(other, "other_total", 100, 101);
	scrape(other, "other_total", 100, 101);
}

static void check_other(void)
{
	uint64_t value = look_value(other, "other_total", "one");

	EXPLORE_CHECK("P2", value == 101, "%d instead of 101", (int)value);
	check_all_reclaimed();
}

const struct explore_scenario explore_registry = {
	.name = "registry",
	.promises = "P2 P5: a registry is freed beside records into it and scrapes of another",
	.set_up = set_up_two,
	.threads = { { "recorder", record_both },
		     { "freer", free_registry },
		     { "scraper", scrape_other } },
	.check = check_other,
};
