/* SPDX-License-Identifier: MIT */
/* decimals_test.c: counters that are kept in small units and shown in large ones. */
#include "exposed.h"

#include <fenv.h>
#include <math.h>
#include <stdio.h>

static quipu_registry *registry;
static quipu_counter cost;

static void begin(void)
{
	registry = quipu_registry_new(NULL);
	cost = quipu_counter_new(registry, QUIPU_OPTS(.name = "cost_dollars_total", .help = "Cost.",
						      .unit = "dollars", .decimals = 6));
}

static void end(void)
{
	expect_no_error(registry);
	quipu_registry_free(registry);
}

TestSuite(decimals, .init = begin, .fini = end);

static void expect_shown(const char *text)
{
	struct qt_exposition *shown = exposed(registry);

	cr_expect_str_eq(qt_find(shown, "cost_dollars_total", NULL)->text, text);
	qt_free(shown);
}

Test(decimals, a_counter_in_large_units)
{
	expect_text(registry, "# HELP cost_dollars_total Cost.\n"
			      "# TYPE cost_dollars_total counter\ncost_dollars_total 0\n");
	quipu_inc(cost);
	expect_shown("1e-06");
	quipu_add(cost, 1519);
	expect_shown("0.00152");
	quipu_add(cost, 12345678480);
	expect_shown("12345.68");
	cr_expect_eq(quipu_read(cost), 12345680000);
}

/* A third of a cent, three hundred thousand times: no sum of doubles gives a thousand dollars. */
Test(decimals, thirds_of_cents_are_not_lost)
{
	for (int i = 0; i < 300000; i++)
		quipu_add(cost, i % 3 ? 3333 : 3334);
	expect_shown("1000");
}

Test(decimals, refused_amounts_are_those_of_counters)
{
	quipu_add(cost, 5);
	quipu_add(cost, (uint64_t)-1);
	expect_shown("5e-06");
	cr_expect_eq(self_figure("refused_values"), 1);
}

Test(decimals, exact_up_to_15_digits_and_nearest_beyond)
{
	quipu_add(cost, UINT64_C(999999999999998));
	expect_shown("9.99999999999998e+08");
	quipu_inc(cost);
	expect_shown("9.99999999999999e+08");
	quipu_add(cost, INT64_MAX);
	quipu_add(cost, (UINT64_C(1) << 63) - UINT64_C(999999999999999));
	cr_expect_eq(quipu_read(cost), UINT64_MAX);
	expect_shown("1.844674407370955e+13");
}

static double now_shown(void)
{
	struct qt_exposition *shown = exposed(registry);
	double value = qt_value(shown, "cost_dollars_total", NULL);

	qt_free(shown);
	return value;
}

/* Nor does it rise without an addition, whatever the scraping thread's rounding mode is. */
Test(decimals, never_falls_in_any_rounding_mode)
{
	static const int modes[] = { FE_UPWARD, FE_TONEAREST, FE_DOWNWARD, FE_TOWARDZERO };
	double last = 0, value;
	struct text text[N_OF(modes)];

	quipu_add(cost, (UINT64_C(1) << 53) - 20);
	for (int i = 0; i < 40; i++) {
		quipu_add(cost, 3);
		for (size_t k = 0; k < N_OF(modes); k++) {
			fesetround(modes[k]);
			text[k] = text_of(registry);
			fesetround(FE_TONEAREST);
			cr_expect(text_equal(text[0], text[k]), "mode %zu", k);
		}
		for (size_t k = 0; k < N_OF(modes); k++)
			free(text[k].data);
		value = now_shown();
		cr_expect_geq(value, last);
		last = value;
	}
}

/* By an oracle that knows no double: the digits, with the point put in. */
Test(decimals, every_number_of_places)
{
	for (unsigned decimals = 1; decimals <= 18; decimals++) {
		char name[32], digits[64];
		struct qt_exposition *shown;
		quipu_counter counter;

		snprintf(name, sizeof name, "d%u_total", decimals);
		counter = quipu_counter_new(
			registry, QUIPU_OPTS(.name = name, .help = "D.", .decimals = decimals));
		quipu_add(counter, 1234567890123457);
		snprintf(digits, sizeof digits, "1234567890123457e-%u", decimals);
		shown = exposed(registry);
		cr_expect_eq(qt_value(shown, name, NULL), strtod(digits, NULL), "%s", name);
		qt_free(shown);
	}
}

Test(decimals, with_labels_and_in_every_format)
{
	const quipu_format *const *format;
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "x_seconds_total", .help = "X.", .unit = "seconds",
				     .labels = QUIPU_NAMES("l"), .decimals = 9));

	quipu_add_at(family, 1500000000, "a");
	quipu_add_at(family, 250000000, "b");
	for (format = quipu_formats(); *format; format++) {
		struct text text = { calloc(1, 1), 0 };

		cr_assert_eq(quipu_write(registry, *format, text_append, &text), QUIPU_OK);
		if (strcmp((*format)->name, "protobuf") == 0) {
			double values[] = { 1.5, 0.25 };

			for (size_t i = 0; i < N_OF(values); i++)
				cr_expect(memmem(text.data, text.len, &values[i], 8), "%g",
					  values[i]);
		} else {
			cr_expect(strstr(text.data, "1.5"), "%s", (*format)->name);
			cr_expect(strstr(text.data, "0.25"), "%s", (*format)->name);
			cr_expect_not(strstr(text.data, "500000000"), "%s", (*format)->name);
		}
		free(text.data);
	}
}

Test(decimals, a_grid)
{
	static const char *const values[] = { "a", "b" };
	quipu_counter_grid grid =
		quipu_counter_grid_new(registry, QUIPU_OPTS(.name = "g_total", .help = "G.",
							    .axes = &(quipu_axis){ "l", values, 2 },
							    .n_axes = 1, .decimals = 2));
	struct qt_exposition *shown;

	quipu_add(quipu_grid_at(grid, 1), 150);
	shown = exposed(registry);
	cr_expect_eq(qt_value(shown, "g_total", "l", "a", NULL), 0);
	cr_expect_eq(qt_value(shown, "g_total", "l", "b", NULL), 1.5);
	qt_free(shown);
}

Test(decimals, other_decimals_are_another_metric)
{
	quipu_counter again = quipu_counter_new(
		registry, QUIPU_OPTS(.name = "cost_dollars_total", .help = "Cost.",
				     .unit = "dollars", .decimals = 6));
	quipu_counter other =
		quipu_counter_new(registry, QUIPU_OPTS(.name = "cost_dollars_total",
						       .help = "Cost.", .unit = "dollars"));

	cr_expect_eq(again.offset, cost.offset);
	cr_expect_eq(other.offset, 0);
	expect_status(registry, QUIPU_EDUPLICATE, "cost_dollars_total");
}
