/* SPDX-License-Identifier: MIT */
/* outcome.c: see outcome.h. */
#include "outcome.h"

#include <signal.h>

/* Early calls tell nothing: libraries that the profiler needs make some when they are loaded. Of one
 * that was killed it is not known what it did since it was saved last. */
static bool is_hit(const struct saved_process *process)
{
	uint64_t hooks = process->state == SAVED_KILLED;

	for (int i = 0; i < QC_N_KINDS; i++)
		hooks |= process->totals.calls[i];
	return hooks > 0 || process->n_sites > 0;
}

static bool any_hit(const struct saved_run *run)
{
	for (size_t i = 0; i < run->n; i++) {
		if (is_hit(&run->processes[i]))
			return true;
	}
	return false;
}

static void tell_unloaded(const struct program *program, int status)
{
	if (program->blind)
		fprintf(stderr, "  As was to be expected: %s\n", program->reason);
	else if (status == 128 + SIGKILL)
		fputs("  It was killed before it could save anything, which it does once a "
		      "second.\n",
		      stderr);
	else
		fputs("  The library was not loaded, or could not save: the program, or what it "
		      "runs, is static,\n"
		      "  clears its environment, changes its root, or may not write to the "
		      "temporary folder.\n",
		      stderr);
}

bool outcome_tell(const struct saved_run *run, const struct program *program, const char *name,
		  int status)
{
	if (any_hit(run))
		return true;
	fprintf(stderr, "quipu contend run: %s: NOTHING WAS SEEN, so there is no report.\n", name);
	if (run->n == 0)
		tell_unloaded(program, status);
	else
		fputs("  The library was there, but not one call came to it: the program takes no "
		      "locks, or has its\n"
		      "  own, as Go's and Rust's are, or an own copy of the C library's.\n",
		      stderr);
	return false;
}
