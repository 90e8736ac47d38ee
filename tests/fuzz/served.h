/* SPDX-License-Identifier: MIT */
/*
 * served.h: what must be true of every exposition, whatever was registered: readers take it,
 * no family and no series is there twice, and formats that say the same do so in the same bytes.
 */
#ifndef FUZZ_SERVED_H
#define FUZZ_SERVED_H

#include <quipu/scrape.h>

#include <stdbool.h>

/* Bytes as they came, ending in a NUL that is not counted. */
struct body {
	char *data;
	size_t len;
};

/* Ends the program where something is wrong with it. Returns how many families there are. */
size_t check_exposition(const quipu_format *format, quipu_escaping escaping,
			const struct body *body);

bool same_body(const struct body *a, const struct body *b);

#endif
