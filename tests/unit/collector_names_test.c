/* SPDX-License-Identifier: MIT */
/*
 * collector_names_test.c: no family that a collector makes shares a name, or a sample's name,
 * with another: registered, of the same collector, or of another one.
 */
#include "exposed.h"

static quipu_registry *registry;

static void begin(void)
{
	registry = quipu_registry_new(NULL);
}

static void end(void)
{
	expect_no_error(registry);
	quipu_registry_free(registry);
}

TestSuite(collector_names, .init = begin, .fini = end);

#define FAMILY(kind, ...) quipu_emit_family(emitter, QUIPU_KIND_##kind, QUIPU_OPTS(__VA_ARGS__))

static void clash_with_samples(quipu_emitter *emitter, void *ctx)
{
	(void)ctx;
	cr_expect_eq(FAMILY(GAUGE, .name = "reg_count", .help = "H."), QUIPU_EDUPLICATE);
	cr_expect_eq(FAMILY(HISTOGRAM, .name = "other", .help = "H."), QUIPU_EDUPLICATE);
	cr_expect_eq(FAMILY(HISTOGRAM, .name = "h", .help = "H."), QUIPU_OK);
	cr_expect_eq(FAMILY(GAUGE, .name = "h_count", .help = "H."), QUIPU_EDUPLICATE);
	cr_expect_eq(FAMILY(GAUGE, .name = "h_sum", .help = "H."), QUIPU_EDUPLICATE);
	cr_expect_eq(FAMILY(GAUGE, .name = "i_bucket", .help = "H."), QUIPU_OK);
	cr_expect_eq(FAMILY(HISTOGRAM, .name = "i", .help = "H."), QUIPU_EDUPLICATE);
	cr_expect_eq(FAMILY(GAUGE, .name = "v_info", .help = "H."), QUIPU_OK);
	cr_expect_eq(FAMILY(INFO, .name = "v", .help = "H."), QUIPU_EDUPLICATE, "shown as v_info");
	cr_expect_eq(FAMILY(INFO, .name = "build", .help = "H."), QUIPU_EDUPLICATE);
}

Test(collector_names, names_of_samples_refused)
{
	struct qt_exposition *shown;

	quipu_histogram_new(registry, QUIPU_OPTS(.name = "reg", .help = "R."));
	quipu_counter_new(registry, QUIPU_OPTS(.name = "other_sum", .help = "O."));
	quipu_info_new(registry, QUIPU_OPTS(.name = "build", .help = "B."), NULL, 0);
	quipu_collector_add(registry, clash_with_samples, NULL);
	shown = exposed(registry);
	cr_expect_eq(shown->n_families, 6);
	qt_free(shown);
	cr_expect_eq(self_figure("failed_samples"), 7);
	expect_status(registry, QUIPU_EDUPLICATE, "\"reg_count\"");
}

/* What formats and escaping make of names clashes as well. */
static void clash_when_shown(quipu_emitter *emitter, void *ctx)
{
	(void)ctx;
	cr_expect_eq(FAMILY(GAUGE, .name = "reg_b", .help = "H."), QUIPU_EDUPLICATE);
	cr_expect_eq(FAMILY(GAUGE, .name = "reg-b", .help = "H."), QUIPU_EDUPLICATE);
	cr_expect_eq(FAMILY(GAUGE, .name = "sum", .help = "H."), QUIPU_EDUPLICATE);
	cr_expect_eq(FAMILY(COUNTER, .name = "own.c_total", .help = "H."), QUIPU_OK);
	cr_expect_eq(FAMILY(GAUGE, .name = "own_c", .help = "H."), QUIPU_EDUPLICATE);
	cr_expect_eq(FAMILY(GAUGE, .name = "own-c", .help = "H."), QUIPU_EDUPLICATE);
	cr_expect_eq(FAMILY(GAUGE, .name = "own.c_created", .help = "H."), QUIPU_EDUPLICATE);
	cr_expect_eq(
		FAMILY(GAUGE, .name = "fine", .help = "H.", .labels = QUIPU_NAMES("a.b", "a_b")),
		QUIPU_ELABEL);
	cr_expect_eq(FAMILY(GAUGE, .name = "own_d", .help = "H."), QUIPU_OK);
}

