/* SPDX-License-Identifier: MIT */
/*
 * collector_test.c: whole families made at a scrape; everything invalid is refused and counted,
 * and the rest of the scrape is as if it had not been tried.
 */
#include "exposed.h"

#include <math.h>
#include <stdio.h>

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

TestSuite(collector, .init = begin, .fini = end);

#define VALUES(...) ((const char *const[]){ __VA_ARGS__ })
#define FAMILY(kind, ...) quipu_emit_family(emitter, QUIPU_KIND_##kind, QUIPU_OPTS(__VA_ARGS__))

/* --- what may be made ------------------------------------------------------------------------- */

static void make_everything(quipu_emitter *emitter, void *ctx)
{
	const uint64_t counts[] = { 1, 0, 2 };

	(void)ctx;
	cr_expect_eq(FAMILY(COUNTER, .name = "c", .help = "C\n.", .labels = QUIPU_NAMES("l")),
		     QUIPU_OK);
	cr_expect_eq(quipu_emit_integer(emitter, UINT64_MAX, VALUES("z\"")), QUIPU_OK);
	cr_expect_eq(quipu_emit_value(emitter, 7.9, VALUES("a")), QUIPU_OK);
	cr_expect_eq(FAMILY(FLOAT_COUNTER, .name = "b", .help = "B."), QUIPU_OK);
	cr_expect_eq(quipu_emit_value(emitter, 0.5, NULL), QUIPU_OK);
	cr_expect_eq(FAMILY(UPDOWN, .name = "u", .help = "U.", .labels = QUIPU_NAMES("l")),
		     QUIPU_OK);
	cr_expect_eq(quipu_emit_integer(emitter, (uint64_t)-5, VALUES("")), QUIPU_OK);
	cr_expect_eq(quipu_emit_value(emitter, -6, VALUES("x")), QUIPU_OK);
	cr_expect_eq(FAMILY(GAUGE, .name = "g", .help = "G."), QUIPU_OK);
	cr_expect_eq(quipu_emit_value(emitter, NAN, NULL), QUIPU_OK);
	cr_expect_eq(FAMILY(HISTOGRAM, .name = "h", .help = "H.",
			    .bounds = (const double[]){ 1, 2, INFINITY }, .n_bounds = 3),
		     QUIPU_OK);
	cr_expect_eq(quipu_emit_histogram(emitter, counts, 9.5, NULL), QUIPU_OK);
	cr_expect_eq(FAMILY(INFO, .name = "i_info", .help = "I.", .labels = QUIPU_NAMES("v")),
		     QUIPU_OK);
	cr_expect_eq(quipu_emit_value(emitter, 5, VALUES("1")), QUIPU_OK);
	cr_expect_eq(FAMILY(UNKNOWN, .name = "x", .help = "X."), QUIPU_OK);
	cr_expect_eq(quipu_emit_integer(emitter, 3, NULL), QUIPU_OK);
}

Test(collector, every_kind)
{
	quipu_collector_add(registry, make_everything, NULL);
	for (int i = 0; i < 3; i++)
		expect_text(registry,
			    "# HELP b B.\n# TYPE b counter\nb 0.5\n"
			    "# HELP c C\\n.\n# TYPE c counter\n"
			    "c{l=\"z\\\"\"} 18446744073709551615\nc{l=\"a\"} 7\n"
			    "# HELP g G.\n# TYPE g gauge\ng NaN\n"
			    "# HELP h H.\n# TYPE h histogram\nh_bucket{le=\"1\"} 1\n"
			    "h_bucket{le=\"2\"} 1\nh_bucket{le=\"+Inf\"} 3\nh_sum 9.5\nh_count 3\n"
			    "# HELP i_info I.\n# TYPE i_info gauge\ni_info{v=\"1\"} 1\n"
			    "# HELP u U.\n# TYPE u gauge\nu{l=\"\"} -5\nu{l=\"x\"} -6\n"
			    "# HELP x X.\n# TYPE x untyped\nx 3\n");
	cr_expect_eq(self_figure("failed_samples"), 0);
}

static void make_between(quipu_emitter *emitter, void *ctx)
{
	(void)ctx;
	FAMILY(GAUGE, .name = "b", .help = "B.");
	quipu_emit_value(emitter, 1, NULL);
	FAMILY(GAUGE, .name = "d", .help = "D.");
}

