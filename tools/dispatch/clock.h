/* SPDX-License-Identifier: MIT */
/* clock.h: the monotonic clock in nanoseconds, for pacing and for progress. */
#ifndef DISPATCH_CLOCK_H
#define DISPATCH_CLOCK_H

#include <stdint.h>
#include <time.h>

#define CLOCK_NS_PER_SECOND UINT64_C(1000000000)

static inline uint64_t clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * CLOCK_NS_PER_SECOND + (uint64_t)now.tv_nsec;
}

static inline struct timespec clock_timespec(uint64_t ns)
{
	struct timespec time = {
		.tv_sec = (time_t)(ns / CLOCK_NS_PER_SECOND),
		.tv_nsec = (long)(ns % CLOCK_NS_PER_SECOND),
	};

	return time;
}

static inline double clock_seconds(uint64_t ns)
{
	return (double)ns / 1e9;
}

#endif
