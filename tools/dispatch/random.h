/* SPDX-License-Identifier: MIT */
/*
 * random.h: numbers that depend on nothing but (seed, call number, purpose).
 *
 * There is no generator state to share or to advance, so a call's fate is the same whichever
 * thread takes it and however many threads there are.
 */
#ifndef DISPATCH_RANDOM_H
#define DISPATCH_RANDOM_H

#include <stdint.h>

/* What a number is drawn for; different purposes are independent of each other. */
enum random_purpose {
	RANDOM_ROUTE,
	RANDOM_STATUS,
	RANDOM_FAULT,
	RANDOM_JITTER,
	RANDOM_STRAGGLER,
	RANDOM_ABORT,
	RANDOM_GAP,
	RANDOM_INPUT,
	RANDOM_OUTPUT,
	RANDOM_USAGE,
	RANDOM_WAIT,
	RANDOM_AGENT,
	RANDOM_TOOL,
	RANDOM_N_PURPOSES
};

/* Scatters the bits of x: two rounds of shift, xor and multiply by odd constants. */
static inline uint64_t random_scatter(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

static inline uint64_t random_bits(uint64_t seed, uint64_t call, enum random_purpose purpose)
{
	uint64_t key = random_scatter(seed + UINT64_C(0x9e3779b97f4a7c15));

	return random_scatter(key + (call * RANDOM_N_PURPOSES + (uint64_t)purpose) *
					    UINT64_C(0x9e3779b97f4a7c15));
}

/* Uniform in [0, 1), 53 bits. */
static inline double random_share(uint64_t seed, uint64_t call, enum random_purpose purpose)
{
	return (double)(random_bits(seed, call, purpose) >> 11) * 0x1p-53;
}

#endif
