/* SPDX-License-Identifier: MIT */
/* units.h: nanoseconds and counts as people read them. */
#ifndef CONTEND_UNITS_H
#define CONTEND_UNITS_H

#include "top/figure.h"

/* "1.23ms", "2m05s". Returns out. */
const char *show_ns(uint64_t ns, char out[FIGURE_SIZE]);

/* "456", "1.23k". Returns out. */
const char *show_count(uint64_t count, char out[FIGURE_SIZE]);

/* "71.2%", "<0.1%". Returns out. */
const char *show_share(double share, char out[FIGURE_SIZE]);

/* The word that goes with so many. */
const char *plural(uint64_t count, const char *one, const char *many);

#endif
