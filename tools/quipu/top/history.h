/* SPDX-License-Identifier: MIT */
/* history.h: the last sixty readings of one number, by slots of equal time. */
#ifndef TOP_HISTORY_H
#define TOP_HISTORY_H

#include "canvas.h"

#include <stdint.h>

#define HISTORY_SLOTS 60

struct history {
	bool started;
	int64_t newest; /* a slot's number */
	float slots[HISTORY_SLOTS];
};

/* In a slot not before the newest; those between have nothing, which is NaN. */
void history_put(struct history *history, int64_t slot, double value);

/* NaN where there is nothing. */
double history_at(const struct history *history, int64_t slot);

/* How a bar is laid out: so many cells, each of so many slots. */
struct bar_shape {
	int cells, step;
};

/* At most so many cells, for a minute, or for more where a slot is long. */
struct bar_shape history_shape(double slot_seconds, int most);

/* A bar of blocks, the newest on the right. from_zero: the lowest block is zero, otherwise the
 * smallest reading. */
void history_draw(const struct history *history, struct canvas *canvas, int x, int y,
		  struct bar_shape shape, int64_t now, bool from_zero);

#endif
