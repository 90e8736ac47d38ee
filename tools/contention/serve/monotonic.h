/* SPDX-License-Identifier: MIT */
/* monotonic.h: milliseconds of the clock that never goes back. */
#ifndef QC_MONOTONIC_H
#define QC_MONOTONIC_H

#include <stdint.h>
#include <time.h>

static inline uint64_t qc_monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

#endif
