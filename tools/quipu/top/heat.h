/* SPDX-License-Identifier: MIT */
/* heat.h: where a histogram's observations fell, over time: a map of the last minute. */
#ifndef TOP_HEAT_H
#define TOP_HEAT_H

#include "figure.h"
#include "history.h"
#include "spread.h"

#define HEAT_ROWS 24

/* Zeroed is empty. */
struct heat {
	int n; /* rows in use */
	double upper[HEAT_ROWS];
	struct history rows[HEAT_ROWS];
};

void heat_put(struct heat *heat, int64_t slot, const struct spread *since);

/* A row for each bucket that has been hit, or for several where they are too many; the highest on
 * top. Returns how many lines were drawn. */
int heat_draw(const struct heat *heat, struct canvas *canvas, int y, int lines, double slot_seconds,
	      int64_t now, enum unit unit);

#endif
