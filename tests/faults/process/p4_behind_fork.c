/* SPDX-License-Identifier: MIT */
/*
 * p4_behind_fork.c: processes made behind fork's back: by the clone system call, which runs no
 * fork handlers, by vfork, by posix_spawn.
 *
 * A raw clone's memory is the kernel's copy, but the shards, which it zeroes (MADV_WIPEONFORK): the
 * child starts at zero as after fork, records through the handles it has, in its first thread and
 * in others, and scrapes. What the handlers do it lacks: threads of the library, for one, so it
 * may not remove. What vfork's child records before it execs is the parent's, whose memory it is.
 * A spawned program gets none of the server's descriptors. P2: the parent loses nothing.
 * Servers beside raw clones: tests/http/fork_test.c.
 */
#include "bracket.h"
#include "http/kit.h"
#include "raw.h"
#include "scale.h"
#include "torture.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE 30
#define IN_CHILD 100

static const struct torture defaults = {
	.name = "behind_fork",
	.promises = "P2 P4: children made past the fork handlers",
	.threads = 2,
	.count = 100,
};

static struct bracket bracket;
static quipu_registry *registry;
static quipu_counter counter;
static quipu_float_counter floats;
static quipu_updown updown;
static quipu_histogram histogram;
static quipu_counter_family family;

static void step(void)
{
	quipu_inc(counter);
	quipu_inc(floats);
	quipu_inc(updown);
	quipu_observe(histogram, 1);
}

static void *record(void *unused)
{
	struct bracket_cell *cell = bracket_join(&bracket);

	while (!torture_stopped()) {
		bracket_start(cell, 1);
		step();
		quipu_inc_at(family, "x");
		bracket_finish(cell, 1);
	}
	bracket_leave(cell);
	return unused;
}

/* --- a raw clone ------------------------------------------------------------------------------ */

static void expect(uint64_t n)
{
	quipu_histogram_value sizes = quipu_read(histogram);

	TORTURE_CHECK("P4", quipu_read(counter) == n, "counter %" PRIu64 ", not %" PRIu64,
		      quipu_read(counter), n);
	TORTURE_CHECK("P4", quipu_read(floats) == (double)n, "float counter %g",
		      quipu_read(floats));
	TORTURE_CHECK("P4", quipu_read(updown) == (int64_t)n, "up-down %" PRId64,
		      quipu_read(updown));
	TORTURE_CHECK("P4", sizes.count == n && sizes.sum == (double)n, "histogram %" PRIu64 " %g",
		      sizes.count, sizes.sum);
}

static void expect_scrape(uint64_t n)
{
	struct raw_scrape scrape = { 0 };

	raw_take(&scrape, registry);
	TORTURE_CHECK("P4", raw_find(&scrape, "behind_total", NULL)->integer == n,
		      "a scrape in the child is wrong");
	raw_free(&scrape);
}

/* Whether other threads held a lock of the C library's allocator at that moment nobody knows: so
 * the child of a program with threads may not allocate, and neither scrape nor start threads. */
_Noreturn static void record_as_clone(int alone)
{
	int i;

	alarm(PATIENCE);
	expect(0);
	for (i = 0; i < IN_CHILD; i++)
		step();
	expect(IN_CHILD);
	if (alone)
		expect_scrape(IN_CHILD);
	syscall(SYS_exit_group, 0);
	for (;;)
		;
}

static void wait_for(pid_t child, const char *what)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			torture_broken("waitpid: %s", strerror(errno));
	TORTURE_CHECK("P4", !WIFSIGNALED(status), "%s: died of signal %d%s", what, WTERMSIG(status),
		      WTERMSIG(status) == SIGALRM ? ": it hung" : "");
	TORTURE_CHECK("P4", WEXITSTATUS(status) == 0, "%s: failed with %d", what,
		      WEXITSTATUS(status));
}

static void clone_one(int alone)
{
	pid_t child = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

	if (child < 0)
		torture_broken("clone: %s", strerror(errno));
	if (child == 0)
		record_as_clone(alone);
	wait_for(child, "clone");
}

/* A fresh thread of a clone records too: shards of the parent's threads are nobody's to adopt. */
static void *record_in_thread(void *unused)
{
	step();
	return unused;
}

