/* SPDX-License-Identifier: MIT */
/*
 * lives.h: a fresh process for each request to the system that is refused, several at once.
 *
 * For n from first on a forked child lives with its n-th request refused (wrap.h), until one meets
 * its end before the n-th. A life that crashes, hangs or finds something wrong ends the test.
 */
#ifndef TESTS_LIVES_H
#define TESTS_LIVES_H

#include <stdint.h>

#define LIVES_NOTHING_REFUSED 10 /* a life's exit status where its n-th request never came */

struct lives {
	const char *name;
	void (*live)(const void *arg, uint64_t n); /* ends the process, with 0 or as above */
	const void *arg;
	uint64_t first, stride;
	uint64_t most; /* lives; more than these have no end */
};

/* How many lives had a request refused; at least one. */
uint64_t lives_run(const struct lives *lives);

#endif
