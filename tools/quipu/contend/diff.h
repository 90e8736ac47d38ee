/* SPDX-License-Identifier: MIT */
/* diff.h: two reports beside one another: which places wait more, which less. */
#ifndef CONTEND_DIFF_H
#define CONTEND_DIFF_H

#include "report.h"

#include <stdio.h>

/* A place in both, or in one of them. */
struct diff_row {
	const struct report_row *before, *after; /* NULL: it did not wait there */
	double change; /* of what it waits in each second of the run, in seconds */
};

struct diff {
	const struct report *before, *after;
	struct diff_row *rows; /* the largest change first, whichever way */
	size_t n;
};

/* Reports stay. To be freed. */
struct diff diff_make(const struct report *before, const struct report *after);
void diff_free(struct diff *diff);

/* Seconds waited in each second of the run; 0 where there is no row. */
double diff_rate(const struct report *report, uint64_t ns);

/* The table and the totals; top: rows at most. */
void diff_show(const struct diff *diff, size_t top, int width, FILE *out, bool colours);

#endif
