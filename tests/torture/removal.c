/* SPDX-License-Identifier: MIT */
/*
 * removal.c: series are removed while threads record into them by label values and by kept
 * handles, and come into being again.
 *
 * P2: no increment is ever credited to another label set, and what was recorded after the
 * last removal is there. P4: histograms stay exact. P6: late writes through handles of a
 * removed series vanish harmlessly. Each label set has its prime (stamps.h); signals stop the
 * recorders at random instructions, so that removals overtake them.
 */
#include "bracket.h"
#include "interrupt.h"
#include "raw.h"
#include "stamps.h"
#include "torture.h"

#include <inttypes.h>
#include <string.h>

static const struct torture defaults = {
	.name = "removal",
	.promises = "P2 P4 P6: removal racing with recording",
	.threads = 3,
	.seconds = 4,
};

/* What is known of one label set of the family recorded by label values. */
struct set {
	struct bracket bracket;
	uint64_t removals; /* odd while one is in progress */
	uint64_t removed;  /* started when the last removal had returned */
};

static struct set sets[STAMPS];
static quipu_registry *registry;
static quipu_counter_family by_labels, by_handle;
static quipu_histogram_family observed;
static uint64_t removed_series;

static void make_metrics(void)
{
	registry = quipu_registry_new(NULL);
	by_labels =
		quipu_counter_family_new(registry, QUIPU_OPTS(.name = "removal_by_labels_total",
							      .help = "Recorded by label values.",
							      .labels = QUIPU_NAMES("set")));
	by_handle = quipu_counter_family_new(registry, QUIPU_OPTS(.name = "removal_by_handle_total",
								  .help = "By kept handles.",
								  .labels = QUIPU_NAMES("set")));
	observed = quipu_histogram_family_new(registry, QUIPU_OPTS(.name = "removal_sizes",
								   .help = "Observations.",
								   .labels = QUIPU_NAMES("set")));
	if (quipu_registry_status(registry, NULL) != QUIPU_OK)
		torture_broken("set-up failed");
}

static void *record_by_labels(void *stream)
{
	uint64_t random = torture_seed((uintptr_t)stream);
	struct bracket_cell *cell[STAMPS];
	timer_t timer = interrupt_me(1000);
	size_t i;

	for (i = 0; i < STAMPS; i++)
		cell[i] = bracket_join(&sets[i].bracket);
	while (!torture_stopped()) {
		i = torture_random(&random) % STAMPS;
		bracket_start(cell[i], 1);
		quipu_add_at(by_labels, stamp_prime[i], stamp_name[i]);
		bracket_finish(cell[i], 1);
		quipu_observe_at(observed, (double)stamp_prime[i], stamp_name[i]);
	}
	interrupt_end(timer);
	return NULL;
}

static void *record_by_handle(void *stream)
{
	uint64_t random = torture_seed((uintptr_t)stream);
	timer_t timer = interrupt_me(1000);

	while (!torture_stopped()) {
		size_t i = torture_random(&random) % STAMPS, times = torture_random(&random) % 100;
		quipu_counter kept = quipu_at(by_handle, stamp_name[i]);
		quipu_histogram histogram = quipu_at(observed, stamp_name[i]);

		for (; times; times--) {
			quipu_add(kept, stamp_prime[i]);
			quipu_observe(histogram, (double)stamp_prime[i]);
		}
		quipu_release(kept);
		quipu_release(histogram);
	}
	interrupt_end(timer);
	return NULL;
}

/* Only one thread removes, so removals and removed have one writer. */
static void remove_one(size_t i)
{
	struct set *set = &sets[i];

	/* release, twice: pair with the acquires in note and expect_present */
	__atomic_store_n(&set->removals, set->removals + 1, __ATOMIC_RELEASE);
	removed_series += quipu_counter_family_remove(by_labels, stamp_name[i]);
	__atomic_store_n(&set->removed, bracket_started(&set->bracket), __ATOMIC_RELAXED);
	__atomic_store_n(&set->removals, set->removals + 1, __ATOMIC_RELEASE);
	removed_series += quipu_counter_family_remove(by_handle, stamp_name[i]);
	removed_series += quipu_histogram_family_remove(observed, stamp_name[i]);
}

static void remove_others(size_t i)
{
	quipu_counter_family_remove_matching(by_handle, "set", stamp_name[i]);
	if (i % 8 == 0)
		quipu_histogram_family_clear(observed);
}

static void *remove_series(void *stream)
{
	uint64_t random = torture_seed((uintptr_t)stream);
	size_t i;

	while (!torture_stopped()) {
		i = torture_random(&random) % STAMPS;
		remove_one(i);
		remove_others(i);
	}
	return NULL;
}

/* What a scrape must at least show of a set, if no removal comes in between. */
struct floor {
	uint64_t removals, least;
};