/* In its place by name among the registered; prefix and constant labels as for all. */
Test(collector, among_registered_families)
{
	quipu_registry *other = quipu_registry_new(
		QUIPU_REGISTRY_OPTS(.prefix = "p_", .const_labels = (quipu_label[]){ { "k", "v" } },
				    .n_const_labels = 1));

	quipu_collector_add(other, make_between, NULL);
	quipu_counter_new(other, QUIPU_OPTS(.name = "c", .help = "C."));
	quipu_counter_new(other, QUIPU_OPTS(.name = "a", .help = "A."));
	expect_text(other, "# HELP p_a A.\n# TYPE p_a counter\np_a{k=\"v\"} 0\n"
			   "# HELP p_b B.\n# TYPE p_b gauge\np_b{k=\"v\"} 1\n"
			   "# HELP p_c C.\n# TYPE p_c counter\np_c{k=\"v\"} 0\n"
			   "# HELP p_d D.\n# TYPE p_d gauge\n");
	quipu_registry_free(other);
}

static void make_many(quipu_emitter *emitter, void *ctx)
{
	char value[16];

	(void)ctx;
	FAMILY(COUNTER, .name = "many", .help = "M.", .labels = QUIPU_NAMES("l"));
	for (unsigned i = 0; i < 5000; i++) {
		snprintf(value, sizeof value, "%u", i);
		cr_assert_eq(quipu_emit_integer(emitter, i, VALUES(value)), QUIPU_OK);
	}
	cr_expect_eq(quipu_emit_integer(emitter, 1, VALUES("4321")), QUIPU_EDUPLICATE);
}

Test(collector, thousands_of_series)
{
	struct qt_exposition *shown;

	quipu_collector_add(registry, make_many, NULL);
	shown = exposed(registry);
	cr_expect_eq(shown->n_samples, 5000);
	cr_expect_eq(qt_u64(shown, "many", "l", "4321", NULL), 4321);
	cr_expect_eq(qt_sum_u64(shown, "many", NULL), 4999 * 2500);
	qt_free(shown);
	expect_status(registry, QUIPU_EDUPLICATE, "\"many\"");
}

Test(collector, removed)
{
	quipu_callback callback = quipu_collector_add(registry, make_between, NULL);

	cr_expect_eq(quipu_collector_add(registry, NULL, NULL).id, 0);
	cr_expect_eq(quipu_collector_add(NULL, make_between, NULL).id, 0);
	expect_samples(registry, 1);
	quipu_callback_remove(registry, callback);
	expect_text(registry, "");
}

/* --- what may not ----------------------------------------------------------------------------- */

/* What every test below leaves behind, whatever else it tries. */
#define GOOD "# HELP good G.\n# TYPE good gauge\ngood{l=\"a\"} 1\ngood{l=\"b\"} 2\n"
#define BESIDE "# HELP beside B.\n# TYPE beside counter\nbeside 0\n"

struct attempt {
	void (*try)(quipu_emitter *emitter);
	uint64_t failures;
};

static void try_among_good_ones(quipu_emitter *emitter, void *ctx)
{
	struct attempt *attempt = ctx;

	FAMILY(GAUGE, .name = "good", .help = "G.", .labels = QUIPU_NAMES("l"));
	quipu_emit_value(emitter, 1, VALUES("a"));
	quipu_emit_value(emitter, 2, VALUES("b"));
	attempt->try(emitter);
}

/* failures is how many the library must have counted. */
static void check_attempt(void (*try)(quipu_emitter *emitter), quipu_error first, uint64_t failures)
{
	struct attempt attempt = { try, failures };
	quipu_callback callback;

	quipu_counter_new(registry, QUIPU_OPTS(.name = "beside", .help = "B."));
	callback = quipu_collector_add(registry, try_among_good_ones, &attempt);
	expect_text(registry, BESIDE GOOD);
	expect_status(registry, first, "");
	cr_expect_eq(self_figure("failed_samples"), failures);
	quipu_callback_remove(registry, callback);
	quipu_registry_unregister(registry, "beside");
}

