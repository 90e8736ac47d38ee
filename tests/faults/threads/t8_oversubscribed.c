/* SPDX-License-Identifier: MIT */
/*
 * t8_oversubscribed.c: many more writers than processors, half of them at the lowest priority,
 * beside as many busy loops as there are processors.
 *
 * P2, P3: every scrape is in its bracket, the last one exact. Every scrape ends in seconds, the
 * usual one within one: whoever cannot run holds nobody up. The worst scrape may wait for a lock that a
 * thread of the lowest priority holds for its first record, and that thread gets a slice every
 * few seconds only (24 s were seen): recording never waits for it. That a record takes no longer then in
 * processor time is not asserted: such a tail is the machine's on a virtual one (tools/bench has it).
 */
#include "bracket.h"
#include "raw.h"
#include "scale.h"
#include "torture.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#define NICE 19
#define USUAL_US UINT64_C(1000000)
#define WORST_US UINT64_C(60000000)
#define MOST_SCRAPES 65536

static const struct torture defaults = {
	.name = "oversubscribed",
	.promises = "P2 P3: writers that seldom run",
	.threads = 64,
	.seconds = 5,
};

static struct bracket bracket;
static quipu_registry *registry;
static quipu_counter counter;
static quipu_histogram histogram;
static quipu_counter_family by_label;
static uint64_t took[MOST_SCRAPES];

static void step(struct bracket_cell *cell)
{
	bracket_start(cell, 1);
	quipu_inc(counter);
	quipu_observe(histogram, 1);
	quipu_inc_at(by_label, "x");
	bracket_finish(cell, 1);
}

/* Every other thread only when nobody else wants to run. */
static void *record(void *i)
{
	struct bracket_cell *cell = bracket_join(&bracket);

	if ((uintptr_t)i % 2)
		setpriority(PRIO_PROCESS, (id_t)gettid(), NICE);
	while (!torture_stopped())
		step(cell);
	bracket_leave(cell);
	return NULL;
}

static void *be_busy(void *unused)
{
	while (!torture_stopped())
		;
	return unused;
}

static void scrape(struct raw_scrape *scrape, struct bracket_watch *watch)
{
	const struct raw_sample *sizes;
	int i;

	for (i = 0; i < 3; i++)
		bracket_open(&watch[i]);
	raw_take(scrape, registry);
	TORTURE_BRACKET("P2",
			bracket_close(&watch[0], raw_find(scrape, "over_total", NULL)->integer));
	sizes = raw_find(scrape, "over_sizes", NULL);
	TORTURE_BRACKET("P2", bracket_close(&watch[1], sizes->count));
	TORTURE_CHECK("P4", sizes->sum == (double)sizes->count, "count %" PRIu64 ", sum %g",
		      sizes->count, sizes->sum);
	sizes = raw_find(scrape, "over_by_label_total", "x");
	TORTURE_BRACKET("P2", bracket_close(&watch[2], sizes ? sizes->integer : 0));
}

static size_t scrape_for_a_while(struct raw_scrape *last, struct bracket_watch *watch)
{
	uint64_t before, end = torture_now_us() + torture.seconds * UINT64_C(1000000);
	size_t n = 0;

	while ((before = torture_now_us()) < end && n < MOST_SCRAPES) {
		scrape(last, watch);
		took[n++] = torture_now_us() - before;
	}
	return n;
}

static int by_size(const void *a, const void *b)
{
	const uint64_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static void check_times(size_t n)
{
	qsort(took, n, sizeof took[0], by_size);
	printf("oversubscribed: scrapes took %" PRIu64 " us usually, %" PRIu64 " at worst\n",
	       took[n / 2], took[n - 1]);
	TORTURE_CHECK("T8", took[n / 2] < USUAL_US, "the usual scrape took %" PRIu64 " us",
		      took[n / 2]);
	TORTURE_CHECK("T8", took[n - 1] < WORST_US, "a scrape took %" PRIu64 " us", took[n - 1]);
}

static void make_metrics(void)
{
	registry = quipu_registry_new(NULL);
	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "over_total", .help = "Steps."));
	histogram = quipu_histogram_new(registry, QUIPU_OPTS(.name = "over_sizes", .help = "1."));
	by_label = quipu_counter_family_new(registry, QUIPU_OPTS(.name = "over_by_label_total",
								 .help = "Steps.",
								 .labels = QUIPU_NAMES("a")));
}

static void watch_all(struct bracket_watch *watch)
{
	bracket_watch(&watch[0], &bracket, "counter");
	bracket_watch(&watch[1], &bracket, "histogram");
	bracket_watch(&watch[2], &bracket, "counter by label");
}

int main(int argc, char **argv)
{
	pthread_t threads[256];
	struct raw_scrape last = { 0 };
	struct bracket_watch watch[3];
	uintptr_t i, n;
	size_t scrapes;

	torture_begin(&defaults, argc, argv);
	n = torture.threads < 128 ? torture.threads : 128;
	bracket_init(&bracket, n);
	make_metrics();
	watch_all(watch);
	for (i = 0; i < n; i++)
		threads[i] = torture_spawn(record, (void *)i);
	for (; i < n + (uintptr_t)get_nprocs() && i < 256; i++)
		threads[i] = torture_spawn(be_busy, NULL);
	scrapes = scrape_for_a_while(&last, watch);
	torture_stop();
	while (i > 0)
		torture_join(threads[--i]);
	watch_all(watch);
	scrape(&last, watch);
	TORTURE_BRACKET("P2", bracket_final(&watch[0], quipu_read(counter)));
	check_times(scrapes);
	qt_figure("records", 3 * bracket_done(&bracket));
	qt_figure("scrapes", scrapes);
	return torture_end("%" PRIu64 " steps, %zu scrapes", bracket_done(&bracket), scrapes);
}
