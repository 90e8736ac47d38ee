/* SPDX-License-Identifier: MIT */
/*
 * check_test.c: every option that is refused, with its error and a text that names the culprit,
 * and nothing on the wire; and what is on the border and legal.
 */
#include "check.h"

#include "exposed.h"

#include <math.h>
#include <stddef.h>

enum what {
	COUNTER,
	FLOAT,
	UPDOWN,
	GAUGE,
	HISTOGRAM,
	STATESET,
	C_FAMILY,
	H_FAMILY,
	S_FAMILY,
	GRID
};

/* Makes it; true if what came back is no sink. */
static bool make(quipu_registry *registry, enum what what, const quipu_opts *opts)
{
	switch (what) {
	case COUNTER:
		return quipu_counter_new(registry, opts).offset != 0;
	case FLOAT:
		return quipu_float_counter_new(registry, opts).offset != 0;
	case UPDOWN:
		return quipu_updown_new(registry, opts).offset != 0;
	case GAUGE:
		return quipu_gauge_new(registry, opts).cell != NULL;
	case HISTOGRAM:
		return quipu_histogram_new(registry, opts).offset != 0;
	case STATESET:
		return quipu_stateset_new(registry, opts).cell != NULL;
	case C_FAMILY:
		return quipu_counter_family_new(registry, opts).family != NULL;
	case H_FAMILY:
		return quipu_histogram_family_new(registry, opts).family != NULL;
	case S_FAMILY:
		return quipu_stateset_family_new(registry, opts).family != NULL;
	case GRID:
		return quipu_counter_grid_new(registry, opts).first.offset != 0;
	}
	return false;
}

struct refusal {
	enum what what;
	quipu_error error;
	const char *culprit;
	quipu_opts opts;
};

#define OPTS(...)                                                                                  \
	{                                                                                          \
		.size = sizeof(quipu_opts), __VA_ARGS__                                            \
	}
#define M .name = "metric_x", .help = "H."
#define NAMES(...)                                                                                 \
	.labels = (const char *const[])                                                            \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}
#define BOUNDS(...)                                                                                \
	.bounds = (const double[]){ __VA_ARGS__ },                                                 \
	.n_bounds = N_OF(((const double[]){ __VA_ARGS__ }))
#define VALUES(...)                                                                                \
	(const char *const[]){ __VA_ARGS__ }, N_OF(((const char *const[]){ __VA_ARGS__ }))
#define AXES(...)                                                                                  \
	.axes = (const quipu_axis[]){ __VA_ARGS__ },                                               \
	.n_axes = N_OF(((const quipu_axis[]){ __VA_ARGS__ }))
#define STATES(...)                                                                                \
	.states = (const char *const[]){ __VA_ARGS__ },                                            \
	.n_states = N_OF(((const char *const[]){ __VA_ARGS__ }))

static const double many_bounds[513];
static const char *const many_states[65] = { "a" };

static const struct refusal names[] = {
	{ COUNTER, QUIPU_ENAME, "", OPTS(.help = "H.") },
	{ COUNTER, QUIPU_ENAME, "\"\"", OPTS(.name = "", .help = "H.") },
	{ COUNTER, QUIPU_ENAME, "a\xff", OPTS(.name = "a\xff", .help = "H.") },
	{ GAUGE, QUIPU_ENAME, "\xc3", OPTS(.name = "\xc3", .help = "H.") },
	{ STATESET, QUIPU_ENAME, "a:b", OPTS(.name = "a:b", .help = "H.", STATES("a")) },
	{ STATESET, QUIPU_ENAME, "a.b:", OPTS(.name = "a.b:", .help = "H.", STATES("a")) },
	{ STATESET, QUIPU_ENAME, "__a", OPTS(.name = "__a", .help = "H.", STATES("a")) },
	{ STATESET, QUIPU_ENAME, "otel.metric",
	  OPTS(.name = "otel.metric.overflow", .help = "H.", STATES("a")) },
	{ COUNTER, QUIPU_EHELP, "metric_x", OPTS(.name = "metric_x") },
	{ COUNTER, QUIPU_EHELP, "metric_x", OPTS(.name = "metric_x", .help = "") },
	{ COUNTER, QUIPU_EHELP, "metric_x", OPTS(.name = "metric_x", .help = "bad \xff") },
	{ COUNTER, QUIPU_EUNIT, "seconds", OPTS(M, .unit = "seconds") },
	{ COUNTER, QUIPU_EUNIT, "x\"y", OPTS(M, .unit = "x\"y") },
	{ COUNTER, QUIPU_EUNIT, "X", OPTS(.name = "metric_X", .help = "H.", .unit = "X") },
	{ COUNTER, QUIPU_EUNIT, "etric_x", OPTS(M, .unit = "etric_x") },
	{ STATESET, QUIPU_EUNIT, "\"x\"", OPTS(M, .unit = "x", STATES("a")) },
};