static void bad_families(quipu_emitter *emitter)
{
	cr_expect_eq(FAMILY(GAUGE, .help = "H."), QUIPU_ENAME);
	cr_expect_eq(FAMILY(GAUGE, .name = "", .help = "H."), QUIPU_ENAME);
	cr_expect_eq(FAMILY(GAUGE, .name = "a\xff", .help = "H."), QUIPU_ENAME);
	cr_expect_eq(FAMILY(GAUGE, .name = "a"), QUIPU_EHELP);
	cr_expect_eq(FAMILY(GAUGE, .name = "a", .help = "\xff"), QUIPU_EHELP);
	cr_expect_eq(FAMILY(GAUGE, .name = "a", .help = "H.", .unit = "seconds"), QUIPU_EUNIT);
	cr_expect_eq(FAMILY(GAUGE, .name = "a", .help = "H.", .labels = QUIPU_NAMES("__l")),
		     QUIPU_ELABEL);
	cr_expect_eq(FAMILY(GAUGE, .name = "a", .help = "H.", .labels = QUIPU_NAMES("l", "l")),
		     QUIPU_ELABEL);
	cr_expect_eq(FAMILY(HISTOGRAM, .name = "a", .help = "H.", .labels = QUIPU_NAMES("le")),
		     QUIPU_ELABEL);
	cr_expect_eq(FAMILY(HISTOGRAM, .name = "a", .help = "H.",
			    .bounds = (const double[]){ 2, 1 }, .n_bounds = 2),
		     QUIPU_EBOUNDS);
	cr_expect_eq(FAMILY(GAUGE, .name = "a", .help = "H.", .n_bounds = 2), QUIPU_EOPTION);
	cr_expect_eq(FAMILY(STATESET, .name = "a", .help = "H.", .states = QUIPU_NAMES("x"),
			    .n_states = 1),
		     QUIPU_EOPTION);
	cr_expect_eq(
		quipu_emit_family(emitter, (quipu_kind)99, QUIPU_OPTS(.name = "a", .help = "H.")),
		QUIPU_EOPTION);
	cr_expect_eq(
		quipu_emit_family(emitter, (quipu_kind)-1, QUIPU_OPTS(.name = "a", .help = "H.")),
		QUIPU_EOPTION);
	cr_expect_eq(FAMILY(GAUGE, .name = "good", .help = "H."), QUIPU_EDUPLICATE);
	cr_expect_eq(FAMILY(GAUGE, .name = "beside", .help = "H."), QUIPU_EDUPLICATE);
	cr_expect_eq(quipu_emit_value(emitter, 1, NULL), QUIPU_EOPTION, "of a refused family");
}

Test(collector, families_refused)
{
	check_attempt(bad_families, QUIPU_ENAME, 16);
}

static void bad_values(quipu_emitter *emitter)
{
	const uint64_t counts[12] = { 1 };

	cr_expect_eq(quipu_emit_value(emitter, 3, NULL), QUIPU_ENULL);
	cr_expect_eq(quipu_emit_value(emitter, 3, VALUES(NULL)), QUIPU_ENULL);
	cr_expect_eq(quipu_emit_value(emitter, 3, VALUES("\xff")), QUIPU_EVALUE);
	cr_expect_eq(quipu_emit_integer(emitter, 3, VALUES("caf\xc3")), QUIPU_EVALUE);
	cr_expect_eq(quipu_emit_value(emitter, 3, VALUES("a")), QUIPU_EDUPLICATE);
	cr_expect_eq(quipu_emit_integer(emitter, 3, VALUES("b")), QUIPU_EDUPLICATE);
	cr_expect_eq(quipu_emit_histogram(emitter, counts, 3, VALUES("c")), QUIPU_EOPTION);
}

Test(collector, values_refused)
{
	check_attempt(bad_values, QUIPU_ENULL, 7);
}

