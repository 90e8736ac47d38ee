/* SPDX-License-Identifier: MIT */
/*
 * run_file.h: the profile as a saved run (README.md has the format).
 *
 * Threads: any, several at once. Reads files, allocates.
 */
#ifndef QC_RUN_FILE_H
#define QC_RUN_FILE_H

#include "../profile.h"

#include <quipu/error.h>

struct qc_text;

/* From now on, the first time that it is called: elapsed time and what is outside. */
void qc_run_begin(void);

/* In a forked child: from its start on; it listens nowhere. */
void qc_run_after_fork_child(void);

/* The address that is listened on, and why there is none; each NULL or lasting. */
void qc_run_listens(const char *address, const char *error);

/* state: README.md. Fails: EFILE (errno tells why) with the old file intact; ENOMEM. */
quipu_error qc_run_write(const struct qc_profile *profile, const char *state, const char *path);

/* Its text. */
void qc_run_print(struct qc_text *text, const struct qc_profile *profile, const char *state);

#endif
