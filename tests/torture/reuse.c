/* SPDX-License-Identifier: MIT */
/*
 * reuse.c: far more series come and go than there is room for at once.
 *
 * P5: the slots of removed and released series are used again, those of a series still pinned
 * are not. P2: a recycled slot starts at zero and a pinned series' late writes reach nobody.
 */
#include "raw.h"
#include "torture.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SHARD_SIZE ((size_t)1 << 20)
#define BATCH 200
#define PINNED 50
#define PATIENCE_US (60 * UINT64_C(1000000))

static const struct torture defaults = {
	.name = "reuse",
	.promises = "P2 P5: slots of removed series are used again",
	.threads = 2,
	.count = 400000,
};

static quipu_registry *registry;
static quipu_histogram_family family;
static quipu_counter_family counters;
static uint64_t waits;

static void make_metrics(void)
{
	if (quipu_set_shard_size(SHARD_SIZE) != QUIPU_OK)
		torture_broken("the shard size was refused");
	registry = quipu_registry_new(NULL);
	family = quipu_histogram_family_new(registry, QUIPU_OPTS(.name = "reuse_seconds",
								 .help = "Series come and go.",
								 .labels = QUIPU_NAMES("n")));
	counters = quipu_counter_family_new(registry, QUIPU_OPTS(.name = "reuse_total",
								 .help = "Series come and go.",
								 .labels = QUIPU_NAMES("n")));
	if (quipu_registry_status(registry, NULL) != QUIPU_OK)
		torture_broken("set-up failed");
}

/* Reclamation is somebody else's work and may lag behind: asks until there is room. */
static quipu_histogram make_series(const char *name)
{
	uint64_t end = torture_now_us() + PATIENCE_US;
	quipu_histogram made = quipu_at(family, name);

	while (quipu_registry_status(registry, NULL) == QUIPU_ESLOTS) {
		quipu_release(made);
		TORTURE_CHECK("P5", torture_now_us() < end,
			      "slots of removed series do not return");
		torture_sleep_us(500);
		waits++;
		quipu_registry_clear_status(registry);
		made = quipu_at(family, name);
	}
	return made;
}

static void expect_fresh(quipu_histogram series, const char *name)
{
	quipu_histogram_value value = quipu_read(series);

	TORTURE_CHECK("P2", value.count == 0 && value.sum == 0,
		      "new series %s starts at %" PRIu64 " observations, %g", name, value.count,
		      value.sum);
}

static void expect_value(quipu_histogram series, const char *name, double amount)
{
	quipu_histogram_value value = quipu_read(series);

	TORTURE_CHECK("P2", value.count == 1 && value.sum == amount,
		      "series %s shows %" PRIu64 " observations, %g, not one of %g", name,
		      value.count, value.sum, amount);
}

struct kept {
	quipu_histogram series;
	double amount;
	char name[24];
};

static void make_batch(struct kept *kept, size_t n, uint64_t first)
{
	size_t i;

	for (i = 0; i < n; i++) {
		snprintf(kept[i].name, sizeof kept[i].name, "%" PRIu64, first + i);
		kept[i].series = make_series(kept[i].name);
		kept[i].amount = (double)(first + i + 1);
		expect_fresh(kept[i].series, kept[i].name);
		quipu_observe(kept[i].series, kept[i].amount);
		quipu_add_at(counters, first + i, kept[i].name);
	}
}

static void end_batch(struct kept *kept, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		expect_value(kept[i].series, kept[i].name, kept[i].amount);
		quipu_family_remove(family, kept[i].name);
		quipu_family_remove(counters, kept[i].name);
		quipu_observe(kept[i].series, kept[i].amount); /* late: reaches nobody */
		quipu_release(kept[i].series);
	}
}

/* Removed at once, released last: nobody may get their slots in between. */
static void remove_pinned(const struct kept *pinned)
{
	size_t i;

	for (i = 0; i < PINNED; i++) {
		quipu_family_remove(family, pinned[i].name);
		quipu_family_remove(counters, pinned[i].name);
	}
}

static void write_late(const struct kept *pinned)
{
	size_t i;

	for (i = 0; i < PINNED; i++)
		quipu_observe(pinned[i].series, 1e9);
}

static void *record(void *arg)
{
	const struct kept *pinned = arg;

	while (!torture_stopped()) {
		write_late(pinned);
		torture_sleep_us(200);
	}
	return NULL;
}

static void expect_empty_scrape(void)
{
	struct raw_scrape scrape = { 0 };
	size_t i;

	raw_take(&scrape, registry);
	for (i = 0; i < scrape.n; i++)
		TORTURE_CHECK("P2",
			      strncmp(scrape.samples[i].family, "reuse_", 6) ||
				      raw_is_overflow(&scrape.samples[i]),
			      "series %s is still there", scrape.samples[i].label[0]);
	raw_free(&scrape);
}

int main(int argc, char **argv)
{
	static struct kept pinned[PINNED], batch[BATCH];
	pthread_t threads[64];
	uint64_t i;
	unsigned t, n;

	torture_begin(&defaults, argc, argv);
	n = torture.threads < 64 ? torture.threads : 64;
	make_metrics();
	make_batch(pinned, PINNED, UINT64_C(1) << 40);
	remove_pinned(pinned);
	for (t = 0; t < n; t++)
		threads[t] = torture_spawn(record, pinned);
	for (i = 0; i < torture.count; i += BATCH) {
		make_batch(batch, BATCH, i);
		end_batch(batch, BATCH);
	}
	torture_stop();
	for (t = 0; t < n; t++)
		torture_join(threads[t]);
	expect_empty_scrape();
	for (i = 0; i < PINNED; i++)
		quipu_release(pinned[i].series);
	quipu_registry_free(registry);
	qt_figure("series", torture.count);
	return torture_end("%" PRIu64 " series in a shard for %zu, waited %" PRIu64 " times",
			   torture.count, SHARD_SIZE / (12 * 16), waits);
}
