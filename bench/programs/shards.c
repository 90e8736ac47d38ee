/* SPDX-License-Identifier: MIT */
/*
 * shards.c: what a scrape costs by how many series there are and how many threads recorded them.
 *
 *   bench_shards counters|histograms|natives SERIES THREADS [FAMILIES [IDLE_SECONDS]]
 *
 * SERIES series in FAMILIES families (1), each recorded by THREADS threads, which stay alive: the
 * first gives them bench/README.md's contents, the others record once in each. Then scrapes in every
 * format, in turns, and the medians.
 *
 *   open_ms          until the snapshot is complete, which is before the first byte
 *   FORMAT_ms        the whole scrape in 64 KiB pieces, opening and closing included
 *   longest_step_ms  the longest call of all scrapes; in step_cpu_ms its processor time, which
 *                    other programs on the machine do not lengthen. A server answers others meanwhile
 *   first_ms, first_step_ms  of the very first scrape, which meets memory that no scrape touched
 *   give_up_ms       closing a scrape whose snapshot is complete, in one go
 *
 * With IDLE_SECONDS the families' series expire when idle, so a scrape looks which are.
 */
#include "common.h"
#include "crew.h"
#include "series.h"

#define PIECE_BYTES (64u * 1024)
#define MOST_SERIES 4000000
#define MOST_THREADS 4096
#define MOST_FAMILIES 100000
#define MOST_IDLE_SECONDS 1000000
#define MOST_ROUNDS 50
#define ROUNDS_SECONDS 0.8
#define SERIES_BYTES 600 /* of one, without what its threads have */

enum { TEXT, TEXT_1, OPENMETRICS, OPENMETRICS_2, PROTOBUF, JSON, FORMATS };
static const struct {
	const char *format, *ms, *bytes;
} formats[FORMATS] = { { "text-0.0.4", "text_ms", "bytes" },
		       { "text-1.0.0", "text_1_ms", "text_1_bytes" },
		       { "openmetrics-1.0.0", "openmetrics_ms", "openmetrics_bytes" },
		       { "openmetrics-2.0.0", "openmetrics_2_ms", "openmetrics_2_bytes" },
		       { "protobuf", "protobuf_ms", "protobuf_bytes" },
		       { "json", "json_ms", "json_bytes" } };

static struct bench_series all;

/* --- set-up ------------------------------------------------------------------------------------ */

/* Numbered from 0, so that a single family has its plain name. */
static void make_series(quipu_registry *registry, size_t n_families, double idle_seconds)
{
	struct bench_family *families = bench_alloc(n_families, sizeof *families);
	size_t i;

	for (i = 0; i < n_families; i++)
		families[i] = bench_family_new(registry, all.kind, i, all.n, idle_seconds);
	for (i = 0; i < all.n; i++)
		bench_make(&all, &families[i * n_families / all.n], i);
	free(families);
	bench_check(registry);
}

struct order {
	quipu_registry *registry;
	size_t n_families;
	double idle_seconds;
};

static void make_by_first(size_t thread, void *ctx)
{
	const struct order *order = ctx;

	if (thread == 0)
		make_series(order->registry, order->n_families, order->idle_seconds);
}

static void touch_first(size_t thread, void *ctx)
{
	(void)ctx;
	if (thread > 0)
		bench_touch(&(struct bench_series){ all.kind, 1, all.counters, all.histograms });
}

static void touch_by_others(size_t thread, void *ctx)
{
	(void)ctx;
	if (thread > 0)
		bench_touch(&all);
}

static struct bench_crew *set_up(struct order *order, size_t threads)
{
	struct bench_crew *crew;

	bench_demand(all.n * SERIES_BYTES);
	crew = bench_crew_start(threads);
	bench_crew_do(crew, make_by_first, order);
	bench_demand(bench_self("slot_bytes") * threads);
	bench_crew_do_in_turn(crew, touch_first, NULL);
	bench_crew_do(crew, touch_by_others, NULL);
	if (order->idle_seconds > 0)
		bench_release(&all);
	return crew;
}

/* --- scrapes ----------------------------------------------------------------------------------- */

struct times {
	double open, total, first_step, longest_step, step_cpu;
	size_t steps, bytes;
};

static double cpu_ms(void)
{
	struct timespec used;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
	return (double)used.tv_sec * 1e3 + (double)used.tv_nsec / 1e6;
}

static quipu_error step(quipu_scrape *scrape, size_t cap, struct times *times)
{
	static char piece[PIECE_BYTES];
	double cpu = cpu_ms(), ms;
	uint64_t start = bench_now();
	size_t len;
	quipu_error error = quipu_scrape_read(scrape, piece, cap, &len);

	ms = bench_ms_since(start);
	cpu = cpu_ms() - cpu;
	if (times->steps++ == 0)
		times->first_step = ms;
	if (ms > times->longest_step)
		times->longest_step = ms;
	if (cpu > times->step_cpu)
		times->step_cpu = cpu;
	times->bytes += len;
	return error;
}

