/* SPDX-License-Identifier: MIT */
/*
 * native.c: native buckets, summaries and exemplars while others scrape, through a format that
 * judges what it is shown.
 *
 * P4: in every scrape a histogram's count is the sum of its classic buckets, and of its zero
 * bucket and native buckets. P3: no bucket of either kind falls, seen at the resolution of the
 * later scrape, which never rises. P2: the count lies in its bracket. E2: an exemplar's labels and
 * value were recorded together, and it is in the bucket it is shown in.
 */
#include "bracket.h"
#include "torture.h"

#include <inttypes.h>
#include <math.h>
#include <quipu/quipu.h>
#include <stdio.h>
#include <string.h>

#define INDICES 4096 /* of native buckets, shifted so that they fit */
#define MIDDLE (INDICES / 2)
#define BOUNDS 4
#define MAX_BUCKETS 24

static const struct torture defaults = {
	.name = "native",
	.promises = "P2 P3 P4 E2: native buckets, summaries, exemplars",
	.threads = 3,
	.seconds = 3,
};

static const double bounds[BOUNDS] = { -1, 0.01, 1, 100 };

static struct bracket bracket;
static quipu_registry *registry;
static quipu_histogram both;
static quipu_histogram_family native_only;
static quipu_summary summary;
static quipu_counter counted;

/* What one scraper saw of one histogram the last time. */
struct memory {
	uint64_t classic[BOUNDS + 1];
	uint64_t native[2][INDICES];
	int schema;
};

static __thread struct memory memories[2];
static __thread struct bracket_watch watches[4];
static __thread uint64_t n_exemplars;

/* --- judging --------------------------------------------------------------------------------- */

static size_t coarser(size_t at)
{
	return (size_t)(((long)at - MIDDLE + 1) >> 1) + MIDDLE;
}

/* What was seen, at the resolution that is shown now. */
static void reduce(uint64_t *counts)
{
	uint64_t reduced[INDICES] = { 0 };
	size_t i;

	for (i = 0; i < INDICES; i++)
		reduced[coarser(i)] += counts[i];
	memcpy(counts, reduced, sizeof reduced);
}

/* Adds up one side; no bucket may have fallen. */
static uint64_t judge_side(const quipu_native_buckets *buckets, uint64_t *last)
{
	uint64_t now[INDICES] = { 0 }, sum = 0;
	long at = MIDDLE;
	size_t i, k = 0;
	uint32_t j;

	for (i = 0; i < buckets->n_spans; i++) {
		at += buckets->spans[i].offset;
		for (j = 0; j < buckets->spans[i].length; j++, at++, k++) {
			TORTURE_CHECK("P4", at >= 0 && at < INDICES, "bucket %ld", at - MIDDLE);
			now[at] = buckets->counts[k];
			sum += now[at];
		}
	}
	for (i = 0; i < INDICES; i++)
		TORTURE_CHECK("P3", now[i] >= last[i], "bucket %ld fell by %" PRIu64,
			      (long)i - MIDDLE, last[i] - now[i]);
	memcpy(last, now, sizeof now);
	return sum;
}

static void judge_native(const quipu_series_view *series, struct memory *memory)
{
	const quipu_native_view *native = series->native;
	uint64_t sum;

	if (memory->schema == 0)
		memory->schema = native->schema;
	TORTURE_CHECK("P3", native->schema <= memory->schema, "schema rose to %d", native->schema);
	for (; memory->schema > native->schema; memory->schema--) {
		reduce(memory->native[0]);
		reduce(memory->native[1]);
	}
	sum = native->zero_count + judge_side(&native->positive, memory->native[0]) +
	      judge_side(&native->negative, memory->native[1]);
	TORTURE_CHECK("P4", sum == series->count, "%" PRIu64 " in native buckets, count %" PRIu64,
		      sum, series->count);
}

static void judge_classic(const quipu_family_view *family, const quipu_series_view *series,
			  struct memory *memory)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i <= family->n_bounds; i++) {
		TORTURE_CHECK("P3", series->counts[i] >= memory->classic[i],
			      "classic bucket %zu fell", i);
		memory->classic[i] = series->counts[i];
		sum += series->counts[i];
	}
	TORTURE_CHECK("P4", sum == series->count, "%" PRIu64 " in classic buckets, count %" PRIu64,
		      sum, series->count);
}

/* The trace says the value's bits twice. */
static void trace_of(double value, char trace[33])
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof bits);
	snprintf(trace, 33, "%016" PRIx64 "%016" PRIx64, bits, ~bits);
}

static void judge_exemplars(const quipu_family_view *family, const quipu_series_view *series)
{
	size_t i;

	for (i = 0; i < series->n_exemplars; i++) {
		const quipu_exemplar_view *exemplar = &series->exemplars[i];
		char trace[33];
		size_t bucket = 0;

		trace_of(exemplar->value, trace);
		TORTURE_CHECK("E2",
			      exemplar->n_labels == 2 && exemplar->labels[0].name.len == 8 &&
				      exemplar->labels[0].value.len == 32 &&
				      !memcmp(exemplar->labels[0].value.data, trace, 32),
			      "exemplar of %a has another's trace, %.*s", exemplar->value,
			      (int)exemplar->labels[0].value.len, exemplar->labels[0].value.data);
		while (bucket < family->n_bounds && exemplar->value > family->bounds[bucket])
			bucket++;
		TORTURE_CHECK("E2", bucket == exemplar->bucket, "exemplar of %a in bucket %zu",
			      exemplar->value, exemplar->bucket);
		n_exemplars++;
	}
}

