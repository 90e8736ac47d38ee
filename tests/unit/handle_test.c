/* SPDX-License-Identifier: MIT */
/*
 * handle_test.c: from label values to a series: typed sets, positional values, strings with a
 * length; and what is refused: wrong names, wrong number, NULL, invalid UTF-8.
 */
#include "exposed.h"

QUIPU_LABELS(right, model, provider);
QUIPU_LABELS(swapped, provider, model);
QUIPU_LABELS(longer, model, provider, status);
QUIPU_LABELS(shorter, model);

#define HEAD "# HELP f F.\n# TYPE f counter\n"

static quipu_registry *registry;
static quipu_counter_family family;

static void begin(void)
{
	registry = quipu_registry_new(NULL);
	family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "f", .help = "F.", .labels = right_names));
	cr_assert_not_null(family.family);
}

static void end(void)
{
	quipu_registry_free(registry);
}

TestSuite(handle, .init = begin, .fini = end);

/* --- three spellings, one series -------------------------------------------------------------- */

Test(handle, every_spelling_finds_the_same_series)
{
	const quipu_str values[] = { { "m--", 1 }, { "p--", 1 } };
	quipu_counter a = quipu_at(family, "m", "p"), b = quipu_at_v(family, values, 2);
	quipu_counter c = quipu_with(family, right, .provider = "p", .model = "m");

	cr_expect(a.offset && a.offset == b.offset && b.offset == c.offset);
	quipu_inc(a);
	quipu_inc_at(family, "m", "p");
	quipu_inc_at_v(family, values, 2);
	quipu_inc_with(family, right, .model = "m", .provider = "p");
	quipu_add_at(family, 10, "m", "p");
	quipu_add_at_v(family, 20, values, 2);
	quipu_add_with(family, 30, right, .model = "m", .provider = "p");
	expect_text(registry, HEAD "f{model=\"m\",provider=\"p\"} 64\n");
	expect_no_error(registry);
}

Test(handle, values_of_any_kind)
{
	const quipu_str nul[] = { { "a\0b", 3 }, { "", 0 } };
	struct qt_exposition *shown;

	quipu_inc_at(family, "", "");
	quipu_inc_at(family, "\"\\\n", "x} 1\nforged{");
	quipu_inc_at(family, "caf\xc3\xa9", "\xf0\x9f\x8e\x89");
	quipu_inc_at_v(family, nul, 2);
	expect_no_error(registry);
	shown = exposed(registry);
	cr_expect_eq(shown->n_samples, 4);
	cr_expect_eq(qt_u64(shown, "f", "model", "\"\\\n", "provider", "x} 1\nforged{", NULL), 1);
	cr_expect_eq(qt_sum_u64(shown, "f", NULL), 4);
	qt_free(shown);
}

/* --- refused ---------------------------------------------------------------------------------- */

/* Nothing was recorded; once counted; the status tells. */
static void expect_refused(quipu_error error, const char *culprit, uint64_t *counted)
{
	expect_status(registry, error, culprit);
	cr_expect_eq(self_figure("bad_label_sets"), ++*counted);
	expect_text(registry, HEAD);
}

#define REFUSED(record, error, culprit)                                                            \
	do {                                                                                       \
		record;                                                                            \
		expect_refused(error, culprit, &counted);                                          \
	} while (0)

Test(handle, typed_sets_with_other_names)
{
	uint64_t counted = 0;

	REFUSED(quipu_inc_with(family, swapped, .model = "m", .provider = "p"), QUIPU_ESCHEMA,
		"\"f\"");
	REFUSED(quipu_add_with(family, 2, longer, .model = "m", .provider = "p", .status = "s"),
		QUIPU_ESCHEMA, "\"f\"");
	REFUSED(quipu_inc_with(family, shorter, .model = "m"), QUIPU_ESCHEMA, "\"f\"");
	REFUSED(quipu_inc(quipu_with(family, swapped, .model = "m", .provider = "p")),
		QUIPU_ESCHEMA, "\"f\"");
	REFUSED(quipu_inc(quipu_with(family, longer, .model = "m", .provider = "p", .status = "s")),
		QUIPU_ESCHEMA, "\"f\"");
	REFUSED(quipu_inc(quipu_with(family, shorter, .model = "m")), QUIPU_ESCHEMA, "\"f\"");
}

Test(handle, a_forgotten_label)
{
	uint64_t counted = 0;

	REFUSED(quipu_inc_with(family, right, .model = "m"), QUIPU_ENULL, "\"f\"");
	REFUSED(quipu_inc(quipu_with(family, right, .model = "m")), QUIPU_ENULL, "\"provider\"");
}

Test(handle, wrong_number)
{
	const quipu_str values[17] = { { "v", 1 }, { "v", 1 }, { "v", 1 } };
	const char *many[17] = { "v" };
	uint64_t counted = 0;

	REFUSED(quipu_inc_at(family, "m"), QUIPU_EARITY,
		"\"f\" has 2 labels (model, provider), given: 1");
	REFUSED(quipu_inc_at(family, "m", "p", "s"), QUIPU_EARITY, "3");
	REFUSED(quipu_inc_at_v(family, values, 3), QUIPU_EARITY, "3");
	REFUSED(quipu_inc_at_v(family, values, 0), QUIPU_EARITY, "0");
	REFUSED(quipu_inc_at_v(family, values, 17), QUIPU_EARITY, "17");
	REFUSED(quipu_counter_add_at(family, 1, many, 17), QUIPU_EARITY, "17");
	REFUSED(quipu_inc(quipu_at(family, "m")), QUIPU_EARITY, "1");
	REFUSED(quipu_inc(quipu_at(family, "m", "p", "s")), QUIPU_EARITY, "3");
	REFUSED(quipu_inc(quipu_at_v(family, values, 3)), QUIPU_EARITY, "3");
	REFUSED(quipu_inc(quipu_counter_at(family, many, 17)), QUIPU_EARITY, "17");
}

