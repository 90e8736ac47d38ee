/* SPDX-License-Identifier: MIT */
/*
 * series.h: the collector that shows the profile in a registry.
 *
 * Threads: starting and stopping one at a time; the collector runs on the registry's callback
 * thread.
 */
#ifndef QC_SERIES_H
#define QC_SERIES_H

#include <quipu/error.h>
#include <quipu/types.h>

#include <stdbool.h>
#include <stddef.h>

/* Whose registry: the program's, by quipu_contend_start, and what `quipu contend run --listen` serves
 * beside it. */
enum qc_shown { QC_SHOWN_BY_PROGRAM, QC_SHOWN_BY_PRELOAD, QC_N_SHOWN };

/* top holds for both. Fails: ENOMEM; EDUPLICATE: it is shown there. */
quipu_error qc_series_start(enum qc_shown in, quipu_registry *registry, size_t top);

/* The series leave the registry; what they showed is kept, so that none falls if they come back. */
void qc_series_stop(enum qc_shown in);

/* Names one of the places that are new, which may take long; false: there is none, or no memory. The
 * reporter's work. */
bool qc_series_name_one(void);

/* In a forked child: everything begins at zero. */
void qc_series_after_fork_child(void);

#endif
