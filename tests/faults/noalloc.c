/* SPDX-License-Identifier: MIT */
/*
 * noalloc.c: recording allocates nothing, takes no lock and makes no system call.
 *
 * P1: after a thread's first record and a label set's first, a hundred thousand records of
 * every kind, through kept handles and by label values, pass without one call to the
 * allocator, to mmap or to a lock; and in a process that the kernel kills at its first system
 * call (seccomp's strict mode).
 */
#include "torture.h"
#include "wrap.h"

#include <errno.h>
#include <inttypes.h>
#include <quipu/quipu.h>
#include <stdio.h>
#include <string.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SETS 64

static const struct torture defaults = {
	.name = "noalloc",
	.promises = "P1: no allocation, lock or system call on the record path",
	.count = 100000,
};

static quipu_registry *registry;
static quipu_counter counter;
static quipu_float_counter floats;
static quipu_updown updown;
static quipu_gauge gauge;
static quipu_histogram histogram, native;
static quipu_summary summary;
static quipu_stateset states;
static quipu_counter_grid grid;
static quipu_counter_family family;
static quipu_histogram_family histograms;
static quipu_gauge_family gauges;
static char text[SETS][3][16];

static void make_metrics(void)
{
	static const char *const values[] = { "a", "b", "c" };
	static const quipu_axis axis = { "axis", values, 3 };
	const char *const *labels = QUIPU_NAMES("model", "provider", "status");

	registry = quipu_registry_new(NULL);
	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "a_total", .help = "x"));
	floats = quipu_float_counter_new(registry, QUIPU_OPTS(.name = "b_total", .help = "x"));
	updown = quipu_updown_new(registry, QUIPU_OPTS(.name = "c", .help = "x"));
	gauge = quipu_gauge_new(registry, QUIPU_OPTS(.name = "d", .help = "x"));
	histogram = quipu_histogram_new(registry, QUIPU_OPTS(.name = "e", .help = "x"));
	native = quipu_histogram_new(registry,
				     QUIPU_OPTS(.name = "k", .help = "x", .native_factor = 1.1,
						.native_max = 10, .exemplars = 1));
	summary = quipu_summary_new(registry, QUIPU_OPTS(.name = "l", .help = "x"));
	states = quipu_stateset_new(
		registry, QUIPU_OPTS(.name = "f", .help = "x", .states = values, .n_states = 3));
	grid = quipu_counter_grid_new(
		registry, QUIPU_OPTS(.name = "g_total", .help = "x", .axes = &axis, .n_axes = 1));
	family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "h_total", .help = "x", .labels = labels));
	histograms = quipu_histogram_family_new(
		registry, QUIPU_OPTS(.name = "i", .help = "x", .labels = labels));
	gauges = quipu_gauge_family_new(registry,
					QUIPU_OPTS(.name = "j", .help = "x", .labels = labels));
	if (quipu_registry_status(registry, NULL) != QUIPU_OK)
		torture_broken("set-up failed");
}

static void make_texts(void)
{
	int i;

	for (i = 0; i < SETS; i++) {
		snprintf(text[i][0], sizeof text[i][0], "model-%d", i % 8);
		snprintf(text[i][1], sizeof text[i][1], "provider-%d", i / 8 % 4);
		snprintf(text[i][2], sizeof text[i][2], "status-%d", i / 32);
	}
}

static void record_kept(uint64_t i)
{
	quipu_inc(counter);
	quipu_add(floats, 0.5);
	quipu_inc(updown);
	quipu_dec(updown);
	quipu_set(gauge, (double)i);
	quipu_add(gauge, 1);
	quipu_observe(histogram, (double)(i % 16));
	quipu_observe_ns(histogram, i);
	quipu_observe_exemplar(native, (double)(i % 16) - 2, QUIPU_EXEMPLAR(.trace_id = "t"));
	quipu_observe(summary, (double)i);
	quipu_select(states, (uint32_t)(i % 3));
	quipu_inc(quipu_grid_at(grid, (uint32_t)(i % 3)));
}

static void record_by_labels(uint64_t i)
{
	const char(*set)[16] = (const char(*)[16])text[i % SETS];
	const quipu_str strings[3] = { { set[0], strlen(set[0]) },
				       { set[1], strlen(set[1]) },
				       { set[2], strlen(set[2]) } };

	quipu_inc_at(family, set[0], set[1], set[2]);
	quipu_inc_at_v(family, strings, 3);
	quipu_observe_at(histograms, (double)(i % 16), set[0], set[1], set[2]);
	quipu_set_at(gauges, (double)i, set[0], set[1], set[2]);
}

static void record_all(uint64_t n)
{
	uint64_t i;

	for (i = 0; i < n; i++) {
		record_kept(i);
		record_by_labels(i);
	}
}

/* Full families: a label set that was refused goes to the overflow series without a lock. */
static void overfill(quipu_counter_family full)
{
	uint64_t i;

	for (i = 0; i < torture.count / 10; i++)
		quipu_inc_at(full, text[i % SETS][0]);
}

static void expect_none(const char *what)
{
	TORTURE_CHECK("P1",
		      wrap_calls(WRAP_MEMORY) == 0 && wrap_calls(WRAP_MAPPING) == 0 &&
			      wrap_calls(WRAP_LOCK) == 0 && wrap_calls(WRAP_SYSTEM) == 0,
		      "%s: %" PRIu64 " allocations, %" PRIu64 " mappings, %" PRIu64
		      " locks, %" PRIu64 " others",
		      what, wrap_calls(WRAP_MEMORY), wrap_calls(WRAP_MAPPING),
		      wrap_calls(WRAP_LOCK), wrap_calls(WRAP_SYSTEM));
}

/* Warm, then counted; on the main thread and on another. */
static void *count_calls(void *what)
{
	record_all(SETS);
	wrap_count();
	record_all(torture.count);
	expect_none(what);
	return NULL;
}

static void count_overflow(void)
{
	quipu_counter_family full = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "full_total", .help = "x",
				     .labels = QUIPU_NAMES("model"), .max_series = 4));

	overfill(full);
	wrap_count();
	overfill(full);
	expect_none("full family");
}

/* The first system call but for _exit is the end. */
_Noreturn static void record_in_jail(void)
{
	record_all(SETS);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT))
		_exit(2);
	record_all(torture.count);
	syscall(SYS_exit, 0);
	for (;;)
		;
}

static void forbid_system_calls(void)
{
	pid_t child = fork();
	int status;

	if (child < 0)
		torture_broken("fork: %s", strerror(errno));
	if (child == 0)
		record_in_jail();
	if (waitpid(child, &status, 0) != child)
		torture_broken("waitpid: %s", strerror(errno));
	TORTURE_CHECK("P1", !WIFSIGNALED(status), "recording made a system call (signal %d)",
		      WTERMSIG(status));
	TORTURE_CHECK("P1", WEXITSTATUS(status) == 0, "no seccomp here: %d", WEXITSTATUS(status));
}

int main(int argc, char **argv)
{
	torture_begin(&defaults, argc, argv);
	make_texts();
	wrap_count();
	make_metrics();
	TORTURE_CHECK("P1", wrap_calls(WRAP_MEMORY) && wrap_calls(WRAP_LOCK),
		      "the counters see nothing: the linker wraps no calls");
	count_calls("main thread");
	torture_join(torture_spawn(count_calls, "second thread"));
	count_overflow();
	forbid_system_calls();
	quipu_registry_free(registry);
	return torture_end("%" PRIu64 " records of each kind", 3 * torture.count);
}
