/* SPDX-License-Identifier: MIT */
/*
 * exact.c: threads observe at full speed, others scrape.
 *
 * P4: in every scrape _count is the +Inf bucket is the sum of the buckets, and _sum is the sum
 * of exactly those observations. Each bucket gets one value only, a small integer, so the sum
 * that belongs to the counts can be computed from them without rounding. P2, P3: the count
 * lies in the bracket, no bucket falls. Read as a scrape, as text, and by quipu_read.
 */
#include "bracket.h"
#include "parse.h"
#include "raw.h"
#include "torture.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCRAPERS 8
#define BUCKETS 12

static const struct torture defaults = {
	.name = "exact",
	.promises = "P2 P3 P4: exact histograms under full load",
	.threads = 3,
	.seconds = 4,
};

static const double bounds[BUCKETS - 1] = { 1, 3, 7, 10, 20, 50, 100, 200, 500, 1000, 2000 };
/* value[i] falls into bucket i, on its bound or below it */
static const double value[BUCKETS] = { 1, 2, 7, 9, 13, 50, 71, 151, 499, 1000, 1777, 4096 };

static struct bracket bracket;
static quipu_registry *registry;
static quipu_histogram histogram, by_ns;
static quipu_histogram_family family;

static void *observe(void *stream)
{
	uint64_t random = torture_seed((uintptr_t)stream);
	struct bracket_cell *cell = bracket_join(&bracket);
	uint64_t i, bits;

	while (!torture_stopped()) {
		bits = torture_random(&random);
		for (i = 0; i < 12; i++, bits >>= 4) {
			double x = value[bits % 16 % BUCKETS];

			bracket_start(cell, 1);
			quipu_observe(histogram, x);
			bracket_finish(cell, 1);
			quipu_observe_ns(by_ns, (uint64_t)x * 1000000000);
		}
		quipu_observe_at(family, value[bits % BUCKETS], bits % 2 ? "odd" : "even");
	}
	bracket_leave(cell);
	return NULL;
}

static void expect_sum(const char *what, const uint64_t *counts, uint64_t count, double sum)
{
	uint64_t n = 0;
	double total = 0;
	size_t i;

	for (i = 0; i < BUCKETS; i++) {
		n += counts[i];
		total += (double)counts[i] * value[i];
	}
	TORTURE_CHECK("P4", count == n, "%s: _count %" PRIu64 ", buckets have %" PRIu64, what,
		      count, n);
	TORTURE_CHECK("P4", sum == total,
		      "%s: _sum %.17g, the %" PRIu64 " observations counted add up to %.17g", what,
		      sum, n, total);
}

static void expect_risen(const char *what, const uint64_t *counts, uint64_t *last)
{
	size_t i;

	for (i = 0; i < BUCKETS; i++)
		TORTURE_CHECK("P3", counts[i] >= last[i],
			      "%s: bucket %zu fell from %" PRIu64 " to %" PRIu64, what, i, last[i],
			      counts[i]);
	memcpy(last, counts, BUCKETS * sizeof *last);
}

/* --- as a scrape ------------------------------------------------------------------------------ */

static void check_sample(const struct raw_scrape *scrape, const char *name, const char *label)
{
	const struct raw_sample *sample = raw_find(scrape, name, label);

	if (!sample)
		return;
	TORTURE_CHECK("P4", sample->n_counts == BUCKETS, "%s: %zu buckets", name, sample->n_counts);
	expect_sum(name, sample->counts, sample->count, sample->sum);
}

static void scrape_once(struct raw_scrape *scrape, struct bracket_watch *watch, uint64_t *last)
{
	const struct raw_sample *sample;

	bracket_open(watch);
	raw_take(scrape, registry);
	sample = raw_find(scrape, "exact_sizes", NULL);
	TORTURE_BRACKET("P2", bracket_close(watch, sample->count));
	expect_risen("exact_sizes", sample->counts, last);
	check_sample(scrape, "exact_sizes", NULL);
	check_sample(scrape, "exact_seconds", NULL);
	check_sample(scrape, "exact_family_sizes", "odd");
	check_sample(scrape, "exact_family_sizes", "even");
}

static void *scrape_raw(void *scrapes)
{
	struct raw_scrape scrape = { 0 };
	uint64_t last[BUCKETS] = { 0 };
	struct bracket_watch watch;

	bracket_watch(&watch, &bracket, "count in a scrape");
	while (!torture_stopped())
		scrape_once(&scrape, &watch, last);
	scrape_once(&scrape, &watch, last);
	raw_free(&scrape);
	/* relaxed: only counts */
	__atomic_fetch_add((uint64_t *)scrapes, watch.scrapes, __ATOMIC_RELAXED);
	return NULL;
}

/* --- as text ---------------------------------------------------------------------------------- */

struct text {
	char *bytes;
	size_t len;
};

static int take_text(void *ctx, const char *data, size_t len)
{
	struct text *text = ctx;

	text->bytes = realloc(text->bytes, text->len + len);
	if (!text->bytes)
		torture_broken("out of memory");
	memcpy(text->bytes + text->len, data, len);
	text->len += len;
	return 0;
}

