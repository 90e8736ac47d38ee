/* SPDX-License-Identifier: MIT */
/* registry_test.c: the same asked for twice, names that clash, prefix, constant labels, order. */
#include "exposed.h"

#include <stdio.h>

#define COUNTER(n) quipu_counter_new(registry, QUIPU_OPTS(.name = n, .help = "H."))

/* --- asked for twice -------------------------------------------------------------------------- */

Test(registry, the_same_again_is_the_same)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	const quipu_opts *c = QUIPU_OPTS(.name = "c_seconds", .help = "H.", .unit = "seconds");
	const quipu_opts *h = QUIPU_OPTS(.name = "h", .help = "H.");
	const quipu_opts *s =
		QUIPU_OPTS(.name = "s", .help = "H.", .states = (const char *const[]){ "a", "b" },
			   .n_states = 2);
	const quipu_opts *f =
		QUIPU_OPTS(.name = "f", .help = "H.", .labels = QUIPU_NAMES("l", "m"));

	cr_expect_eq(quipu_counter_new(registry, c).offset, quipu_counter_new(registry, c).offset);
	cr_expect_eq(quipu_histogram_new(registry, h).offset,
		     quipu_histogram_new(registry, h).offset);
	cr_expect_eq(quipu_stateset_new(registry, s).cell, quipu_stateset_new(registry, s).cell);
	cr_expect_eq(quipu_gauge_family_new(registry, f).generation,
		     quipu_gauge_family_new(registry, f).generation);
	expect_no_error(registry);
	quipu_registry_free(registry);
}

static const double two_bounds[] = { 1, 2 };
static const char *const two_states[] = { "a", "b" };

/* The first family of each name; whatever differs below is another. */
static void make_first_ones(quipu_registry *registry)
{
	COUNTER("c");
	quipu_histogram_new(registry, QUIPU_OPTS(.name = "h", .help = "H."));
	quipu_stateset_new(registry, QUIPU_OPTS(.name = "s", .help = "H.", .states = two_states,
						.n_states = 2));
	quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "f", .help = "H.", .labels = QUIPU_NAMES("l", "m")));
	expect_no_error(registry);
}

static void expect_duplicate(quipu_registry *registry, bool made, const char *culprit)
{
	cr_expect_not(made);
	expect_status(registry, QUIPU_EDUPLICATE, culprit);
}

#define F(...) quipu_counter_family_new(registry, QUIPU_OPTS(.name = "f", __VA_ARGS__)).family

Test(registry, anything_else_is_a_duplicate)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	const quipu_opts *c = QUIPU_OPTS(.name = "c", .help = "H.");
	struct text before;

	make_first_ones(registry);
	before = text_of(registry);
	expect_duplicate(registry, quipu_gauge_new(registry, c).cell, "\"c\"");
	expect_duplicate(registry, quipu_float_counter_new(registry, c).offset, "\"c\"");
	expect_duplicate(registry, quipu_updown_new(registry, c).offset, "\"c\"");
	expect_duplicate(registry, quipu_histogram_new(registry, c).offset, "\"c\"");
	c = QUIPU_OPTS(.name = "c", .help = "Other.");
	expect_duplicate(registry, quipu_counter_new(registry, c).offset, "\"c\"");
	c = QUIPU_OPTS(.name = "c", .help = "H.", .labels = QUIPU_NAMES("l"));
	expect_duplicate(registry, quipu_counter_family_new(registry, c).family, "\"c\"");
	c = QUIPU_OPTS(.name = "h", .help = "H.", .bounds = two_bounds, .n_bounds = 2);
	expect_duplicate(registry, quipu_histogram_new(registry, c).offset, "\"h\"");
	c = QUIPU_OPTS(.name = "s", .help = "H.", .states = two_states, .n_states = 1);
	expect_duplicate(registry, quipu_stateset_new(registry, c).cell, "\"s\"");
	c = QUIPU_OPTS(.name = "f", .help = "H.");
	expect_duplicate(registry, quipu_counter_new(registry, c).offset, "\"f\"");
	expect_duplicate(registry, F(.help = "H.", .labels = QUIPU_NAMES("l")), "\"f\"");
	expect_duplicate(registry, F(.help = "H.", .labels = QUIPU_NAMES("m", "l")), "\"f\"");
	expect_duplicate(registry, F(.help = "H.", .labels = QUIPU_NAMES("l", "m", "n")), "\"f\"");
	c = QUIPU_OPTS(.name = "c", .help = "H.", .max_series = 7);
	expect_duplicate(registry, quipu_counter_new(registry, c).offset, "\"c\"");
	c = QUIPU_OPTS(.name = "c", .help = "H.", .idle_seconds = 1);
	expect_duplicate(registry, quipu_counter_new(registry, c).offset, "\"c\"");
	expect_text(registry, before.data);
	free(before.data);
	quipu_registry_free(registry);
}

