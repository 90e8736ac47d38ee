/* SPDX-License-Identifier: MIT */
/*
 * r5_collisions.c: label sets whose hashes collide, nearly all of them.
 *
 * R5, P2. Built with a hash of 8 bits (r5_short_hash.sed): thousands of sets share 256 hashes. Every
 * set is one series with exactly its own records, made by several threads at once, removed and made
 * again, found among those that are gone. Outside this build hashes have a random seed, so that
 * nobody who chooses label values can bring this about; it is slow then, never wrong.
 */
#include "raw.h"
#include "scale.h"
#include "torture.h"

#include "labels.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THREADS 4

#define MOST_COUNT 8000 /* what a look-up costs grows with it */

static const struct torture defaults = {
	.name = "collisions", .promises = "P2 R5: hashes that collide", .count = 2000, /* sets */
};

static quipu_registry *registry;
static quipu_counter_family family;
static pthread_barrier_t barrier;

/* Values of all lengths; the text tells which it is. */
static void name_set(char *text, size_t size, uint64_t i)
{
	snprintf(text, size, "%" PRIu64 "%.*s", i, (int)(i % 40),
		 "........................................");
}

static void *record(void *which)
{
	uint64_t i, n = torture.count, first = n / THREADS * (uintptr_t)which;
	char text[64];

	pthread_barrier_wait(&barrier);
	for (i = 0; i < n; i++) {
		name_set(text, sizeof text, (first + i) % n);
		quipu_add_at(family, (first + i) % n + 1, text, "same");
	}
	return NULL;
}

static void record_by_all(void)
{
	pthread_t threads[THREADS];
	uintptr_t i;

	for (i = 0; i < THREADS; i++)
		threads[i] = torture_spawn(record, (void *)i);
	for (i = 0; i < THREADS; i++)
		torture_join(threads[i]);
}

/* Each set has so many rounds' records; those that `without` divides have `fewer` rounds less. */
static void check(uint64_t rounds, uint64_t without, uint64_t fewer)
{
	struct raw_scrape scrape = { 0 };
	uint64_t seen = 0, i, own;
	size_t at;

	raw_take(&scrape, registry);
	for (at = 0; at < scrape.n; at++) {
		if (raw_is_overflow(&scrape.samples[at]))
			continue;
		i = strtoull(scrape.samples[at].label[0], NULL, 10);
		own = without && i % without == 0 ? rounds - fewer : rounds;
		TORTURE_CHECK("P2", scrape.samples[at].integer == own * THREADS * (i + 1),
			      "set %" PRIu64 " shows %" PRIu64 ", not %" PRIu64, i,
			      scrape.samples[at].integer, own * THREADS * (i + 1));
		seen++;
	}
	raw_free(&scrape);
	TORTURE_CHECK("P2", seen == torture.count, "%" PRIu64 " series of %" PRIu64 " sets", seen,
		      torture.count);
}

static void remove_every_third(void)
{
	char text[64];
	uint64_t i;

	for (i = 0; i < torture.count; i += 3) {
		name_set(text, sizeof text, i);
		TORTURE_CHECK("P2", quipu_family_remove(family, text, "same") == 1,
			      "set %" PRIu64 " is not there", i);
		TORTURE_CHECK("P2", quipu_family_remove(family, text, "same") == 0,
			      "set %" PRIu64 " is there twice", i);
	}
}

/* Is it the library with the short hash that is tested? */
static void check_hash(void)
{
	const quipu_str values[2] = { { "a", 1 }, { "b", 1 } };

	if (qp_labels_hash(values, 2) > 0xff || qp_labels_hash(values, 1) > 0xff)
		torture_broken("this library's hash is not short");
}

int main(int argc, char **argv)
{
	torture_begin(&defaults, argc, argv);
	if (torture.count > MOST_COUNT)
		torture.count = MOST_COUNT;
	registry = quipu_registry_new(NULL);
	family = quipu_counter_family_new(registry,
					  QUIPU_OPTS(.name = "collisions_total", .help = "C.",
						     .labels = QUIPU_NAMES("n", "same"),
						     .max_series = torture.count));
	check_hash();
	pthread_barrier_init(&barrier, NULL, THREADS);
	record_by_all();
	check(1, 0, 0);
	record_by_all();
	check(2, 0, 0);
	remove_every_third();
	record_by_all();
	check(3, 3, 2);
	TORTURE_CHECK("P6", quipu_registry_status(registry, NULL) == QUIPU_OK, "status is not ok");
	quipu_registry_free(registry);
	qt_figure("series", torture.count);
	return torture_end("%" PRIu64 " sets, 256 hashes", torture.count);
}
