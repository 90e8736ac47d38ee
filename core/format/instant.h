/* SPDX-License-Identifier: MIT */
/*
 * instant.h: moments. A double holds today's Unix time to a quarter of a microsecond; it is
 * rounded to milliseconds, once and for all formats, because scrapers keep no more and a
 * created time that came out differently in two formats would look like a reset.
 */
#ifndef QP_FORMAT_INSTANT_H
#define QP_FORMAT_INSTANT_H

#include <stdint.h>

#include "base/number.h"

#define QP_INSTANT_CHARS (QP_U64_CHARS + 4)

/* Milliseconds since 1970; 0: no moment, which is also what cannot be one. */
static inline uint64_t qp_milliseconds(double seconds)
{
	return seconds > 0 && seconds < 1e15 ? (uint64_t)(seconds * 1000 + 0.5) : 0;
}

/* 1520430000.123: never an exponent, which would lose digits. Returns the bytes written. */
static inline size_t qp_format_instant(char *out, uint64_t milliseconds)
{
	size_t n = qp_format_u64(out, milliseconds / 1000);
	unsigned rest = (unsigned)(milliseconds % 1000);

	out[n] = '.';
	out[n + 1] = (char)('0' + rest / 100);
	out[n + 2] = (char)('0' + rest / 10 % 10);
	out[n + 3] = (char)('0' + rest % 10);
	return n + 4;
}

#endif