static const struct refusal labels[] = {
	{ C_FAMILY, QUIPU_EOPTION, "metric_x", OPTS(M) },
	{ C_FAMILY, QUIPU_EOPTION, "metric_x", OPTS(M, NAMES(NULL)) },
	{ COUNTER, QUIPU_EOPTION, "metric_x", OPTS(M, NAMES("a")) },
	{ C_FAMILY, QUIPU_ELABEL, "\"\"", OPTS(M, NAMES("a", "")) },
	{ C_FAMILY, QUIPU_ELABEL, "a\xff", OPTS(M, NAMES("a", "a\xff")) },
	{ C_FAMILY, QUIPU_ELABEL, "\xed\xa0\x80", OPTS(M, NAMES("\xed\xa0\x80")) },
	{ C_FAMILY, QUIPU_ELABEL, "__x", OPTS(M, NAMES("__x")) },
	{ C_FAMILY, QUIPU_ELABEL, "__name__", OPTS(M, NAMES("__name__")) },
	{ C_FAMILY, QUIPU_ELABEL, "otel_metric_overflow", OPTS(M, NAMES("otel_metric_overflow")) },
	{ C_FAMILY, QUIPU_ELABEL, "otel.metric", OPTS(M, NAMES("otel.metric.overflow")) },
	{ C_FAMILY, QUIPU_ELABEL, "-_name__", OPTS(M, NAMES("-_name__")) },
	{ C_FAMILY, QUIPU_ELABEL, "_-scrape_x", OPTS(M, NAMES("_-scrape_x")) },
	{ C_FAMILY, QUIPU_ELABEL, "--x", OPTS(M, NAMES("--x")) },
	{ C_FAMILY, QUIPU_ELABEL, "\xe6\xb8\xa9", OPTS(M, NAMES("\xe6\xb8\xa9\xe5\xba\xa6")) },
	{ C_FAMILY, QUIPU_ELABEL, "-name-", OPTS(M, NAMES("-name-")) },
	{ C_FAMILY, QUIPU_ELABEL, "\"b\"", OPTS(M, NAMES("a", "b", "c", "b")) },
	{ C_FAMILY, QUIPU_ELABEL, "16",
	  OPTS(M, NAMES("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o",
			"p", "q")) },
	{ H_FAMILY, QUIPU_ELABEL, "\"le\"", OPTS(M, NAMES("a", "le")) },
	{ C_FAMILY, QUIPU_ELABEL, "\"le\"", OPTS(M, NAMES("le")) },
	{ C_FAMILY, QUIPU_ELABEL, "\"quantile\"", OPTS(M, NAMES("quantile")) },
	{ S_FAMILY, QUIPU_ELABEL, "\"metric_x\"", OPTS(M, NAMES("metric_x"), STATES("a")) },
};

