/* SPDX-License-Identifier: MIT */
/*
 * besieged.c: a serving program under attack (siege.py), and the witness of what that did to it.
 *
 * Threads record under the bracket oracle, time themselves by their own processor time and count how
 * often they gave it up; a good scraper asks again and again on a connection of its own, and counts
 * what was served to others meanwhile. besieged [NAME=VALUE...] prints the
 * address, then, for each line on its standard input, what has happened since the line before, as
 * JSON. "end" or the input's end is the last: everybody leaves, and the totals have to be exact.
 *
 * series=N             further series, to make the body large
 * target=PATH          what the good scraper asks for
 * connections requests waiting   the options max_…
 * header write idle    the timeouts, in seconds
 * sandbox=1            the server's thread is in one
 */
#include "bracket.h"
#include "kit.h"
#include "parse.h"
#include "scale.h"
#include "torture.h"

#include <quipu/quipu.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define RECORDERS 2
#define BATCH 1000  /* records between two looks at the clock */
#define REST_US 500 /* after each: two processors are for everybody */
#define SCRAPE_EVERY_US 3000
#define SAMPLES 200000 /* of one kind in one phase; later ones are not kept */
#define GONE_US 20000000

QUIPU_LABELS(item, item, padding);

static const char padding[] = "a value that is long enough to make a line of some length";

/* --- what happened in a phase ---------------------------------------------------------------- */

