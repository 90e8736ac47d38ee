/* SPDX-License-Identifier: MIT */
/* grid_test.c: dense grids: every combination from the start, reached by indices. */
#include "exposed.h"
#include "slots.h"

#include <stdio.h>

static quipu_registry *registry;

static const quipu_axis axes[] = { { "a", QUIPU_NAMES("x", "y"), 2 },
				   { "b", QUIPU_NAMES("1", "2", "3"), 3 } };

static void begin(void)
{
	registry = quipu_registry_new(NULL);
}

static void end(void)
{
	expect_no_error(registry);
	quipu_registry_free(registry);
	settle();
	cr_expect_eq(qp_slots_count(), 0, "%zu extents are left", qp_slots_count());
}

TestSuite(grid, .init = begin, .fini = end);

#define OPTS(n) QUIPU_OPTS(.name = n, .help = "G.", .axes = axes, .n_axes = N_OF(axes))

Test(grid, all_combinations_at_zero)
{
	quipu_counter_grid grid = quipu_counter_grid_new(registry, OPTS("g"));

	expect_text(registry, "# HELP g G.\n# TYPE g counter\n"
			      "g{a=\"x\",b=\"1\"} 0\ng{a=\"x\",b=\"2\"} 0\ng{a=\"x\",b=\"3\"} 0\n"
			      "g{a=\"y\",b=\"1\"} 0\ng{a=\"y\",b=\"2\"} 0\ng{a=\"y\",b=\"3\"} 0\n");
	quipu_release(grid);
}

/* Every kind: what is recorded at (i, k) is shown there and nowhere else. */
static uint64_t shown_at(const struct qt_exposition *shown, const char *name, size_t i, size_t k)
{
	return (uint64_t)qt_value(shown, name, "a", axes[0].values[i], "b", axes[1].values[k],
				  NULL);
}

Test(grid, every_kind)
{
	quipu_counter_grid counters = quipu_counter_grid_new(registry, OPTS("c"));
	quipu_float_counter_grid reals = quipu_float_counter_grid_new(registry, OPTS("f"));
	quipu_updown_grid updowns = quipu_updown_grid_new(registry, OPTS("u"));
	quipu_histogram_grid histograms = quipu_histogram_grid_new(registry, OPTS("h"));
	struct qt_exposition *shown;

	for (uint32_t i = 0; i < 2; i++) {
		for (uint32_t k = 0; k < 3; k++) {
			quipu_add(quipu_grid_at(counters, i, k), i * 10 + k);
			quipu_add(quipu_grid_at(reals, i, k), i * 20 + k);
			quipu_add(quipu_grid_at(updowns, i, k), 100);
			quipu_add(quipu_grid_at(updowns, i, k), -(int64_t)(i * 10 + k));
			quipu_observe(quipu_grid_at(histograms, i, k), i * 30 + k);
		}
	}
	shown = exposed(registry);
	for (size_t i = 0; i < 2; i++) {
		for (size_t k = 0; k < 3; k++) {
			cr_expect_eq(shown_at(shown, "c", i, k), i * 10 + k);
			cr_expect_eq(shown_at(shown, "f", i, k), i * 20 + k);
			cr_expect_eq(shown_at(shown, "u", i, k), 100 - (i * 10 + k));
			cr_expect_eq(shown_at(shown, "h_sum", i, k), i * 30 + k);
			cr_expect_eq(shown_at(shown, "h_count", i, k), 1);
		}
	}
	qt_free(shown);
	cr_expect_eq(quipu_read(quipu_grid_at(counters, 1, 2)), 12);
	quipu_release(counters);
	quipu_release(reals);
	quipu_release(updowns);
	quipu_release(histograms);
}

Test(grid, out_of_range_goes_nowhere)
{
	quipu_counter_grid grid = quipu_counter_grid_new(registry, OPTS("g"));
	quipu_histogram_grid histograms = quipu_histogram_grid_new(registry, OPTS("h"));
	const uint32_t at[] = { 0, 0, 0 };
	struct text before = text_of(registry);

	quipu_inc(quipu_grid_at(grid, 2, 0));
	quipu_inc(quipu_grid_at(grid, 0, 3));
	quipu_inc(quipu_grid_at(grid, UINT32_MAX, 0));
	quipu_inc(quipu_grid_at(grid, 0, UINT32_MAX));
	quipu_inc(quipu_grid_at(grid, 0));
	quipu_inc(quipu_grid_at(grid, 0, 0, 0));
	quipu_inc(quipu_counter_grid_at(grid, at, 0));
	quipu_inc(quipu_counter_grid_at(grid, at, UINT32_MAX));
	quipu_observe(quipu_grid_at(histograms, 2, 0), 1);
	quipu_observe(quipu_grid_at(histograms, 0), 1);
	expect_text(registry, before.data);
	free(before.data);
	quipu_release(grid);
	quipu_release(histograms);
}

