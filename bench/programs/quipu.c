/* SPDX-License-Identifier: MIT */
/*
 * quipu.c: quipu as an entrant, by the same rules as its rivals (bench/README.md), with more cases:
 *
 *   record   also every other verb (quipu_record.c), and MEANWHILE
 *   text     also any other format by its name
 *   KIND     also natives: histograms of native buckets, factor 1.1 from 1 ms to 100 s
 */
#include "contents.h"
#include "quipu_record.h"
#include "resident.h"

#include <quipu/http.h>
#include <quipu/quipu.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_SERIES 2000000

static quipu_registry *registry;
static quipu_counter_family counter_family;
static quipu_histogram_family histogram_family;

static int failed(const char *what)
{
	fprintf(stderr, "%s failed\n", what);
	return HARNESS_FAILED;
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

		free(text.data);
		text = (struct text){ 0 }; /* a new one each time, as the rivals have it */
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

static int run_memory(const char *kind, size_t series)
{
	double before = bench_resident();
	int status = make(kind, series);

	if (status == 0)
		printf("{\"bytes\": %.0f}\n", bench_resident() - before);
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
		return quipu_record(argc, argv);
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
