/* SPDX-License-Identifier: MIT */
/*
 * reach.c: whoever looks for leaks finds none in what the library keeps.
 *
 * Memcheck takes a block for lost, or possibly so, if no pointer to its beginning is left. So a
 * process that ends with series of every kind, of families that expire and of others, registered
 * and by label values, must still have them all.
 */
#include <quipu/quipu.h>

static const char *const labels[] = { "label", NULL };

static void expiring(quipu_registry *registry)
{
	quipu_inc_at(quipu_counter_family_new(registry,
					      QUIPU_OPTS(.name = "a_total", .help = "x",
							 .labels = labels, .idle_seconds = 60)),
		     "value");
	quipu_observe_at(quipu_histogram_family_new(registry, QUIPU_OPTS(.name = "b", .help = "x",
									 .labels = labels,
									 .idle_seconds = 60)),
			 0.1, "value");
}

static void staying(quipu_registry *registry)
{
	static const char *const values[] = { "a", "b" };
	static const quipu_axis axis = { "axis", values, 2 };

	quipu_inc_at(quipu_counter_family_new(registry, QUIPU_OPTS(.name = "c_total", .help = "x",
								   .labels = labels)),
		     "value");
	quipu_observe_at(quipu_summary_family_new(
				 registry, QUIPU_OPTS(.name = "d", .help = "x", .labels = labels)),
			 0.1, "value");
	quipu_observe(quipu_summary_new(registry, QUIPU_OPTS(.name = "e", .help = "x")), 0.1);
	quipu_inc(quipu_grid_at(
		quipu_counter_grid_new(registry, QUIPU_OPTS(.name = "f_total", .help = "x",
							    .axes = &axis, .n_axes = 1)),
		1));
}

static int ignore(void *ctx, const char *data, size_t len)
{
	(void)ctx, (void)data, (void)len;
	return 0;
}

int main(void)
{
	quipu_registry *registry = quipu_default_registry();

	expiring(registry);
	staying(registry);
	return quipu_registry_status(registry, NULL) != QUIPU_OK ||
	       quipu_write(registry, NULL, ignore, NULL) != QUIPU_OK;
}
