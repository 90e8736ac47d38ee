/* SPDX-License-Identifier: MIT */
/*
 * scheduling.h: how long the process' threads ran, and how long they were ready to run and no
 * processor was free.
 *
 * How long they ran the process' clock tells, of all threads that there ever were. How long they were
 * ready the kernel tells thread by thread, of those that are alive (/proc/self/task/…/schedstat): one
 * that has ended counts with what it had when it was last looked at; what came after that is missed,
 * and so is a thread that lived between two looks. The profiler's own threads and quipu's are in.
 */
#ifndef QC_SCHEDULING_H
#define QC_SCHEDULING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct qc_scheduling {
	bool known;
	unsigned threads; /* that are alive */
	uint64_t on_cpu_ns, run_queue_ns;
};

struct qc_thread_seen {
	pid_t id;
	bool alive;
	uint64_t on_cpu_ns, run_queue_ns;
};

/* The threads that were seen last, and what those had that are gone. All zero: none. */
struct qc_threads {
	struct qc_thread_seen *list;
	size_t n, room;
	struct qc_scheduling gone, first;
};

/* From now on. */
void qc_threads_start(struct qc_threads *threads);

/* Looks at all; what there was since qc_threads_start. */
void qc_threads_read(struct qc_threads *threads, struct qc_scheduling *since);

#endif
