/* SPDX-License-Identifier: MIT */
/* options_values.h: numbers of the command line. */
#ifndef DISPATCH_OPTIONS_VALUES_H
#define DISPATCH_OPTIONS_VALUES_H

#include <stdbool.h>
#include <stdint.h>

/* A whole number up to max; no sign, no blank. */
bool options_whole(const char *text, uint64_t max, uint64_t *value);

/* A number from min to max; no sign, no blank. */
bool options_real(const char *text, double min, double max, double *value);

#endif