static void note(struct floor *floor, const struct set *set)
{
	uint64_t done = bracket_done(&set->bracket), removed;

	/* acquire: pairs with the releases in remove_one */
	floor->removals = __atomic_load_n(&set->removals, __ATOMIC_ACQUIRE);
	removed = __atomic_load_n(&set->removed, __ATOMIC_ACQUIRE);
	floor->least = done > removed ? done - removed : 0;
}

static void expect_present(const struct floor *floor, size_t i, uint64_t value)
{
	uint64_t n = stamp_check((int)i, value, "counter by labels");
	uint64_t started = bracket_started(&sets[i].bracket);

	TORTURE_CHECK("P2", n <= started, "%s: %" PRIu64 " records, %" PRIu64 " started",
		      stamp_name[i], n, started);
	/* acquire: pairs with the releases in remove_one */
	if (floor->removals % 2 ||
	    __atomic_load_n(&sets[i].removals, __ATOMIC_ACQUIRE) != floor->removals)
		return;
	TORTURE_CHECK("P2", n >= floor->least,
		      "%s: %" PRIu64 " records, at least %" PRIu64 " since its last removal",
		      stamp_name[i], n, floor->least);
}

/* NULL where the set has no series: a value of zero. */
static uint64_t value_of(const struct raw_scrape *scrape, const char *family, size_t i)
{
	const struct raw_sample *sample = raw_find(scrape, family, stamp_name[i]);

	return sample ? sample->integer : 0;
}

static void check_histogram(const struct raw_scrape *scrape, size_t i)
{
	const struct raw_sample *sample = raw_find(scrape, "removal_sizes", stamp_name[i]);

	if (!sample)
		return;
	TORTURE_CHECK("P4", sample->sum == (double)(sample->count * stamp_prime[i]),
		      "%s: %" PRIu64 " observations of %" PRIu64 " sum up to %.17g", stamp_name[i],
		      sample->count, stamp_prime[i], sample->sum);
}

static void scrape_once(struct raw_scrape *scrape)
{
	struct floor floors[STAMPS];
	size_t i;

	for (i = 0; i < STAMPS; i++)
		note(&floors[i], &sets[i]);
	raw_take(scrape, registry);
	for (i = 0; i < STAMPS; i++) {
		expect_present(&floors[i], i, value_of(scrape, "removal_by_labels_total", i));
		stamp_check((int)i, value_of(scrape, "removal_by_handle_total", i),
			    "counter by handle");
		check_histogram(scrape, i);
	}
}

static void *scrape_for_ever(void *scrapes)
{
	struct raw_scrape scrape = { 0 };

	while (!torture_stopped()) {
		scrape_once(&scrape);
		++*(uint64_t *)scrapes;
	}
	scrape_once(&scrape);
	raw_free(&scrape);
	return NULL;
}

/* A handle of a removed series swallows; a new one starts at zero and counts. */
static void check_late_writes(void)
{
	quipu_counter late, next;

	quipu_counter_family_remove(by_handle, "late");
	late = quipu_at(by_handle, "late");
	quipu_add(late, 5);
	quipu_counter_family_remove(by_handle, "late");
	quipu_add(late, 7);
	next = quipu_at(by_handle, "late");
	TORTURE_CHECK("P6", quipu_read(next) == 0, "a new series starts at %" PRIu64,
		      quipu_read(next));
	quipu_add(late, 11);
	quipu_add(next, 13);
	TORTURE_CHECK("P6", quipu_read(next) == 13, "the new series shows %" PRIu64,
		      quipu_read(next));
	quipu_release(late);
	quipu_release(next);
}

int main(int argc, char **argv)
{
	pthread_t threads[2 * 32 + 2];
	uint64_t scrapes = 0, records = 0;
	uintptr_t i, n;

	torture_begin(&defaults, argc, argv);
	n = torture.threads < 32 ? torture.threads : 32;
	for (i = 0; i < STAMPS; i++)
		bracket_init(&sets[i].bracket, n);
	make_metrics();
	interrupt_handler(interrupt_and_sleep);
	for (i = 0; i < n; i++) {
		threads[2 * i] = torture_spawn(record_by_labels, (void *)i);
		threads[2 * i + 1] = torture_spawn(record_by_handle, (void *)(i + n));
	}
	threads[2 * n] = torture_spawn(remove_series, (void *)(2 * n));
	threads[2 * n + 1] = torture_spawn(scrape_for_ever, &scrapes);
	torture_run_for_a_while();
	for (i = 0; i < 2 * n + 2; i++)
		torture_join(threads[i]);
	check_late_writes();
	TORTURE_CHECK("P6", quipu_registry_status(registry, NULL) == QUIPU_OK, "status is not ok");
	TORTURE_CHECK("R1", removed_series > 0, "nothing was removed");
	quipu_registry_free(registry);
	for (i = 0; i < STAMPS; i++) {
		records += bracket_done(&sets[i].bracket);
		bracket_free(&sets[i].bracket);
	}
	qt_figure("records", records);
	qt_figure("series", removed_series);
	qt_figure("scrapes", scrapes);
	return torture_end("%" PRIu64 " series removed, %" PRIu64 " scrapes", removed_series,
			   scrapes);
}
