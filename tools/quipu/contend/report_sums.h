/* SPDX-License-Identifier: MIT */
/* report_sums.h: all of a report but its rows. */
#ifndef CONTEND_REPORT_SUMS_H
#define CONTEND_REPORT_SUMS_H

#include "report.h"

void report_sums(struct report *report);

#endif
