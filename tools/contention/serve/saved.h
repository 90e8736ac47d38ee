/* SPDX-License-Identifier: MIT */
/*
 * saved.h: the run of this process in the folder that was asked for: PID-GENERATION.json.
 *
 * A process is one that called qc_saved_open or was forked from it by way of the fork handlers. What
 * vfork, posix_spawn or a raw clone makes shares this memory or is on its way to another program:
 * its id is not the one that the run was opened for, and it saves nothing.
 *
 * Writers:  the constructor, and in a forked child the fork handler.
 * Readers:  the reporter, and whoever ends the process.
 * Publication: written while there is one thread, or before the reporter is asked.
 * Reclamation: none.
 */
#ifndef QC_SAVED_H
#define QC_SAVED_H

#include <stdbool.h>

/* always: even if nobody has waited. The folder lasts. */
void qc_saved_open(const char *folder, bool always);

/* What the reporter saves, if it is to save anything. */
void qc_saved_run(void);

/* The last time: "ended", "replaced"; by the reporter where there is one, as this may be a signal
 * handler, but the process is not held up for long. errno stays. */
void qc_saved_end(const char *state);

/* The same before an end that is none of the two; the state stays. */
void qc_saved_before_abort(void);

/* The end did not come. */
void qc_saved_go_on(void);

/* Whether this process' run is saved. */
bool qc_saved_is_open(void);

void qc_saved_after_fork_child(void);

#endif
