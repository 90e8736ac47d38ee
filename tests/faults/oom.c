/* SPDX-License-Identifier: MIT */
/*
 * oom.c: every allocation, mapping, thread and descriptor is refused once, and for good.
 *
 * M1 and M2 of reliability A.1, P2, P6: never a crash; what could not be made says so and is a
 * sink; what was recorded into the rest is all there; with memory again everything works.
 * For each n from 1 until nothing fails any more a fresh process lives through the scenario
 * with its n-th request refused.
 */
#include "scenario.h"
#include "torture.h"
#include "wrap.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOTHING_FAILED 10
#define PATIENCE 30

static const struct torture defaults = {
	.name = "oom",
	.promises = "P2 P6 M1 M2: every request to the system refused",
	.count = 20000, /* processes, at most: only a bound */
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

_Noreturn static void live(const struct way *way, uint64_t n)
{
	struct scenario scenario;
	uint64_t failed;

	signal(SIGALRM, SIG_DFL);
	alarm(PATIENCE);
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
	exit(failed ? 0 : NOTHING_FAILED);
}

/* Whether a request was refused in this life. */
static int one_life(const struct way *way, uint64_t n)
{
	pid_t child = fork();
	int status;

	if (child < 0)
		torture_broken("fork: %s", strerror(errno));
	if (child == 0)
		live(way, n);
	if (waitpid(child, &status, 0) != child)
		torture_broken("waitpid: %s", strerror(errno));
	TORTURE_CHECK("P6", !WIFSIGNALED(status), "request %" PRIu64 " refused %s: signal %d", n,
		      way->name, WTERMSIG(status));
	TORTURE_CHECK("M1", WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == NOTHING_FAILED,
		      "request %" PRIu64 " refused %s: see above", n, way->name);
	return WEXITSTATUS(status) == 0;
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
	uint64_t n = 1 + which * 10 % stride, lives = 0;

	for (; lives < torture.count && one_life(&ways[which], n); lives++)
		n += stride;
	TORTURE_CHECK("M1", lives < torture.count, "no end of requests");
	TORTURE_CHECK("M1", lives > 0, "nothing was ever refused: the linker wraps no calls");
	return lives;
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