static const struct refusal bounds[] = {
	{ HISTOGRAM, QUIPU_EBOUNDS, "metric_x", OPTS(M, BOUNDS(2, 1)) },
	{ HISTOGRAM, QUIPU_EBOUNDS, "metric_x", OPTS(M, BOUNDS(1, 1)) },
	{ HISTOGRAM, QUIPU_EBOUNDS, "metric_x", OPTS(M, BOUNDS(1, NAN, 3)) },
	{ HISTOGRAM, QUIPU_EBOUNDS, "metric_x", OPTS(M, BOUNDS(NAN)) },
	{ HISTOGRAM, QUIPU_EBOUNDS, "metric_x", OPTS(M, BOUNDS(1, INFINITY, 3)) },
	{ HISTOGRAM, QUIPU_EBOUNDS, "metric_x", OPTS(M, BOUNDS(-INFINITY, 3)) },
	{ HISTOGRAM, QUIPU_EBOUNDS, "metric_x", OPTS(M, BOUNDS(INFINITY)) },
	{ HISTOGRAM, QUIPU_EBOUNDS, "metric_x", OPTS(M, .n_bounds = 3) },
	{ HISTOGRAM, QUIPU_EBOUNDS, "metric_x", OPTS(M, .bounds = many_bounds) },
	{ HISTOGRAM, QUIPU_EBOUNDS, "metric_x",
	  OPTS(M, .bounds = many_bounds, .n_bounds = N_OF(many_bounds)) },
	{ COUNTER, QUIPU_EOPTION, "metric_x", OPTS(M, BOUNDS(1)) },
	{ GAUGE, QUIPU_EOPTION, "metric_x", OPTS(M, .n_bounds = 1) },
};

static const struct refusal others[] = {
	{ STATESET, QUIPU_EOPTION, "metric_x", OPTS(M) },
	{ STATESET, QUIPU_EOPTION, "metric_x", OPTS(M, .n_states = 2) },
	{ STATESET, QUIPU_EOPTION, "metric_x", OPTS(M, .states = many_states) },
	{ STATESET, QUIPU_EOPTION, "64", OPTS(M, .states = many_states, .n_states = 65) },
	{ STATESET, QUIPU_EOPTION, "state 1", OPTS(M, STATES("a", "")) },
	{ STATESET, QUIPU_EOPTION, "state 1", OPTS(M, STATES("a", NULL)) },
	{ STATESET, QUIPU_EOPTION, "state 1", OPTS(M, STATES("a", "\xc3")) },
	{ STATESET, QUIPU_EOPTION, "state 2", OPTS(M, STATES("a", "b", "a")) },
	{ COUNTER, QUIPU_EOPTION, "metric_x", OPTS(M, STATES("a")) },
	{ GAUGE, QUIPU_EOPTION, "metric_x", OPTS(M, .n_states = 1) },
	{ COUNTER, QUIPU_EOPTION, "idle_seconds", OPTS(M, .idle_seconds = -1) },
	{ COUNTER, QUIPU_EOPTION, "idle_seconds", OPTS(M, .idle_seconds = NAN) },
	{ COUNTER, QUIPU_EOPTION, "idle_seconds", OPTS(M, .idle_seconds = INFINITY) },
	{ COUNTER, QUIPU_EOPTION, "idle_seconds", OPTS(M, .idle_seconds = 1e10) },
	{ COUNTER, QUIPU_EOPTION, "decimals 19", OPTS(M, .decimals = 19) },
	{ COUNTER, QUIPU_EOPTION, "metric_x", OPTS(M, .exemplars = 1, .decimals = 1) },
	{ FLOAT, QUIPU_EOPTION, "metric_x", OPTS(M, .decimals = 1) },
	{ UPDOWN, QUIPU_EOPTION, "metric_x", OPTS(M, .decimals = 1) },
	{ GAUGE, QUIPU_EOPTION, "metric_x", OPTS(M, .decimals = 1) },
	{ HISTOGRAM, QUIPU_EOPTION, "metric_x", OPTS(M, .decimals = 1) },
};

