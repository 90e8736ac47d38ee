/* SPDX-License-Identifier: MIT */
/*
 * progress.h: tells a waiting person how far it is: one line that changes on a terminal, a
 * line now and then elsewhere.
 */
#ifndef DISPATCH_PROGRESS_H
#define DISPATCH_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct progress {
	FILE *out;
	bool terminal;
	uint64_t due_ns; /* when the next line may come */
};

void progress_open(struct progress *progress, FILE *out);

/* Whether it is time for a line; asking is cheap, composing one may not be. */
bool progress_due(const struct progress *progress);

/* Begins a new phase: its first line comes soon, if it lasts. */
void progress_reset(struct progress *progress);

/* Shows a line, without a line end. */
void progress_show(struct progress *progress, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Takes the changing line away, before other output. */
void progress_clear(struct progress *progress);

#endif