static void judge(void *state, quipu_out *out, const quipu_family_view *family,
		  const quipu_series_view *series)
{
	char which = family->name.data[0];
	struct bracket_watch *watch = &watches[which - 'a'];

	(void)state;
	(void)out;
	TORTURE_BRACKET("P2", bracket_close(watch, which == 'd' ? series->integer : series->count));
	judge_exemplars(family, series);
	if (family->kind != QUIPU_KIND_HISTOGRAM)
		return;
	judge_classic(family, series, &memories[which - 'a']);
	judge_native(series, &memories[which - 'a']);
}

static void nothing(void *state, quipu_out *out)
{
	(void)state;
	(void)out;
}

static const quipu_format format = {
	.name = "judge",
	.content_type = "",
	.features = QUIPU_FORMAT_EXEMPLARS | QUIPU_FORMAT_NATIVE,
	.begin = nothing,
	.series = judge,
	.end = nothing,
};

static int swallow(void *ctx, const char *data, size_t len)
{
	(void)ctx;
	(void)data;
	(void)len;
	return 0;
}

static void scrape_once(void)
{
	size_t i;

	for (i = 0; i < 4; i++)
		bracket_open(&watches[i]);
	TORTURE_CHECK("P6", quipu_write(registry, &format, swallow, NULL) == QUIPU_OK,
		      "a scrape failed");
}

/* --- recording ------------------------------------------------------------------------------- */

/* Any value, also beyond the range that has full resolution, and none that overflows the sum. */
static double draw(uint64_t *random)
{
	uint64_t x = torture_random(random);
	double value = ldexp(1 + (double)(x >> 20 & 0xfff) / 0x1000, (int)(x % 60) - 30);

	return x >> 40 & 1 ? value : -value;
}

static void *record(void *stream)
{
	uint64_t random = torture_seed((uintptr_t)stream);
	struct bracket_cell *cell = bracket_join(&bracket);

	while (!torture_stopped()) {
		double value = draw(&random);
		char trace[33], one[33];
		const quipu_exemplar exemplar = { sizeof exemplar, trace, "span", NULL, 0 };
		const quipu_exemplar of_one = { sizeof of_one, one, "span", NULL, 0 };

		trace_of(value, trace);
		trace_of(1, one);
		bracket_start(cell, 1);
		quipu_observe_exemplar(both, value, &exemplar);
		quipu_observe_exemplar_at(native_only, value, &exemplar, "x");
		quipu_observe(summary, value);
		quipu_inc_exemplar(counted, &of_one);
		bracket_finish(cell, 1);
	}
	bracket_leave(cell);
	return NULL;
}

/* --- all together ---------------------------------------------------------------------------- */

static void watch_all(void)
{
	static const char *const names[4] = { "both", "native only", "summary", "counter" };
	size_t i;

	for (i = 0; i < 4; i++)
		bracket_watch(&watches[i], &bracket, names[i]);
}

static void *scrape_for_ever(void *scrapes)
{
	watch_all();
	while (!torture_stopped())
		scrape_once();
	TORTURE_CHECK("E2", n_exemplars > 0, "no exemplar was ever shown");
	/* relaxed: only counts */
	__atomic_fetch_add((uint64_t *)scrapes, watches[0].scrapes, __ATOMIC_RELAXED);
	return NULL;
}

static void make_metrics(void)
{
	registry = quipu_registry_new(NULL);
	both = quipu_histogram_new(
		registry, QUIPU_OPTS(.name = "a_both", .help = "Both kinds of buckets.",
				     .bounds = bounds, .n_bounds = BOUNDS, .native_factor = 1.05,
				     .native_min = 1e-6, .native_max = 1e6, .native_negative = 1,
				     .native_max_buckets = MAX_BUCKETS, .exemplars = 1));
	native_only = quipu_histogram_family_new(
		registry,
		QUIPU_OPTS(.name = "b_native", .help = "Native buckets.",
			   .labels = QUIPU_NAMES("which"), .native_factor = 1.5, .exemplars = 1));
	quipu_at(native_only, "x"); /* there from the first scrape on */
	summary = quipu_summary_new(registry, QUIPU_OPTS(.name = "c_summary", .help = "Quantiles.",
							 .window_seconds = 1));
	counted = quipu_counter_new(
		registry, QUIPU_OPTS(.name = "d_total", .help = "Counts.", .exemplars = 1));
	if (quipu_registry_status(registry, NULL) != QUIPU_OK)
		torture_broken("set-up failed");
}

int main(int argc, char **argv)
{
	pthread_t threads[64 + 2];
	uint64_t scrapes = 0;
	uintptr_t i, n;

	torture_begin(&defaults, argc, argv);
	n = torture.threads < 64 ? torture.threads : 64;
	bracket_init(&bracket, n);
	make_metrics();
	for (i = 0; i < n; i++)
		threads[i] = torture_spawn(record, (void *)i);
	threads[n] = torture_spawn(scrape_for_ever, &scrapes);
	threads[n + 1] = torture_spawn(scrape_for_ever, &scrapes);
	torture_run_for_a_while();
	for (i = 0; i < n + 2; i++)
		torture_join(threads[i]);
	watch_all();
	scrape_once(); /* all at rest: the bracket has no width */
	quipu_registry_free(registry);
	qt_figure("records", bracket_done(&bracket));
	bracket_free(&bracket);
	qt_figure("scrapes", scrapes);
	return torture_end("%" PRIu64 " scrapes", scrapes);
}
