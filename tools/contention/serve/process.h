/* SPDX-License-Identifier: MIT */
/* process.h: which program this is, as /proc tells. */
#ifndef QC_PROCESS_H
#define QC_PROCESS_H

#include "text.h"

/* The members of a saved run's process that say so. */
void qc_process_print(struct qc_text *text);

#endif
