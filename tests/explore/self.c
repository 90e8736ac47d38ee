/* SPDX-License-Identifier: MIT */
/*
 * self.c: the explorer itself: two threads store to one word three times each; with enough
 * preemptions all twenty orders of these stores must come.
 */
#include "scenarios.h"

#define EACH 3

static int word;
static unsigned order, n_stores; /* bit i: whose the store i was */

static void set_up(void)
{
}

static void store(unsigned who)
{
	int i;

	for (i = 0; i < EACH; i++) {
		/* relaxed: there is one kernel thread */
		__atomic_store_n(&word, i, __ATOMIC_RELAXED);
		order |= who << n_stores++;
	}
}

static void store_zeros(void)
{
	store(0);
}

static void store_ones(void)
{
	store(1);
}

static void check(void)
{
	EXPLORE_CHECK("self", n_stores == 2 * EACH && __builtin_popcount(order) == EACH,
		      "%u stores", n_stores);
	explore_saw(order);
}

/* Every number of six bits of which three are set. */
#define ORDERS                                                                                     \
	(1ull << 7 | 1ull << 11 | 1ull << 13 | 1ull << 14 | 1ull << 19 | 1ull << 21 | 1ull << 22 | \
	 1ull << 25 | 1ull << 26 | 1ull << 28 | 1ull << 35 | 1ull << 37 | 1ull << 38 |             \
	 1ull << 41 | 1ull << 42 | 1ull << 44 | 1ull << 49 | 1ull << 50 | 1ull << 52 | 1ull << 56)

const struct explore_scenario explore_self = {
	.name = "self",
	.promises = "every order of six stores comes",
	.set_up = set_up,
	.threads = { { "zeros", store_zeros }, { "ones", store_ones } },
	.check = check,
	.outcomes = ORDERS,
};
