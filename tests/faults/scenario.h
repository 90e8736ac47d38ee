/* SPDX-License-Identifier: MIT */
/*
 * scenario.h: a program's whole life with the library, any step of which may fail.
 *
 * It keeps account of what it recorded into what could be made, so that the totals can be
 * checked afterwards, whatever failed on the way.
 */
#ifndef TESTS_SCENARIO_H
#define TESTS_SCENARIO_H

#include <quipu/http.h>
#include <quipu/quipu.h>

#define SCENARIO_SETS 20

struct scenario {
	quipu_registry *registry;
	quipu_counter counter;
	quipu_float_counter floats;
	quipu_updown updown;
	quipu_gauge gauge;
	quipu_histogram histogram, native;
	quipu_summary summary;
	quipu_counter_grid grid;
	quipu_counter_family family;
	quipu_histogram_family histograms;
	quipu_counter kept[SCENARIO_SETS];
	uint64_t extra;	 /* by counter's handle alone, and into set a of family */
	uint64_t steps;	 /* each records 1 of everything by handle */
	uint64_t looked; /* records by label values into family and histograms */
	int failed;	 /* something could not be made */
};

/* Registers everything in a registry of its own, or in the default one. */
void scenario_make(struct scenario *scenario, int in_default);

/* Records, on this thread and on a new one. */
void scenario_record(struct scenario *scenario);

/* Removes series, writes text and file, reports, serves: what may fail and change nothing. */
void scenario_use(struct scenario *scenario);

/* With nothing failing any more: every total is exact, every failure was told. */
void scenario_check(const struct scenario *scenario);

void scenario_end(struct scenario *scenario);

#endif