/* No sample of one family may carry the name of another's. */
Test(registry, names_of_histograms_samples)
{
	static const char *const suffixes[] = { "_count", "_sum", "_bucket" };
	quipu_registry *registry = quipu_registry_new(NULL);
	char name[32];

	quipu_histogram_new(registry, QUIPU_OPTS(.name = "first", .help = "H."));
	for (size_t i = 0; i < N_OF(suffixes); i++) {
		snprintf(name, sizeof name, "first%s", suffixes[i]);
		expect_duplicate(registry, COUNTER(name).offset, name);
		snprintf(name, sizeof name, "second%s", suffixes[i]);
		cr_expect_neq(COUNTER(name).offset, 0);
		expect_duplicate(
			registry,
			quipu_histogram_new(registry, QUIPU_OPTS(.name = "second", .help = "H."))
				.offset,
			"\"second\"");
		quipu_registry_unregister(registry, name);
	}
	cr_expect_neq(COUNTER("second").offset, 0);
	cr_expect_neq(COUNTER("second_count").offset, 0); /* not a histogram: no clash */
	cr_expect_neq(COUNTER("first_counts").offset, 0);
	cr_expect_neq(COUNTER("_count").offset, 0);
	expect_no_error(registry);
	quipu_registry_free(registry);
}

/* --- several registries ----------------------------------------------------------------------- */

Test(registry, same_names_in_two)
{
	quipu_registry *registry = quipu_registry_new(NULL), *other = quipu_registry_new(NULL);
	quipu_counter a = COUNTER("c");
	quipu_gauge b = quipu_gauge_new(other, QUIPU_OPTS(.name = "c", .help = "Other."));

	quipu_add(a, 5);
	quipu_set(b, 7);
	expect_text(registry, "# HELP c H.\n# TYPE c counter\nc 5\n");
	expect_text(other, "# HELP c Other.\n# TYPE c gauge\nc 7\n");
	quipu_registry_free(other);
	quipu_set(b, 8);
	quipu_add(a, 1);
	expect_text(registry, "# HELP c H.\n# TYPE c counter\nc 6\n");
	expect_text(quipu_default_registry(), "");
	quipu_registry_free(registry);
}

Test(registry, the_default_one)
{
	quipu_registry *registry = quipu_default_registry();
	quipu_counter counter = COUNTER("c");

	cr_expect_eq(quipu_default_registry(), registry);
	quipu_inc(counter);
	expect_text(registry, "# HELP c H.\n# TYPE c counter\nc 1\n");
	quipu_registry_free(registry); /* emptied, not freed */
	quipu_inc(counter);
	expect_text(registry, "");
	cr_expect_neq(COUNTER("c").offset, 0);
	expect_text(registry, "# HELP c H.\n# TYPE c counter\nc 0\n");
}

Test(registry, prefix_and_constant_labels)
{
	static const quipu_label labels[] = { { "zone", "a\"b" }, { "host", "" }, { NULL, NULL } };
	quipu_registry *registry =
		quipu_registry_new(QUIPU_REGISTRY_OPTS(.prefix = "app_", .const_labels = labels));
	quipu_counter_family family = quipu_counter_family_new(
		registry,
		QUIPU_OPTS(.name = "f", .help = "F.", .labels = QUIPU_NAMES("l"), .max_series = 1));

	COUNTER("c");
	quipu_inc_at(family, "x");
	quipu_inc_at(family, "y");
	quipu_info_new(registry, QUIPU_OPTS(.name = "build", .help = "B."),
		       (quipu_label[]){ { "v", "1" } }, 1);
	expect_text(registry,
		    "# HELP app_build_info B.\n# TYPE app_build_info gauge\n"
		    "app_build_info{zone=\"a\\\"b\",host=\"\",v=\"1\"} 1\n"
		    "# HELP app_c H.\n# TYPE app_c counter\napp_c{zone=\"a\\\"b\",host=\"\"} 0\n"
		    "# HELP app_f F.\n# TYPE app_f counter\n"
		    "app_f{zone=\"a\\\"b\",host=\"\",l=\"x\"} 1\n"
		    "app_f{zone=\"a\\\"b\",host=\"\",otel_metric_overflow=\"true\"} 1\n");
	quipu_registry_free(registry);
}

