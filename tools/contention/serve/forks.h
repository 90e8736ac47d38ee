/* SPDX-License-Identifier: MIT */
/* forks.h: a forked child is a process of its own, with figures and a run of its own. */
#ifndef QC_FORKS_H
#define QC_FORKS_H

#include <stdbool.h>

/* From now on; once is enough. After qc_open: so the recorder's figures are the child's by the time
 * that the run begins there. false: no memory. Threads: one at a time. */
bool qc_forks_watch(void);

#endif
