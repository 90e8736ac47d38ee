/* SPDX-License-Identifier: MIT */
/* clock.c: see clock.h. */
#include "clock.h"

#include <quipu/timer.h>

#include <time.h>

static struct timespec read_clock(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now;
}

uint64_t qp_now_ns(void)
{
	struct timespec now = read_clock(CLOCK_MONOTONIC);

	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t quipu_now_ns(void)
{
	return qp_now_ns();
}

static double seconds_of(clockid_t clock)
{
	struct timespec now = read_clock(clock);

	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

double qp_unix_seconds(void)
{
	return seconds_of(CLOCK_REALTIME);
}

double qp_cpu_seconds(void)
{
	return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}
