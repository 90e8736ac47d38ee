/* SPDX-License-Identifier: MIT */
/*
 * oom.c: every allocation, mapping, thread and descriptor is refused once, and for good.
 *
 * M1 and M2 of reliability A.1, P2, P6: never a crash; what could not be made says so and is a
 * sink; what was recorded into the rest is all there; with memory again everything works.
 * For each n from 1 until nothing fails any more a fresh process lives through the scenario
 * with its n-th request refused.
 */
#include "lives.h"
#include "scenario.h"
#include "torture.h"
#include "wrap.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define MOST_LIVES 20000 /* of one way: more have no end */

static const struct torture defaults = {
	.name = "oom",
	.promises = "P2 P6 M1 M2: every request to the system refused",
};

/* How a run differs from others. */
struct way {
	const char *name;
	int persistent; /* all later requests fail too */
	int in_default; /* in the default registry */
};

static const struct way ways[] = { { "once", 0, 0 },
				   { "for good", 1, 0 },
				   { "once, default registry", 0, 1 },
				   { "for good, default registry", 1, 1 } };

/* With memory again a second life must be without fault. */
static void live_again(void)
{
	struct scenario again;

	scenario_make(&again, 0);
	TORTURE_CHECK("M1", !again.failed, "something still cannot be made");
	scenario_record(&again);
	scenario_use(&again);
	scenario_check(&again);
	scenario_end(&again);
}

static void live(const void *arg, uint64_t n)
{
	const struct way *way = arg;
	struct scenario scenario;
	uint64_t failed;

	wrap_fail(n, way->persistent);
	scenario_make(&scenario, way->in_default);
	scenario_record(&scenario);
	scenario_use(&scenario);
	failed = wrap_end();
	scenario_check(&scenario);
	scenario_record(&scenario);
	scenario_check(&scenario);
	scenario_end(&scenario);
	live_again();
	exit(failed ? 0 : LIVES_NOTHING_REFUSED);
}

/* Under tools a process takes long: not every request then, but others in each way. */
static uint64_t stride_of(void)
{
	if (QT_ASAN)
		return 7;
	return qt_watched() ? 41 : 1;
}

static uint64_t live_through(size_t which)
{
	const uint64_t stride = stride_of();
	const struct lives lives = { ways[which].name,	      live,   &ways[which],
				     1 + which * 10 % stride, stride, MOST_LIVES };

	return lives_run(&lives);
}

int main(int argc, char **argv)
{
	uint64_t lives = 0;
	size_t i;

	torture_begin(&defaults, argc, argv);
	for (i = 0; i < sizeof ways / sizeof *ways; i++)
		lives += live_through(i);
	return torture_end("%" PRIu64 " lives", lives);
}
