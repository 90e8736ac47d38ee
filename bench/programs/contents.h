/* SPDX-License-Identifier: MIT */
/* contents.h: the labels and values that bench/README.md prescribes, in C. */
#ifndef BENCH_CONTENTS_H
#define BENCH_CONTENTS_H

#include <stddef.h>
#include <stdint.h>

#define CONTENTS_N 16384u /* values, and places in the order */
#define CONTENTS_LABELS 3
#define CONTENTS_OBSERVATIONS 12

struct contents_labels {
	const char *value[CONTENTS_LABELS];
	size_t length[CONTENTS_LABELS];
};

extern const char *const contents_names[CONTENTS_LABELS + 1]; /* model, provider, status, NULL */

/* Values to observe, log-uniform over all default buckets and beyond. */
void contents_values(double values[CONTENTS_N]);

/* In which order series are visited. */
void contents_order(uint32_t order[CONTENTS_N], size_t series);

/* The sets of a record: for up to 64 series strings as a program has them, each at an address
 * of its own; for more, set after set in one piece. NULL when out of memory. */
struct contents_labels *contents_sets(size_t series);

/* Set i of "those beyond", written into text[CONTENTS_LABELS]. */
void contents_beyond(size_t i, char text[CONTENTS_LABELS][32]);

uint64_t contents_count(size_t i);
double contents_observation(size_t i, unsigned k);

#endif
