/* SPDX-License-Identifier: MIT */
/* counter_test.c: counters, float counters and up-down counters: exact, refused, read back. */
#include "exposed.h"

#include <float.h>
#include <math.h>

static quipu_registry *registry;
static quipu_counter counter;
static quipu_float_counter real;
static quipu_updown updown;

static void begin(void)
{
	registry = quipu_registry_new(NULL);
	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "c", .help = "C."));
	real = quipu_float_counter_new(registry, QUIPU_OPTS(.name = "f", .help = "F."));
	updown = quipu_updown_new(registry, QUIPU_OPTS(.name = "u", .help = "U."));
}

static void end(void)
{
	expect_no_error(registry);
	quipu_registry_free(registry);
}

/* What the scrape says, as text, and that reading back says the same. */
static void expect_values(const char *c, const char *f, const char *u)
{
	struct qt_exposition *shown = exposed(registry);

	cr_expect_str_eq(qt_find(shown, "c", NULL)->text, c);
	cr_expect_str_eq(qt_find(shown, "f", NULL)->text, f);
	cr_expect_str_eq(qt_find(shown, "u", NULL)->text, u);
	cr_expect_eq(quipu_read(counter), strtoull(c, NULL, 10));
	cr_expect_eq(quipu_read(real), strtod(f, NULL));
	cr_expect_eq(quipu_read(updown), strtoll(u, NULL, 10));
	qt_free(shown);
}

TestSuite(counter, .init = begin, .fini = end);

Test(counter, begins_at_zero)
{
	expect_text(registry, "# HELP c C.\n# TYPE c counter\nc 0\n"
			      "# HELP f F.\n# TYPE f counter\nf 0\n"
			      "# HELP u U.\n# TYPE u gauge\nu 0\n");
	expect_values("0", "0", "0");
}

Test(counter, adds)
{
	quipu_inc(counter);
	quipu_add(counter, 41);
	quipu_add(counter, 0);
	quipu_inc(real);
	quipu_add(real, 0.25);
	quipu_add(real, 0);
	quipu_inc(updown);
	quipu_add(updown, 10);
	quipu_add(updown, -4);
	quipu_dec(updown);
	expect_values("42", "1.25", "6");
}

Test(counter, exact_to_the_last_of_64_bits)
{
	quipu_add(counter, INT64_MAX);
	quipu_add(counter, INT64_MAX);
	expect_values("18446744073709551614", "0", "0");
	quipu_inc(counter);
	expect_values("18446744073709551615", "0", "0");
}

Test(counter, exact_beyond_doubles)
{
	quipu_add(counter, (UINT64_C(1) << 53) + 1);
	quipu_add(updown, (INT64_C(1) << 53) + 1);
	expect_values("9007199254740993", "0", "9007199254740993");
	quipu_add(updown, -((INT64_C(1) << 54) + 3));
	expect_values("9007199254740993", "0", "-9007199254740994");
}

Test(counter, a_negative_amount_is_refused_and_counted)
{
	quipu_add(counter, 5);
	quipu_add(counter, (uint64_t)-1);
	quipu_add(counter, UINT64_C(1) << 63);
	expect_values("5", "0", "0");
	cr_expect_eq(self_figure("refused_values"), 2);
	quipu_add(counter, (UINT64_C(1) << 63) - 1);
	expect_values("9223372036854775812", "0", "0");
	cr_expect_eq(self_figure("refused_values"), 2);
}

static const double refused[] = { -1, -DBL_TRUE_MIN, -INFINITY, NAN, -NAN };

Test(counter, a_float_counter_refuses)
{
	quipu_add(real, 1.5);
	for (size_t i = 0; i < N_OF(refused); i++) {
		quipu_add(real, refused[i]);
		cr_expect_eq(self_figure("refused_values"), i + 1);
	}
	quipu_add(real, -0.0); /* not negative */
	cr_expect_eq(self_figure("refused_values"), N_OF(refused));
	expect_values("0", "1.5", "0");
}

/* Also as a thread's first record, which takes the slow way, and into sinks. */
Test(counter, refused_before_anything_else)
{
	cr_assert_null(quipu_priv_base);
	quipu_add(counter, (uint64_t)-5);
	quipu_add(real, NAN);
	quipu_add(real, -1);
	cr_expect_eq(self_figure("refused_values"), 3);
	cr_expect_null(quipu_priv_base);
	expect_values("0", "0", "0");
}

Test(counter, a_float_counter_goes_to_infinity_and_stays)
{
	quipu_add(real, DBL_MAX);
	expect_values("0", "1.7976931348623157e+308", "0");
	quipu_add(real, DBL_MAX);
	expect_values("0", "+Inf", "0");
	quipu_add(real, 1);
	expect_values("0", "+Inf", "0");
}

Test(counter, an_updown_below_zero)
{
	quipu_dec(updown);
	expect_values("0", "0", "-1");
	quipu_add(updown, INT64_MIN + 1);
	expect_values("0", "0", "-9223372036854775808");
	quipu_add(updown, INT64_MAX);
	quipu_inc(updown);
	expect_values("0", "0", "0");
	quipu_add(updown, INT64_MIN);
	expect_values("0", "0", "-9223372036854775808");
	quipu_add(updown, INT64_MAX);
	quipu_inc(updown);
	quipu_add(updown, INT64_MAX);
	expect_values("0", "0", "9223372036854775807");
}

Test(counter, by_label_values)
{
	quipu_float_counter_family reals = quipu_float_counter_family_new(
		registry, QUIPU_OPTS(.name = "x", .help = "X.", .labels = QUIPU_NAMES("l")));
	quipu_updown_family updowns = quipu_updown_family_new(
		registry, QUIPU_OPTS(.name = "y", .help = "Y.", .labels = QUIPU_NAMES("l")));
	struct qt_exposition *shown;

	quipu_add_at(reals, 0.5, "a");
	quipu_inc_at(reals, "a");
	quipu_add_at(reals, -1, "a");
	quipu_add_at(reals, NAN, "new"); /* the series is made, the value refused */
	quipu_dec_at(updowns, "a");
	quipu_add_at(updowns, -5, "a");
	quipu_inc_at(updowns, "b");
	shown = exposed(registry);
	cr_expect_eq(qt_value(shown, "x", "l", "a", NULL), 1.5);
	cr_expect_eq(qt_value(shown, "x", "l", "new", NULL), 0);
	cr_expect_eq(qt_value(shown, "y", "l", "a", NULL), -6);
	cr_expect_eq(qt_value(shown, "y", "l", "b", NULL), 1);
	cr_expect_eq(self_figure("refused_values"), 2);
	qt_free(shown);
}
