/* SPDX-License-Identifier: MIT */
/*
 * labels_spread_test.c: do hashes of label sets as programs have them, and as an enemy would like
 * them, behave as if drawn by lot? Seeds differ from run to run, so what is allowed is what chance
 * exceeds less than once in 10^9 runs.
 */
#include "exposed.h"
#include "labels.h"

#include <math.h>
#include <stdio.h>

#define N 100000
#define PLACES 4096 /* of a table of which N / PLACES go to each */
#define MAX_LABELS 12

static uint64_t hashes[N];

/* Set i of a kind of sets: texts to be written, and how many. */
typedef size_t make_set(size_t i, quipu_str *values, char text[MAX_LABELS][64]);

static quipu_str print(char *text, const char *how, size_t number)
{
	return (quipu_str){ text, (size_t)snprintf(text, 64, how, number) };
}

static size_t counting(size_t i, quipu_str *values, char text[MAX_LABELS][64])
{
	values[0] = print(text[0], "%zu", i);
	return 1;
}

static size_t counting_at_the_end(size_t i, quipu_str *values, char text[MAX_LABELS][64])
{
	values[0] = print(text[0], "a name of some length, and then %zu", i);
	return 1;
}

static size_t three_axes(size_t i, quipu_str *values, char text[MAX_LABELS][64])
{
	values[0] = print(text[0], "model-%zu", i % 100);
	values[1] = print(text[1], "provider-%zu", i / 100 % 10);
	values[2] = print(text[2], "status-%zu", i / 1000);
	return 3;
}

/* The same six values in other orders, and then with others. */
static size_t orders(size_t i, quipu_str *values, char text[MAX_LABELS][64])
{
	size_t rest = i, left[6] = { 0, 1, 2, 3, 4, 5 };

	for (size_t k = 0; k < 6; k++) {
		size_t chosen = rest % (6 - k);

		rest /= 6 - k;
		values[k] = print(text[k], "%zu", left[chosen] + i / 720 * 6);
		left[chosen] = left[5 - k];
	}
	return 6;
}

/* 15 bytes, in 17 of whose bits, far from each other, the sets differ. */
static size_t few_bits(size_t i, quipu_str *values, char text[MAX_LABELS][64])
{
	memset(text[0], 'a', 15);
	for (size_t bit = 0; bit < 17; bit++)
		text[0][bit * 7 / 8] ^= (char)((i >> bit & 1) << bit * 7 % 8);
	values[0] = (quipu_str){ text[0], 15 };
	return 1;
}

/* Nothing but NULs: only the lengths differ; where there are twelve values, and where there are five. */
static size_t lengths(size_t i, quipu_str *values, char text[MAX_LABELS][64], size_t n, size_t base)
{
	memset(text[0], 0, 64);
	for (size_t k = 0; k < n; k++, i /= base)
		values[k] = (quipu_str){ text[0], i % base };
	return n;
}

static size_t lengths_of_twelve(size_t i, quipu_str *values, char text[MAX_LABELS][64])
{
	return lengths(i, values, text, 12, 3);
}

static size_t lengths_of_five(size_t i, quipu_str *values, char text[MAX_LABELS][64])
{
	return lengths(i, values, text, 5, 15);
}

static size_t bits_beyond_the_sixteenth_byte(size_t i, quipu_str *values, char text[MAX_LABELS][64])
{
	memset(text[0], 'a', 64);
	for (size_t bit = 0; bit < 17; bit++)
		text[0][16 + bit * 2] ^= (char)((i >> bit & 1) << bit % 7);
	values[0] = (quipu_str){ text[0], 50 };
	return 1;
}

static void make_all(make_set *make)
{
	quipu_str values[MAX_LABELS];
	char text[MAX_LABELS][64];

	for (size_t i = 0; i < N; i++) {
		size_t n = make(i, values, text);

		hashes[i] = qp_labels_hash(values, n);
	}
}

static int compare(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

/* How many neighbours are the same in the 32 bits from `shift`: N (N - 1) / 2^33 = 1.16 of them
 * are to be expected, and 12 come about once in 10^9 runs. */
static void expect_few_meet(const char *kind, unsigned shift)
{
	static uint64_t part[N];
	size_t meet = 0;

	for (size_t i = 0; i < N; i++)
		part[i] = hashes[i] >> shift & UINT32_MAX;
	qsort(part, N, sizeof part[0], compare);
	for (size_t i = 1; i < N; i++)
		meet += part[i] == part[i - 1];
	cr_expect_leq(meet, 16, "%s: %zu meet in the bits from %u", kind, meet, shift);
}

/* Chi-square over the places: its mean is PLACES - 1, its deviation the root of twice that. Fewer
 * than by chance is no fault. */
static void expect_even(const char *kind, unsigned shift)
{
	static unsigned place[PLACES];
	const double mean = (double)N / PLACES;
	double sum = 0;

	memset(place, 0, sizeof place);
	for (size_t i = 0; i < N; i++)
		place[hashes[i] >> shift & (PLACES - 1)]++;
	for (size_t i = 0; i < PLACES; i++)
		sum += (place[i] - mean) * (place[i] - mean) / mean;
	cr_expect_lt(sum, PLACES + 6.5 * sqrt(2.0 * PLACES), "%s: %.0f in the bits from %u", kind,
		     sum, shift);
}

static void check(const char *kind, make_set *make)
{
	qp_labels_init();
	make_all(make);
	expect_few_meet(kind, 0);
	expect_few_meet(kind, 32);
	expect_even(kind, 0);  /* the table's index */
	expect_even(kind, 44); /* among others its tag */
}

#define CHECK(kind)                                                                                \
	Test(labels_spread, kind)                                                                  \
	{                                                                                          \
		check(#kind, kind);                                                                \
	}
CHECK(counting)
CHECK(counting_at_the_end)
CHECK(three_axes)
CHECK(orders)
CHECK(few_bits)
CHECK(lengths_of_five)
CHECK(lengths_of_twelve)
CHECK(bits_beyond_the_sixteenth_byte)

/* Drawn anew they have nothing in common with those before. */
Test(labels_spread, seeds)
{
	static uint64_t before[N];
	size_t same = 0;

	qp_labels_init();
	make_all(three_axes);
	memcpy(before, hashes, sizeof before);
	qp_labels_init();
	make_all(three_axes);
	for (size_t i = 0; i < N; i++)
		same += (before[i] & 0xffffff) == (hashes[i] & 0xffffff);
	cr_expect_leq(same, 3);
}
