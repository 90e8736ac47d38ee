/* SPDX-License-Identifier: MIT */
/*
 * kinds.c: values that are more than one word.
 *
 * updown: what goes up goes down again; no scrape shows less than there ever was, which is nothing
 * (P3, N3). The one who takes down does it only after it went up, so the order matters across
 * threads.
 *
 * cells: two threads observe, in their shards or in the overflow shard; the sum that a
 * reader sees is the sum of exactly the observations that it counts (P4).
 *
 * exemplar: two threads offer events for one place, a scrape takes what is there, twice: each is
 * one that was offered, whole (E2).
 */
#include "exemplar.h"
#include "look.h"
#include "scenarios.h"
#include "work.h"

#include <string.h>

static quipu_registry *registry;

/* --- updown --------------------------------------------------------------------------------- */

static quipu_updown depth;
static int queued;

static void set_up_updown(void)
{
	registry = look_set_up();
	depth = quipu_updown_new(registry, QUIPU_OPTS(.name = "depth", .help = "Of a queue."));
}

static void put(void)
{
	int i;

	look_attach();
	for (i = 0; i < 2; i++) {
		quipu_inc(depth);
		queued++;
	}
}

static bool is_any(void)
{
	return queued > 0;
}

static void take(void)
{
	int i;

	look_attach();
	for (i = 0; i < 2; i++) {
		explore_wait(is_any);
		queued--;
		quipu_dec(depth);
	}
}

static int64_t scrape_depth(void)
{
	struct qp_snapshot snapshot;
	size_t work = SIZE_MAX;
	int64_t value;

	if (qp_snapshot_open(&snapshot, registry) != QUIPU_OK)
		explore_broken("too many snapshots");
	qp_snapshot_sum(&snapshot, &work);
	value = qp_snapshot_updown(&snapshot, depth.offset);
	qp_snapshot_close(&snapshot);
	return value;
}

static void watch(void)
{
	int64_t value = scrape_depth();

	EXPLORE_CHECK("P3", value >= 0 && value <= 2, "a depth of %d in a scrape", (int)value);
	value = quipu_read(depth);
	EXPLORE_CHECK("P3", value >= 0 && value <= 2, "a depth of %d read", (int)value);
}

static void check_updown(void)
{
	EXPLORE_CHECK("P2", scrape_depth() == 0, "%d are left", (int)scrape_depth());
}

const struct explore_scenario explore_updown = {
	.name = "updown",
	.promises = "P3 N3: what goes up and down is never below nothing",
	.set_up = set_up_updown,
	.threads = { { "putter", put }, { "taker", take }, { "watcher", watch } },
	.check = check_updown,
};

/* --- cells ---------------------------------------------------------------------------------- */

#define EACH 2.5

static quipu_histogram histogram;
static uint64_t observed, observing;

static void set_up_cells(void)
{
	static const double bounds[] = { 1 };

	registry = look_set_up();
	histogram = quipu_histogram_new(registry, QUIPU_OPTS(.name = "size", .help = "Sizes.",
							     .bounds = bounds, .n_bounds = 1));
}

static void observe(void)
{
	int i;

	for (i = 0; i < 2; i++) {
		observing++;
		quipu_observe(histogram, EACH);
		observed++;
	}
}

static void read_cells(void)
{
	uint64_t low, last = 0;
	int i;

	for (i = 0; i < 2; i++) {
		quipu_histogram_value value;

		low = observed;
		value = quipu_read(histogram);
		EXPLORE_CHECK("P4", value.sum == EACH * (double)value.count, "%d make %g",
			      (int)value.count, value.sum);
		EXPLORE_CHECK("P2", low <= value.count && value.count <= observing,
			      "%d are not in %d..%d", (int)value.count, (int)low, (int)observing);
		EXPLORE_CHECK("P3", value.count >= last, "%d after %d", (int)value.count,
			      (int)last);
		last = value.count;
	}
}

static void check_cells(void)
{
	quipu_histogram_value value = quipu_read(histogram);

	EXPLORE_CHECK("P2", value.count == observed && value.sum == EACH * (double)observed,
		      "%d, sum %g, of %d", (int)value.count, value.sum, (int)observed);
}

const struct explore_scenario explore_cells = {
	.name = "cells",
	.promises = "P2 P3 P4: count and sum fit each other",
	.set_up = set_up_cells,
	.threads = { { "first", observe }, { "second", observe }, { "reader", read_cells } },
	.check = check_cells,
};

/* --- exemplar ------------------------------------------------------------------------------- */

static struct qp_exemplars *set;

static void set_up_exemplar(void)
{
	quipu_histogram made;

	registry = look_set_up();
	made = quipu_histogram_new(registry,
				   QUIPU_OPTS(.name = "traced", .help = "Sizes.", .exemplars = 1));
	set = qp_exemplars_at(made.offset);
	if (!set)
		explore_broken("no places");
}

/* The same letters everywhere, as many as the value says. */
static void fill_event(struct qp_event *event, char letter)
{
	memset(event, 0, sizeof *event);
	event->value = letter;
	event->timestamp = letter;
	event->n_labels = 1;
	event->text_len = 16;
	memset(event->text, letter, event->text_len);
}

static void offer(char letter)
{
	struct qp_event event;

	fill_event(&event, letter);
	qp_exemplar_offer(set, 0, &event);
}

static void offer_a(void)
{
	offer('a');
}

static void offer_b(void)
{
	offer('b');
	offer('c');
}

static void take_exemplars(void)
{
	struct qp_event event, whole;
	int i;

	for (i = 0; i < 2; i++) {
		if (!qp_exemplar_take(set, 0, &event))
			continue;
		fill_event(&whole, (char)event.value);
		EXPLORE_CHECK("E2",
			      event.value >= 'a' && event.value <= 'c' &&
				      memcmp(&event, &whole, sizeof event) == 0,
			      "an event of %g is not as it was offered", event.value);
		explore_saw((unsigned)event.value - 'a');
	}
}

const struct explore_scenario explore_exemplar = {
	.name = "exemplar",
	.promises = "E2: an event is shown as one thread wrote it",
	.set_up = set_up_exemplar,
	.threads = { { "first", offer_a }, { "second", offer_b }, { "scraper", take_exemplars } },
	.check = take_exemplars,
	.outcomes = 1u << 0 | 1u << 1 | 1u << 2,
};
