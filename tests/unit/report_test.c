/* SPDX-License-Identifier: MIT */
/* report_test.c: how full families are, and which label is to blame. */
#include "exposed.h"

#include <stdio.h>
#include <sys/random.h>

/* The label hash's seed comes from here: the same in every run, and so are the estimates. */
ssize_t getrandom(void *buf, size_t len, unsigned flags)
{
	(void)flags;
	memset(buf, 0x5a, len);
	return (ssize_t)len;
}

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

TestSuite(report, .init = begin, .fini = end);

struct reports {
	quipu_family_report report[8];
	char names[8][QUIPU_MAX_LABELS + 1][16]; /* valid during the call only: copied */
	size_t n;
};

static void keep(const quipu_family_report *report, void *ctx)
{
	struct reports *reports = ctx;
	size_t i = reports->n++;

	reports->report[i] = *report;
	snprintf(reports->names[i][QUIPU_MAX_LABELS], 16, "%s", report->name);
	for (size_t k = 0; k < report->n_labels; k++)
		snprintf(reports->names[i][k], 16, "%s", report->labels[k].name);
}

static struct reports *reports_of(quipu_registry *which)
{
	static struct reports reports;

	memset(&reports, 0, sizeof reports);
	cr_expect_eq(quipu_registry_report(which, keep, &reports), QUIPU_OK);
	return &reports;
}

static void expect_name(const struct reports *reports, size_t i, const char *name)
{
	cr_expect_str_eq(reports->names[i][QUIPU_MAX_LABELS], name);
}

static void expect_label(const struct reports *reports, size_t i, size_t label, const char *name,
			 size_t distinct)
{
	cr_expect_str_eq(reports->names[i][label], name);
	cr_expect_eq(reports->report[i].labels[label].distinct, distinct);
}

static void expect_near(uint64_t value, double expected, double share)
{
	cr_expect_geq((double)value, expected * (1 - share), "%lu, not %g", value, expected);
	cr_expect_leq((double)value, expected * (1 + share), "%lu, not %g", value, expected);
}

Test(report, an_empty_registry)
{
	cr_expect_eq(reports_of(registry)->n, 0);
	cr_expect_eq(quipu_registry_report(NULL, keep, NULL), QUIPU_ENOMEM);
}

Test(report, every_family_by_name)
{
	const quipu_axis axes[] = { { "a", QUIPU_NAMES("1", "2"), 2 },
				    { "b", QUIPU_NAMES("1", "2", "3"), 3 } };
	quipu_gauge_family family = quipu_gauge_family_new(
		registry, QUIPU_OPTS(.name = "z", .help = "Z.", .labels = QUIPU_NAMES("l", "m"),
				     .max_series = 7));
	struct reports *reports;

	quipu_counter_new(registry, QUIPU_OPTS(.name = "c", .help = "C."));
	quipu_counter_grid_new(registry,
			       QUIPU_OPTS(.name = "g", .help = "G.", .axes = axes, .n_axes = 2));
	quipu_set_at(family, 1, "x", "1");
	quipu_set_at(family, 1, "x", "2");
	quipu_set_at(family, 1, "y", "3");
	quipu_set_at(family, 1, "y", "4");
	quipu_family_remove(family, "y", "4");
	reports = reports_of(registry);
	cr_assert_eq(reports->n, 3);
	expect_name(reports, 0, "c");
	cr_expect_eq(reports->report[0].n_labels, 0);
	cr_expect_eq(reports->report[0].series, 1);
	cr_expect_eq(reports->report[0].max_series, 1000);
	expect_name(reports, 1, "g");
	cr_expect_eq(reports->report[1].series, 6);
	expect_label(reports, 1, 0, "b", 3);
	expect_label(reports, 1, 1, "a", 2);
	expect_name(reports, 2, "z");
	cr_expect_eq(reports->report[2].series, 3);
	cr_expect_eq(reports->report[2].max_series, 7);
	cr_expect_eq(reports->report[2].rejected, 0);
	expect_label(reports, 2, 0, "m", 3);
	expect_label(reports, 2, 1, "l", 2);
}

/* users different label sets, some of them twice. */
static void offend(unsigned users)
{
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "f", .help = "F.", .max_series = 10,
				     .labels = QUIPU_NAMES("zone", "user", "model")));
	char user[16], model[16];

	for (unsigned i = 0; i < users + 10; i++) {
		snprintf(user, sizeof user, "user-%u", i);
		snprintf(model, sizeof model, "%u", i % 3);
		quipu_inc_at(family, "eu", user, model);
		if (i % 4 == 0)
			quipu_inc_at(family, "eu", user, model);
	}
}

static void check_offenders(unsigned users)
{
	struct reports *reports;

	offend(users);
	reports = reports_of(registry);
	cr_assert_eq(reports->n, 1);
	cr_expect_eq(reports->report[0].series, 10);
	cr_expect_eq(reports->report[0].rejected, self_figure("rejected_label_sets"));
	cr_expect_geq(reports->report[0].rejected, users);
	expect_label(reports, 0, 0, "user", 10);
	expect_label(reports, 0, 1, "model", 3);
	expect_label(reports, 0, 2, "zone", 1);
	expect_near(reports->report[0].labels[0].rejected, users, 0.15);
	cr_expect_eq(reports->report[0].labels[1].rejected, 3);
	cr_expect_eq(reports->report[0].labels[2].rejected, 1);
}

Test(report, the_worst_label_comes_first)
{
	check_offenders(100);
}

Test(report, estimates_a_thousand)
{
	check_offenders(1000);
}

Test(report, estimates_ten_thousand)
{
	check_offenders(10000);
}

Test(report, estimates_a_hundred_thousand)
{
	check_offenders(100000);
}

/* Sixteen labels are sixteen estimates, independent of each other: the mean is closer. */
Test(report, estimates_are_not_biased)
{
	const char *const labels[] = { "a", "b", "c", "d", "e", "f", "g", "h", "i",
				       "j", "k", "l", "m", "n", "o", "p", NULL };
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "f", .help = "F.", .labels = labels, .max_series = 1));
	char values[16][16];
	const char *list[16];
	double sum = 0;

	for (unsigned i = 0; i <= 10000; i++) {
		for (unsigned k = 0; k < 16; k++) {
			snprintf(values[k], sizeof values[k], "%s-%u", labels[k], i);
			list[k] = values[k];
		}
		quipu_counter_add_at(family, 1, list, 16);
	}
	for (size_t k = 0; k < 16; k++)
		sum += (double)reports_of(registry)->report[0].labels[k].rejected;
	expect_near((uint64_t)(sum / 16), 10000, 0.06);
}

static void use_the_registry(const quipu_family_report *report, void *ctx)
{
	quipu_counter_family *family = ctx;

	quipu_inc_at(*family, report->name);
	quipu_counter_new(registry, QUIPU_OPTS(.name = "made_inside", .help = "M."));
	free(text_of(registry).data);
}

/* No lock is held. */
Test(report, the_function_may_use_the_library)
{
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "f", .help = "F.", .labels = QUIPU_NAMES("l")));

	cr_expect_eq(quipu_registry_report(registry, use_the_registry, &family), QUIPU_OK);
	expect_text(registry, "# HELP f F.\n# TYPE f counter\nf{l=\"f\"} 1\n"
			      "# HELP made_inside M.\n# TYPE made_inside counter\nmade_inside 0\n");
}