static const struct refusal axes[] = {
	{ COUNTER, QUIPU_EOPTION, "metric_x", OPTS(M, AXES({ "a", VALUES("1") })) },
	{ C_FAMILY, QUIPU_EOPTION, "metric_x", OPTS(M, NAMES("a"), AXES({ "a", VALUES("1") })) },
	{ GRID, QUIPU_EOPTION, "metric_x", OPTS(M) },
	{ GRID, QUIPU_EOPTION, "metric_x", OPTS(M, .n_axes = 1) },
	{ GRID, QUIPU_EOPTION, "6",
	  OPTS(M, AXES({ "a", VALUES("1") }, { "b", VALUES("1") }, { "c", VALUES("1") },
		       { "d", VALUES("1") }, { "e", VALUES("1") }, { "f", VALUES("1") },
		       { "g", VALUES("1") })) },
	{ GRID, QUIPU_EOPTION, "null", OPTS(M, AXES({ "a", VALUES("1") }, { NULL, VALUES("1") })) },
	{ GRID, QUIPU_EOPTION, "\"b\"", OPTS(M, AXES({ "a", VALUES("1") }, { "b", NULL, 1 })) },
	{ GRID, QUIPU_EOPTION, "\"b\"",
	  OPTS(M, AXES({ "a", VALUES("1") }, { "b", many_states, 0 })) },
	{ GRID, QUIPU_EVALUE, "value 1 of axis \"a\"", OPTS(M, AXES({ "a", VALUES("1", NULL) })) },
	{ GRID, QUIPU_EVALUE, "value 1 of axis \"a\"",
	  OPTS(M, AXES({ "a", VALUES("1", "\xff") })) },
	{ GRID, QUIPU_EVALUE, "value 2 of axis \"a\"",
	  OPTS(M, AXES({ "a", VALUES("1", "2", "1") })) },
	{ GRID, QUIPU_ELABEL, "__a", OPTS(M, AXES({ "__a", VALUES("1") })) },
	{ GRID, QUIPU_ELABEL, "\"a-b\"",
	  OPTS(M, AXES({ "a.b", VALUES("1") }, { "a-b", VALUES("1") })) },
	{ GRID, QUIPU_ELABEL, "\"a\"", OPTS(M, AXES({ "a", VALUES("1") }, { "a", VALUES("1") })) },
};

static void check_refusals(const struct refusal *refusals, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		quipu_registry *registry = quipu_registry_new(NULL);

		cr_expect_not(make(registry, refusals[i].what, &refusals[i].opts), "case %zu", i);
		cr_expect_eq(quipu_registry_status(registry, NULL), refusals[i].error, "case %zu",
			     i);
		expect_status(registry, refusals[i].error, refusals[i].culprit);
		expect_text(registry, "");
		quipu_registry_free(registry);
	}
}

Test(check, names_helps_units)
{
	check_refusals(names, N_OF(names));
}

Test(check, labels)
{
	check_refusals(labels, N_OF(labels));
}

Test(check, bounds)
{
	check_refusals(bounds, N_OF(bounds));
}

Test(check, states_and_numbers)
{
	check_refusals(others, N_OF(others));
}

Test(check, axes)
{
	check_refusals(axes, N_OF(axes));
}

Test(check, overlong_names)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	char name[1026];

	memset(name, 'n', sizeof name);
	name[1025] = '\0';
	cr_expect_not(make(registry, COUNTER, QUIPU_OPTS(.name = name, .help = "H.")));
	expect_status(registry, QUIPU_ENAME, "nnnn");
	cr_expect_not(make(registry, C_FAMILY, QUIPU_OPTS(M, .labels = QUIPU_NAMES(name))));
	expect_status(registry, QUIPU_ELABEL, "nnnn");
	name[1024] = '\0';
	cr_expect(make(registry, HISTOGRAM, QUIPU_OPTS(.name = name, .help = "H.")));
	cr_expect(make(registry, C_FAMILY, QUIPU_OPTS(M, .labels = QUIPU_NAMES(name))));
	expect_no_error(registry);
	quipu_registry_free(registry);
}

