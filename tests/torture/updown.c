/* SPDX-License-Identifier: MIT */
/*
 * updown.c: one thread increments, another decrements what it was handed.
 *
 * P3, DESIGN 3.1 up-down: each decrement comes after its increment, so no scrape may show less
 * than zero; nor more than what was started when it ended less what was done when it began.
 */
#include "bracket.h"
#include "raw.h"
#include "torture.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define IN_FLIGHT 8 /* of each pair of threads */

static const struct torture defaults = {
	.name = "updown",
	.promises = "P2 P3: up-down counters never show what never was",
	.threads = 2, /* pairs */
	.seconds = 3,
};

/* What one thread hands to the other: only numbers. */
struct pair {
	_Alignas(BRACKET_LINE) uint64_t sent;
	int over; /* nothing more will be sent */
	_Alignas(BRACKET_LINE) uint64_t taken;
};

static struct pair pairs[32];
static struct bracket ups, downs;
static quipu_registry *registry;
static quipu_updown updown;
static quipu_updown_family family;

static void *increment(void *arg)
{
	struct bracket_cell *cell = bracket_join(&ups);
	struct pair *pair = arg;
	uint64_t sent = 0;

	while (!torture_stopped()) {
		/* acquire: pairs with the release in decrement */
		if (sent - __atomic_load_n(&pair->taken, __ATOMIC_ACQUIRE) >= IN_FLIGHT)
			continue;
		bracket_start(cell, 1);
		quipu_inc(updown);
		bracket_finish(cell, 1);
		quipu_inc_at(family, "call");
		/* release: the increments come before it */
		__atomic_store_n(&pair->sent, ++sent, __ATOMIC_RELEASE);
	}
	/* release: pairs with the acquire in decrement */
	__atomic_store_n(&pair->over, 1, __ATOMIC_RELEASE);
	return NULL;
}

static void *decrement(void *arg)
{
	struct bracket_cell *cell = bracket_join(&downs);
	struct pair *pair = arg;
	uint64_t taken = 0;

	for (;;) {
		/* acquire, both: pair with the releases in increment */
		int last = __atomic_load_n(&pair->over, __ATOMIC_ACQUIRE);

		if (taken == __atomic_load_n(&pair->sent, __ATOMIC_ACQUIRE)) {
			if (last)
				return NULL;
			continue;
		}
		bracket_start(cell, 1);
		quipu_dec(updown);
		bracket_finish(cell, 1);
		quipu_dec_at(family, "call");
		/* release: pairs with the acquire in increment */
		__atomic_store_n(&pair->taken, ++taken, __ATOMIC_RELEASE);
	}
}

struct range {
	uint64_t ups, downs; /* done when the scrape began */
	int64_t most;	     /* shown so far */
	uint64_t scrapes;
};

static void open_range(struct range *range)
{
	range->ups = bracket_done(&ups);
	range->downs = bracket_done(&downs);
}

static void close_range(struct range *range, const char *what, int64_t value)
{
	int64_t low = (int64_t)(range->ups - bracket_started(&downs));
	int64_t high = (int64_t)(bracket_started(&ups) - range->downs);

	TORTURE_CHECK("P3", value >= 0, "%s shows %" PRId64 ", less than nothing", what, value);
	TORTURE_CHECK("P2", value >= low && value <= high,
		      "%s shows %" PRId64 ", must be in %" PRId64 " … %" PRId64, what, value, low,
		      high);
	range->most = value > range->most ? value : range->most;
	range->scrapes++;
}

static void scrape_once(struct raw_scrape *scrape, struct range *range)
{
	const struct raw_sample *sample;

	open_range(range);
	raw_take(scrape, registry);
	sample = raw_find(scrape, "updown_in_flight", NULL);
	close_range(range, "scrape", sample->signed_integer);
	sample = raw_find(scrape, "updown_by_kind", "call");
	TORTURE_CHECK("P3", !sample || sample->signed_integer >= 0,
		      "series by labels shows %" PRId64 ", less than nothing",
		      sample->signed_integer);
}

static void *scrape_for_ever(void *arg)
{
	struct raw_scrape scrape = { 0 };

	while (!torture_stopped())
		scrape_once(&scrape, arg);
	raw_free(&scrape);
	return NULL;
}

static void *read_for_ever(void *arg)
{
	while (!torture_stopped()) {
		open_range(arg);
		close_range(arg, "quipu_read", quipu_read(updown));
	}
	return NULL;
}

static void make_metrics(void)
{
	registry = quipu_registry_new(NULL);
	updown = quipu_updown_new(registry,
				  QUIPU_OPTS(.name = "updown_in_flight", .help = "In flight."));
	family = quipu_updown_family_new(registry,
					 QUIPU_OPTS(.name = "updown_by_kind", .help = "In flight.",
						    .labels = QUIPU_NAMES("kind")));
	if (quipu_registry_status(registry, NULL) != QUIPU_OK)
		torture_broken("set-up failed");
}

static void check_totals(void)
{
	struct raw_scrape scrape = { 0 };
	struct range range = { 0 };
	const struct raw_sample *sample;

	scrape_once(&scrape, &range);
	TORTURE_CHECK("P2", range.most == 0, "rests at %" PRId64, range.most);
	sample = raw_find(&scrape, "updown_by_kind", "call");
	TORTURE_CHECK("P2", sample && sample->signed_integer == 0,
		      "series by labels does not rest at zero");
	raw_free(&scrape);
}

int main(int argc, char **argv)
{
	struct range seen[2] = { { 0 } };
	pthread_t threads[2 * 32 + 2];
	uintptr_t i, n;

	torture_begin(&defaults, argc, argv);
	n = torture.threads < 32 ? torture.threads : 32;
	bracket_init(&ups, n);
	bracket_init(&downs, n);
	make_metrics();
	for (i = 0; i < n; i++) {
		threads[2 * i] = torture_spawn(increment, &pairs[i]);
		threads[2 * i + 1] = torture_spawn(decrement, &pairs[i]);
	}
	threads[2 * n] = torture_spawn(scrape_for_ever, &seen[0]);
	threads[2 * n + 1] = torture_spawn(read_for_ever, &seen[1]);
	torture_run_for_a_while();
	for (i = 0; i < 2 * n + 2; i++)
		torture_join(threads[i]);
	check_totals();
	printf("updown: at most %" PRId64 " by scrape, %" PRId64 " by quipu_read, %zu in flight\n",
	       seen[0].most, seen[1].most, n * IN_FLIGHT);
	quipu_registry_free(registry);
	bracket_free(&ups);
	qt_figure("records", bracket_done(&downs));
	bracket_free(&downs);
	qt_figure("scrapes", seen[0].scrapes);
	return torture_end("%" PRIu64 " scrapes, %" PRIu64 " reads", seen[0].scrapes,
			   seen[1].scrapes);
}
