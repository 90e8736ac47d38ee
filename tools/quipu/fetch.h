/* SPDX-License-Identifier: MIT */
/* fetch.h: one GET, within ten seconds and a size. */
#ifndef FETCH_H
#define FETCH_H

#include "answer.h"

#include <stddef.h>

struct fetched {
	char *bytes; /* to be freed; the answer points into them */
	struct answer answer;
	char error[256]; /* "" if all went well */
};

#define FETCH_MOST ((size_t)1 << 30)

/* What is wanted, and how much patience there is. */
struct question {
	const char *accept; /* the value of that field */
	size_t most;	    /* bytes of an answer, also unpacked; at most FETCH_MOST */
	int stop;	    /* gives up as soon as this can be read; -1: nothing can */
};

/* False, and error, where there was no whole answer with status 200. */
bool fetch(const char *url, const struct question *question, struct fetched *fetched);

#endif
