/* SPDX-License-Identifier: MIT */
/* export.h: a report for programs. */
#ifndef CONTEND_EXPORT_H
#define CONTEND_EXPORT_H

#include "report.h"

#include <stdio.h>

/* One object, which README.md of this folder describes. */
void export_json(const struct report *report, FILE *out);

/* For flame graphs: "program;outer;inner (file:line);[mutex] microseconds", a line for each row. */
void export_folded(const struct report *report, FILE *out);

#endif
