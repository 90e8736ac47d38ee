/* SPDX-License-Identifier: MIT */
/*
 * options.h: options of metrics made of bytes: names that are likely to meet each other, and some
 * that are anything; every field, good and bad. Bounds and native buckets come from tables, since
 * a process can have so many layouts only (core/buckets.h).
 */
#ifndef FUZZ_OPTIONS_H
#define FUZZ_OPTIONS_H

#include "demand.h"

#include <quipu/quipu.h>

#define MOST_TEXTS 24
#define MOST_BYTES 40

/* Texts that options point to. */
struct texts {
	char text[MOST_TEXTS][MOST_BYTES + 1];
	size_t n;
	const char *labels[QUIPU_MAX_LABELS + 2];
	const char *states[4];
	quipu_axis axes[2];
	quipu_label pairs[3];
};

/* A name from the pool, or any bytes without a NUL; "" once there is no room for more. */
const char *take_name(struct texts *texts, struct bytes *bytes);

/* Any bytes, or a usual value. */
quipu_str take_value(struct texts *texts, struct bytes *bytes);

/* Names and values, n of them or fewer. */
size_t take_pairs(struct texts *texts, struct bytes *bytes, size_t n);

quipu_opts take_options(struct texts *texts, struct bytes *bytes);

/* Fewer mistakes: what this kind has no use for is mostly left out. */
enum use { USE_PLAIN, USE_STATES, USE_HISTOGRAM, USE_SUMMARY };
void keep_useful(quipu_opts *opts, enum use use, bool family, bool grid);

#endif
