/* SPDX-License-Identifier: MIT */
/*
 * idle.c: a series stood still long enough, and is recorded into while a scrape lets it go.
 *
 * idle: by label values: into the series, which then stays, or into a new one; never into one that
 * no scrape shows any more (I2), never two of the same set (I3).
 * idle_pin: through a handle that was got meanwhile: what is pinned stays (I1).
 * idle_seen: who has recorded scrapes itself, and sees it at once, whatever another scrape does.
 * idle_two: two scrapes at once, of which one looks.
 * idle_cells: a histogram, whose value is several cells.
 * idle_full: the family has room for this one only, which therefore is never rejected (family.h).
 */
#include "look.h"
#include "scenarios.h"

static quipu_registry *registry;
static quipu_counter_family sets;

#define IDLE_SECONDS 1.0
#define LONG_NS 2000000000u

static void scrape(void)
{
	struct look look = { .family = "sets_total", .set = "still" };

	look_at(registry, &look, 1);
}

static void stand_still(void)
{
	quipu_add_at(sets, 100, "still");
	scrape();
	explore_let_pass(LONG_NS);
}

static void set_up(void)
{
	registry = look_set_up();
	sets = look_family(registry, "sets_total", IDLE_SECONDS);
	stand_still();
}

/* Whatever was recorded into a series that is not there any more is lost. */
static void check_value(uint64_t recorded)
{
	uint64_t value = look_value(registry, "sets_total", "still");

	EXPLORE_CHECK("P2", value == recorded || value == 100 + recorded, "%d of %d, or 100 more",
		      (int)value, (int)recorded);
	explore_saw(value == recorded); /* 1: it expired, and came anew */
}

static void record(void)
{
	look_attach();
	quipu_add_at(sets, 1, "still");
	quipu_add_at(sets, 2, "still");
}

static void record_more(void)
{
	look_attach();
	quipu_add_at(sets, 4, "still");
}

static void check(void)
{
	check_value(7);
}

const struct explore_scenario explore_idle = {
	.name = "idle",
	.promises = "P2 I2 I3: what is recorded while a series expires is shown",
	.set_up = set_up,
	.threads = { { "scraper", scrape }, { "first", record }, { "second", record_more } },
	.check = check,
	.outcomes = 1u << 0 | 1u << 1,
};

static void keep_and_record(void)
{
	quipu_counter kept;

	look_attach();
	kept = quipu_at(sets, "still");
	quipu_add(kept, 1);
	quipu_add(kept, 2);
	quipu_release(kept);
}

static void check_kept(void)
{
	check_value(3);
}

const struct explore_scenario explore_idle_pin = {
	.name = "idle_pin",
	.promises = "P2 I1: what is pinned does not expire",
	.set_up = set_up,
	.threads = { { "scraper", scrape }, { "keeper", keep_and_record } },
	.check = check_kept,
	.outcomes = 1u << 0 | 1u << 1,
};

/* --- idle_full ------------------------------------------------------------------------------ */

static void set_up_full(void)
{
	registry = look_set_up();
	sets = quipu_counter_family_new(registry,
					QUIPU_OPTS(.name = "sets_total", .help = "Of one set.",
						   .labels = QUIPU_NAMES("set"), .max_series = 1,
						   .idle_seconds = IDLE_SECONDS));
	stand_still();
}

static void check_full(void)
{
	uint64_t rejected = qp_family_rejected(qp_family_live(sets.family, sets.generation));

	EXPLORE_CHECK("F3", rejected == 0, "%d rejected", (int)rejected);
	check_value(7);
}

const struct explore_scenario explore_idle_full = {
	.name = "idle_full",
	.promises = "P2 F3 I3: what leaves a full family and comes back is not rejected",
	.set_up = set_up_full,
	.threads = { { "scraper", scrape }, { "first", record }, { "second", record_more } },
	.check = check_full,
	.outcomes = 1u << 0 | 1u << 1,
};

/* --- idle_seen ------------------------------------------------------------------------------ */

static void record_and_see(void)
{
	struct look look = { .family = "sets_total", .set = "still" };
	int i;

	look_attach();
	for (i = 1; i <= 2; i++) {
		quipu_inc_at(sets, "still");
		look_at(registry, &look, 1);
		EXPLORE_CHECK("P2", look.shown && look.value % 100 == (uint64_t)i,
			      "%d instead of %d or 100 more", look.shown ? (int)look.value : -1, i);
	}
}

static void check_seen(void)
{
	check_value(2);
}

const struct explore_scenario explore_idle_seen = {
	.name = "idle_seen",
	.promises = "P2 P3: what was recorded is in the next scrape",
	.set_up = set_up,
	.threads = { { "scraper", scrape }, { "recorder", record_and_see } },
	.check = check_seen,
	.outcomes = 1u << 0 | 1u << 1,
};

/* --- idle_two ------------------------------------------------------------------------------- */

static void check_two(void)
{
	check_value(3);
}

const struct explore_scenario explore_idle_two = {
	.name = "idle_two",
	.promises = "P2 I2 I3: the same beside two scrapes",
	.set_up = set_up,
	.threads = { { "scraper", scrape }, { "other scraper", scrape }, { "recorder", record } },
	.check = check_two,
	.outcomes = 1u << 0 | 1u << 1,
};

/* --- idle_cells ----------------------------------------------------------------------------- */

static quipu_histogram_family sizes;

static void set_up_cells(void)
{
	static const double bounds[] = { 1 };

	registry = look_set_up();
	sizes = quipu_histogram_family_new(
		registry,
		QUIPU_OPTS(.name = "sizes", .help = "Some sizes.", .labels = QUIPU_NAMES("set"),
			   .bounds = bounds, .n_bounds = 1, .idle_seconds = IDLE_SECONDS));
	quipu_observe_at(sizes, 0.5, "still");
	scrape();
	explore_let_pass(LONG_NS);
}

static void observe(void)
{
	look_attach();
	quipu_observe_at(sizes, 2.0, "still");
	quipu_observe_at(sizes, 0.5, "still");
}

/* There were three, or the first went. */
static void check_cells(void)
{
	quipu_histogram_value value = quipu_read(quipu_at(sizes, "still"));

	EXPLORE_CHECK("P2",
		      (value.count == 3 && value.sum == 3.0) ||
			      (value.count == 2 && value.sum == 2.5),
		      "%d of 2, or one more; sum %g", (int)value.count, value.sum);
	explore_saw(value.count == 2);
}

const struct explore_scenario explore_idle_cells = {
	.name = "idle_cells",
	.promises = "P2 P4 I2: the same of a histogram",
	.set_up = set_up_cells,
	.threads = { { "scraper", scrape }, { "observer", observe } },
	.check = check_cells,
	.outcomes = 1u << 0 | 1u << 1,
};
