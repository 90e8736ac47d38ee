/* SPDX-License-Identifier: MIT */
/* summary.h: what a load on an endpoint came to, as a table. */
#ifndef ENDPOINT_SUMMARY_H
#define ENDPOINT_SUMMARY_H

#include "score.h"

#include <stdio.h>

struct summary_row {
	const char *model;
	struct score_sum score;
};

/* A line for each model, one for all of them, and what went wrong. */
void summary_print(FILE *out, const struct summary_row *rows, unsigned n, double seconds);

#endif
