/* SPDX-License-Identifier: MIT */
/* export.h: reports and diffs for programs. */
#ifndef CONTEND_EXPORT_H
#define CONTEND_EXPORT_H

#include "diff.h"
#include "report.h"

#include <stdio.h>

/* One object, which README.md of this folder describes. */
void export_json(const struct report *report, FILE *out);

/* The same for a diff: all its rows. */
void export_diff(const struct diff *diff, FILE *out);

/* For flame graphs: "program;outer;inner (file:line);[mutex] microseconds", a line for each row. */
void export_folded(const struct report *report, FILE *out);

#endif
