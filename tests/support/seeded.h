/* SPDX-License-Identifier: MIT */
/*
 * seeded.h: random numbers that come again. The seed is 1, or QUIPU_TEST_SEED, and is printed,
 * so that a failure can be repeated.
 */
#ifndef QT_SEEDED_H
#define QT_SEEDED_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct seeded {
	uint64_t state;
};

static inline struct seeded seeded_new(const char *test)
{
	const char *text = getenv("QUIPU_TEST_SEED");
	struct seeded random = { text ? strtoull(text, NULL, 0) : 1 };

	printf("%s: QUIPU_TEST_SEED=%" PRIu64 "\n", test, random.state);
	return random;
}

/* A Weyl sequence, mixed by two multiplications (the SplitMix64 generator). */
static inline uint64_t seeded_next(struct seeded *random)
{
	uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static inline uint64_t seeded_below(struct seeded *random, uint64_t limit)
{
	return seeded_next(random) % limit;
}

#endif
