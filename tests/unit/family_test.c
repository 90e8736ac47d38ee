/* SPDX-License-Identifier: MIT */
/* family_test.c: the cap and the overflow series, removal, unregistering, generations. */
#include "exposed.h"
#include "slots.h"

#include <stdio.h>

struct world {
	quipu_registry *registry;
	quipu_counter_family family;
};

static struct world world_new(size_t max_series)
{
	struct world world = { .registry = quipu_registry_new(NULL) };

	world.family = quipu_counter_family_new(
		world.registry, QUIPU_OPTS(.name = "f", .help = "F.", .max_series = max_series,
					   .labels = QUIPU_NAMES("a", "b")));
	cr_assert_not_null(world.family.family);
	return world;
}

static void world_end(struct world *world)
{
	expect_no_error(world->registry);
	quipu_registry_free(world->registry);
	settle();
}

#define HEAD "# HELP f F.\n# TYPE f counter\n"

/* --- the cap (F3) ----------------------------------------------------------------------------- */

Test(family, the_boundary_of_the_cap)
{
	struct world world = world_new(2);

	expect_text(world.registry, HEAD);
	quipu_inc_at(world.family, "1", "x");
	quipu_inc_at(world.family, "2", "x");
	expect_text(world.registry, HEAD "f{a=\"1\",b=\"x\"} 1\nf{a=\"2\",b=\"x\"} 1\n");
	quipu_inc_at(world.family, "1", "x");
	cr_expect_eq(self_figure("rejected_label_sets"), 0);
	quipu_add_at(world.family, 10, "3", "x");
	quipu_add_at(world.family, 20, "4", "x");
	quipu_inc_at(world.family, "2", "x");
	expect_text(world.registry, HEAD "f{a=\"1\",b=\"x\"} 2\nf{a=\"2\",b=\"x\"} 2\n"
					 "f{otel_metric_overflow=\"true\"} 30\n");
	cr_expect_eq(self_figure("rejected_label_sets"), 2);
	world_end(&world);
}

Test(family, exactly_max_series_for_many_caps)
{
	char text[16];

	for (size_t cap = 1; cap < 70; cap += 4) {
		struct world world = world_new(cap);

		for (size_t i = 0; i < cap; i++) {
			snprintf(text, sizeof text, "%zu", i);
			quipu_inc_at(world.family, text, "x");
		}
		expect_samples(world.registry, cap);
		quipu_inc_at(world.family, "one", "more");
		quipu_inc_at(world.family, "and", "another");
		expect_samples(world.registry, cap + 1);
		world_end(&world);
	}
}

Test(family, default_caps)
{
	quipu_registry *registry = quipu_registry_new(QUIPU_REGISTRY_OPTS(.max_series = 3));
	struct world world = world_new(0);
	quipu_gauge_family other = quipu_gauge_family_new(
		registry, QUIPU_OPTS(.name = "g", .help = "G.", .labels = QUIPU_NAMES("a")));
	char text[16];

	for (int i = 0; i < 1005; i++) {
		snprintf(text, sizeof text, "%d", i);
		quipu_inc_at(world.family, text, "x");
		quipu_set_at(other, i, text);
	}
	expect_samples(world.registry, 1001);
	expect_text(registry,
		    "# HELP g G.\n# TYPE g gauge\ng{a=\"0\"} 0\ng{a=\"1\"} 1\ng{a=\"2\"} 2\n"
		    "g{otel_metric_overflow=\"true\"} 1004\n");
	quipu_registry_free(registry);
	world_end(&world);
}

/* A kept handle beyond the cap is the overflow series; releasing it leaves the series alone. */
Test(family, kept_handles_beyond_the_cap)
{
	struct world world = world_new(1);
	quipu_counter first = quipu_at(world.family, "1", "x");
	quipu_counter a = quipu_at(world.family, "2", "x"), b = quipu_at(world.family, "3", "x");

	cr_expect_neq(a.offset, 0);
	cr_expect_neq(a.offset, first.offset);
	cr_expect_eq(a.offset, b.offset);
	quipu_add(a, 2);
	quipu_add(b, 3);
	quipu_release(a);
	quipu_release(b);
	settle();
	quipu_inc_at(world.family, "4", "x");
	expect_text(world.registry,
		    HEAD "f{a=\"1\",b=\"x\"} 0\nf{otel_metric_overflow=\"true\"} 6\n");
	world_end(&world);
}

