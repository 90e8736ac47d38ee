/* SPDX-License-Identifier: MIT */
/*
 * memory.c: how much the resident memory grows by series and by threads.
 *
 *   bench_memory counter|histogram|native SERIES THREADS
 *   bench_memory connection N    (memory_http.h)
 *
 * bytes_per_series             made and recorded by one thread, without its values
 * bytes_made_per_series        with them
 * bytes_per_series_and_thread  by each further thread that records in all of them
 * bytes_per_thread             by a thread that records once in another series, beyond what a
 *                              thread takes that records nothing
 * formula_series_and_thread    what a series' slots are in every shard, as the library counts it:
 *                              8 bytes of a counter, 16 for each bucket of a histogram
 *
 * The threads sleep between these steps and stay alive. Retired tables are waited for. Handles are
 * kept in memory that was there before; nothing else is made in between. What the allocator keeps for
 * itself counts, and so do whole pages: measure 10,000 series or more.
 */
#include "common.h"
#include "crew.h"
#include "memory_http.h"
#include "resident.h"
#include "series.h"

#include <string.h>

#define MOST_SERIES 4000000
#define MOST_THREADS 4096
#define MOST_CONNECTIONS 100000
#define SERIES_BYTES 600
#define RETIRED_MS 2000.0

static quipu_registry *registry;
static struct bench_series all;

/* Another kind of slots than those of all the others, so another page. */
static quipu_float_counter lone;

static void make_all(void)
{
	struct bench_family family = bench_family_new(registry, all.kind, 0, all.n, 0);
	size_t i;

	for (i = 0; i < all.n; i++)
		bench_make(&all, &family, i);
	bench_check(registry);
}

static void settle(void)
{
	uint64_t start = bench_now();

	while (bench_self("retired_objects") > 0) {
		if (bench_ms_since(start) > RETIRED_MS)
			bench_fail("retired objects are not freed");
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	}
}

static void rest(size_t thread, void *ctx)
{
	(void)thread;
	(void)ctx;
}

static void touch_one(size_t thread, void *ctx)
{
	(void)thread;
	(void)ctx;
	quipu_add(lone, 1.0);
}

static void touch_all(size_t thread, void *ctx)
{
	(void)thread;
	(void)ctx;
	bench_touch(&all);
}

/* Resident memory that a step of all of the crew adds, one after the other. */
static double grown_by(struct bench_crew *crew, void (*step)(size_t thread, void *ctx))
{
	double before = bench_resident();

	bench_crew_do_in_turn(crew, step, NULL);
	return bench_resident() - before;
}

/* A first thread, like those to come, makes them: what it takes itself is there before. */
static double made(void)
{
	double before;

	quipu_add(lone, 1.0);
	before = bench_resident();
	make_all();
	settle();
	return bench_resident() - before;
}

static void measure_series(size_t threads)
{
	double series, values, resting, one, every;
	struct bench_crew *crew;
	uint64_t slot_bytes;

	bench_demand(all.n * SERIES_BYTES);
	registry = quipu_default_registry();
	lone = quipu_float_counter_new(registry, QUIPU_OPTS(.name = "lone_total", .help = "L."));
	all = bench_series_new(all.kind, all.n);
	slot_bytes = bench_self("slot_bytes");
	series = made();
	slot_bytes = bench_self("slot_bytes") - slot_bytes;
	values = (double)slot_bytes / (double)all.n;
	bench_demand(slot_bytes * threads);
	resting = bench_resident();
	crew = bench_crew_start(threads);
	bench_crew_do(crew, rest, NULL);
	resting = bench_resident() - resting;
	one = grown_by(crew, touch_one);
	every = grown_by(crew, touch_all);
	bench_json_begin();
	bench_json_real("bytes_per_series", series / (double)all.n - values);
	bench_json_real("bytes_made_per_series", series / (double)all.n);
	bench_json_real("bytes_per_series_and_thread", every / (double)all.n / (double)threads);
	bench_json_real("formula_series_and_thread", values);
	bench_json_real("bytes_per_thread", one / (double)threads);
	bench_json_real("bytes_per_resting_thread", resting / (double)threads);
	bench_json_end();
	bench_crew_end(crew);
}

int main(int argc, char **argv)
{
	bench_arguments(argc, argv, 2, 3,
			"counter|histogram|native SERIES THREADS, or: connection N");
	if (argc == 3 && !strcmp(bench_text(1), "connection")) {
		bench_memory_of_connections(bench_count(2, 2, MOST_CONNECTIONS));
		return 0;
	}
	if (argc != 4)
		bench_usage();
	all.kind = (enum bench_kind)bench_word(1, bench_kind);
	all.n = bench_count(2, 1, MOST_SERIES);
	measure_series(bench_count(3, 1, MOST_THREADS));
	return 0;
}