struct samples {
	double *values;
	size_t n;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of everything below */
static struct samples latencies;			 /* ms */
static struct samples turns;				 /* requests served during a scrape */
static struct samples costs;				 /* ns a record */
static uint64_t waits;					 /* batches that gave a processor up */
static uint64_t refused;				 /* scrapes that were not answered 200 */
static size_t most_resident;

static void note(struct samples *samples, double value)
{
	pthread_mutex_lock(&lock);
	if (samples->n < SAMPLES)
		samples->values[samples->n++] = value;
	pthread_mutex_unlock(&lock);
}

static void note_batch(double cost, bool waited)
{
	note(&costs, cost);
	pthread_mutex_lock(&lock);
	waits += waited;
	pthread_mutex_unlock(&lock);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double quantile(const struct samples *samples, double q)
{
	if (samples->n == 0)
		return -1;
	return samples->values[(size_t)(q * (double)(samples->n - 1))];
}

/* What was since the last time, and forgets it. */
static void report(const quipu_http *server)
{
	quipu_http_stats_t stats = { .size = sizeof(stats) };

	quipu_http_stats(server, &stats);
	pthread_mutex_lock(&lock);
	qsort(latencies.values, latencies.n, sizeof(double), compare);
	qsort(turns.values, turns.n, sizeof(double), compare);
	qsort(costs.values, costs.n, sizeof(double), compare);
	printf("{\"scrapes\": %zu, \"refused_scrapes\": %" PRIu64 ", \"p50\": %.3f, \"p99\": %.3f, "
	       "\"max\": %.3f, \"turns\": %.0f, \"batches\": %zu, \"waits\": %" PRIu64
	       ", \"cost\": %.3f, \"resident\": %zu",
	       latencies.n, refused, quantile(&latencies, 0.5), quantile(&latencies, 0.99),
	       quantile(&latencies, 1), quantile(&turns, 0.5), costs.n, waits,
	       quantile(&costs, 0.25), most_resident);
	printf(", \"connections\": %" PRIu64 ", \"open\": %" PRIu64 ", \"requests\": %" PRIu64
	       ", \"unavailable\": %" PRIu64 ", \"aborted\": %" PRIu64 ", \"shared\": %" PRIu64
	       ", \"answered_scrapes\": %" PRIu64 "}\n",
	       stats.connections, stats.open, stats.requests, stats.unavailable, stats.aborted,
	       stats.shared, stats.scrapes);
	fflush(stdout);
	latencies.n = turns.n = costs.n = 0;
	refused = waits = 0;
	most_resident = torture_resident();
	pthread_mutex_unlock(&lock);
}

/* --- who records ----------------------------------------------------------------------------- */

static quipu_registry *registry;
static quipu_counter counter;
static quipu_histogram histogram;
static struct bracket bracket;

static uint64_t own_time_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* How often the thread gave its processor up of itself: to wait for a lock, for one. */
static long own_waits(void)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	return usage.ru_nvcsw;
}

static void *record(void *unused)
{
	struct bracket_cell *cell = bracket_join(&bracket);

	while (!torture_stopped()) {
		uint64_t began;
		long waited;

		bracket_start(cell, BATCH);
		waited = own_waits();
		began = own_time_ns();
		for (int i = 0; i < BATCH; i++) {
			quipu_inc(counter);
			quipu_observe(histogram, (double)i * 0.001);
		}
		note_batch((double)(own_time_ns() - began) / BATCH, own_waits() > waited);
		bracket_finish(cell, BATCH);
		torture_sleep_us(REST_US);
	}
	bracket_leave(cell);
	return unused;
}

/* --- the good scraper ------------------------------------------------------------------------ */

struct scraper {
	const quipu_http *server;
	const char *address;
	const char *target;
	struct client client;
	struct bracket_watch watch;
	uint64_t scrapes;
};

static void check_answer(struct scraper *scraper, const struct answer *answer, bool final)
{
	struct qt_exposition *exposition = qt_parse_ok(answer->body, answer->len);
	uint64_t count = qt_u64(exposition, "good_seconds_count", NULL);
	uint64_t total = qt_u64(exposition, "good_total", NULL);
	uint64_t infinite = qt_u64(exposition, "good_seconds_bucket", "le", "+Inf", NULL);

	TORTURE_CHECK("P4", count == infinite, "count %" PRIu64 ", +Inf %" PRIu64, count, infinite);
	if (final) {
		TORTURE_BRACKET("P2", bracket_final(&scraper->watch, total));
		TORTURE_CHECK("P2", count == total, "observed %" PRIu64 ", counted %" PRIu64, count,
			      total);
	} else {
		TORTURE_BRACKET("P2 P3", bracket_close(&scraper->watch, total));
	}
	qt_free(exposition);
	scraper->scrapes++;
}

static void reconnect(struct scraper *scraper)
{
	if (scraper->client.fd >= 0)
		kit_close(&scraper->client);
	scraper->client = kit_connect_to(scraper->address);
}

static uint64_t served(const quipu_http *server)
{
	quipu_http_stats_t stats = { .size = sizeof(stats) };

	quipu_http_stats(server, &stats);
	return stats.requests;
}

/* From the request to the last byte; a refusal is no latency. */
static void scrape(struct scraper *scraper, bool final)
{
	struct answer answer;
	char request[256];
	uint64_t before, began;
	double ms;

	snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", scraper->target);
	bracket_open(&scraper->watch);
	before = served(scraper->server);
	began = torture_now_us();
	kit_send(&scraper->client, request);
	answer = kit_receive(&scraper->client, false);
	ms = (double)(torture_now_us() - began) / 1000;
	if (answer.status == 200 && answer.whole) {
		note(&latencies, ms);
		note(&turns, (double)(served(scraper->server) - before));
		check_answer(scraper, &answer, final);
	} else {
		pthread_mutex_lock(&lock);
		refused++;
		pthread_mutex_unlock(&lock);
	}
	if (!answer.whole || strcmp(kit_field(&answer, "Connection"), "close") == 0)
		reconnect(scraper);
	kit_free(&answer);
}

static void *scrape_again_and_again(void *arg)
{
	struct scraper *scraper = arg;

	while (!torture_stopped()) {
		size_t resident = torture_resident();

		scrape(scraper, false);
		pthread_mutex_lock(&lock);
		if (most_resident < resident)
			most_resident = resident;
		pthread_mutex_unlock(&lock);
		torture_sleep_us(SCRAPE_EVERY_US);
	}
	return NULL;
}

/* --- the program ----------------------------------------------------------------------------- */

static const char *option(int argc, char **argv, const char *name, const char *otherwise)
{
	size_t len = strlen(name);

	for (int i = 1; i < argc; i++) {
		if (strncmp(argv[i], name, len) == 0 && argv[i][len] == '=')
			return argv[i] + len + 1;
	}
	return otherwise;
}

static double number(int argc, char **argv, const char *name)
{
	return strtod(option(argc, argv, name, "0"), NULL);
}

static void make_metrics(uint32_t series)
{
	quipu_counter_family family;
	char item_value[32];

	registry = quipu_registry_new(NULL);
	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "good_total", .help = "Records."));
	histogram = quipu_histogram_new(registry,
					QUIPU_OPTS(.name = "good_seconds", .help = "The same."));
	family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "items_total", .help = "Items.", .labels = item_names,
				     .max_series = series + 1));
	for (uint32_t i = 0; i < series; i++) {
		snprintf(item_value, sizeof(item_value), "%" PRIu32, i);
		quipu_add_at(family, i, item_value, padding);
	}
}