Test(check, on_the_border_and_legal)
{
	const struct refusal legal[] = {
		{ COUNTER, QUIPU_OK, "",
		  OPTS(.name = "_:9", .help = "line\nline \\ \"\xc3\xa9\"") },
		{ COUNTER, QUIPU_OK, "",
		  OPTS(.name = "a_seconds_total", .help = "H.", .unit = "seconds") },
		{ GAUGE, QUIPU_OK, "", OPTS(.name = "b_seconds", .help = "H.", .unit = "seconds") },
		{ GAUGE, QUIPU_OK, "", OPTS(.name = "b", .help = "H.", .unit = "") },
		{ HISTOGRAM, QUIPU_OK, "", OPTS(.name = "c", .help = "H.", BOUNDS(1, INFINITY)) },
		{ HISTOGRAM, QUIPU_OK, "", OPTS(.name = "d", .help = "H.", BOUNDS(-1, -0.0, 1)) },
		{ C_FAMILY, QUIPU_OK, "", OPTS(.name = "e", .help = "H.", NAMES("a", "_", "e")) },
		{ C_FAMILY, QUIPU_OK, "",
		  OPTS(.name = "f", .help = "H.",
		       NAMES("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n",
			     "o", "p")) },
		{ STATESET, QUIPU_OK, "",
		  OPTS(.name = "g", .help = "H.", STATES("\"", "\\", "\n")) },
		{ COUNTER, QUIPU_OK, "", OPTS(.name = "h", .help = "H.", .idle_seconds = 1e9) },
		{ GRID, QUIPU_OK, "",
		  OPTS(.name = "i", .help = "H.", AXES({ "a", VALUES("", "x") })) },
		{ COUNTER, QUIPU_OK, "", OPTS(.name = "9lives", .help = "H.") },
		{ UPDOWN, QUIPU_OK, "", OPTS(.name = "x 1\nnot forged", .help = "H.") },
		{ HISTOGRAM, QUIPU_OK, "", OPTS(.name = "j{}", .help = "H.") },
		{ FLOAT, QUIPU_OK, "", OPTS(.name = "caf\xc3\xa9", .help = "H.") },
		{ STATESET, QUIPU_OK, "", OPTS(.name = "k.k", .help = "H.", STATES("a")) },
		{ GAUGE, QUIPU_OK, "",
		  OPTS(.name = "l.l_seconds", .help = "H.", .unit = "seconds") },
		{ C_FAMILY, QUIPU_OK, "",
		  OPTS(.name = "m", .help = "H.",
		       NAMES("a:b", "a=\"\"", "9a", "host.name", "_a.b", "\xc3\xa9t\xc3\xa9")) },
	};
	quipu_registry *registry = quipu_registry_new(NULL);

	for (size_t i = 0; i < N_OF(legal); i++)
		cr_expect(make(registry, legal[i].what, &legal[i].opts), "case %zu", i);
	expect_no_error(registry);
	qt_free(exposed(registry));
	quipu_registry_free(registry);
}

/* A caller compiled against an older header gives fewer fields; what lies behind is not read. */
Test(check, options_of_an_older_caller)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_opts older = OPTS(M, .unit = "nonsense", STATES("a"), .idle_seconds = -1);
	quipu_opts newer = OPTS(M);

	older.size = offsetof(quipu_opts, unit);
	cr_expect(make(registry, COUNTER, &older));
	newer.size += 64;
	cr_expect(make(registry, COUNTER, &newer));
	expect_no_error(registry);
	cr_expect_not(make(registry, COUNTER, NULL));
	expect_status(registry, QUIPU_ENAME, "");
	older.size = 0;
	cr_expect_not(make(registry, COUNTER, &older));
	expect_status(registry, QUIPU_ENAME, "");
	quipu_registry_free(registry);
}

/* --- registries ------------------------------------------------------------------------------- */

static void refuse_labels(const quipu_label *list, size_t n, quipu_error error, const char *culprit)
{
	quipu_registry *registry =
		quipu_registry_new(QUIPU_REGISTRY_OPTS(.const_labels = list, .n_const_labels = n));

	cr_assert_not_null(registry);
	expect_status(registry, error, culprit);
	quipu_registry_free(registry);
}

