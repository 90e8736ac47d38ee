/* SPDX-License-Identifier: MIT */
/* timestamp.h: reads the times of a trace, as 2023-11-16 18:17:03.9799600. */
#ifndef DISPATCH_TIMESTAMP_H
#define DISPATCH_TIMESTAMP_H

#include <stddef.h>
#include <stdint.h>

enum timestamp_result {
	TIMESTAMP_OK,
	TIMESTAMP_SHAPE, /* not written like a time */
	TIMESTAMP_RANGE	 /* no such day or time, or outside the years 1970 to 2199 */
};

/*
 * Reads YYYY-MM-DD HH:MM:SS, with 'T' for the blank if so written, a fraction of any length
 * (digits after the ninth are ignored) and a zone (Z, +HH:MM, -HH:MM; none means UTC) as
 * nanoseconds since 1970. text need not end in NUL.
 */
enum timestamp_result timestamp_parse(const char *text, size_t len, int64_t *ns);

#endif
