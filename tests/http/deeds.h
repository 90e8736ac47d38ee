/* SPDX-License-Identifier: MIT */
/*
 * deeds.h: what a thread is not to do in the sandbox, and may elsewhere.
 *
 * Writers and readers: an outcome belongs to one thread until that has tried all.
 */
#ifndef TESTS_HTTP_DEEDS_H
#define TESTS_HTTP_DEEDS_H

#include <stdbool.h>

#define DEEDS 15

/* What each came to: 0, or an error number. */
struct deeds_outcome {
	bool done;
	int numbers[DEEDS];
};

/* Before all others, and after: a file that nobody else has. */
void deeds_prepare(void);
void deeds_clean_up(void);

/* Tries all, in this thread; deeds_run as a thread of its own. */
void deeds_try(struct deeds_outcome *outcome);
void *deeds_run(void *outcome);

/* All were tried, and each came to what is wanted. */
void deeds_check(const struct deeds_outcome *outcome, int wanted);

#endif
