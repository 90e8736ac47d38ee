/* SPDX-License-Identifier: MIT */
/* labels.c: see labels.h. Each value is mixed on its own, so that the multiplications overlap. */
#include "labels.h"

#include "base/atomic.h"
#include "base/clock.h"
#include "base/text.h"

#include <sys/random.h>

static uint64_t seeds[QUIPU_MAX_LABELS + 1];

/* Splitmix: one random number becomes many. */
static uint64_t next_seed(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (z ^ (z >> 31)) | 1;
}

void qp_labels_init(void)
{
	uint64_t state;
	size_t i;

	if (getrandom(&state, sizeof state, GRND_NONBLOCK) != (ssize_t)sizeof state)
		state = qp_now_ns() ^ (uint64_t)(uintptr_t)&state;
	for (i = 0; i <= QUIPU_MAX_LABELS; i++)
		seeds[i] = next_seed(&state);
}

/* Both halves of a 128-bit product, folded. */
static inline uint64_t mix(uint64_t a, uint64_t b)
{
	__extension__ unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t read8(const char *at)
{
	uint64_t word;

	memcpy(&word, at, 8);
	return word;
}

static inline uint64_t read4(const char *at)
{
	uint32_t word;

	memcpy(&word, at, 4);
	return word;
}

/* Up to 3 bytes: first, middle, last. */
static inline uint64_t read_few(const char *at, size_t len)
{
	const unsigned char *byte = (const unsigned char *)at;

	return (uint64_t)byte[0] << 16 | (uint64_t)byte[len / 2] << 8 | byte[len - 1];
}

/* What tells lengths apart. Keyed like the rest: with the bare length "abc" would always meet "ab",
 * whatever the seed. */
static inline uint64_t length_seed(size_t len)
{
	uint64_t seed = seeds[QUIPU_MAX_LABELS];

	return seed << (len & 63) | seed >> (-len & 63);
}

/* Never reads outside the value: the two ends overlap instead. */
static inline uint64_t hash_value(quipu_str value, uint64_t seed)
{
	const char *at = value.data;
	size_t len = value.len;

	while (qp_unlikely(len > 16)) {
		seed = mix(read8(at) ^ seed, read8(at + 8) ^ seeds[QUIPU_MAX_LABELS]);
		at += 16;
		len -= 16;
	}
	seed ^= length_seed(value.len);
	if (len >= 8)
		return mix(read8(at) ^ seed, read8(at + len - 8) ^ seeds[QUIPU_MAX_LABELS]);
	if (len >= 4)
		return mix(read4(at) ^ seed, read4(at + len - 4) ^ seeds[QUIPU_MAX_LABELS]);
	if (len > 0)
		return mix(read_few(at, len) ^ seed, seeds[QUIPU_MAX_LABELS]);
	return mix(seed, seeds[QUIPU_MAX_LABELS]);
}

uint64_t qp_labels_hash(const quipu_str *values, size_t n)
{
	uint64_t hash = 0;
	size_t i;

	for (i = 0; i < n; i++)
		hash = (hash << 29 | hash >> 35) ^ hash_value(values[i], seeds[i]);
	return mix(hash, seeds[QUIPU_MAX_LABELS]);
}

quipu_error qp_labels_check(const quipu_str *values, size_t n, size_t *culprit)
{
	size_t i;

	for (i = 0; i < n; i++) {
		*culprit = i;
		if (!values[i].data)
			return QUIPU_ENULL;
		if (!qp_utf8_valid(values[i].data, values[i].len))
			return QUIPU_EVALUE;
	}
	return QUIPU_OK;
}