Test(family, removal_makes_room_under_the_cap)
{
	struct world world = world_new(2);

	quipu_inc_at(world.family, "1", "x");
	quipu_inc_at(world.family, "2", "x");
	quipu_inc_at(world.family, "3", "x");
	cr_expect_eq(quipu_family_remove(world.family, "1", "x"), 1);
	quipu_inc_at(world.family, "3", "x");
	quipu_inc_at(world.family, "4", "x");
	expect_text(world.registry, HEAD "f{a=\"2\",b=\"x\"} 1\nf{a=\"3\",b=\"x\"} 1\n"
					 "f{otel_metric_overflow=\"true\"} 2\n");
	world_end(&world);
}

/* Where no slots are left, what is recorded by label values is still in the scrape. */
Test(family, no_slots_left)
{
	const uint32_t n = 100000; /* more than fit into 1 MiB */
	struct world world;
	char text[16];
	uint64_t shown;
	struct qt_exposition *exposition;

	cr_assert_eq(quipu_set_shard_size(1 << 20), QUIPU_OK);
	world = world_new(10 * n);
	for (uint32_t i = 0; i < 2 * n; i++) {
		snprintf(text, sizeof text, "%u", i);
		quipu_inc_at(world.family, text, "x");
	}
	expect_status(world.registry, QUIPU_ESLOTS, "\"f\"");
	cr_expect_eq(quipu_at(world.family, "kept", "x").offset, 0);
	expect_status(world.registry, QUIPU_ESLOTS, "\"f\"");
	cr_expect_eq(
		quipu_counter_new(world.registry, QUIPU_OPTS(.name = "c", .help = "C.")).offset, 0,
		"another kind of range");
	exposition = exposed(world.registry);
	shown = qt_sum_u64(exposition, "f", NULL);
	cr_expect_eq(shown, 2 * n, "%lu of %u records are shown", shown, 2 * n);
	qt_free(exposition);
	quipu_registry_clear_status(world.registry);
	world_end(&world);
}

/* --- removing --------------------------------------------------------------------------------- */

static void fill_grid(struct world *world)
{
	static const char *const values[] = { "1", "2", "3" };

	for (size_t a = 0; a < 3; a++) {
		for (size_t b = 0; b < 3; b++)
			quipu_add_at(world->family, 10 * a + b + 11, values[a], values[b]);
	}
}

Test(family, removes_one)
{
	struct world world = world_new(0);

	fill_grid(&world);
	cr_expect_eq(quipu_family_remove(world.family, "2", "3"), 1);
	cr_expect_eq(quipu_family_remove(world.family, "2", "3"), 0);
	cr_expect_eq(quipu_family_remove(world.family, "2"), 0);
	cr_expect_eq(quipu_family_remove(world.family, "2", "3", "4"), 0);
	cr_expect_eq(quipu_family_remove(world.family, "23", ""), 0);
	expect_samples(world.registry, 8);
	quipu_inc_at(world.family, "2", "3");
	expect_text(world.registry,
		    HEAD "f{a=\"1\",b=\"1\"} 11\nf{a=\"1\",b=\"2\"} 12\nf{a=\"1\",b=\"3\"} 13\n"
			 "f{a=\"2\",b=\"1\"} 21\nf{a=\"2\",b=\"2\"} 22\n"
			 "f{a=\"3\",b=\"1\"} 31\nf{a=\"3\",b=\"2\"} 32\nf{a=\"3\",b=\"3\"} 33\n"
			 "f{a=\"2\",b=\"3\"} 1\n");
	world_end(&world);
}