Test(collector_names, names_that_are_shown_as_one_refused)
{
	quipu_counter_new(registry, QUIPU_OPTS(.name = "reg.b", .help = "R."));
	quipu_counter_new(registry, QUIPU_OPTS(.name = "sum_total", .help = "S."));
	quipu_collector_add(registry, clash_when_shown, NULL);
	expect_text(registry, "# HELP own_c_total H.\n# TYPE own_c_total counter\n"
			      "# HELP own_d H.\n# TYPE own_d gauge\n"
			      "# HELP reg_b R.\n# TYPE reg_b counter\nreg_b 0\n"
			      "# HELP sum_total S.\n# TYPE sum_total counter\nsum_total 0\n");
	cr_expect_eq(self_figure("failed_samples"), 7);
	expect_status(registry, QUIPU_EDUPLICATE, "\"reg_b\" and \"reg.b\"");
}

static void make_one(quipu_emitter *emitter, void *ctx)
{
	cr_expect_eq(FAMILY(GAUGE, .name = ctx, .help = "H."), QUIPU_OK);
	quipu_emit_value(emitter, 1, NULL);
}

static void make_a_histogram(quipu_emitter *emitter, void *ctx)
{
	cr_expect_eq(FAMILY(HISTOGRAM, .name = ctx, .help = "H."), QUIPU_OK);
}

/* Two collectors know nothing of each other: the first one's family stays. */
Test(collector_names, two_with_one_name)
{
	static char name[] = "twice", h[] = "h", h_count[] = "h_count", k[] = "k",
		    k_sum[] = "k_sum";

	quipu_collector_add(registry, make_one, name);
	quipu_collector_add(registry, make_one, name);
	expect_text(registry, "# HELP twice H.\n# TYPE twice gauge\ntwice 1\n");
	cr_expect_eq(self_figure("failed_samples"), 1);
	quipu_collector_add(registry, make_a_histogram, h);
	quipu_collector_add(registry, make_one, h_count);
	quipu_collector_add(registry, make_one, k_sum);
	quipu_collector_add(registry, make_a_histogram, k);
	expect_text(registry,
		    "# HELP h H.\n# TYPE h histogram\n# HELP k_sum H.\n# TYPE k_sum gauge\n"
		    "k_sum 1\n# HELP twice H.\n# TYPE twice gauge\ntwice 1\n");
	cr_expect_eq(self_figure("failed_samples"), 4);
}

static void register_what_is_made(quipu_emitter *emitter, void *ctx)
{
	make_one(emitter, ctx);
	quipu_counter_new(registry, QUIPU_OPTS(.name = ctx, .help = "Registered."));
}

/* Registered after it was checked: the registered one stays. */
Test(collector_names, registered_meanwhile)
{
	static char name[] = "same";

	quipu_collector_add(registry, register_what_is_made, name);
	expect_text(registry, "# HELP same Registered.\n# TYPE same counter\nsame 0\n");
	cr_expect_eq(self_figure("failed_samples"), 1);
}

static void register_others_meanwhile(quipu_emitter *emitter, void *ctx)
{
	static char h_sum[] = "h_sum", ab[] = "a_b", stays[] = "stays";

	(void)ctx;
	make_one(emitter, h_sum);
	make_one(emitter, ab);
	make_one(emitter, stays);
	quipu_histogram_new(registry, QUIPU_OPTS(.name = "h", .help = "H.",
						 .bounds = (const double[]){ 1 }, .n_bounds = 1));
	quipu_counter_new(registry, QUIPU_OPTS(.name = "a.b", .help = "Registered."));
}

/* The same where only samples' or escaped names are one. */
Test(collector_names, shown_as_one_meanwhile)
{
	quipu_callback callback = quipu_collector_add(registry, register_others_meanwhile, NULL);

	expect_text(registry, "# HELP a_b Registered.\n# TYPE a_b counter\na_b 0\n"
			      "# HELP h H.\n# TYPE h histogram\nh_bucket{le=\"1\"} 0\n"
			      "h_bucket{le=\"+Inf\"} 0\nh_sum 0\nh_count 0\n"
			      "# HELP stays H.\n# TYPE stays gauge\nstays 1\n");
	cr_expect_eq(self_figure("failed_samples"), 2);
	quipu_callback_remove(registry, callback);
}