/* Undoes what the text adds up. */
static void read_buckets(const struct qt_exposition *seen, uint64_t *counts)
{
	uint64_t before = 0, upto;
	char le[16];
	size_t i;

	for (i = 0; i < BUCKETS; i++) {
		snprintf(le, sizeof le, i < BUCKETS - 1 ? "%g" : "+Inf",
			 i < BUCKETS - 1 ? bounds[i] : 0);
		upto = qt_u64(seen, "exact_sizes_bucket", "le", le, NULL);
		counts[i] = upto - before;
		before = upto;
	}
}

static void write_once(struct bracket_watch *watch, uint64_t *last)
{
	struct text text = { NULL, 0 };
	struct qt_exposition *seen;
	uint64_t counts[BUCKETS], count;

	bracket_open(watch);
	TORTURE_CHECK("P6", quipu_write(registry, NULL, take_text, &text) == QUIPU_OK, "no text");
	seen = qt_parse_ok(text.bytes, text.len);
	count = qt_u64(seen, "exact_sizes_count", NULL);
	TORTURE_BRACKET("P2", bracket_close(watch, count));
	read_buckets(seen, counts);
	expect_sum("text", counts, count, qt_value(seen, "exact_sizes_sum", NULL));
	expect_risen("text", counts, last);
	qt_free(seen);
	free(text.bytes);
}

static void *scrape_text(void *scrapes)
{
	uint64_t last[BUCKETS] = { 0 };
	struct bracket_watch watch;

	bracket_watch(&watch, &bracket, "count in text");
	while (!torture_stopped())
		write_once(&watch, last);
	write_once(&watch, last);
	/* relaxed: only counts */
	__atomic_fetch_add((uint64_t *)scrapes, watch.scrapes, __ATOMIC_RELAXED);
	return NULL;
}

/* --- by reading back -------------------------------------------------------------------------- */

static void *read_back(void *scrapes)
{
	uint64_t counts[BUCKETS], last[BUCKETS] = { 0 };
	struct bracket_watch watch;
	quipu_histogram_value seen;

	bracket_watch(&watch, &bracket, "count by quipu_read");
	while (!torture_stopped()) {
		bracket_open(&watch);
		seen = quipu_histogram_read_buckets(histogram, counts, BUCKETS);
		TORTURE_BRACKET("P2", bracket_close(&watch, seen.count));
		expect_sum("quipu_read", counts, seen.count, seen.sum);
		expect_risen("quipu_read", counts, last);
	}
	/* relaxed: only counts */
	__atomic_fetch_add((uint64_t *)scrapes, watch.scrapes, __ATOMIC_RELAXED);
	return NULL;
}

static void make_metrics(void)
{
	registry = quipu_registry_new(NULL);
	histogram = quipu_histogram_new(
		registry, QUIPU_OPTS(.name = "exact_sizes", .help = "One value a bucket.",
				     .bounds = bounds, .n_bounds = BUCKETS - 1));
	by_ns = quipu_histogram_new(
		registry, QUIPU_OPTS(.name = "exact_seconds", .help = "The same in nanoseconds.",
				     .bounds = bounds, .n_bounds = BUCKETS - 1));
	family = quipu_histogram_family_new(
		registry, QUIPU_OPTS(.name = "exact_family_sizes", .help = "By labels.",
				     .labels = QUIPU_NAMES("parity"), .bounds = bounds,
				     .n_bounds = BUCKETS - 1));
	if (quipu_registry_status(registry, NULL) != QUIPU_OK)
		torture_broken("set-up failed");
}

int main(int argc, char **argv)
{
	void *(*const scrapers[SCRAPERS])(void *) = { scrape_raw,  scrape_raw,	scrape_raw,
						      scrape_raw,  scrape_text, scrape_text,
						      scrape_text, read_back };
	pthread_t threads[64 + SCRAPERS];
	struct bracket_watch watch;
	uint64_t scrapes = 0;
	uintptr_t i, n;

	torture_begin(&defaults, argc, argv);
	n = torture.threads < 64 ? torture.threads : 64;
	bracket_init(&bracket, n);
	make_metrics();
	for (i = 0; i < n; i++)
		threads[i] = torture_spawn(observe, (void *)i);
	for (i = 0; i < SCRAPERS; i++)
		threads[n + i] = torture_spawn(scrapers[i], &scrapes);
	torture_run_for_a_while();
	for (i = 0; i < n + SCRAPERS; i++)
		torture_join(threads[i]);
	bracket_watch(&watch, &bracket, "count at the end");
	TORTURE_BRACKET("P2", bracket_final(&watch, quipu_read(histogram).count));
	printf("exact: %" PRIu64 " observations\n", bracket_done(&bracket));
	quipu_registry_free(registry);
	qt_figure("records", bracket_done(&bracket));
	bracket_free(&bracket);
	qt_figure("scrapes", scrapes);
	return torture_end("%" PRIu64 " exact scrapes", scrapes);
}
