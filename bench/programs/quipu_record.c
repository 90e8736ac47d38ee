/* SPDX-License-Identifier: MIT */
/*
 * quipu_record.c: what quipu as an entrant records.
 *
 * Beside the three cases that everyone has: every other verb. And MEANWHILE: scraped, by a thread
 * that does nothing else; churned, while a thread makes and removes series of the same family.
 */
#include "quipu_record.h"

#include "contents.h"

#include <quipu/quipu.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define MANY 16384 /* the most series that are recorded into */
#define CHURNED 1000

static quipu_registry *registry;

static int failed(const char *what)
{
	fprintf(stderr, "%s failed\n", what);
	return HARNESS_FAILED;
}

/* --- what is recorded into ---------------------------------------------------------------- */

static double values[CONTENTS_N];
static uint32_t order[CONTENTS_N];
static struct contents_labels *sets;
static quipu_str strings[MANY][CONTENTS_LABELS];
static quipu_counter_family counter_family;
static quipu_histogram_family histogram_family, native_family;
static quipu_float_counter_family float_family;
static quipu_counter_grid grid;
static quipu_updown updown;
static quipu_gauge gauge;
static quipu_histogram traced;
static quipu_counter counters[MANY];
static quipu_float_counter floats[MANY];
static quipu_histogram histograms[MANY], natives[MANY];

#define AT (order[k % CONTENTS_N])
#define VALUE (values[k % CONTENTS_N])
#define SET(i) sets[i].value[0], sets[i].value[1], sets[i].value[2]

HARNESS_LOOP(counter_one, const quipu_counter kept = counters[0], quipu_inc(kept))
HARNESS_CASE(counter_many, quipu_inc(counters[AT]))
HARNESS_LOOP(float_one, const quipu_float_counter kept = floats[0], quipu_add(kept, 0.5))
HARNESS_CASE(float_many, quipu_add(floats[AT], 0.5))
HARNESS_LOOP(histogram_one, const quipu_histogram kept = histograms[0], quipu_observe(kept, VALUE))
HARNESS_CASE(histogram_many, quipu_observe(histograms[AT], VALUE))
HARNESS_LOOP(native_one, const quipu_histogram kept = natives[0], quipu_observe(kept, VALUE))
HARNESS_CASE(native_many, quipu_observe(natives[AT], VALUE))
HARNESS_LOOP(updown_any, const quipu_updown kept = updown, quipu_inc(kept); quipu_dec(kept))
HARNESS_LOOP(gauge_set_any, const quipu_gauge kept = gauge, quipu_set(kept, VALUE))
HARNESS_LOOP(gauge_add_any, const quipu_gauge kept = gauge, quipu_add(kept, 1.0))
HARNESS_LOOP(exemplar_any, const quipu_histogram kept = traced,
	     quipu_observe_exemplar(kept, VALUE, QUIPU_EXEMPLAR(.trace_id = "4bf92f3577b34da6")))
HARNESS_LOOP(timer_any, const quipu_histogram kept = histograms[0], QUIPU_TIME_SCOPE(kept))
HARNESS_CASE(grid_any, quipu_inc(quipu_grid_at(grid, k % 8, k / 8 % 8)))
HARNESS_CASE(lookup_one, quipu_inc_at(counter_family, SET(0)))
HARNESS_CASE(lookup_many, quipu_inc_at(counter_family, SET(AT)))
HARNESS_CASE(lookup_v_one, quipu_inc_at_v(counter_family, strings[0], CONTENTS_LABELS))
HARNESS_CASE(lookup_v_many, quipu_inc_at_v(counter_family, strings[AT], CONTENTS_LABELS))
HARNESS_CASE(observe_one, quipu_observe_at(histogram_family, VALUE, SET(0)))
HARNESS_CASE(observe_many, quipu_observe_at(histogram_family, VALUE, SET(AT)))

static const struct harness_case cases[] = {
	{ "counter", counter_one, counter_many },
	{ "float_counter", float_one, float_many },
	{ "histogram", histogram_one, histogram_many },
	{ "native", native_one, native_many },
	{ "updown", updown_any, NULL },
	{ "gauge_set", gauge_set_any, NULL },
	{ "gauge_add", gauge_add_any, NULL },
	{ "exemplar", exemplar_any, NULL },
	{ "timer", timer_any, NULL },
	{ "grid", grid_any, NULL },
	{ "lookup", lookup_one, lookup_many },
	{ "lookup_v", lookup_v_one, lookup_v_many },
	{ "lookup_observe", observe_one, observe_many },
};

