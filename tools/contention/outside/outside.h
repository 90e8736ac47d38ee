/* SPDX-License-Identifier: MIT */
/*
 * outside.h: what else a program's threads wait for: the processor, and the allocator's own locks,
 * which no hook sees.
 *
 * Since qc_outside_start, but the allocator's figures: those are as it counts them, since the
 * process started. What the system does not tell is not known, and no error.
 *
 * Threads: any, one after the other (a lock). Reads files, allocates.
 */
#ifndef QC_OUTSIDE_H
#define QC_OUTSIDE_H

#include "allocator.h"
#include "pressure.h"
#include "scheduling.h"
#include "switches.h"

struct qc_outside {
	struct qc_switches switches;
	struct qc_scheduling scheduling;
	struct qc_pressure pressure;
	struct qc_allocator allocator;
};

void qc_outside_start(void);

/* To be freed. */
void qc_outside_read(struct qc_outside *outside);
void qc_outside_free(struct qc_outside *outside);

/* In a forked child: it starts anew. */
void qc_outside_after_fork_child(void);

#endif
