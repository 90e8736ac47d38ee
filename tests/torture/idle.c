/* SPDX-License-Identifier: MIT */
/*
 * idle.c: series expire because they stood still, at the moment when they are recorded into.
 *
 * P2: idle expiry loses nothing. A scraper that adds up what each incarnation of a series last
 * showed gets every increment, and each only once. P3: no incarnation ever falls. Incarnations
 * are told apart by their created time, so one that was hidden for a moment and came back is
 * still the same; primes (stamps.h) show misattribution.
 */
#include "bracket.h"
#include "interrupt.h"
#include "raw.h"
#include "stamps.h"
#include "torture.h"

#include <inttypes.h>
#include <stdbool.h>

#define LEAST_SECONDS 3 /* that something expires */

static const struct torture defaults = {
	.name = "idle",
	.promises = "P2 P3: idle expiry loses nothing",
	.threads = 3,
	.seconds = 4,
};

/* What the scraper has seen of one label set. */
struct seen {
	struct bracket bracket;
	double created;	  /* of the incarnation shown last; 0: none yet */
	uint64_t now;	  /* what it showed last */
	uint64_t settled; /* what earlier ones showed last */
};

static struct seen seen[STAMPS];
static quipu_registry *registry;
static quipu_counter_family family;
static uint64_t late, incarnations;

static void make_metrics(void)
{
	registry = quipu_registry_new(NULL);
	family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "idle_total", .help = "Expires quickly.",
				     .labels = QUIPU_NAMES("set"), .idle_seconds = 0.001));
	if (quipu_registry_status(registry, NULL) != QUIPU_OK)
		torture_broken("set-up failed");
}

/* Now and then, so that every series stands still between two scrapes again and again. */
static void *record(void *stream)
{
	uint64_t random = torture_seed((uintptr_t)stream);
	struct bracket_cell *cell[STAMPS];
	timer_t timer = interrupt_me(1000);
	size_t i;

	for (i = 0; i < STAMPS; i++)
		cell[i] = bracket_join(&seen[i].bracket);
	while (!torture_stopped()) {
		i = torture_random(&random) % STAMPS;
		bracket_start(cell[i], 1);
		quipu_add_at(family, stamp_prime[i], stamp_name[i]);
		bracket_finish(cell[i], 1);
		if (torture_random(&random) % 16 == 0)
			torture_sleep_us(torture_random(&random) % 500);
	}
	interrupt_end(timer);
	return NULL;
}

static void see(struct seen *set, size_t i, const struct raw_sample *sample)
{
	uint64_t n = stamp_check((int)i, sample->integer, "counter");

	TORTURE_CHECK(
		"P3", sample->created >= set->created,
		"%s: an incarnation of %.0f us before the one shown last came back, with %" PRIu64
		" after %" PRIu64,
		stamp_name[i], (set->created - sample->created) * 1e6, n, set->now);
	if (sample->created != set->created) {
		set->settled += set->now;
		set->now = 0;
		set->created = sample->created;
		/* relaxed: only counts */
		__atomic_fetch_add(&incarnations, 1, __ATOMIC_RELAXED);
	}
	TORTURE_CHECK("P3", n >= set->now, "%s fell from %" PRIu64 " to %" PRIu64, stamp_name[i],
		      set->now, n);
	set->now = n;
}

/* Increments done before the scrape began that are in no incarnation yet: late, not lost;
 * counted, and none may be missing at the end. */
static void compare(const struct seen *set, size_t i, uint64_t done)
{
	uint64_t total = set->settled + set->now;

	TORTURE_CHECK("P2", total <= bracket_started(&set->bracket),
		      "%s: incarnations add up to %" PRIu64 ", %" PRIu64 " started", stamp_name[i],
		      total, bracket_started(&set->bracket));
	late += total < done;
}

static void scrape_once(struct raw_scrape *scrape)
{
	uint64_t done[STAMPS];
	size_t i;

	for (i = 0; i < STAMPS; i++)
		done[i] = bracket_done(&seen[i].bracket);
	raw_take(scrape, registry);
	for (i = 0; i < STAMPS; i++) {
		const struct raw_sample *sample = raw_find(scrape, "idle_total", stamp_name[i]);

		if (sample)
			see(&seen[i], i, sample);
		compare(&seen[i], i, done[i]);
	}
}

static void *scrape_for_ever(void *arg)
{
	struct raw_scrape scrape = { 0 };
	uint64_t random = torture_seed(1000);

	while (!torture_stopped()) {
		scrape_once(&scrape);
		++*(uint64_t *)arg;
		torture_sleep_us(torture_random(&random) % 1500);
	}
	raw_free(&scrape);
	return NULL;
}

static bool is_complete(void)
{
	bool complete = true;
	size_t i;

	for (i = 0; i < STAMPS; i++)
		complete =
			complete && seen[i].settled + seen[i].now >= bracket_done(&seen[i].bracket);
	return complete;
}

/* What reclamation still holds back comes within a grace period, once it gets the processor. */
static void settle(void)
{
	struct raw_scrape scrape = { 0 };
	int i;

	for (i = 0; i < 100 || (i < 2500 && !is_complete()); i++) {
		scrape_once(&scrape);
		torture_sleep_us(2000);
	}
	raw_free(&scrape);
}

static bool has_expired(void)
{
	/* relaxed: only a count */
	return __atomic_load_n(&incarnations, __ATOMIC_RELAXED) > STAMPS;
}

/* For as long as was asked, and until something has expired. */
static void run_for_a_while(void)
{
	int i;

	torture_sleep_us(torture.seconds * UINT64_C(1000000));
	for (i = 0; i < 6000 && !has_expired(); i++)
		torture_sleep_us(10000);
	torture_stop();
}

static void check_totals(void)
{
	size_t i;

	for (i = 0; i < STAMPS; i++) {
		uint64_t total = seen[i].settled + seen[i].now;

		TORTURE_CHECK("P2", total == bracket_done(&seen[i].bracket),
			      "%s: incarnations add up to %" PRIu64 ", %" PRIu64 " were recorded",
			      stamp_name[i], total, bracket_done(&seen[i].bracket));
	}
	TORTURE_CHECK("P5", has_expired(), "nothing ever expired");
}

int main(int argc, char **argv)
{
	pthread_t threads[33];
	uint64_t scrapes = 0, records = 0;
	uintptr_t i, n;

	torture_begin(&defaults, argc, argv);
	if (torture.seconds < LEAST_SECONDS)
		torture.seconds = LEAST_SECONDS;
	n = torture.threads < 32 ? torture.threads : 32;
	for (i = 0; i < STAMPS; i++)
		bracket_init(&seen[i].bracket, n);
	make_metrics();
	interrupt_handler(interrupt_and_sleep);
	for (i = 0; i < n; i++)
		threads[i] = torture_spawn(record, (void *)i);
	threads[n] = torture_spawn(scrape_for_ever, &scrapes);
	run_for_a_while();
	for (i = 0; i < n + 1; i++)
		torture_join(threads[i]);
	settle();
	check_totals();
	quipu_registry_free(registry);
	for (i = 0; i < STAMPS; i++) {
		records += bracket_done(&seen[i].bracket);
		bracket_free(&seen[i].bracket);
	}
	qt_figure("records", records);
	qt_figure("series", incarnations);
	qt_figure("scrapes", scrapes);
	return torture_end("%" PRIu64 " incarnations, %" PRIu64 " scrapes, %" PRIu64 " late values",
			   incarnations, scrapes, late);
}
