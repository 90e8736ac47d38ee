/* SPDX-License-Identifier: MIT */
/* verdict.h: what threads waited for most, in a sentence or two. */
#ifndef CONTEND_VERDICT_H
#define CONTEND_VERDICT_H

#include "report.h"

enum verdict {
	VERDICT_NOTHING, /* not one call was seen */
	VERDICT_HARDLY,	 /* none of them worth a change */
	VERDICT_LOCKS,
	VERDICT_CPU,
	VERDICT_ALLOCATOR,
};

enum verdict verdict_of(const struct report *report);

/* "locks", "processor"… for programs. */
const char *verdict_word(enum verdict verdict);

#define VERDICT_SIZE 1024

/* Returns out. */
const char *verdict_say(const struct report *report, char out[VERDICT_SIZE]);

#endif
