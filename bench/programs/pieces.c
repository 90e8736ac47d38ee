/* SPDX-License-Identifier: MIT */
/*
 * pieces.c: how long a scrape keeps whoever reads it, in all and in its longest single step.
 *
 *   bench_pieces [SERIES [THREADS [FAMILIES [IDLE_SECONDS]]]]
 *
 * SERIES counters in FAMILIES families, each touched by THREADS threads that then sleep; five
 * scrapes, the first of which meets memory that no scrape has touched. "cpu" is the processor time
 * of the longest step, which other programs on the machine do not lengthen.
 */
#include <quipu/quipu.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define PIECE_BYTES (64u * 1024)
#define SCRAPES 5

static quipu_counter *counters;
static size_t n_counters;
static pthread_barrier_t recorded;

static void *record(void *unused)
{
	size_t i;

	for (i = 0; i < n_counters; i++)
		quipu_inc(counters[i]);
	pthread_barrier_wait(&recorded);
	pthread_barrier_wait(&recorded); /* its shard stays its own until the end */
	return unused;
}

static void make(quipu_registry *registry, size_t n_families, double idle_seconds)
{
	size_t in_each = n_counters / n_families, i;
	quipu_counter_family family = { 0 };
	char text[48];

	for (i = 0; i < n_counters; i++) {
		if (i % in_each == 0) {
			snprintf(text, sizeof text, "family%zu_total", i / in_each);
			family = quipu_counter_family_new(
				registry,
				QUIPU_OPTS(.name = text, .help = "F.", .labels = QUIPU_NAMES("l"),
					   .max_series = in_each, .idle_seconds = idle_seconds));
		}
		snprintf(text, sizeof text, "%zu", i);
		counters[i] = quipu_at(family, text);
		if (idle_seconds > 0)
			quipu_release(counters[i]);
	}
}

struct times {
	double open, first, longest, cpu, total, close;
	size_t reads, bytes;
};

static double ms_since(uint64_t start)
{
	return (double)(quipu_now_ns() - start) / 1e6;
}

static double cpu_ms(void)
{
	struct timespec used;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
	return (double)used.tv_sec * 1e3 + (double)used.tv_nsec / 1e6;
}

static quipu_error read_once(quipu_scrape *scrape, struct times *times)
{
	static char piece[PIECE_BYTES];
	uint64_t start = quipu_now_ns();
	double cpu = cpu_ms();
	size_t len;
	quipu_error error = quipu_scrape_read(scrape, piece, sizeof piece, &len);
	double ms = ms_since(start);

	cpu = cpu_ms() - cpu;

	if (times->reads++ == 0)
		times->first = ms;
	if (ms > times->longest)
		times->longest = ms;
	if (cpu > times->cpu)
		times->cpu = cpu;
	times->bytes += len;
	return error;
}

static struct times scrape(quipu_registry *registry)
{
	struct times times = { 0 };
	uint64_t start = quipu_now_ns(), closing;
	quipu_scrape *open = quipu_scrape_open(registry, NULL, NULL, NULL);

	times.open = ms_since(start);
	while (read_once(open, &times) == QUIPU_OK) {
	}
	closing = quipu_now_ns();
	quipu_scrape_close(open);
	times.close = ms_since(closing);
	times.total = ms_since(start);
	return times;
}

/* One that is given up when its snapshot is complete. */
static double give_up(quipu_registry *registry)
{
	quipu_scrape *open = quipu_scrape_open(registry, NULL, NULL, NULL);
	size_t len = 0;
	uint64_t start;
	char byte;

	while (len == 0 && quipu_scrape_read(open, &byte, 1, &len) == QUIPU_OK) {
	}
	start = quipu_now_ns();
	quipu_scrape_close(open);
	return ms_since(start);
}

static size_t argument(int argc, char **argv, int i, size_t otherwise)
{
	return argc > i ? strtoul(argv[i], NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
	quipu_registry *registry = quipu_default_registry();
	unsigned n_threads = (unsigned)argument(argc, argv, 2, 8), i;
	pthread_t *threads = calloc(n_threads, sizeof threads[0]);

	n_counters = argument(argc, argv, 1, 1000000);
	counters = calloc(n_counters, sizeof counters[0]);
	if (!threads || !counters)
		return 1;
	make(registry, argument(argc, argv, 3, 1), argc > 4 ? strtod(argv[4], NULL) : 0);
	pthread_barrier_init(&recorded, NULL, n_threads + 1);
	for (i = 0; i < n_threads; i++)
		pthread_create(&threads[i], NULL, record, NULL);
	pthread_barrier_wait(&recorded);
	printf("%zu counters, %u threads: milliseconds\n"
	       "%8s %8s %8s %8s %8s %8s %8s %8s\n",
	       n_counters, n_threads, "open", "first", "longest", "cpu", "close", "total", "reads",
	       "MB");
	for (i = 0; i < SCRAPES; i++) {
		struct times t = scrape(registry);

		printf("%8.3f %8.3f %8.3f %8.3f %8.3f %8.1f %8zu %8.1f\n", t.open, t.first,
		       t.longest, t.cpu, t.close, t.total, t.reads, (double)t.bytes / 1e6);
	}
	printf("given up after the snapshot: close %.3f\n", give_up(registry));
	pthread_barrier_wait(&recorded);
	for (i = 0; i < n_threads; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