static void bad_numbers(quipu_emitter *emitter)
{
	const uint64_t counts[12] = { 1 }, too_many[12] = { UINT64_MAX, 1 };

	cr_expect_eq(FAMILY(COUNTER, .name = "goods", .help = "H."), QUIPU_OK);
	cr_expect_eq(quipu_emit_value(emitter, -1, NULL), QUIPU_EREFUSED);
	cr_expect_eq(quipu_emit_value(emitter, NAN, NULL), QUIPU_EREFUSED);
	cr_expect_eq(FAMILY(FLOAT_COUNTER, .name = "goods1", .help = "H."), QUIPU_OK);
	cr_expect_eq(quipu_emit_value(emitter, -0.5, NULL), QUIPU_EREFUSED);
	cr_expect_eq(FAMILY(UPDOWN, .name = "goods2", .help = "H."), QUIPU_OK);
	cr_expect_eq(quipu_emit_value(emitter, NAN, NULL), QUIPU_EREFUSED);
	cr_expect_eq(FAMILY(HISTOGRAM, .name = "goods3", .help = "H."), QUIPU_OK);
	cr_expect_eq(quipu_emit_value(emitter, 1, NULL), QUIPU_EOPTION);
	cr_expect_eq(quipu_emit_integer(emitter, 1, NULL), QUIPU_EOPTION);
	cr_expect_eq(quipu_emit_histogram(emitter, NULL, 1, NULL), QUIPU_ENULL);
	cr_expect_eq(quipu_emit_histogram(emitter, too_many, 1, NULL), QUIPU_EREFUSED);
	cr_expect_eq(quipu_emit_histogram(emitter, counts, 1, NULL), QUIPU_OK);
	cr_expect_eq(quipu_emit_histogram(emitter, counts, 1, NULL), QUIPU_EDUPLICATE);
}

static void try_numbers(quipu_emitter *emitter, void *ctx)
{
	(void)ctx;
	bad_numbers(emitter);
}

Test(collector, numbers_refused)
{
	quipu_collector_add(registry, try_numbers, NULL);
	expect_samples(registry, 14);
	expect_status(registry, QUIPU_EREFUSED, "");
	cr_expect_eq(self_figure("failed_samples"), 9);
}

static void large_numbers(quipu_emitter *emitter, void *ctx)
{
	(void)ctx;
	FAMILY(UPDOWN, .name = "u", .help = "U.", .labels = QUIPU_NAMES("l"));
	quipu_emit_value(emitter, 1e300, VALUES("a"));
	quipu_emit_value(emitter, -INFINITY, VALUES("b"));
	FAMILY(COUNTER, .name = "c", .help = "C.", .labels = QUIPU_NAMES("l"));
	quipu_emit_value(emitter, INFINITY, VALUES("a"));
	quipu_emit_value(emitter, 0x1p63, VALUES("b"));
}

/* What is too large for an integer is the largest. */
Test(collector, numbers_too_large_for_integers)
{
	quipu_collector_add(registry, large_numbers, NULL);
	expect_text(registry, "# HELP c C.\n# TYPE c counter\nc{l=\"a\"} 18446744073709551615\n"
			      "c{l=\"b\"} 9223372036854775808\n"
			      "# HELP u U.\n# TYPE u gauge\nu{l=\"a\"} 9223372036854775807\n"
			      "u{l=\"b\"} -9223372036854775808\n");
}

static void before_any_family(quipu_emitter *emitter, void *ctx)
{
	(void)ctx;
	cr_expect_eq(quipu_emit_value(emitter, 1, NULL), QUIPU_EOPTION);
	cr_expect_eq(quipu_emit_integer(emitter, 1, NULL), QUIPU_EOPTION);
	cr_expect_eq(quipu_emit_histogram(emitter, (const uint64_t[]){ 1 }, 1, NULL),
		     QUIPU_EOPTION);
}

Test(collector, samples_of_no_family)
{
	quipu_collector_add(registry, before_any_family, NULL);
	expect_text(registry, "");
}

static void without_a_name(quipu_emitter *emitter, void *ctx)
{
	(void)ctx;
	cr_expect_eq(FAMILY(GAUGE, .help = "H."), QUIPU_ENAME);
}

/* A prefix alone is no name. */
Test(collector, no_name_behind_a_prefix)
{
	quipu_registry *other = quipu_registry_new(QUIPU_REGISTRY_OPTS(.prefix = "p_"));

	quipu_collector_add(other, without_a_name, NULL);
	expect_text(other, "");
	expect_status(other, QUIPU_ENAME, "");
	quipu_registry_free(other);
}
