/* SPDX-License-Identifier: MIT */
/*
 * mode.h: do the hooks record?
 *
 * Writers:  qc_on, qc_off, qc_open (recorder.c), and a hook that is the first.
 * Readers:  every hook, first thing.
 * Publication: switching on is a release, every hook's look an acquire: who sees it on sees what
 *           qc_open wrote. On x86-64 that costs nothing.
 * Reclamation: none.
 */
#ifndef QC_MODE_H
#define QC_MODE_H

#include "thread.h"

#include <stdbool.h>
#include <stdint.h>

enum qc_mode {
	QC_EARLY, /* there is nothing to record with yet */
	QC_UNHIT, /* off, and no hook has been called yet */
	QC_OFF,
	QC_ON
};

extern unsigned qc_mode;

/* Calls of hooks in the modes before QC_OFF, of which QC_UNHIT ends with the first; none that the
 * profiler makes itself. */
extern uint64_t qc_mode_hits[QC_OFF];

/* Inline, as a call here would cost those that are off more than all the rest. */
static inline void qc_mode_hit(unsigned mode)
{
	unsigned unhit = QC_UNHIT;

	if (qc_thread.busy)
		return;
	/* relaxed, both: figures, each by itself */
	qc_add_relaxed(&qc_mode_hits[mode], 1);
	qc_cas_relaxed(&qc_mode, &unhit, QC_OFF);
}

/* Nothing to record: the real function, please. */
static inline bool qc_is_off(void)
{
	unsigned mode = qc_load_acquire(&qc_mode); /* acquire: see Publication above */

	if (mode == QC_ON)
		return false;
	if (qc_unlikely(mode < QC_OFF))
		qc_mode_hit(mode);
	return true;
}

#endif
