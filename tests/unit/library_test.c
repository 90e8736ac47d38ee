/* SPDX-License-Identifier: MIT */
/* library_test.c: what belongs to the process: the shard size, the version, the figures. */
#include "exposed.h"

#include <stdio.h>

#define MIB ((size_t)1 << 20)

Test(library, shard_sizes)
{
	static const size_t refused[] = {
		0, 1, MIB - 1, MIB + 1, MIB + 4096, 1025 * MIB, SIZE_MAX
	};

	for (size_t i = 0; i < N_OF(refused); i++)
		cr_expect_eq(quipu_set_shard_size(refused[i]), QUIPU_EOPTION, "%zu", refused[i]);
	cr_expect_eq(quipu_set_shard_size(1024 * MIB), QUIPU_OK);
	cr_expect_eq(quipu_set_shard_size(3 * MIB), QUIPU_OK);
	cr_expect_eq(quipu_set_shard_size(MIB), QUIPU_OK);
}

Test(library, too_late_for_a_shard_size)
{
	quipu_default_registry();
	cr_expect_eq(quipu_set_shard_size(MIB), QUIPU_EOPTION);
}

/* The largest size works, and costs nothing that is not used. */
Test(library, the_largest_shard)
{
	quipu_counter counter;

	cr_assert_eq(quipu_set_shard_size(1024 * MIB), QUIPU_OK);
	counter =
		quipu_counter_new(quipu_default_registry(), QUIPU_OPTS(.name = "c", .help = "C."));
	quipu_inc(counter);
	expect_text(quipu_default_registry(), "# HELP c C.\n# TYPE c counter\nc 1\n");
}

/* The size is what counts: 254 pages of words and one of everything else. */
Test(library, as_many_series_as_fit)
{
	quipu_registry *registry;
	char name[16];
	unsigned made = 0;

	cr_assert_eq(quipu_set_shard_size(MIB), QUIPU_OK);
	registry = quipu_registry_new(NULL);
	for (unsigned i = 0; i < 1000; i++) {
		double bounds[QUIPU_MAX_BOUNDS];

		snprintf(name, sizeof name, "h%u", i);
		quipu_bounds_linear(bounds, QUIPU_MAX_BOUNDS, 1, 1);
		made += quipu_histogram_new(registry,
					    QUIPU_OPTS(.name = name, .help = "H.", .bounds = bounds,
						       .n_bounds = QUIPU_MAX_BOUNDS))
				.offset != 0;
	}
	cr_expect_gt(made, 100);
	cr_expect_lt(made, 128);
	expect_status(registry, QUIPU_ESLOTS, "\"h1");
	expect_samples(registry, made * (QUIPU_MAX_BOUNDS + 3));
	quipu_registry_free(registry);
	settle();
	registry = quipu_registry_new(NULL);
	cr_expect_neq(quipu_counter_new(registry, QUIPU_OPTS(.name = "c", .help = "C.")).offset, 0);
	expect_no_error(registry);
	quipu_registry_free(registry);
}

Test(library, version)
{
	char version[32];

	snprintf(version, sizeof version, "%d.%d.%d", QUIPU_VERSION_MAJOR, QUIPU_VERSION_MINOR,
		 QUIPU_VERSION_PATCH);
	cr_expect_str_eq(QUIPU_VERSION, version);
	cr_expect_str_eq(quipu_version(), version);
}

static void check_figure(const char *name, const char *help, uint64_t value, void *ctx)
{
	++*(int *)ctx;
	cr_expect_neq(name[0], '\0');
	cr_expect_gt(strlen(help), 10);
	cr_expect_eq(help[strlen(help) - 1], '.');
	cr_expect_eq(value, 0, "%s", name);
}

Test(library, figures_begin_at_zero)
{
	int n = 0;

	quipu_self(check_figure, &n);
	cr_expect_gt(n, 5);
	free(text_of(quipu_default_registry()).data);
	cr_expect_eq(self_figure("scrapes"), 1);
}
