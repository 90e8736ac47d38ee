/* SPDX-License-Identifier: MIT */
/* demand.h: what harnesses share: a condition that must hold, bytes taken one after the other. */
#ifndef FUZZ_DEMAND_H
#define FUZZ_DEMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program where it does not. */
static inline void demand(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "it does not hold: %s\n", what);
	abort();
}

/* n bytes exactly, so that a sanitizer sees who reads or writes one more. */
static inline char *exactly(const void *from, size_t n)
{
	char *block = calloc(1, n);

	demand(block || n == 0, "memory is out");
	if (from && n > 0)
		memcpy(block, from, n);
	return block;
}

/* The input, from its front; zeros once it has ended. */
struct bytes {
	const uint8_t *at, *end;
};

static inline size_t left(const struct bytes *bytes)
{
	return (size_t)(bytes->end - bytes->at);
}

static inline unsigned take(struct bytes *bytes)
{
	return bytes->at < bytes->end ? *bytes->at++ : 0;
}

static inline unsigned take_below(struct bytes *bytes, unsigned n)
{
	return take(bytes) % n;
}

static inline uint64_t take_word(struct bytes *bytes)
{
	uint64_t word = 0;

	for (int i = 0; i < 8; i++)
		word = word << 8 | take(bytes);
	return word;
}

static inline double take_double(struct bytes *bytes)
{
	uint64_t word = take_word(bytes);
	double value;

	memcpy(&value, &word, sizeof(value));
	return value;
}

#endif
