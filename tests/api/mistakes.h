/* SPDX-License-Identifier: MIT */
/* mistakes.h: what the statements of mistakes.txt are about; they go where STATEMENT stands. */
#include <quipu/quipu.h>

QUIPU_LABELS(labels, model, status);
QUIPU_LABELS(zoned, zone);

struct things {
	quipu_registry *registry;
	quipu_counter counter, other_counter;
	quipu_float_counter real;
	quipu_updown updown;
	quipu_gauge gauge, other_gauge;
	quipu_histogram histogram, other_histogram;
	quipu_summary summary;
	quipu_stateset stateset;
	quipu_info info;
	quipu_counter_family counters, other_counters;
	quipu_updown_family updowns;
	quipu_gauge_family gauges;
	quipu_histogram_family histograms;
	quipu_counter_grid grid;
	quipu_timer timer;
};
