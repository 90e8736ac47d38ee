/* SPDX-License-Identifier: MIT */
/* workload.c: holds the calls to make, and generates them where there is no trace. */
#include "workload.h"

#include "random.h"

#include <stdlib.h>

/* A point of a cumulative distribution: this share of values is at most value. */
struct point {
	double share;
	double value;
};

/* Quantiles of the sample trace (Azure Public Dataset, CC-BY 4.0). */
static const struct point input_shape[] = {
	{ 0, 3 },      { .01, 17 },  { .05, 75 },   { .1, 147 },   { .25, 578 }, { .5, 1469 },
	{ .75, 2744 }, { .9, 5186 }, { .95, 7302 }, { .99, 7436 }, { 1, 7437 },
};
static const struct point output_shape[] = {
	{ 0, 6 },   { .05, 6 },	 { .1, 7 },    { .25, 9 },    { .5, 13 },  { .75, 24 },
	{ .9, 55 }, { .95, 90 }, { .99, 249 }, { .999, 824 }, { 1, 1899 },
};
/* Nanoseconds between arrivals: many at once, then nothing for a while. (The trace knows
 * pauses of minutes, too.) */
static const struct point gap_shape[] = {
	{ 0, 6e3 },    { .1, 209e3 },  { .25, 2.08e6 }, { .5, 63.8e6 }, { .75, 104e6 },
	{ .9, 273e6 }, { .99, 2.2e9 }, { .995, 8.4e9 }, { .998, 40e9 }, { 1, 40e9 },
};

/* The value that a share of the distribution lies below, straight between the points. */
static double invert(const struct point *shape, double share)
{
	double part;

	while (shape[1].share <= share)
		shape++;
	part = (share - shape[0].share) / (shape[1].share - shape[0].share);
	return shape[0].value + part * (shape[1].value - shape[0].value);
}

bool workload_add(struct workload *workload, const struct call *call)
{
	size_t room = workload->room ? workload->room * 2 : 1024;
	struct call *calls;

	if (workload->n == workload->room) {
		calls = realloc(workload->calls, room * sizeof *calls);
		if (!calls)
			return false;
		workload->calls = calls;
		workload->room = room;
	}
	workload->calls[workload->n++] = *call;
	return true;
}

bool workload_generate(struct workload *workload, uint64_t seed)
{
	struct call call = { 0 };
	uint64_t i;

	for (i = 0; i < WORKLOAD_GENERATED; i++) {
		call.input = (uint32_t)invert(input_shape, random_share(seed, i, RANDOM_INPUT));
		call.output = (uint32_t)invert(output_shape, random_share(seed, i, RANDOM_OUTPUT));
		if (!workload_add(workload, &call))
			return false;
		call.arrival_ns += (uint64_t)invert(gap_shape, random_share(seed, i, RANDOM_GAP));
	}
	return true;
}

void workload_free(struct workload *workload)
{
	free(workload->calls);
	*workload = (struct workload){ 0 };
}

uint64_t workload_span(const struct workload *workload)
{
	uint64_t last;

	if (workload->n < 2)
		return UINT64_C(1000000000);
	last = workload->calls[workload->n - 1].arrival_ns;
	return last + last / (workload->n - 1);
}