/* As far as the first byte, of which it reads no more than that. */
static quipu_scrape *open_scrape(quipu_registry *registry, const char *format, struct times *times)
{
	uint64_t start = bench_now();
	quipu_error error;
	quipu_scrape *scrape = quipu_scrape_open(registry, quipu_format_find(format), NULL, &error);

	while (!error && times->bytes == 0)
		error = step(scrape, 1, times);
	if (error)
		bench_fail("a scrape as %s: %s", format, quipu_strerror(error));
	times->open = bench_ms_since(start);
	return scrape;
}

static struct times scrape_once(quipu_registry *registry, const char *format)
{
	struct times times = { 0 };
	uint64_t start = bench_now();
	quipu_scrape *scrape = open_scrape(registry, format, &times);
	quipu_error error;

	while ((error = step(scrape, PIECE_BYTES, &times)) == QUIPU_OK) {
	}
	if (error != QUIPU_END)
		bench_fail("a scrape as %s: %s", format, quipu_strerror(error));
	quipu_scrape_close(scrape);
	times.total = bench_ms_since(start);
	return times;
}

static double give_up(quipu_registry *registry)
{
	struct times times = { 0 };
	quipu_scrape *scrape = open_scrape(registry, formats[TEXT].format, &times);
	uint64_t start = bench_now();

	quipu_scrape_close(scrape);
	return bench_ms_since(start);
}

/* --- rounds ------------------------------------------------------------------------------------ */

struct figures {
	struct bench_samples open, total[FORMATS];
	double longest_step, step_cpu;
	size_t bytes[FORMATS];
};

static void scrape_round(struct figures *figures, quipu_registry *registry)
{
	size_t f;

	for (f = 0; f < FORMATS; f++) {
		struct times times = scrape_once(registry, formats[f].format);

		bench_sample(&figures->open, times.open);
		bench_sample(&figures->total[f], times.total);
		if (times.longest_step > figures->longest_step)
			figures->longest_step = times.longest_step;
		if (times.step_cpu > figures->step_cpu)
			figures->step_cpu = times.step_cpu;
		figures->bytes[f] = times.bytes;
	}
}

static void measure(quipu_registry *registry, struct figures *figures)
{
	uint64_t end = bench_now() + (uint64_t)(ROUNDS_SECONDS * 1e9);
	size_t f, rounds = 0;

	figures->open = bench_samples_new(MOST_ROUNDS * FORMATS);
	for (f = 0; f < FORMATS; f++)
		figures->total[f] = bench_samples_new(MOST_ROUNDS);
	do
		scrape_round(figures, registry);
	while (++rounds < MOST_ROUNDS && bench_now() < end);
}

static void report(struct figures *figures, const struct times *first, double give_up_ms)
{
	size_t f;

	bench_json_begin();
	bench_json_real("open_ms", bench_share(&figures->open, 0.5));
	for (f = 0; f < FORMATS; f++)
		bench_json_real(formats[f].ms, bench_share(&figures->total[f], 0.5));
	for (f = 0; f < FORMATS; f++)
		bench_json_count(formats[f].bytes, figures->bytes[f]);
	bench_json_real("longest_step_ms", figures->longest_step);
	bench_json_real("step_cpu_ms", figures->step_cpu);
	bench_json_real("first_ms", first->total);
	bench_json_real("first_step_ms", first->longest_step);
	bench_json_real("give_up_ms", give_up_ms);
	bench_json_count("scrapes", figures->open.n);
	bench_json_count("shards", bench_self("shards"));
	bench_json_end();
}

int main(int argc, char **argv)
{
	struct order order = { .registry = quipu_default_registry(), .n_families = 1 };
	struct figures figures = { 0 };
	struct bench_crew *crew;
	struct times first;
	size_t threads;

	bench_arguments(argc, argv, 3, 5,
			"counters|histograms|natives SERIES THREADS [FAMILIES [IDLE_SECONDS]]");
	all.kind = (enum bench_kind)bench_word(1, bench_kinds);
	all.n = bench_count(2, 1, MOST_SERIES);
	threads = bench_count(3, 1, MOST_THREADS);
	if (bench_text(4))
		order.n_families = bench_count(4, 1, all.n < MOST_FAMILIES ? all.n : MOST_FAMILIES);
	if (bench_text(5))
		order.idle_seconds = (double)bench_count(5, 1, MOST_IDLE_SECONDS);
	all = bench_series_new(all.kind, all.n);
	crew = set_up(&order, threads);
	first = scrape_once(order.registry, formats[TEXT].format);
	measure(order.registry, &figures);
	report(&figures, &first, give_up(order.registry));
	bench_crew_end(crew);
	return 0;
}
