/* SPDX-License-Identifier: MIT */
/* gauge_test.c: what is one shared cell: gauges and statesets; and info, which is constant. */
#include "exposed.h"

#include <float.h>
#include <math.h>
#include <pthread.h>
#include <time.h>

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

TestSuite(gauge, .init = begin, .fini = end);
TestSuite(stateset, .init = begin, .fini = end);
TestSuite(info, .init = begin, .fini = end);

static quipu_gauge gauge_new(void)
{
	quipu_gauge gauge = quipu_gauge_new(registry, QUIPU_OPTS(.name = "g", .help = "G."));

	cr_assert_not_null(gauge.cell);
	return gauge;
}

static void expect_gauge(quipu_gauge gauge, const char *text)
{
	struct qt_exposition *shown = exposed(registry);

	cr_expect_str_eq(qt_find(shown, "g", NULL)->text, text);
	if (strcmp(text, "NaN") == 0)
		cr_expect(isnan(quipu_read(gauge)));
	else
		cr_expect_eq(quipu_read(gauge), strtod(text, NULL));
	qt_free(shown);
}

Test(gauge, sets_and_adds)
{
	quipu_gauge gauge = gauge_new();

	expect_gauge(gauge, "0");
	quipu_set(gauge, 2.5);
	expect_gauge(gauge, "2.5");
	quipu_add(gauge, -4);
	expect_gauge(gauge, "-1.5");
	quipu_inc(gauge);
	quipu_inc(gauge);
	quipu_dec(gauge);
	expect_gauge(gauge, "-0.5");
}

Test(gauge, any_double)
{
	static const struct {
		double value;
		const char *text;
	} cases[] = { { NAN, "NaN" },
		      { INFINITY, "+Inf" },
		      { -INFINITY, "-Inf" },
		      { DBL_MAX, "1.7976931348623157e+308" },
		      { DBL_TRUE_MIN, "5e-324" },
		      { -0.0, "0" },
		      { 0.1, "0.1" } };
	quipu_gauge gauge = gauge_new();

	for (size_t i = 0; i < N_OF(cases); i++) {
		quipu_set(gauge, cases[i].value);
		expect_gauge(gauge, cases[i].text);
	}
	cr_expect_eq(self_figure("refused_values"), 0);
}

Test(gauge, set_to_now)
{
	quipu_gauge gauge = gauge_new();
	time_t before = time(NULL), after;

	quipu_set_to_now(gauge);
	after = time(NULL);
	cr_expect_geq(quipu_read(gauge), (double)before);
	cr_expect_leq(quipu_read(gauge), (double)after + 1);
}

static void *add_many(void *ctx)
{
	quipu_gauge gauge = *(quipu_gauge *)ctx;

	for (int i = 0; i < 10000; i++) {
		quipu_add(gauge, 3);
		quipu_dec(gauge);
	}
	return NULL;
}

/* One cell for all threads: nothing that they add is lost. */
Test(gauge, shared_by_threads)
{
	quipu_gauge gauge = gauge_new();
	pthread_t threads[4];

	for (size_t i = 0; i < N_OF(threads); i++)
		cr_assert_eq(pthread_create(&threads[i], NULL, add_many, &gauge), 0);
	for (size_t i = 0; i < N_OF(threads); i++)
		pthread_join(threads[i], NULL);
	expect_gauge(gauge, "80000");
}

Test(gauge, by_label_values_and_recycled)
{
	quipu_gauge_family family = quipu_gauge_family_new(
		registry, QUIPU_OPTS(.name = "f", .help = "F.", .labels = QUIPU_NAMES("l")));
	quipu_gauge kept = quipu_at(family, "a");

	quipu_set(kept, 7);
	quipu_inc_at(family, "a");
	quipu_dec_at(family, "b");
	quipu_add_at(family, 0.5, "b");
	expect_text(registry, "# HELP f F.\n# TYPE f gauge\nf{l=\"a\"} 8\nf{l=\"b\"} -0.5\n");
	cr_expect_eq(quipu_family_remove(family, "a"), 1);
	quipu_set(kept, 9);
	quipu_release(kept);
	settle();
	for (int i = 0; i < 3; i++) {
		kept = quipu_at(family, i ? "y" : "x");
		cr_expect_eq(quipu_read(kept), 0, "a recycled cell begins at zero");
		quipu_release(kept);
	}
}

/* --- statesets -------------------------------------------------------------------------------- */

static const char *const states[] = { "starting", "up", "down" };

static quipu_stateset stateset_new(void)
{
	quipu_stateset stateset =
		quipu_stateset_new(registry, QUIPU_OPTS(.name = "s", .help = "S.", .states = states,
							.n_states = N_OF(states)));

	cr_assert_not_null(stateset.cell);
	return stateset;
}

/* bits: one character for each state. */
static void expect_states(quipu_stateset stateset, const char *bits)
{
	struct qt_exposition *shown = exposed(registry);
	uint64_t value = quipu_read(stateset);

	for (size_t i = 0; i < N_OF(states); i++) {
		cr_expect_str_eq(qt_find(shown, "s", "s", states[i], NULL)->text,
				 bits[i] == '1' ? "1" : "0");
		cr_expect_eq(value >> i & 1, bits[i] == '1');
	}
	cr_expect_eq(value >> N_OF(states), 0);
	qt_free(shown);
}