static void clone_with_threads(void)
{
	pid_t child = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

	if (child < 0)
		torture_broken("clone: %s", strerror(errno));
	if (child == 0) {
		alarm(PATIENCE);
		step();
		torture_join(torture_spawn(record_in_thread, NULL));
		torture_join(torture_spawn(record_in_thread, NULL));
		expect(3);
		expect_scrape(3);
		syscall(SYS_exit_group, 0);
	}
	wait_for(child, "clone with threads");
}

/* --- vfork and posix_spawn -------------------------------------------------------------------- */

/* Recording makes no call that vfork's child may not make once its thread has a shard. */
__attribute__((noinline)) static void vfork_one(struct bracket_cell *cell)
{
	pid_t child;

	bracket_start(cell, 1);
	child = vfork();
	if (child < 0)
		torture_broken("vfork: %s", strerror(errno));
	if (child == 0) {
		step();
		quipu_inc_at(family, "x");
		_exit(0);
	}
	bracket_finish(cell, 1);
	wait_for(child, "vfork");
}

static void spawn_one(void)
{
	/* a socket of anybody's is the server's: this program has no other */
	char *const arguments[] = { (char *)"sh", (char *)"-c",
				    (char *)"! ls -l /proc/self/fd | grep -q -e socket: -e anon",
				    NULL };
	char *const environment[] = { (char *)"PATH=/usr/bin:/bin", NULL };
	pid_t child;
	int error = posix_spawn(&child, "/bin/sh", NULL, NULL, arguments, environment);

	if (error)
		torture_broken("posix_spawn: %s", strerror(error));
	wait_for(child, "a spawned program has the server's descriptors");
}

/* --- all of it -------------------------------------------------------------------------------- */

static void make_metrics(void)
{
	registry = quipu_registry_new(NULL);
	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "behind_total", .help = "Steps."));
	floats = quipu_float_counter_new(
		registry, QUIPU_OPTS(.name = "behind_float_total", .help = "Steps."));
	updown = quipu_updown_new(registry, QUIPU_OPTS(.name = "behind_now", .help = "Steps."));
	histogram =
		quipu_histogram_new(registry, QUIPU_OPTS(.name = "behind_sizes", .help = "Ones."));
	family = quipu_counter_family_new(registry,
					  QUIPU_OPTS(.name = "behind_by_label_total",
						     .help = "Steps.", .labels = QUIPU_NAMES("a")));
}

static void check_end(void)
{
	struct bracket_watch watch[2];
	struct raw_scrape last = { 0 };
	int i;

	bracket_watch(&watch[0], &bracket, "counter");
	bracket_watch(&watch[1], &bracket, "counter by label");
	for (i = 0; i < 2; i++)
		bracket_open(&watch[i]);
	raw_take(&last, registry);
	TORTURE_BRACKET("P2",
			bracket_close(&watch[0], raw_find(&last, "behind_total", NULL)->integer));
	TORTURE_BRACKET(
		"P2",
		bracket_close(&watch[1], raw_find(&last, "behind_by_label_total", "x")->integer));
	TORTURE_BRACKET("P2", bracket_final(&watch[0], quipu_read(counter)));
	raw_free(&last);
}

static void make_children(struct bracket_cell *cell)
{
	uint64_t i;

	for (i = 0; i < torture.count; i++) {
		clone_one(0);
		vfork_one(cell);
		if (i % 10 == 0)
			spawn_one();
	}
}

int main(int argc, char **argv)
{
	struct bracket_cell *cell;
	pthread_t threads[64];
	quipu_http *server;
	unsigned i, n;

	torture_begin(&defaults, argc, argv);
	n = torture.threads < 64 ? torture.threads : 64;
	bracket_init(&bracket, (size_t)n + 1);
	cell = bracket_join(&bracket);
	make_metrics();
	bracket_start(cell, 1);
	step();
	quipu_inc_at(family, "x");
	bracket_finish(cell, 1);
	clone_one(1);
	clone_with_threads();
	server = kit_start(registry, QUIPU_HTTP_OPTS(.path = NULL));
	for (i = 0; i < n; i++)
		threads[i] = torture_spawn(record, NULL);
	make_children(cell);
	torture_stop();
	for (i = 0; i < n; i++)
		torture_join(threads[i]);
	TORTURE_CHECK("P3", kit_status(server, "GET /metrics HTTP/1.0\r\n\r\n") == 200,
		      "the children deafened the server");
	quipu_http_stop(server);
	check_end();
	qt_figure("children", 2 * torture.count);
	return torture_end("%" PRIu64 " children of each kind", torture.count);
}
