/* SPDX-License-Identifier: MIT */
/* say_row.h: what reports and diffs have in common, as JSON. */
#ifndef CONTEND_SAY_ROW_H
#define CONTEND_SAY_ROW_H

#include "report.h"
#include "say_json.h"

/* A member "processes". */
void say_processes(struct say_json *json, const struct report *report);

/* Members of an object: where, and how long one wait was. */
void say_place(struct say_json *json, const struct location *place);
void say_spread(struct say_json *json, const struct report_row *row);

#endif
