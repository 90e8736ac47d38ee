/* SPDX-License-Identifier: MIT */
/*
 * t10_nested.c: each thread has several registries at once, made and freed within each other's
 * lives, inner ones first and outer ones first. Registries that come and go under scrapers:
 * tests/torture/registries.c.
 *
 * P2: each registry shows what was recorded in it and nothing else, while the slots of one that is
 * gone become another's. P6: handles of a registry that is gone reach nobody.
 */
#include "raw.h"
#include "scale.h"
#include "torture.h"

#include <inttypes.h>

#define DEEP 6

static const struct torture defaults = {
	.name = "nested",
	.promises = "P2 P6: one thread, several registries, nested",
	.threads = 4,
	.count = 300,
};

/* A registry and what was recorded in it. */
struct nest {
	quipu_registry *registry;
	quipu_counter counter;
	quipu_updown updown;
	quipu_histogram histogram;
	quipu_counter_family family;
	quipu_gauge gauge;
	uint64_t n;
};

static void make(struct nest *nest)
{
	quipu_registry *registry = nest->registry = quipu_registry_new(NULL);

	nest->n = 0;
	nest->counter =
		quipu_counter_new(registry, QUIPU_OPTS(.name = "nest_total", .help = "Steps."));
	nest->updown = quipu_updown_new(registry, QUIPU_OPTS(.name = "nest_now", .help = "Down."));
	nest->histogram =
		quipu_histogram_new(registry, QUIPU_OPTS(.name = "nest_sizes", .help = "Ones."));
	nest->gauge = quipu_gauge_new(registry, QUIPU_OPTS(.name = "nest_last", .help = "Last."));
	nest->family = quipu_counter_family_new(registry, QUIPU_OPTS(.name = "nest_by_label_total",
								     .help = "Steps.",
								     .labels = QUIPU_NAMES("a")));
	TORTURE_CHECK("P5", quipu_registry_status(registry, NULL) == QUIPU_OK, "no room: %s",
		      quipu_strerror(quipu_registry_status(registry, NULL)));
}

static void record(struct nest *nest, uint64_t n)
{
	uint64_t i;

	for (i = 0; i < n; i++) {
		quipu_inc(nest->counter);
		quipu_dec(nest->updown);
		quipu_observe(nest->histogram, 1);
		quipu_inc_at(nest->family, "x");
		quipu_set(nest->gauge, (double)++nest->n);
	}
}

static void expect(const struct nest *nest, struct raw_scrape *scrape)
{
	const struct raw_sample *sizes;

	raw_take(scrape, nest->registry);
	sizes = raw_find(scrape, "nest_sizes", NULL);
	TORTURE_CHECK("P2", raw_find(scrape, "nest_total", NULL)->integer == nest->n,
		      "%" PRIu64 " of %" PRIu64, raw_find(scrape, "nest_total", NULL)->integer,
		      nest->n);
	TORTURE_CHECK("P2", sizes->count == nest->n && sizes->sum == (double)nest->n,
		      "%" PRIu64 " observations of %" PRIu64 ", sum %g", sizes->count, nest->n,
		      sizes->sum);
	TORTURE_CHECK("P2", raw_find(scrape, "nest_now", NULL)->signed_integer == -(int64_t)nest->n,
		      "up-down counter");
	TORTURE_CHECK("P2", raw_find(scrape, "nest_by_label_total", "x")->integer == nest->n,
		      "counter by label");
	TORTURE_CHECK("P2", raw_find(scrape, "nest_last", NULL)->real == (double)nest->n, "gauge");
	TORTURE_CHECK("P2", scrape->n == 5, "%zu series instead of 5", scrape->n);
}

/* Handles that are kept after their registry: what is recorded there is in no other. */
static void end(struct nest *nest)
{
	quipu_registry_free(nest->registry);
	quipu_add(nest->counter, 1000000);
	quipu_observe(nest->histogram, 1e6);
	quipu_set(nest->gauge, -1);
	quipu_add_at(nest->family, 1000000, "x");
	quipu_release(nest->counter);
	quipu_release(nest->updown);
	quipu_release(nest->histogram);
	quipu_release(nest->gauge);
}

static void expect_all(const struct nest *nests, int from, int to, struct raw_scrape *scrape)
{
	int i;

	for (i = from; i < to; i++)
		expect(&nests[i], scrape);
}

/* Ends the inner half first and the rest from the outside. */
static void end_all(struct nest *nests, uint64_t *random, struct raw_scrape *scrape)
{
	int i;

	for (i = DEEP - 1; i >= DEEP / 2; i--) {
		end(&nests[i]);
		record(&nests[0], torture_random(random) % 20 + 1);
		expect_all(nests, 0, i, scrape);
	}
	for (i = 0; i < DEEP / 2; i++) {
		end(&nests[i]);
		expect_all(nests, i + 1, DEEP / 2, scrape);
	}
}

static void *nest_for_a_while(void *stream)
{
	struct raw_scrape scrape = { 0 };
	uint64_t round, random = torture_seed((uintptr_t)stream);
	struct nest nests[DEEP];
	int i, j;

	for (round = 0; round < torture.count; round++) {
		for (i = 0; i < DEEP; i++) {
			make(&nests[i]);
			for (j = 0; j <= i; j++)
				record(&nests[j], torture_random(&random) % 20 + 1);
			expect_all(nests, 0, i + 1, &scrape);
		}
		end_all(nests, &random, &scrape);
	}
	raw_free(&scrape);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[64];
	uintptr_t i, n;

	torture_begin(&defaults, argc, argv);
	n = torture.threads < 64 ? torture.threads : 64;
	for (i = 0; i < n; i++)
		threads[i] = torture_spawn(nest_for_a_while, (void *)i);
	for (i = 0; i < n; i++)
		torture_join(threads[i]);
	qt_figure("threads", n);
	return torture_end("%" PRIu64 " registries", (uint64_t)n * torture.count * DEEP);
}