static quipu_http *start(int argc, char **argv)
{
	return kit_start(
		registry,
		QUIPU_HTTP_OPTS(.max_connections = (unsigned)number(argc, argv, "connections"),
				.max_requests = (unsigned)number(argc, argv, "requests"),
				.max_waiting = (unsigned)number(argc, argv, "waiting"),
				.header_timeout_seconds = number(argc, argv, "header"),
				.write_timeout_seconds = number(argc, argv, "write"),
				.idle_timeout_seconds = number(argc, argv, "idle"),
				.sandbox = (int)number(argc, argv, "sandbox")));
}

/* The attackers are gone: only the good scraper's connection is to be left. */
static void check_left(const quipu_http *server)
{
	uint64_t until = torture_now_us() + GONE_US;
	quipu_http_stats_t stats = { .size = sizeof(stats) };

	do {
		quipu_http_stats(server, &stats);
		torture_sleep_us(1000);
	} while (stats.open > 1 && torture_now_us() < until);
	TORTURE_CHECK("P5", stats.open <= 1, "%" PRIu64 " connections are left open", stats.open);
}

static void take_part(quipu_http *server, struct scraper *scraper)
{
	pthread_t threads[RECORDERS + 1];
	char line[64];

	for (int i = 0; i < RECORDERS; i++)
		threads[i] = torture_spawn(record, NULL);
	threads[RECORDERS] = torture_spawn(scrape_again_and_again, scraper);
	while (fgets(line, sizeof(line), stdin) && strcmp(line, "end\n") != 0)
		report(server);
	torture_stop();
	for (int i = 0; i <= RECORDERS; i++)
		torture_join(threads[i]);
	check_left(server);
	refused = 0; /* nobody else is there any more */
	scrape(scraper, true);
	TORTURE_CHECK("P2", refused == 0, "the last scrape was refused");
}

int main(int argc, char **argv)
{
	struct scraper scraper = { .target = option(argc, argv, "target", "/metrics"),
				   .client = { .fd = -1 } };
	unsigned descriptors, threads;
	quipu_http *server;

	kit_raise_descriptors();
	latencies.values = calloc(SAMPLES, sizeof(double));
	turns.values = calloc(SAMPLES, sizeof(double));
	costs.values = calloc(SAMPLES, sizeof(double));
	make_metrics((uint32_t)number(argc, argv, "series"));
	bracket_init(&bracket, RECORDERS);
	bracket_watch(&scraper.watch, &bracket, "good_total");
	quipu_start_threads(); /* so that they count as there before */
	descriptors = kit_descriptors();
	threads = kit_threads();
	server = start(argc, argv);
	scraper.server = server;
	scraper.address = quipu_http_address(server);
	reconnect(&scraper);
	puts(scraper.address);
	fflush(stdout);
	take_part(server, &scraper);
	kit_close(&scraper.client);
	quipu_http_stop(server);
	TORTURE_CHECK("P5", kit_descriptors() == descriptors, "%u descriptors, there were %u",
		      kit_descriptors(), descriptors);
	TORTURE_CHECK("P5", kit_threads() == threads, "%u threads, there were %u", kit_threads(),
		      threads);
	qt_figure("records", bracket_done(&bracket));
	qt_figure("scrapes", scraper.scrapes);
	return 0;
}
