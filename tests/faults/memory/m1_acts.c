/* SPDX-License-Identifier: MIT */
/*
 * m1_acts.c: what a running program asks of the library, with every request of it refused.
 *
 * M1, M2, M5, P2, P6. oom.c refuses what a whole life asks for, mostly set-up; here a program is set
 * up and has recorded (scenario.h), and then one act after the other is refused its n-th request,
 * once and for good, for every n. Whatever happens: an error or a result that is all there, never
 * half of one; the totals are intact; the act works afterwards; and refused or not it leaves behind
 * exactly as many blocks of memory, descriptors and threads as it found.
 */
#include "acts.h"

#include "kit.h"
#include "lives.h"
#include "parse.h"
#include "torture.h"
#include "wrap.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct torture defaults = {
	.name = "acts",
	.promises = "P2 P6 M1 M2 M5: every request of a running program refused",
};

#define MOST_LIVES 20000 /* of one act: more have no end */

/* --- what a process has ------------------------------------------------------------------------ */

struct has {
	int64_t blocks;
	unsigned descriptors, threads;
};

static void note_retired(const char *name, const char *help, uint64_t value, void *left)
{
	(void)help;
	if (!strcmp(name, "retired_objects"))
		*(uint64_t *)left = value;
}

/* What was removed has had its grace period, and what it had too, and who frees it is through: he
 * has the lock until then that unregistering takes. */
static void settle(void)
{
	uint64_t left = 1;
	int i, quiet = 0;

	for (i = 0; quiet < 5 && i < 50000; i++) {
		quipu_registry_unregister(quipu_default_registry(), "none");
		quipu_self(note_retired, &left);
		quiet = left ? 0 : quiet + 1;
		usleep(left ? 300 : 0);
	}
	TORTURE_CHECK("M5", left == 0, "%" PRIu64 " removed objects stay for ever", left);
}

static struct has has_now(void)
{
	struct has has = { 0 };

	settle();
	has.descriptors = kit_descriptors();
	has.threads = kit_threads();
	has.blocks = wrap_blocks();
	return has;
}

static void expect_as_before(const char *act, struct has before, struct has after)
{
	TORTURE_CHECK("M2", after.descriptors == before.descriptors, "%s: %u descriptors, then %u",
		      act, before.descriptors, after.descriptors);
	TORTURE_CHECK("M2", after.threads == before.threads, "%s: %u threads, then %u", act,
		      before.threads, after.threads);
	TORTURE_CHECK("M5", after.blocks == before.blocks, "%s: %" PRId64 " blocks, then %" PRId64,
		      act, before.blocks, after.blocks);
}

/* --- a life ------------------------------------------------------------------------------------ */

struct way {
	const struct act *act;
	int persistent; /* all later requests fail too */
};

static uint64_t act_refused(const struct way *way, struct scenario *scenario, uint64_t n)
{
	wrap_fail(n, way->persistent);
	way->act->run(scenario, 1);
	return wrap_end();
}

/* Some things are kept for ever and used again, as many as there ever were at once. Make that the
 * most that there can be: while a snapshot is open nothing that was removed is free. */
static void make_most(const struct act *act, struct scenario *scenario)
{
	quipu_scrape *scrape = quipu_scrape_open(scenario->registry, NULL, NULL, NULL);
	char piece[64];
	size_t len;
	int i;

	if (!scrape || quipu_scrape_read(scrape, piece, sizeof piece, &len) != QUIPU_OK)
		torture_broken("no scrape");
	for (i = 0; i < 2; i++)
		act->run(scenario, 0);
	quipu_scrape_close(scrape);
}

static void live(const void *arg, uint64_t n)
{
	const struct way *way = arg;
	struct scenario scenario;
	struct has before;
	uint64_t refused;

	scenario_make(&scenario, 0);
	scenario_record(&scenario);
	refused = act_refused(way, &scenario, n);
	scenario_check(&scenario);
	make_most(way->act, &scenario);
	before = has_now();
	act_refused(way, &scenario, n);
	expect_as_before(way->act->name, before, has_now());
	scenario_record(&scenario);
	scenario_check(&scenario);
	scenario_end(&scenario);
	exit(refused ? 0 : LIVES_NOTHING_REFUSED);
}

/* Under sanitizers a process takes long: not every request then. */
#if defined(TORTURE_TSAN)
#define STRIDE 23
#elif defined(TORTURE_SANITIZED)
#define STRIDE 7
#else
#define STRIDE 1
#endif

static uint64_t live_through(const struct act *act, int persistent)
{
	const struct way way = { act, persistent };
	struct lives lives = { act->name, live, &way, 1, STRIDE, MOST_LIVES };
	uint64_t n = lives_run(&lives);

	printf("acts: %s: %" PRIu64 " requests refused %s\n", act->name, n,
	       persistent ? "for good" : "once");
	fflush(stdout);
	return n;
}

int main(int argc, char **argv)
{
	uint64_t lives = 0;
	size_t i;

	torture_begin(&defaults, argc, argv);
	for (i = 0; i < acts_n; i++)
		lives += live_through(&acts[i], 0) + live_through(&acts[i], 1);
	return torture_end("%" PRIu64 " lives", lives);
}
