/* SPDX-License-Identifier: MIT */
/*
 * scale.h: how much a test does, by one variable, and how it tells what it did.
 *
 * QUIPU_TEST_SCALE in the environment multiplies every count and every time of torture and
 * fault tests: 1 is what ctest runs, 0.02 is for memcheck, tools/soak asks for more. Builds with
 * a sanitizer do a tenth of counts by themselves.
 */
#ifndef TESTS_SCALE_H
#define TESTS_SCALE_H

#include <stdbool.h>
#include <stdint.h>

/* Ends the process with 2 where the variable is no positive number. */
double qt_scale(void);

/* At least 1. Counts are cut by sanitizers too, times are not. */
uint64_t qt_scaled_count(uint64_t n);
unsigned qt_scaled_seconds(unsigned seconds);

/* The program runs under memcheck: memcheck/under says so. */
bool qt_under_memcheck(void);

/* The same, or it has a sanitizer in it: it is slow, and its memory is not its own alone. */
bool qt_watched(void);

/* For the report of tools/soak: prints "figure <what> <n>", added up by what. Known: records,
 * scrapes, threads, series, children, signals, connections, requests, inputs, lost, schedules. */
void qt_figure(const char *what, uint64_t n);

#endif
