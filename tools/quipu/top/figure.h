/* SPDX-License-Identifier: MIT */
/* figure.h: numbers as people read them: three digits and a unit, in ASCII. */
#ifndef TOP_FIGURE_H
#define TOP_FIGURE_H

#include "text.h"

enum unit { UNIT_NONE, UNIT_SECONDS, UNIT_BYTES, UNIT_DOLLARS };

#define FIGURE_SIZE 16

/* At most ten characters. Seconds beyond a billion are taken for a date. Returns out. */
const char *figure(double value, enum unit unit, char out[FIGURE_SIZE]);

/* The same, with a dash for NaN, which says that there is nothing to show. */
const char *figure_or_dash(double value, enum unit unit, char out[FIGURE_SIZE]);

/* What a family says of its unit, or what its name ends in. */
enum unit unit_of(struct qx_text name, struct qx_text unit);

/* Seconds per second are a plain number. */
enum unit unit_of_rate(enum unit unit);

#endif
