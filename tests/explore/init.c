/* SPDX-License-Identifier: MIT */
/*
 * init.c: nothing has been set up, and two threads make the same counter and record into it at
 * once: it is one, and has everything.
 */
#include "scenarios.h"

#include <quipu/quipu.h>

static quipu_counter made[2];

static void set_up(void)
{
	quipu_set_shard_size(1u << 20);
}

static void make_and_record(unsigned i)
{
	quipu_registry *registry = quipu_default_registry();

	made[i] = quipu_counter_new(registry, QUIPU_OPTS(.name = "made_total", .help = "Made."));
	quipu_inc(made[i]);
}

static void make_first(void)
{
	make_and_record(0);
}

static void make_second(void)
{
	make_and_record(1);
}

static void check(void)
{
	EXPLORE_CHECK("P2", made[0].offset == made[1].offset && quipu_read(made[0]) == 2,
		      "%d and %d of 2", (int)quipu_read(made[0]), (int)quipu_read(made[1]));
}

const struct explore_scenario explore_init = {
	.name = "init",
	.promises = "P2: the first call of all, by two threads",
	.set_up = set_up,
	.threads = { { "first", make_first }, { "second", make_second } },
	.check = check,
};
