/* SPDX-License-Identifier: MIT */
/*
 * t7_main_leaves.c: the main thread leaves by pthread_exit while others record, and the process
 * goes on without it.
 *
 * P2: nothing is lost, the main thread's own records included; the last thread's scrape is exact.
 * P5: what the main thread had is another's now.
 */
#include "bracket.h"
#include "figure.h"
#include "raw.h"
#include "scale.h"
#include "torture.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define STEPS 20000
#define PATIENCE 60

static const struct torture defaults = {
	.name = "main_leaves",
	.promises = "P2 P5: pthread_exit from main while others record",
	.threads = 4,
	.count = 20,
};

static struct bracket bracket;
static quipu_registry *registry;
static quipu_counter counter;
static quipu_counter_family by_label;
static pthread_t main_thread;

static void step(struct bracket_cell *cell)
{
	bracket_start(cell, 1);
	quipu_inc(counter);
	quipu_inc_at(by_label, "x");
	bracket_finish(cell, 1);
}

static void *record(void *unused)
{
	struct bracket_cell *cell = bracket_join(&bracket);
	int i;

	for (i = 0; i < STEPS; i++)
		step(cell);
	bracket_leave(cell);
	return unused;
}

static void scrape(struct raw_scrape *scrape, struct bracket_watch *watch)
{
	bracket_open(&watch[0]);
	bracket_open(&watch[1]);
	raw_take(scrape, registry);
	TORTURE_BRACKET("P2",
			bracket_close(&watch[0], raw_find(scrape, "leaves_total", NULL)->integer));
	TORTURE_BRACKET(
		"P2",
		bracket_close(&watch[1], raw_find(scrape, "leaves_by_label_total", NULL)->integer));
}

static void check_end(struct bracket_watch *watch)
{
	uint64_t all = STEPS * (UINT64_C(2) * torture.threads + 1);

	TORTURE_BRACKET("P2", bracket_final(&watch[0], quipu_read(counter)));
	TORTURE_CHECK("P2", watch[0].last == all && watch[1].last == all,
		      "%" PRIu64 " and %" PRIu64 " records of %" PRIu64, watch[0].last,
		      watch[1].last, all);
	TORTURE_CHECK("P5", figure_now("shards") <= torture.threads + 1, "%" PRIu64 " shards",
		      figure_now("shards"));
}

/* The last thread: waits for all, the main one too, and ends the process. */
static void *outlive(void *arg)
{
	pthread_t *threads = arg, next[64];
	struct raw_scrape last = { 0 };
	struct bracket_watch watch[2];
	unsigned i;

	bracket_watch(&watch[0], &bracket, "counter");
	bracket_watch(&watch[1], &bracket, "counter by label");
	torture_join(main_thread);
	scrape(&last, watch);
	for (i = 0; i < torture.threads; i++)
		torture_join(threads[i]);
	for (i = 0; i < torture.threads; i++) /* one of them has the main thread's shard */
		next[i] = torture_spawn(record, NULL);
	scrape(&last, watch);
	for (i = 0; i < torture.threads; i++)
		torture_join(next[i]);
	scrape(&last, watch);
	check_end(watch);
	_exit(0);
}

static void make_metrics(void)
{
	registry = quipu_registry_new(NULL);
	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "leaves_total", .help = "Steps."));
	by_label = quipu_counter_family_new(registry, QUIPU_OPTS(.name = "leaves_by_label_total",
								 .help = "Steps.",
								 .labels = QUIPU_NAMES("a")));
}

_Noreturn static void live_without_main(void)
{
	static pthread_t threads[64];
	unsigned i;

	alarm(PATIENCE);
	bracket_init(&bracket, torture.threads + 1);
	make_metrics();
	main_thread = pthread_self();
	for (i = 0; i < torture.threads; i++)
		threads[i] = torture_spawn(record, NULL);
	torture_spawn_detached(outlive, threads);
	record(NULL);
	pthread_exit(NULL);
}

static void run_child(void)
{
	pid_t child = fork();
	int status;

	if (child < 0)
		torture_broken("fork: %s", strerror(errno));
	if (child == 0)
		live_without_main();
	if (waitpid(child, &status, 0) != child)
		torture_broken("waitpid: %s", strerror(errno));
	TORTURE_CHECK("T7", !WIFSIGNALED(status), "the child died of signal %d", WTERMSIG(status));
	TORTURE_CHECK("T7", WEXITSTATUS(status) == 0, "the child ended with %d",
		      WEXITSTATUS(status));
}

int main(int argc, char **argv)
{
	uint64_t i;

	torture_begin(&defaults, argc, argv);
	if (torture.threads > 64)
		torture_broken("--threads goes to 64");
	for (i = 0; i < torture.count; i++)
		run_child();
	qt_figure("children", torture.count);
	qt_figure("records", torture.count * STEPS * (UINT64_C(2) * torture.threads + 1));
	return torture_end("%" PRIu64 " processes", torture.count);
}
