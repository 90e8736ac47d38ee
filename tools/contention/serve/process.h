/* SPDX-License-Identifier: MIT */
/*
 * process.h: which program this is, as /proc tells.
 *
 * Writers:  qc_process_look, once, before there is a reporter.
 * Readers:  whoever saves.
 * Publication, Reclamation: none needed.
 */
#ifndef QC_PROCESS_H
#define QC_PROCESS_H

#include "text.h"

/* Takes note of the command as it is now: some programs write a title over it. */
void qc_process_look(void);

/* The members of a saved run's process that say so. */
void qc_process_print(struct qc_text *text);

#endif
