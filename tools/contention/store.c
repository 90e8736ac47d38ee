/* SPDX-License-Identifier: MIT */
/* store.c: see store.h. */
#include "store.h"

#include "atomic.h"
#include "site.h"

#include <quipu/quipu.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct qc_store qc_store;

/* For ever: threads may record until the very end. */
static quipu_registry *registry;

static uint64_t longest[QC_N_SITES];

/* --- making them -------------------------------------------------------------------------- */

/* Sites by two axes: all values of one are compared with each other when it is made. */
#define SIDE 32
_Static_assert(SIDE *SIDE == QC_N_SITES, "a site's number is its row and its column");

#define DIGITS 4

struct numbers {
	const char *values[SIDE];
	char text[SIDE][DIGITS];
};

static void count_up(struct numbers *numbers)
{
	unsigned i;

	for (i = 0; i < SIDE; i++) {
		snprintf(numbers->text[i], DIGITS, "%u", i % 1000);
		numbers->values[i] = numbers->text[i];
	}
}

static void make_calls(void)
{
	const char *values[QC_N_KINDS];
	quipu_axis axis = { "kind", values, QC_N_KINDS };
	quipu_counter_grid grid;
	uint32_t i;

	for (i = 0; i < QC_N_KINDS; i++)
		values[i] = qc_kind_label((enum qc_kind)i);
	grid = quipu_counter_grid_new(registry, QUIPU_OPTS(.name = "calls", .help = "Calls.",
							   .axes = &axis, .n_axes = 1));
	for (i = 0; i < QC_N_KINDS; i++)
		qc_store.calls[i] = quipu_counter_grid_at(grid, &i, 1);
}

static void make_sites(const quipu_axis axes[2])
{
	double bounds[QC_N_BOUNDS];
	unsigned i;

	for (i = 0; i < QC_N_BOUNDS; i++)
		bounds[i] = (double)qc_spread_bound(i);
	qc_store.waits = quipu_histogram_grid_new(
		registry, QUIPU_OPTS(.name = "wait_ns", .help = "Waits.", .bounds = bounds,
				     .n_bounds = QC_N_BOUNDS, .axes = axes, .n_axes = 2));
	qc_store.busy = quipu_counter_grid_new(
		registry, QUIPU_OPTS(.name = "busy", .help = "Tries that found it taken.",
				     .axes = axes, .n_axes = 2));
}

quipu_error qc_store_open(void)
{
	struct numbers numbers;
	quipu_axis axes[] = { { "row", numbers.values, SIDE }, { "column", numbers.values, SIDE } };
	quipu_error error;

	count_up(&numbers);
	registry = quipu_registry_new(NULL);
	make_calls();
	make_sites(axes);
	error = quipu_registry_status(registry, NULL);
	if (error)
		quipu_registry_free(registry);
	return error;
}

/* --- recording ------------------------------------------------------------------------------ */

static void lengthen(uint64_t *most, uint64_t ns)
{
	uint64_t seen = qc_load_relaxed(most); /* relaxed: compared again */

	/* release: who sees it sees the wait itself */
	while (seen < ns && !qc_cas_release(most, &seen, ns)) {
	}
}

static quipu_histogram waits_of(unsigned site)
{
	quipu_histogram waits = qc_store.waits.first;

	waits.offset += site * qc_store.waits.shape.stride;
	return waits;
}

static quipu_counter busy_of(unsigned site)
{
	quipu_counter busy = qc_store.busy.first;

	busy.offset += site * qc_store.busy.shape.stride;
	return busy;
}

void qc_store_wait(unsigned site, uint64_t ns)
{
	int kept = errno; /* the first record of a thread maps memory */

	quipu_histogram_observe(waits_of(site), (double)ns);
	lengthen(&longest[site], ns);
	errno = kept;
}

void qc_store_busy(unsigned site)
{
	int kept = errno;

	quipu_counter_inc(busy_of(site));
	errno = kept;
}

/* --- reading -------------------------------------------------------------------------------- */

/* The longest first: it is never more than all of them together. */
void qc_store_read(unsigned site, struct qc_figures *figures)
{
	/* acquire: the waits that it is of come with it */
	uint64_t most = qc_load_acquire(&longest[site]);
	quipu_histogram_value value =
		quipu_histogram_read_buckets(waits_of(site), figures->buckets, QC_N_BUCKETS);

	figures->waits = value.count;
	figures->ns = (uint64_t)value.sum;
	figures->max_ns = most;
	figures->busy = quipu_counter_read(busy_of(site));
}

bool qc_store_has_waits(void)
{
	unsigned site = 0;

	/* relaxed: the answer of a moment */
	while (site < QC_N_SITES && !qc_load_relaxed(&longest[site]))
		site++;
	return site < QC_N_SITES;
}

uint64_t qc_store_read_calls(enum qc_kind kind)
{
	return quipu_counter_read(qc_store.calls[kind]);
}

void qc_store_after_fork_child(void)
{
	memset(longest, 0, sizeof longest); /* the child has one thread */
}
