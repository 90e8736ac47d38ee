/* SPDX-License-Identifier: MIT */
/*
 * jemalloc_test.c: the program runs on jemalloc, and the collector says what mallctl says. What
 * happens without jemalloc is no_jemalloc_test.c's.
 */
#include "exposed.h"

#include <jemalloc/jemalloc.h>
#include <stdio.h>

static quipu_registry *registry;

static void begin(void)
{
	registry = quipu_registry_new(NULL);
	cr_assert_eq(quipu_standard_collectors(registry), QUIPU_OK);
}

static void end(void)
{
	expect_no_error(registry);
	cr_expect_eq(self_figure("failed_samples"), 0);
	quipu_registry_free(registry);
}

TestSuite(jemalloc, .init = begin, .fini = end);

static double figure(const char *name)
{
	struct qt_exposition *shown = exposed(registry);
	double value = qt_value(shown, name, NULL);

	qt_free(shown);
	return value;
}

static double of_mutex(const char *name, const char *mutex)
{
	struct qt_exposition *shown = exposed(registry);
	double value = qt_value(shown, name, "mutex", mutex, NULL);

	qt_free(shown);
	return value;
}

static double told(const char *name)
{
	uint64_t value = 0, epoch = 1;
	size_t len = sizeof epoch;

	cr_assert_eq(mallctl("epoch", &epoch, &len, &epoch, len), 0);
	len = sizeof value;
	cr_assert_eq(mallctl(name, &value, &len, NULL, 0), 0, "%s", name);
	return (double)value;
}

/* Where blocks are seen, so that the compiler does not do without them. */
static void *volatile kept;

/* Each scrape has new figures. */
Test(jemalloc, bytes_follow_the_program)
{
	const size_t bytes = (size_t)64 << 20;
	double allocated = figure("jemalloc_allocated_bytes");
	double heap = figure("process_heap_bytes");
	char *block = malloc(bytes);

	cr_assert_not_null(block);
	kept = block;
	memset(block, 1, bytes);
	cr_expect_geq(figure("jemalloc_allocated_bytes"), allocated + (double)bytes);
	cr_expect_geq(figure("process_heap_bytes"), heap + (double)bytes);
	cr_expect_geq(figure("jemalloc_resident_bytes"), (double)bytes);
	free(block);
	cr_expect_lt(figure("jemalloc_allocated_bytes"), allocated + (double)bytes / 2);
}

Test(jemalloc, bytes_fit_each_other)
{
	struct qt_exposition *shown = exposed(registry);
	double active = qt_value(shown, "jemalloc_active_bytes", NULL);

	cr_expect_geq(active, qt_value(shown, "jemalloc_allocated_bytes", NULL));
	cr_expect_geq(qt_value(shown, "jemalloc_mapped_bytes", NULL), active);
	cr_expect_geq(qt_value(shown, "jemalloc_retained_bytes", NULL), 0);
	cr_expect_gt(qt_value(shown, "jemalloc_metadata_bytes", NULL), 0);
	qt_free(shown);
}

Test(jemalloc, arenas_of_four_bytes)
{
	unsigned arenas;
	size_t len = sizeof arenas;

	cr_assert_eq(mallctl("arenas.narenas", &arenas, &len, NULL, 0), 0);
	cr_expect_eq(figure("jemalloc_arenas"), arenas);
}

/* Every mallctl takes the mutex ctl, so the figure lies between what the test reads. */
Test(jemalloc, mutexes_are_what_mallctl_says)
{
	double before = told("stats.mutexes.ctl.num_ops");
	double shown = of_mutex("jemalloc_mutex_operations_total", "ctl");

	cr_expect_gt(shown, before);
	cr_expect_leq(shown, told("stats.mutexes.ctl.num_ops"));
}

Test(jemalloc, bins_add_up)
{
	double before = of_mutex("jemalloc_mutex_operations_total", "arena_bins"), after, sum = 0;
	unsigned n_bins;
	size_t len = sizeof n_bins;
	char name[64];

	for (int i = 0; i < 100000; i++)
		kept = malloc(16);
	cr_assert_eq(mallctl("arenas.nbins", &n_bins, &len, NULL, 0), 0);
	for (unsigned i = 0; i < n_bins; i++) {
		snprintf(name, sizeof name, "stats.arenas.4096.bins.%u.mutex.num_ops", i);
		sum += told(name);
	}
	after = of_mutex("jemalloc_mutex_operations_total", "arena_bins");
	cr_expect_gt(after, before + 500, "from %f to %f", before, after);
	cr_expect_geq(after, sum - 100 * n_bins);
}

static const char *const columns[] = {
	"jemalloc_mutex_operations_total",	  "jemalloc_mutex_waits_total",
	"jemalloc_mutex_spin_acquisitions_total", "jemalloc_mutex_owner_switches_total",
	"jemalloc_mutex_wait_seconds_total",	  "jemalloc_mutex_max_wait_seconds",
	"jemalloc_mutex_max_waiting_threads",
};

Test(jemalloc, all_mutexes_in_all_columns)
{
	static const char *const mutexes[] = { "ctl",
					       "prof",
					       "background_thread",
					       "arena_base",
					       "arena_extent_avail",
					       "arena_tcache_list",
					       "arena_bins" };
	struct qt_exposition *shown = exposed(registry);

	for (size_t i = 0; i < N_OF(columns); i++) {
		for (size_t k = 0; k < N_OF(mutexes); k++)
			cr_expect(qt_find(shown, columns[i], "mutex", mutexes[k], NULL), "%s of %s",
				  columns[i], mutexes[k]);
	}
	qt_free(shown);
}

/* The library's metadata is in an arena of its own. */
Test(jemalloc, quipus_own_memory)
{
	double before = figure("quipu_memory_bytes"), after;
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "c", .help = "C.", .labels = QUIPU_NAMES("l"),
				     .max_series = 10000));
	char value[128] = { 0 };

	memset(value, 'x', 100);
	for (int i = 0; i < 10000; i++) {
		snprintf(value + 100, sizeof value - 100, "%d", i);
		quipu_inc_at(family, value);
	}
	after = figure("quipu_memory_bytes");
	cr_expect_geq(after, before + 10000 * 200.0);
	cr_expect_leq(after, before + 10000 * 1000.0);
	/* of another moment: what a scrape needs comes and goes */
	cr_expect_leq(after, figure("jemalloc_allocated_bytes") * 1.5);
	quipu_family_unregister(family);
	settle();
	cr_expect_leq(figure("quipu_memory_bytes"), before + 10000 * 20.0);
}