Test(family, removes_by_one_label)
{
	struct world world = world_new(0);

	fill_grid(&world);
	cr_expect_eq(quipu_counter_family_remove_matching(world.family, "c", "2"), 0);
	cr_expect_eq(quipu_counter_family_remove_matching(world.family, "b", "4"), 0);
	cr_expect_eq(quipu_counter_family_remove_matching(world.family, NULL, "2"), 0);
	cr_expect_eq(quipu_counter_family_remove_matching(world.family, "b", NULL), 0);
	cr_expect_eq(quipu_counter_family_remove_matching(world.family, "b", "2"), 3);
	cr_expect_eq(quipu_counter_family_remove_matching(world.family, "a", "1"), 2);
	expect_text(world.registry, HEAD "f{a=\"2\",b=\"1\"} 21\nf{a=\"2\",b=\"3\"} 23\n"
					 "f{a=\"3\",b=\"1\"} 31\nf{a=\"3\",b=\"3\"} 33\n");
	world_end(&world);
}

Test(family, clears)
{
	struct world world = world_new(0);

	cr_expect_eq(quipu_counter_family_clear(world.family), 0);
	for (int i = 0; i < 3; i++) {
		fill_grid(&world);
		cr_expect_eq(quipu_counter_family_clear(world.family), 9);
		expect_text(world.registry, HEAD);
	}
	world_end(&world);
}

/* Whatever the length of the list and whichever entries go, the right ones stay. */
Test(family, removes_many_of_many)
{
	struct world world = world_new(0);
	struct qt_exposition *shown;
	char text[16];

	for (unsigned i = 0; i < 500; i++) {
		snprintf(text, sizeof text, "%u", i);
		quipu_add_at(world.family, i, text, i % 7 ? "stays" : "goes");
	}
	cr_expect_eq(quipu_counter_family_remove_matching(world.family, "b", "goes"), 72);
	for (unsigned i = 0; i < 500; i += 2) {
		snprintf(text, sizeof text, "%u", i);
		cr_expect_eq(quipu_family_remove(world.family, text, "stays"), i % 7 != 0);
	}
	shown = exposed(world.registry);
	for (unsigned i = 0; i < 500; i++) {
		const struct qt_sample *sample;

		snprintf(text, sizeof text, "%u", i);
		sample = qt_find(shown, "f", "a", text, "b", "stays", NULL);
		cr_expect_eq(sample != NULL, i % 7 != 0 && i % 2 != 0, "series %u", i);
		cr_expect(!sample || sample->value == i);
	}
	qt_free(shown);
	world_end(&world);
}

/* --- kept handles of what was removed --------------------------------------------------------- */

Test(family, a_pinned_series_swallows_late_writes)
{
	struct world world = world_new(0);
	quipu_counter kept = quipu_at(world.family, "1", "x"), again;

	quipu_add(kept, 5);
	cr_expect_eq(quipu_family_remove(world.family, "1", "x"), 1);
	settle();
	quipu_add(kept, 7);
	expect_text(world.registry, HEAD);
	again = quipu_at(world.family, "1", "x");
	cr_expect_neq(again.offset, kept.offset, "pinned slots are not recycled");
	quipu_add(kept, 100);
	expect_text(world.registry, HEAD "f{a=\"1\",b=\"x\"} 0\n");
	quipu_release(kept);
	settle();
	quipu_inc(again);
	expect_text(world.registry, HEAD "f{a=\"1\",b=\"x\"} 1\n");
	world_end(&world);
}

Test(family, slots_are_recycled_after_the_last_release)
{
	struct world world = world_new(0);
	quipu_counter one = quipu_at(world.family, "1", "x"),
		      two = quipu_at(world.family, "1", "x");
	uint32_t bytes;

	cr_expect_eq(one.offset, two.offset);
	quipu_add(one, 5);
	quipu_family_remove(world.family, "1", "x");
	quipu_release(one);
	settle();
	bytes = qp_slots_bytes(two.offset);
	cr_expect_eq(bytes, 8);
	cr_expect_not_null(qp_slots_owner(two.offset), "one pin is left");
	quipu_add(two, 5);
	quipu_release(two);
	settle();
	cr_expect_null(qp_slots_owner(two.offset));
	cr_expect_eq(quipu_read(two), 0, "S3: bytes not in use are zero");
	quipu_release(two); /* once too often harms nobody */
	world_end(&world);
}

