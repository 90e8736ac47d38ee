/* SPDX-License-Identifier: MIT */
/*
 * tail.c: how long the slowest records take, quiet and while everything is scraped all the time.
 *
 *   bench_tail CASE SERIES THREADS SECONDS WHILE
 *
 * THREADS threads record, each bound to a processor of its own, into SERIES series that they visit in
 * bench/README.md's order. Beside those the registry has 100,000 counter series, and while "scraped"
 * one more thread, on the last processor, writes all of it as text to a sink without a pause.
 *
 * A record is much shorter than a look at the clock, so what is timed is a batch, 512 counters, 128
 * observations or 16 look-ups: 0.2 to 0.5 µs, of which the two looks are about 25 ns ("clock"; it is
 * not taken off). Longer batches would hide a slow record among the fast ones, and collect more of the
 * timer's interrupts. Figures are a batch's time by its records.
 *
 * Between any two batches comes one of the control: 512 adds to words that are only this thread's, in
 * the same order. Nobody ever reads those, so where the control is slow too the machine was: an
 * interrupt, a hypervisor that took the processor away, a cache that is shared.
 */
#include "cells.h"
#include "common.h"
#include "contents.h"
#include "series.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>

#define BESIDES 100000
#define MOST_SERIES 100000
#define MOST_THREADS 64
#define CONTROL_BATCH 512
#define WARM_SHARE 0.1

enum what { COUNTER, HISTOGRAM, LOOKUP };
static const char *const cases[] = { "counter", "histogram", "lookup", NULL };
static const char *const whiles[] = { "quiet", "scraped", NULL };
static const size_t batches[] = { 512, 128, 16 };

static quipu_counter *counters;
static quipu_histogram *histograms;
static quipu_counter_family family;
static struct contents_labels *labels;
static double values[CONTENTS_N];
static uint32_t order[CONTENTS_N];

static bool stop; /* atomic */

struct recorder {
	pthread_t thread;
	enum what what;
	size_t cpu;
	size_t at, control_at;
	uint64_t warm, end;
	uint64_t *control; /* the words of the control */
	struct bench_cells records, controls, clocks;
};

/* --- batches: numbers of records that the compiler knows ---------------------------------------- */

static size_t batch_of_counter(size_t at)
{
	size_t i;

	for (i = 0; i < 512; i++)
		quipu_inc(counters[order[at++ % CONTENTS_N]]);
	return at;
}

static size_t batch_of_histogram(size_t at)
{
	size_t i;

	for (i = 0; i < 128; i++, at++)
		quipu_observe(histograms[order[at % CONTENTS_N]], values[at % CONTENTS_N]);
	return at;
}

static size_t batch_of_lookup(size_t at)
{
	size_t i;

	for (i = 0; i < 16; i++) {
		const struct contents_labels *l = &labels[order[at++ % CONTENTS_N]];

		quipu_inc_at(family, l->value[0], l->value[1], l->value[2]);
	}
	return at;
}

static size_t batch_of_control(uint64_t *words, size_t at)
{
	size_t i;

	for (i = 0; i < CONTROL_BATCH; i++) {
		words[order[at++ % CONTENTS_N]]++;
		__asm__ volatile("" : : : "memory");
	}
	return at;
}

static size_t (*const batch_of[])(size_t at) = { batch_of_counter, batch_of_histogram,
						 batch_of_lookup };

/* --- threads --------------------------------------------------------------------------------- */

static void bind_to(size_t cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (pthread_setaffinity_np(pthread_self(), sizeof set, &set) != 0)
		bench_fail("no thread can be bound to processor %zu", cpu);
}

/* What was stored is in the cache: a batch does not leave its misses to the next one. */
static void arrive(void)
{
	/* seq_cst: on x86 the only one that waits for the store buffer */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* One of each kind; the end of one is not the start of the next, since adding up lies between. */
static uint64_t turn(struct recorder *self, bool counts)
{
	uint64_t a, b, c, d, e;

	a = bench_now();
	b = bench_now();
	self->at = batch_of[self->what](self->at);
	arrive();
	c = bench_now();
	if (counts) {
		bench_cells_add(&self->clocks, b - a);
		bench_cells_add(&self->records, c - b);
	}
	d = bench_now();
	self->control_at = batch_of_control(self->control, self->control_at);
	arrive();
	e = bench_now();
	if (counts)
		bench_cells_add(&self->controls, e - d);
	return e;
}

static void *record(void *ctx)
{
	struct recorder *self = ctx;
	uint64_t now;

	bind_to(self->cpu);
	do
		now = turn(self, false);
	while (now < self->warm);
	do
		now = turn(self, true);
	while (now < self->end);
	return NULL;
}

struct scraper {
	pthread_t thread;
	size_t cpu;
	quipu_registry *registry;
	size_t n;
};

/* The first is written to its end, however short the time. */
static int drop(void *ctx, const char *data, size_t len)
{
	const struct scraper *self = ctx;

	(void)data;
	(void)len;
	/* relaxed: the joining thread only wants an end soon */
	return self->n > 0 && __atomic_load_n(&stop, __ATOMIC_RELAXED);
}

static void *scrape(void *ctx)
{
	struct scraper *self = ctx;
	quipu_error error;

	bind_to(self->cpu);
	while ((error = quipu_write(self->registry, NULL, drop, self)) == QUIPU_OK)
		self->n++;
	if (error != QUIPU_ESINK)
		bench_fail("a scrape: %s", quipu_strerror(error));
	return NULL;
}

/* --- set-up ------------------------------------------------------------------------------------ */

static void make_recorded(quipu_registry *registry, size_t series)
{
	quipu_histogram_family observed = quipu_histogram_family_new(
		registry, QUIPU_OPTS(.name = "observed_seconds", .help = "Observed.",
				     .labels = contents_names, .max_series = series));
	size_t i;

	family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "counted_total", .help = "Counted.",
				     .labels = contents_names, .max_series = series));
	counters = bench_alloc(series, sizeof *counters);
	histograms = bench_alloc(series, sizeof *histograms);
	labels = contents_sets(series);
	if (!labels)
		bench_fail("out of memory");
	for (i = 0; i < series; i++) {
		const char *const *l = labels[i].value;

		counters[i] = quipu_at(family, l[0], l[1], l[2]);
		histograms[i] = quipu_at(observed, l[0], l[1], l[2]);
	}
	bench_check(registry);
}

