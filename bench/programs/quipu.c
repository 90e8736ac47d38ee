/* SPDX-License-Identifier: MIT */
/*
 * quipu.c: quipu as an entrant, by the same rules as its rivals (bench/README.md), with more cases:
 *
 *   record   also float_counter, native, grid, lookup_v (lengths known) and lookup_observe; and
 *            MEANWHILE: scraped, by a thread that does nothing else; churned, while a thread makes
 *            and removes series of the same family
 *   text     also any other format by its name
 *   KIND     also natives: histograms of native buckets, factor 1.1 from 1 ms to 100 s
 */
#include "contents.h"
#include "harness.h"

#include <quipu/http.h>
#include <quipu/quipu.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_SERIES 2000000
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
	for (size_t i = 0; i < series; i++)
		keep(i);
	if (quipu_registry_status(registry, NULL) != QUIPU_OK)
		return failed("set-up");
	return disturb(meanwhile);
}

/* --- what is scraped -------------------------------------------------------------------------- */

static void make_counter(quipu_counter_family family, size_t i, char text[3][32])
{
	quipu_add_at(family, contents_count(i), text[0], text[1], text[2]);
}

static void make_histogram(quipu_histogram_family family, size_t i, char text[3][32])
{
	for (unsigned k = 0; k < CONTENTS_OBSERVATIONS; k++)
		quipu_observe_at(family, contents_observation(i, k), text[0], text[1], text[2]);
}

/* Classic bounds, or native buckets. */
static void make_histograms(size_t series, double factor)
{
	char text[CONTENTS_LABELS][32];

	histogram_family = quipu_histogram_family_new(
		registry, QUIPU_OPTS(.name = "llm_request_duration_seconds", .help = "Durations.",
				     .labels = contents_names, .max_series = series,
				     .native_factor = factor, .native_min = factor > 0 ? 1e-3 : 0,
				     .native_max = factor > 0 ? 100 : 0));
	for (size_t i = 0; i < series; i++) {
		contents_beyond(i, text);
		make_histogram(histogram_family, i, text);
	}
}

static void make_counters(size_t series)
{
	char text[CONTENTS_LABELS][32];

	counter_family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "llm_requests_total", .help = "Requests.",
				     .labels = contents_names, .max_series = series));
	for (size_t i = 0; i < series; i++) {
		contents_beyond(i, text);
		make_counter(counter_family, i, text);
	}
}

static int make(const char *kind, size_t series)
{
	registry = quipu_registry_new(NULL);
	if (strcmp(kind, "counters") == 0)
		make_counters(series);
	else if (strcmp(kind, "histograms") == 0)
		make_histograms(series, 0);
	else if (strcmp(kind, "natives") == 0)
		make_histograms(series, 1.1);
	else
		return HARNESS_HAVE_NOT;
	return quipu_registry_status(registry, NULL) == QUIPU_OK ? 0 : failed("set-up");
}

struct text {
	char *data;
	size_t len, room;
};

static int append(void *ctx, const char *data, size_t len)
{
	struct text *text = ctx;

	if (text->len + len > text->room) {
		text->room = 2 * (text->room + len);
		text->data = realloc(text->data, text->room);
		if (!text->data)
			return -1;
	}
	memcpy(text->data + text->len, data, len);
	text->len += len;
	return 0;
}

static const quipu_format *format_of(const char *name)
{
	const quipu_format *const *format = quipu_formats();

	while (*format && strcmp((*format)->name, name) != 0)
		format++;
	return *format;
}

static int run_text(const char *kind, size_t series, long times, const char *format_name)
{
	const quipu_format *format = format_of(format_name);
	struct text text = { 0 };
	int status = format ? make(kind, series) : HARNESS_HAVE_NOT;

	if (status != 0)
		return status;
	printf("{\"ms\": [");
	for (long i = 0; i < times; i++) {
		uint64_t start = quipu_now_ns();

		text.len = 0;
		if (quipu_write(registry, format, append, &text) != QUIPU_OK)
			return failed("quipu_write");
		printf("%s%.4f", i ? ", " : "", (double)(quipu_now_ns() - start) / 1e6);
	}
	printf("], \"bytes\": %zu}\n", text.len);
	free(text.data);
	return 0;
}

static int run_show(const char *kind, size_t series)
{
	struct text text = { 0 };
	int status = make(kind, series);

	if (status != 0)
		return status;
	if (quipu_write(registry, NULL, append, &text) != QUIPU_OK)
		return failed("quipu_write");
	fwrite(text.data, 1, text.len, stdout);
	free(text.data);
	return 0;
}

static long resident(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	long total = 0, pages = 0;

	if (!file || fscanf(file, "%ld %ld", &total, &pages) != 2)
		pages = 0;
	if (file)
		fclose(file);
	return pages * sysconf(_SC_PAGESIZE);
}

static int run_memory(const char *kind, size_t series)
{
	long before = resident();
	int status = make(kind, series);

	if (status == 0)
		printf("{\"bytes\": %ld}\n", resident() - before);
	return status;
}

static int run_serve(const char *kind, size_t series)
{
	int status = make(kind, series);
	quipu_http *server;
	char byte;

	if (status != 0)
		return status;
	server = quipu_http_start(registry, QUIPU_HTTP_OPTS(.listen = "127.0.0.1:0"), NULL);
	if (!server)
		return failed("quipu_http_start");
	printf("{\"port\": %d}\n", quipu_http_port(server));
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0) {
	}
	quipu_http_stop(server);
	return 0;
}

/* --- arguments -------------------------------------------------------------------------------- */

static int usage(void)
{
	fprintf(stderr, "about | record CASE SERIES THREADS SECONDS [MEANWHILE] |\n"
			"text KIND SERIES TIMES [FORMAT] | memory|serve|show KIND SERIES\n");
	return HARNESS_USAGE;
}

static int about(void)
{
	printf("{\"name\": \"quipu\", \"version\": \"%s\", \"language\": \"C\"}\n",
	       quipu_version());
	return 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";
	long series = argc > 3 ? atol(argv[3]) : 0;

	if (strcmp(verb, "about") == 0)
		return about();
	if (strcmp(verb, "record") == 0)
		return harness_main_record(argc, argv, cases, sizeof cases / sizeof *cases,
					   prepare);
	if (series < 1 || series > MAX_SERIES)
		return usage();
	if (strcmp(verb, "text") == 0 && (argc == 5 || argc == 6))
		return run_text(argv[2], (size_t)series, atol(argv[4]),
				argc == 6 ? argv[5] : "text-0.0.4");
	if (argc != 4)
		return usage();
	if (strcmp(verb, "memory") == 0)
		return run_memory(argv[2], (size_t)series);
	if (strcmp(verb, "serve") == 0)
		return run_serve(argv[2], (size_t)series);
	if (strcmp(verb, "show") == 0)
		return run_show(argv[2], (size_t)series);
	return usage();
}
