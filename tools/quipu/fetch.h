/* SPDX-License-Identifier: MIT */
/* fetch.h: one GET, within ten seconds and 1 GiB. */
#ifndef FETCH_H
#define FETCH_H

#include "answer.h"

#include <stddef.h>

struct fetched {
	char *bytes; /* to be freed; the answer points into them */
	struct answer answer;
	char error[256]; /* "" if all went well */
};

/* accept: the value of that field. stop: gives up as soon as this can be read; -1: nothing can.
 * False, and error, where there was no whole answer with status 200. */
bool fetch(const char *url, const char *accept, int stop, struct fetched *fetched);

#endif
