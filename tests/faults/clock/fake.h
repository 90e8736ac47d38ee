/* SPDX-License-Identifier: MIT */
/*
 * fake.h: clocks that a test sets. The linker sends clock_gettime and time here (CMakeLists.txt),
 * those of the static library and of the test. Without a setting they are the system's.
 */
#ifndef TESTS_FAKE_CLOCK_H
#define TESTS_FAKE_CLOCK_H

#include <stdint.h>

/* The wall clock stands at this second; fake_wall_real: it runs again. */
void fake_wall(int64_t seconds);
void fake_wall_real(void);

/* So many nanoseconds beside the system's monotonic clock from now on, back or forth. */
void fake_monotonic(int64_t offset_ns);

#endif
