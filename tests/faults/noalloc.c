/* SPDX-License-Identifier: MIT */
/*
 * noalloc.c: recording allocates nothing, takes no lock and makes no system call.
 *
 * P1: after a thread's first record and a label set's first, every verb of the public headers
 * (verbs.c) and of the LLM kit (llm_verbs.c), twenty thousand times, passes without one call to the allocator, to mmap or to a
 * lock; and in a process that the kernel kills at its first system call (seccomp's strict mode).
 */
#include "llm_verbs.h"
#include "torture.h"
#include "verbs.h"
#include "wrap.h"

#include <errno.h>
#include <inttypes.h>
#include <quipu/quipu.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define WARM 256 /* so that every label set and place of an exemplar has been met */

static const struct torture defaults = {
	.name = "noalloc",
	.promises = "P1: no allocation, lock or system call on the record path",
	.count = 20000,
};

static void record_all(uint64_t n)
{
	uint64_t i;

	for (i = 0; i < n; i++)
		verbs_record(i);
	for (i = 0; i < n; i++)
		llm_verbs_record(i);
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
	uint64_t i;

	record_all(WARM);
	wrap_count();
	record_all(torture.count);
	for (i = 0; i < torture.count; i++)
		verbs_record_timed(i);
	for (i = 0; i < torture.count; i++)
		llm_verbs_record_timed(i);
	expect_none(what);
	return NULL;
}

/* The first system call but for _exit is the end. */
_Noreturn static void record_in_jail(void)
{
	record_all(WARM);
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
	quipu_registry *registry;

	torture_begin(&defaults, argc, argv);
	registry = quipu_registry_new(NULL);
	wrap_count();
	verbs_make(registry);
	llm_verbs_make(registry);
	if (quipu_registry_status(registry, NULL) != QUIPU_OK)
		torture_broken("set-up failed");
	TORTURE_CHECK("P1", wrap_calls(WRAP_MEMORY) && wrap_calls(WRAP_LOCK),
		      "the counters see nothing: the linker wraps no calls");
	count_calls("main thread");
	torture_join(torture_spawn(count_calls, "second thread"));
	forbid_system_calls();
	quipu_registry_free(registry);
	return torture_end("%" PRIu64 " records of each kind", 3 * torture.count);
}