static void declare(size_t series)
{
	static const char *const values_of_axis[] = { "a", "b", "c", "d", "e", "f", "g", "h" };
	static const quipu_axis axes[] = { { "row", values_of_axis, 8 },
					   { "column", values_of_axis, 8 } };

	registry = quipu_registry_new(NULL);
	counter_family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "llm_requests_total", .help = "Requests.",
				     .labels = contents_names, .max_series = series));
	float_family = quipu_float_counter_family_new(
		registry, QUIPU_OPTS(.name = "llm_cost_total", .help = "Cost.",
				     .labels = contents_names, .max_series = series));
	histogram_family = quipu_histogram_family_new(
		registry, QUIPU_OPTS(.name = "llm_request_duration_seconds", .help = "Durations.",
				     .labels = contents_names, .max_series = series));
	native_family = quipu_histogram_family_new(
		registry, QUIPU_OPTS(.name = "llm_native_seconds", .help = "Durations.",
				     .labels = contents_names, .max_series = series,
				     .native_factor = 1.1, .native_min = 1e-3, .native_max = 100));
	grid = quipu_counter_grid_new(
		registry,
		QUIPU_OPTS(.name = "llm_grid_total", .help = "Grid.", .axes = axes, .n_axes = 2));
}

static void declare_single(void)
{
	updown = quipu_updown_new(registry, QUIPU_OPTS(.name = "llm_in_flight", .help = "Now."));
	gauge = quipu_gauge_new(registry, QUIPU_OPTS(.name = "llm_load", .help = "Load."));
	traced = quipu_histogram_new(registry, QUIPU_OPTS(.name = "llm_traced_seconds",
							  .help = "Traced.", .exemplars = 1));
}

static void keep(size_t i)
{
	counters[i] = quipu_at(counter_family, SET(i));
	floats[i] = quipu_at(float_family, SET(i));
	histograms[i] = quipu_at(histogram_family, SET(i));
	natives[i] = quipu_at(native_family, SET(i));
	for (size_t j = 0; j < CONTENTS_LABELS; j++)
		strings[i][j] = (quipu_str){ sets[i].value[j], sets[i].length[j] };
}

/* --- meanwhile ------------------------------------------------------------------------------ */

static int ignore(void *unused, const char *data, size_t len)
{
	(void)unused, (void)data, (void)len;
	return 0;
}

static void *scrape_for_ever(void *unused)
{
	while (quipu_write(registry, NULL, ignore, NULL) == QUIPU_OK) {
	}
	return unused;
}

/* As many series as may come and go, one new and one old at a time. */
static void *churn_for_ever(void *unused)
{
	char text[32];

	for (unsigned long i = 0;; i++) {
		snprintf(text, sizeof text, "job-%lu", i);
		quipu_inc_at(counter_family, text, "churned", "success");
		snprintf(text, sizeof text, "job-%lu", i - CHURNED);
		quipu_counter_family_remove(counter_family, text, "churned", "success");
	}
	return unused;
}

/* Whoever disturbs lives as long as the process. */
static int disturb(const char *meanwhile)
{
	void *(*run)(void *);
	pthread_t thread;

	if (strcmp(meanwhile, "quiet") == 0)
		return 0;
	if (strcmp(meanwhile, "scraped") == 0)
		run = scrape_for_ever;
	else if (strcmp(meanwhile, "churned") == 0)
		run = churn_for_ever;
	else
		return HARNESS_HAVE_NOT;
	return pthread_create(&thread, NULL, run, NULL) ? failed("pthread_create") : 0;
}

static int prepare(size_t series, const char *meanwhile)
{
	if (series > MANY)
		return HARNESS_HAVE_NOT;
	sets = contents_sets(series);
	if (!sets)
		return failed("malloc");
	contents_values(values);
	contents_order(order, series);
	declare(series + 2 * CHURNED);
	declare_single();
	for (size_t i = 0; i < series; i++)
		keep(i);
	if (quipu_registry_status(registry, NULL) != QUIPU_OK)
		return failed("set-up");
	return disturb(meanwhile);
}

int quipu_record(int argc, char **argv)
{
	return harness_main_record(argc, argv, cases, sizeof cases / sizeof *cases, prepare);
}
