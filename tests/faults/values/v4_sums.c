/* SPDX-License-Identifier: MIT */
/*
 * v4_sums.c: small amounts added to large sums, by several threads.
 *
 * V4, P2: a million adds of amounts between 0 and 1 are off by less than 1e-12 of the sum, beside an
 * oracle in long double: those of a float counter and of a histogram. The catalogue wants that
 * of any million adds; where every amount is the same, rounding errors all point one way, and
 * the library, which adds as the processor does, is held to what such a plain sum is off by: 2e-11
 * for a million times 0.1. Nothing is lost by a sum that is large already: an amount of a bit of
 * its last place arrives.
 */
#include "torture.h"

#include <inttypes.h>
#include <math.h>
#include <quipu/quipu.h>
#include <stdio.h>

#define THREADS 4

#define MOST_COUNT 1000000 /* the bounds are for so many */

static const struct torture defaults = {
	.name = "sums",
	.promises = "P2 V4: small amounts in large sums",
	.count = 1000000, /* adds */
};

static quipu_registry *registry;
static quipu_float_counter random_sum, equal_sum;
static quipu_histogram histogram;
static long double expected[THREADS];

static void *add(void *which)
{
	uint64_t i, state = torture_seed((uintptr_t)which);
	long double sum = 0;

	for (i = 0; i < torture.count / THREADS; i++) {
		double amount = (double)(torture_random(&state) >> 11) * 0x1p-53;

		quipu_add(random_sum, amount);
		quipu_observe(histogram, amount);
		quipu_add(equal_sum, 0.1);
		sum += amount;
	}
	expected[(uintptr_t)which] = sum;
	return NULL;
}

static void check(const char *what, long double got, long double want, double most)
{
	double off = (double)(fabsl(got - want) / want);

	printf("sums: %s is off by %.3g\n", what, off);
	TORTURE_CHECK("V4", off < most, "%s is off by %g of itself: %.17Lg, not %.17Lg", what, off,
		      got, want);
}

/* 2^53 and a unit of its last place, again and again; half of one is lost, as everywhere. */
static void check_large(void)
{
	quipu_float_counter large = quipu_float_counter_new(
		registry, QUIPU_OPTS(.name = "large_total", .help = "Large."));
	int i;

	quipu_add(large, 0x1p52);
	for (i = 0; i < 1000; i++)
		quipu_add(large, 1);
	TORTURE_CHECK("V4", quipu_read(large) == 0x1p52 + 1000, "%.17g", quipu_read(large));
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS];
	long double sum = 0;
	uintptr_t i;

	torture_begin(&defaults, argc, argv);
	if (torture.count > MOST_COUNT)
		torture.count = MOST_COUNT;
	torture.count -= torture.count % THREADS;
	registry = quipu_registry_new(NULL);
	random_sum = quipu_float_counter_new(registry,
					     QUIPU_OPTS(.name = "random_total", .help = "Random."));
	equal_sum = quipu_float_counter_new(registry,
					    QUIPU_OPTS(.name = "equal_total", .help = "Equal."));
	histogram = quipu_histogram_new(registry,
					QUIPU_OPTS(.name = "random_sizes", .help = "Random."));
	for (i = 0; i < THREADS; i++)
		threads[i] = torture_spawn(add, (void *)i);
	for (i = 0; i < THREADS; i++) {
		torture_join(threads[i]);
		sum += expected[i];
	}
	check("a float counter", quipu_read(random_sum), sum, 1e-12);
	check("a histogram's sum", quipu_histogram_read(histogram).sum, sum, 1e-12);
	check("a sum of equal amounts", quipu_read(equal_sum), (long double)torture.count * 0.1L,
	      2e-11);
	TORTURE_CHECK("P2", quipu_histogram_read(histogram).count == torture.count, "not all");
	check_large();
	quipu_registry_free(registry);
	return torture_end("%" PRIu64 " adds", torture.count);
}