/* What the caller gave is copied. */
Test(registry, texts_are_the_registrys_own)
{
	char name[] = "abc", help[] = "Help.", label[] = "lab", value[] = "val", prefix[] = "p_";
	const char *labels[] = { label, NULL };
	quipu_label constant = { label, value };
	quipu_registry *registry =
		quipu_registry_new(QUIPU_REGISTRY_OPTS(.prefix = prefix, .const_labels = &constant,
						       .n_const_labels = 1));
	quipu_counter_family family;

	label[0] = 'b';
	family = quipu_counter_family_new(registry,
					  QUIPU_OPTS(.name = name, .help = help, .labels = labels));
	quipu_inc_at(family, value);
	name[0] = help[0] = label[0] = value[0] = prefix[0] = '!';
	expect_text(registry, "# HELP p_abc Help.\n# TYPE p_abc counter\n"
			      "p_abc{lab=\"val\",bab=\"val\"} 1\n");
	quipu_registry_free(registry);
}

Test(registry, families_come_by_name)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	struct qt_exposition *shown;
	char name[16];

	for (unsigned i = 0; i < 100; i++) {
		snprintf(name, sizeof name, "m%02u%s", i * 37 % 100, i % 3 ? "" : "_x");
		cr_assert_neq(COUNTER(name).offset, 0);
	}
	shown = exposed(registry);
	cr_expect_eq(shown->n_families, 100);
	for (size_t i = 1; i < shown->n_families; i++)
		cr_expect_lt(strcmp(shown->families[i - 1].name, shown->families[i].name), 0);
	qt_free(shown);
	quipu_registry_free(registry);
}

/* --- unregistering ---------------------------------------------------------------------------- */

Test(registry, unregister_by_name)
{
	quipu_registry *registry = quipu_registry_new(QUIPU_REGISTRY_OPTS(.prefix = "p_"));
	quipu_counter counter = COUNTER("c");

	quipu_inc(counter);
	cr_expect_eq(quipu_registry_unregister(registry, "d"), QUIPU_EGONE);
	cr_expect_eq(quipu_registry_unregister(registry, "c"), QUIPU_OK);
	cr_expect_eq(quipu_registry_unregister(registry, "c"), QUIPU_EGONE);
	expect_text(registry, "");
	quipu_inc(counter);
	quipu_release(counter);
	quipu_gauge_new(registry, QUIPU_OPTS(.name = "c", .help = "New."));
	expect_text(registry, "# HELP p_c New.\n# TYPE p_c gauge\np_c 0\n");
	cr_expect_eq(quipu_registry_unregister(registry, "p_c"), QUIPU_OK);
	expect_text(registry, "");
	cr_expect_eq(quipu_registry_unregister(registry, NULL), QUIPU_EGONE);
	cr_expect_eq(quipu_registry_unregister(NULL, "c"), QUIPU_EGONE);
	expect_no_error(registry);
	quipu_registry_free(registry);
}

/* Handles into a registry that was freed reach nobody. */
Test(registry, handles_outlive_it)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "f", .help = "H.", .labels = QUIPU_NAMES("l")));
	quipu_counter counter = COUNTER("c"), kept = quipu_at(family, "a");

	quipu_registry_free(registry);
	settle();
	quipu_inc(counter);
	quipu_inc(kept);
	quipu_inc_at(family, "a");
	cr_expect_eq(quipu_at(family, "b").offset, 0);
	cr_expect_eq(quipu_family_remove(family, "a"), 0);
	quipu_family_unregister(family);
	quipu_release(kept);
	quipu_release(counter);
	settle();
}

Test(registry, no_registry_at_all)
{
	quipu_registry *registry = NULL;
	const char *where = NULL;
	quipu_counter counter = COUNTER("c");
	struct text text = { NULL, 0 };

	quipu_inc(counter);
	cr_expect_eq(counter.offset, 0);
	cr_expect_eq(quipu_registry_status(NULL, &where), QUIPU_ENOMEM);
	cr_expect_not_null(where);
	cr_expect_eq(quipu_registry_status(NULL, NULL), QUIPU_ENOMEM);
	quipu_registry_clear_status(NULL);
	quipu_registry_on_error(NULL, NULL, NULL);
	quipu_registry_free(NULL);
	cr_expect_eq(quipu_write(NULL, NULL, text_append, &text), QUIPU_ENOMEM);
}
