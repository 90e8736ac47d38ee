/* SPDX-License-Identifier: MIT */
/*
 * saved.h: a run of a program under the profiler, as it is saved (tools/contention/README.md).
 *
 * What is read lives as long as the run. Numbers that add up to more than 64 bits stay at the
 * most that those hold.
 */
#ifndef CONTEND_SAVED_H
#define CONTEND_SAVED_H

#include "contention/profile.h"
#include "exposition.h"

#include <stdio.h>

enum saved_state { SAVED_RUNNING, SAVED_ENDED, SAVED_REPLACED, SAVED_KILLED, SAVED_STATES };

/* "running", "ended", "replaced" by exec, "killed". */
const char *saved_state_word(enum saved_state state);

/* One of the allocator's own locks. */
struct saved_mutex {
	const char *name;
	uint64_t ops, waits, spins, ns, max_ns;
};

/* What the system and the allocator say of a process. */
struct saved_outside {
	bool has_switches;
	uint64_t voluntary, involuntary;
	bool has_scheduling;
	uint64_t threads, on_cpu_ns, run_queue_ns;
	const char *pressure; /* its scope; NULL: not known */
	uint64_t some_ns, full_ns;
	const char *allocator; /* its name; NULL: none that tells */
	struct saved_mutex *mutexes;
	size_t n_mutexes;
};

struct saved_process {
	const char **command;
	size_t n_command;
	const char *executable;
	uint64_t pid, parent, started_unix_ns, elapsed_ns, processors;
	enum saved_state state;
	const char *listen, *listen_error; /* where it serves, or why not; NULL: neither */
	struct qc_object *objects;
	size_t n_objects;
	struct qc_site *sites; /* waits in the buckets of spread.h, whichever the file has */
	size_t n_sites;
	struct qc_totals totals;
	struct saved_outside outside;
};

/* Zeroed is empty. */
struct saved_run {
	struct saved_process *processes; /* the first to start first */
	size_t n, capacity;
	const char *version; /* that wrote the newest; NULL: nothing was read */
	struct qx_exposition **inputs;
	size_t n_inputs, inputs_capacity;
};

/* What is wrong with a file, and where: lines and columns count from 1, columns in bytes. */
struct saved_fault {
	size_t line, column;
	char message[256];
};

/* Adds the processes of a file; bytes stay the caller's until the run is freed. False, and
 * nothing added, where it is no saved run. */
bool saved_read(struct saved_run *run, const char *bytes, size_t len, struct saved_fault *fault);

void saved_free(struct saved_run *run);

/* As one file. False: errno. */
bool saved_write(const struct saved_run *run, FILE *out);

/* The sum, or the most there is. */
uint64_t saved_plus(uint64_t a, uint64_t b);

#endif
