/* SPDX-License-Identifier: MIT */
/* figure.h: what the library tells of itself (quipu_self), by name. */
#ifndef TESTS_FIGURE_H
#define TESTS_FIGURE_H

#include <stdint.h>

/* "shards", "retired_objects" …; ends the process where there is no such figure. */
uint64_t figure_now(const char *name);

/* Waits until it is at most that, for some seconds; whether it came down. */
int figure_falls_to(const char *name, uint64_t at_most, unsigned seconds);

#endif