Test(grid, six_axes)
{
	const quipu_axis six[] = {
		{ "a", QUIPU_NAMES("0", "1"), 2 },	{ "b", QUIPU_NAMES("0"), 1 },
		{ "c", QUIPU_NAMES("0", "1", "2"), 3 }, { "d", QUIPU_NAMES("0", "1"), 2 },
		{ "e", QUIPU_NAMES("0", "1"), 2 },	{ "f", QUIPU_NAMES("0", "1", "2"), 3 },
	};
	quipu_counter_grid grid = quipu_counter_grid_new(
		registry, QUIPU_OPTS(.name = "g", .help = "G.", .axes = six, .n_axes = 6));
	struct qt_exposition *shown;

	quipu_add(quipu_grid_at(grid, 1, 0, 2, 1, 0, 2), 7);
	quipu_add(quipu_grid_at(grid, 0, 0, 0, 0, 0, 0), 5);
	shown = exposed(registry);
	cr_expect_eq(shown->n_samples, 72);
	cr_expect_eq(qt_u64(shown, "g", "a", "1", "b", "0", "c", "2", "d", "1", "e", "0", "f", "2",
			    NULL),
		     7);
	cr_expect_eq(qt_sum_u64(shown, "g", NULL), 12);
	qt_free(shown);
	quipu_release(grid);
}

/* The slots go back once the family is unregistered and the grid released, in either order. */
Test(grid, unregistered_and_released)
{
	for (int i = 0; i < 2; i++) {
		quipu_counter_grid grid = quipu_counter_grid_new(registry, OPTS("g"));

		quipu_inc(quipu_grid_at(grid, 1, 1));
		if (i)
			quipu_release(grid);
		cr_expect_eq(quipu_registry_unregister(registry, "g"), QUIPU_OK);
		expect_text(registry, "");
		settle();
		if (!i) {
			quipu_inc(quipu_grid_at(grid, 1, 1)); /* harmless */
			cr_expect_not_null(qp_slots_owner(grid.first.offset));
			quipu_release(grid);
			settle();
		}
		cr_expect_null(qp_slots_owner(grid.first.offset));
	}
}

Test(grid, the_zero_grid)
{
	quipu_counter_grid grid = { 0 };

	quipu_inc(quipu_grid_at(grid, 0, 0));
	cr_expect_eq(quipu_grid_at(grid, 0, 0).offset, 0);
	quipu_release(grid);
}

static char texts[300][4];
static const char *values[300];

static void fill_values(void)
{
	for (int i = 0; i < 300; i++) {
		snprintf(texts[i], sizeof texts[i], "%d", i);
		values[i] = texts[i];
	}
}

/* More than there are slots, and more than numbers of 32 bits can say. */
Test(grid, too_large)
{
	const quipu_axis many[] = { { "a", values, 300 }, { "b", values, 300 },
				    { "c", values, 300 }, { "d", values, 300 },
				    { "e", values, 300 }, { "f", values, 300 } };

	fill_values();
	for (size_t n = 3; n <= 6; n++) {
		quipu_counter_grid grid = quipu_counter_grid_new(
			registry, QUIPU_OPTS(.name = "g", .help = "G.", .axes = many, .n_axes = n));

		quipu_inc(quipu_counter_grid_at(grid, (const uint32_t[6]){ 0 }, (uint32_t)n));
		cr_expect_eq(grid.first.offset, 0);
		expect_status(registry, QUIPU_ESLOTS, "\"g\"");
		expect_text(registry, "");
	}
}

/* A series in the middle of a large grid, of many pages. */
Test(grid, large)
{
	const quipu_axis two[2] = { { "a", values, 300 }, { "b", values, 300 } };
	quipu_updown_grid grid;
	struct qt_exposition *shown;

	fill_values();
	grid = quipu_updown_grid_new(
		registry, QUIPU_OPTS(.name = "g", .help = "G.", .axes = two, .n_axes = 2));
	quipu_add(quipu_grid_at(grid, 299, 299), -5);
	quipu_add(quipu_grid_at(grid, 150, 7), 3);
	shown = exposed(registry);
	cr_expect_eq(shown->n_samples, 90000);
	cr_expect_eq(qt_value(shown, "g", "a", "299", "b", "299", NULL), -5);
	cr_expect_eq(qt_value(shown, "g", "a", "150", "b", "7", NULL), 3);
	cr_expect_eq(qt_value(shown, "g", "a", "150", "b", "8", NULL), 0);
	qt_free(shown);
	quipu_release(grid);
}