Test(stateset, selects_one_sets_any)
{
	quipu_stateset stateset = stateset_new();

	expect_states(stateset, "000");
	quipu_select(stateset, 1);
	expect_states(stateset, "010");
	quipu_select(stateset, 2);
	expect_states(stateset, "001");
	quipu_stateset_set(stateset, 0, 1);
	expect_states(stateset, "101");
	quipu_stateset_set(stateset, 0, 1);
	quipu_stateset_set(stateset, 2, 0);
	expect_states(stateset, "100");
}

Test(stateset, a_state_that_there_is_not)
{
	quipu_stateset stateset = stateset_new();

	quipu_select(stateset, 1);
	quipu_select(stateset, 3);
	quipu_select(stateset, UINT32_MAX);
	quipu_stateset_set(stateset, 3, 1);
	quipu_stateset_set(stateset, 64, 1);
	expect_states(stateset, "010");
}

Test(stateset, sixty_four_states)
{
	const char *many[64];
	char texts[64][4];
	quipu_stateset stateset;

	for (int i = 0; i < 64; i++) {
		texts[i][0] = 's';
		texts[i][1] = (char)('0' + i / 8);
		texts[i][2] = (char)('0' + i % 8);
		texts[i][3] = '\0';
		many[i] = texts[i];
	}
	stateset = quipu_stateset_new(
		registry, QUIPU_OPTS(.name = "s", .help = "S.", .states = many, .n_states = 64));
	quipu_select(stateset, 63);
	cr_expect_eq(quipu_read(stateset), UINT64_C(1) << 63);
	expect_samples(registry, 64);
}

Test(stateset, by_label_values)
{
	quipu_stateset_family family = quipu_stateset_family_new(
		registry, QUIPU_OPTS(.name = "f", .help = "F.", .labels = QUIPU_NAMES("l"),
				     .max_series = 1, .states = states, .n_states = 2));

	quipu_select_at(family, 1, "a");
	quipu_select_at(family, 0, "b");
	expect_text(registry, "# HELP f F.\n# TYPE f gauge\n"
			      "f{l=\"a\",f=\"starting\"} 0\nf{l=\"a\",f=\"up\"} 1\n"
			      "f{otel_metric_overflow=\"true\",f=\"starting\"} 1\n"
			      "f{otel_metric_overflow=\"true\",f=\"up\"} 0\n");
}

/* --- info ------------------------------------------------------------------------------------- */

Test(info, a_constant_one_with_labels)
{
	static const quipu_label labels[] = { { "version", "1\"2" },
					      { "commit", "" },
					      { NULL, NULL } };

	quipu_info_new(registry, QUIPU_OPTS(.name = "build", .help = "B."), labels, 0);
	quipu_info_new(registry, QUIPU_OPTS(.name = "lib_info", .help = "L."), labels, 1);
	quipu_info_new(registry, QUIPU_OPTS(.name = "plain", .help = "P."), NULL, 0);
	expect_text(registry, "# HELP build_info B.\n# TYPE build_info gauge\n"
			      "build_info{version=\"1\\\"2\",commit=\"\"} 1\n"
			      "# HELP lib_info L.\n# TYPE lib_info gauge\n"
			      "lib_info{version=\"1\\\"2\"} 1\n"
			      "# HELP plain_info P.\n# TYPE plain_info gauge\nplain_info 1\n");
}

static void refuse_info(const quipu_label *labels, size_t n, quipu_error error, const char *culprit)
{
	quipu_info info =
		quipu_info_new(registry, QUIPU_OPTS(.name = "build", .help = "B."), labels, n);

	cr_expect_eq(info.offset, 0);
	expect_status(registry, error, culprit);
	expect_text(registry, "");
	quipu_registry_unregister(registry, "build_info");
}

Test(info, refused)
{
	static const char *const names[] = { "a", "b", "c", "d", "e", "f", "g", "h", "i",
					     "j", "k", "l", "m", "n", "o", "p", "q" };
	quipu_label many[17];

	for (size_t i = 0; i < N_OF(many); i++)
		many[i] = (quipu_label){ names[i], "v" };
	refuse_info((quipu_label[]){ { "a\xff", "v" } }, 1, QUIPU_ELABEL, "a\xff");
	refuse_info((quipu_label[]){ { "a", "v" }, { "a", "v" } }, 2, QUIPU_ELABEL, "\"a\"");
	refuse_info((quipu_label[]){ { "a", "\xff" } }, 1, QUIPU_EVALUE, "\"a\"");
	refuse_info((quipu_label[]){ { "a", NULL } }, 1, QUIPU_EVALUE, "\"a\"");
	refuse_info((quipu_label[]){ { "a", "v" }, { NULL, "v" } }, 2, QUIPU_ELABEL, "build");
	refuse_info((quipu_label[]){ { NULL, "v" } }, 1, QUIPU_ELABEL, "build");
	refuse_info(many, 17, QUIPU_ELABEL, "16");
	quipu_info_new(registry, QUIPU_OPTS(.name = "build", .help = "B."), many, 16);
	expect_samples(registry, 1);
}
