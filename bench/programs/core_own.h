/* SPDX-License-Identifier: MIT */
/*
 * core_own.h: how much of its core a program has just now, by adds alone.
 *
 * Adds of one register wait for each other, one a cycle whoever else is there; adds of five
 * registers do not, and share the core's units with its other hardware thread. How many of these
 * fit in the time of one of those says, without knowing the clock, whether the core was ours.
 */
#ifndef BENCH_CORE_OWN_H
#define BENCH_CORE_OWN_H

#include <stdint.h>
#include <time.h>

#define CORE_OWN_TURNS 2000

/* The compiler keeps every add, and each in its place. */
#define CORE_OWN_ADD(x)                                                                            \
	(x)++;                                                                                     \
	__asm__ volatile("" : "+r"(x));
/* Written out, because a loop's own add and jump would take part. */
#define CORE_OWN_5(what) what what what what what
#define CORE_OWN_20(what) CORE_OWN_5(what) CORE_OWN_5(what) CORE_OWN_5(what) CORE_OWN_5(what)

static inline double core_own_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* 20 adds that wait for each other, many times; nanoseconds an add. */
static inline double core_own_waiting(void)
{
	double start = core_own_ns();
	uint64_t a = 0;

	for (int i = 0; i < CORE_OWN_TURNS; i++) {
		CORE_OWN_20(CORE_OWN_ADD(a))
	}
	return (core_own_ns() - start) / CORE_OWN_TURNS / 20;
}

/* The same of five registers. */
static inline double core_own_at_once(void)
{
	double start = core_own_ns();
	uint64_t a = 0, b = 0, c = 0, d = 0, e = 0;

	for (int i = 0; i < CORE_OWN_TURNS; i++) {
		CORE_OWN_20(CORE_OWN_ADD(a) CORE_OWN_ADD(b) CORE_OWN_ADD(c) CORE_OWN_ADD(d)
				    CORE_OWN_ADD(e))
	}
	return (core_own_ns() - start) / CORE_OWN_TURNS / 100;
}

static inline double core_own_once(void)
{
	double waiting = core_own_waiting();

	return waiting / core_own_at_once();
}

/* Adds in a cycle: what the core is built for where it is ours, 4 of a Zen 3, about half of it where
 * another thread runs beside. The middle one of three, as one may have been interrupted; some
 * 100 microseconds in all. */
static inline double core_own_adds(void)
{
	double a = core_own_once(), b = core_own_once(), c = core_own_once();
	double low = a < b ? a : b, high = a < b ? b : a;

	return c < low ? low : c > high ? high : c;
}

#endif