/* Fills in the processors that this program may use; returns how many. */
static size_t find_cpus(size_t *cpus, size_t most)
{
	cpu_set_t set;
	size_t n = 0;
	size_t cpu;

	if (sched_getaffinity(0, sizeof set, &set) != 0)
		bench_fail("the processors to run on are not known");
	for (cpu = 0; cpu < CPU_SETSIZE && n < most; cpu++) {
		if (CPU_ISSET(cpu, &set))
			cpus[n++] = cpu;
	}
	return n;
}

static struct recorder *start(enum what what, size_t series, size_t threads, double seconds,
			      const size_t *cpus)
{
	struct recorder *recorders = bench_alloc(threads, sizeof *recorders);
	uint64_t now = bench_now();
	size_t i;

	for (i = 0; i < threads; i++) {
		struct recorder *r = &recorders[i];

		r->what = what;
		r->cpu = cpus[i];
		r->at = r->control_at = i * CONTENTS_N / threads;
		r->control = bench_alloc(series, sizeof *r->control);
		r->warm = now + (uint64_t)(seconds * WARM_SHARE * 1e9);
		r->end = r->warm + (uint64_t)(seconds * 1e9);
		if (pthread_create(&r->thread, NULL, record, r) != 0)
			bench_fail("a thread could not be started");
	}
	return recorders;
}

/* --- report ------------------------------------------------------------------------------------ */

static void tell(const char *prefix, const struct bench_cells *cells, size_t batch)
{
	static const struct {
		const char *name;
		double share;
	} shares[] = { { "p50", 0.5 },
		       { "p90", 0.9 },
		       { "p99", 0.99 },
		       { "p999", 0.999 },
		       { "p9999", 0.9999 } };
	char name[32];
	size_t i;

	for (i = 0; i < sizeof shares / sizeof shares[0]; i++) {
		snprintf(name, sizeof name, "%s%s", prefix, shares[i].name);
		bench_json_real(name, bench_cells_share(cells, shares[i].share) / (double)batch);
	}
	snprintf(name, sizeof name, "%smax", prefix);
	bench_json_real(name, (double)cells->most / (double)batch);
}

static void report(struct recorder *recorders, size_t threads, size_t scrapes)
{
	struct recorder *all = &recorders[0];
	size_t i, batch = batches[all->what];

	for (i = 1; i < threads; i++) {
		bench_cells_merge(&all->records, &recorders[i].records);
		bench_cells_merge(&all->controls, &recorders[i].controls);
		bench_cells_merge(&all->clocks, &recorders[i].clocks);
	}
	bench_json_begin();
	bench_json_count("batch", batch);
	tell("", &all->records, batch);
	bench_json_count("control_batch", CONTROL_BATCH);
	tell("control_", &all->controls, CONTROL_BATCH);
	bench_json_real("clock", bench_cells_share(&all->clocks, 0.5));
	bench_json_count("scrapes", scrapes);
	bench_json_count("samples", all->records.n);
	bench_json_end();
}

int main(int argc, char **argv)
{
	quipu_registry *registry = quipu_default_registry();
	struct scraper scraper = { .registry = registry };
	size_t cpus[MOST_THREADS + 1];
	struct recorder *recorders;
	size_t series, threads, n_cpus, i;
	enum what what;
	double seconds;
	bool scraped;

	bench_arguments(argc, argv, 5, 5,
			"counter|histogram|lookup SERIES THREADS SECONDS quiet|scraped");
	what = (enum what)bench_word(1, cases);
	series = bench_count(2, 1, MOST_SERIES);
	threads = bench_count(3, 1, MOST_THREADS);
	seconds = bench_seconds(4);
	scraped = bench_word(5, whiles) == 1;
	n_cpus = find_cpus(cpus, MOST_THREADS + 1);
	if (threads >= n_cpus)
		bench_lack("%zu threads and a scraper need more than %zu processors", threads,
			   n_cpus);
	contents_values(values);
	contents_order(order, series);
	bench_make_counters(registry, BESIDES);
	make_recorded(registry, series);
	scraper.cpu = cpus[n_cpus - 1];
	recorders = start(what, series, threads, seconds, cpus);
	if (scraped && pthread_create(&scraper.thread, NULL, scrape, &scraper) != 0)
		bench_fail("a thread could not be started");
	for (i = 0; i < threads; i++)
		pthread_join(recorders[i].thread, NULL);
	/* relaxed: nothing else is told by it */
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	if (scraped)
		pthread_join(scraper.thread, NULL);
	report(recorders, threads, scraper.n);
	return 0;
}