/* New series get slots that old ones had, and begin at zero. */
Test(family, recycled_series_begin_at_zero)
{
	struct world world = world_new(0);
	struct qt_exposition *shown;
	char text[16];

	for (int round = 0; round < 20; round++) {
		for (unsigned i = 0; i < 100; i++) {
			snprintf(text, sizeof text, "%d-%u", round, i);
			quipu_add_at(world.family, 3, text, "x");
		}
		shown = exposed(world.registry);
		cr_expect_eq(qt_sum_u64(shown, "f", NULL), 300);
		qt_free(shown);
		cr_expect_eq(quipu_counter_family_clear(world.family), 100);
		settle();
	}
	cr_expect_leq(qp_slots_end(), 16 * QP_PAGE_BYTES);
	world_end(&world);
}

/* --- unregistering ---------------------------------------------------------------------------- */

/* F1: whatever the memory is used for now. */
Test(family, handles_of_the_unregistered_find_nothing)
{
	struct world world = world_new(0);
	quipu_counter_family old = world.family;
	quipu_counter kept = quipu_at(old, "1", "x");

	quipu_inc(kept);
	quipu_family_unregister(old);
	expect_text(world.registry, "");
	settle();
	for (int i = 0; i < 10; i++) {
		struct world next = world_new(0);

		cr_expect_eq(next.family.family, old.family, "the cell is used again");
		quipu_inc_at(old, "1", "x");
		quipu_inc_at(old, "2", "x");
		cr_expect_eq(quipu_at(old, "1", "x").offset, 0);
		cr_expect_eq(quipu_family_remove(old, "1", "x"), 0);
		cr_expect_eq(quipu_counter_family_clear(old), 0);
		quipu_family_unregister(old);
		quipu_inc(kept);
		quipu_inc_at(next.family, "1", "x");
		expect_text(next.registry, HEAD "f{a=\"1\",b=\"x\"} 1\n");
		world_end(&next);
	}
	quipu_release(kept);
	world_end(&world);
}

Test(family, a_name_is_free_again)
{
	struct world world = world_new(0);
	quipu_counter kept = quipu_at(world.family, "1", "x");
	quipu_gauge_family other;

	quipu_family_unregister(world.family);
	other = quipu_gauge_family_new(
		world.registry, QUIPU_OPTS(.name = "f", .help = "G.", .labels = QUIPU_NAMES("z")));
	quipu_add(kept, 9);
	quipu_set_at(other, 2, "y");
	expect_text(world.registry, "# HELP f G.\n# TYPE f gauge\nf{z=\"y\"} 2\n");
	quipu_release(kept);
	world_end(&world);
}

/* A zero family gives zero handles, and takes everything. */
Test(family, the_zero_family)
{
	quipu_counter_family counters = { 0 };
	quipu_histogram_family histograms = { 0 };
	quipu_gauge_family gauges = { 0 };
	quipu_stateset_family statesets = { 0 };
	quipu_histogram histogram = quipu_at(histograms, "1");

	quipu_inc_at(counters, "1", "2");
	quipu_observe_at(histograms, 1, "1");
	quipu_set_at(gauges, 1, "1");
	quipu_select_at(statesets, 1, "1");
	quipu_observe(histogram, 1);
	cr_expect_eq(histogram.offset, 0);
	cr_expect_null(quipu_at(gauges, "1").cell);
	cr_expect_eq(quipu_family_remove(counters, "1"), 0);
	cr_expect_eq(quipu_counter_family_clear(counters), 0);
	cr_expect_eq(quipu_counter_family_remove_matching(counters, "a", "1"), 0);
	quipu_family_unregister(counters);
	cr_expect_eq(quipu_read(histogram).count, 0);
}