Test(handle, null_values)
{
	const quipu_str values[] = { { "m", 1 }, { NULL, 0 } };
	uint64_t counted = 0;

	REFUSED(quipu_inc_at(family, NULL, "p"), QUIPU_ENULL, "\"f\"");
	REFUSED(quipu_inc_at(family, "m", NULL), QUIPU_ENULL, "\"f\"");
	REFUSED(quipu_inc_at_v(family, values, 2), QUIPU_ENULL, "\"f\"");
	REFUSED(quipu_inc(quipu_at(family, NULL, "p")), QUIPU_ENULL, "\"model\"");
	REFUSED(quipu_inc(quipu_at_v(family, values, 2)), QUIPU_ENULL, "\"provider\"");
}

Test(handle, invalid_utf8)
{
	const quipu_str values[] = { { "m", 1 }, { "caf\xc3\xa9", 4 } }; /* cut in the middle */
	uint64_t counted = 0;

	REFUSED(quipu_inc_at(family, "\xff", "p"), QUIPU_EVALUE, "\"model\"");
	REFUSED(quipu_inc_at(family, "m", "\xed\xa0\x80"), QUIPU_EVALUE, "\"provider\"");
	REFUSED(quipu_inc_at_v(family, values, 2), QUIPU_EVALUE, "\"provider\"");
	REFUSED(quipu_inc(quipu_at(family, "\xc0\x80", "p")), QUIPU_EVALUE, "\"model\"");
	REFUSED(quipu_inc(quipu_at_v(family, values, 2)), QUIPU_EVALUE, "\"provider\"");
}

/* In a full family too: what is wrong is not what is too much. */
Test(handle, refused_in_a_full_family)
{
	quipu_counter_family full = quipu_counter_family_new(
		registry,
		QUIPU_OPTS(.name = "g", .help = "G.", .labels = QUIPU_NAMES("l"), .max_series = 1));

	quipu_inc_at(full, "only");
	quipu_inc_at(full, "\xff");
	expect_status(registry, QUIPU_EVALUE, "\"l\"");
	quipu_inc_at(full, NULL);
	expect_status(registry, QUIPU_ENULL, "\"g\"");
	quipu_inc_at(full, "a", "b");
	expect_status(registry, QUIPU_EARITY, "\"g\"");
	expect_text(registry, HEAD "# HELP g G.\n# TYPE g counter\ng{l=\"only\"} 1\n");
	cr_expect_eq(self_figure("rejected_label_sets"), 0);
	cr_expect_eq(self_figure("bad_label_sets"), 3);
}

/* Every kind goes the same way. */
Test(handle, refused_by_every_kind)
{
	const quipu_opts opts = {
		.size = sizeof opts, .name = "k", .help = "K.", .labels = QUIPU_NAMES("l")
	};
	quipu_opts states = opts;
	quipu_registry *kinds[6];

	states.states = QUIPU_NAMES("on", "off");
	states.n_states = 2;
	for (int i = 0; i < 6; i++)
		kinds[i] = quipu_registry_new(NULL);
	quipu_inc_at(quipu_counter_family_new(kinds[0], &opts), "a", "b");
	quipu_inc_at(quipu_float_counter_family_new(kinds[1], &opts), "a", "b");
	quipu_dec_at(quipu_updown_family_new(kinds[2], &opts), "a", "b");
	quipu_set_at(quipu_gauge_family_new(kinds[3], &opts), 1, "a", "b");
	quipu_observe_at(quipu_histogram_family_new(kinds[4], &opts), 1, "a", "b");
	quipu_select_at(quipu_stateset_family_new(kinds[5], &states), 1, "a", "b");
	for (int i = 0; i < 6; i++) {
		expect_status(kinds[i], QUIPU_EARITY, "\"k\"");
		expect_samples(kinds[i], 0);
		quipu_registry_free(kinds[i]);
	}
}

/* --- the zero handle -------------------------------------------------------------------------- */

Test(handle, zero_handles_are_sinks)
{
	quipu_counter counter = { 0 };
	quipu_float_counter real = { 0 };
	quipu_updown updown = { 0 };
	quipu_gauge gauge = { 0 };
	quipu_histogram histogram = { 0 };
	quipu_stateset stateset = { 0 };
	quipu_info info = { 0 };
	quipu_counter kept = quipu_at(family, "m", "p");

	quipu_inc(kept); /* this thread has a shard */
	quipu_add(counter, 5);
	quipu_add(real, 5);
	quipu_add(updown, 5);
	quipu_dec(updown);
	quipu_set(gauge, 5);
	quipu_add(gauge, 5);
	quipu_set_to_now(gauge);
	quipu_observe(histogram, 5);
	quipu_select(stateset, 0);
	quipu_stateset_set(stateset, 0, 1);
	cr_expect_eq(quipu_read(counter), 0);
	cr_expect_eq(quipu_read(real), 0);
	cr_expect_eq(quipu_read(updown), 0);
	cr_expect_eq(quipu_read(gauge), 0);
	cr_expect_eq(quipu_read(histogram).count, 0);
	cr_expect_eq(quipu_read(stateset), 0);
	quipu_release(counter);
	quipu_release(gauge);
	quipu_release(histogram);
	quipu_release(stateset);
	quipu_release(info);
	expect_text(registry, HEAD "f{model=\"m\",provider=\"p\"} 1\n");
}