Test(check, constant_labels)
{
	quipu_label many[17];

	refuse_labels((quipu_label[]){ { "", "v" } }, 1, QUIPU_ELABEL, "\"\"");
	refuse_labels((quipu_label[]){ { "a\xff", "v" } }, 1, QUIPU_ELABEL, "a\xff");
	refuse_labels((quipu_label[]){ { "a.b", "v" }, { "a_b", "w" } }, 2, QUIPU_ELABEL,
		      "\"a.b\" and \"a_b\"");
	refuse_labels((quipu_label[]){ { NULL, "v" } }, 1, QUIPU_ELABEL, "null");
	refuse_labels((quipu_label[]){ { "__a", "v" } }, 1, QUIPU_ELABEL, "__a");
	refuse_labels((quipu_label[]){ { "otel_metric_overflow", "v" } }, 1, QUIPU_ELABEL, "otel");
	refuse_labels((quipu_label[]){ { "a", "v" }, { "a", "w" } }, 2, QUIPU_ELABEL, "\"a\"");
	refuse_labels((quipu_label[]){ { "a", NULL } }, 1, QUIPU_EVALUE, "\"a\"");
	refuse_labels((quipu_label[]){ { "a", "\xff" } }, 1, QUIPU_EVALUE, "\"a\"");
	for (size_t i = 0; i < N_OF(many); i++)
		many[i] = (quipu_label){ "a", "v" };
	refuse_labels(many, N_OF(many), QUIPU_ELABEL, "16");
}

Test(check, constant_labels_clash_with_others)
{
	static const quipu_label list[] = { { "zone", "a" }, { "metric_x", "b" } };
	const struct refusal clashes[] = {
		{ C_FAMILY, QUIPU_ELABEL, "\"zone\"", OPTS(M, NAMES("zone")) },
		{ STATESET, QUIPU_ELABEL, "\"metric_x\"", OPTS(M, STATES("a")) },
		{ GRID, QUIPU_ELABEL, "\"zone\"", OPTS(M, AXES({ "zone", VALUES("1") })) },
	};
	quipu_registry *registry =
		quipu_registry_new(QUIPU_REGISTRY_OPTS(.const_labels = list, .n_const_labels = 2));

	expect_no_error(registry);
	for (size_t i = 0; i < N_OF(clashes); i++) {
		cr_expect_not(make(registry, clashes[i].what, &clashes[i].opts));
		expect_status(registry, clashes[i].error, clashes[i].culprit);
	}
	cr_expect(make(registry, COUNTER, QUIPU_OPTS(M)));
	expect_text(registry, "# HELP metric_x H.\n# TYPE metric_x counter\n"
			      "metric_x{zone=\"a\",metric_x=\"b\"} 0\n");
	quipu_registry_free(registry);
}

/* Told at the latest when something is made. */
Test(check, constant_labels_that_are_reserved)
{
	static const quipu_label list[] = { { "le", "1" } };
	quipu_registry *registry =
		quipu_registry_new(QUIPU_REGISTRY_OPTS(.const_labels = list, .n_const_labels = 1));

	quipu_histogram_new(registry, QUIPU_OPTS(M));
	expect_status(registry, QUIPU_ELABEL, "\"le\"");
	qt_free(exposed(registry));
	quipu_registry_free(registry);
}

Test(check, the_prefix_is_part_of_the_name)
{
	quipu_registry *registry = quipu_registry_new(QUIPU_REGISTRY_OPTS(.prefix = "bad\xff"));

	cr_expect_not(make(registry, COUNTER, QUIPU_OPTS(M)));
	expect_status(registry, QUIPU_ENAME, "bad\xffmetric_x");
	quipu_registry_free(registry);
	registry = quipu_registry_new(QUIPU_REGISTRY_OPTS(.prefix = "app_"));
	cr_expect(make(registry, COUNTER, QUIPU_OPTS(.name = "9lives", .help = "H.")));
	cr_expect_not(make(registry, S_FAMILY,
			   QUIPU_OPTS(M, .labels = QUIPU_NAMES("app_metric_x"), STATES("a"))));
	expect_status(registry, QUIPU_ELABEL, "app_metric_x");
	quipu_registry_free(registry);
}
