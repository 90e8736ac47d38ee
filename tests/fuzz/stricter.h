/* SPDX-License-Identifier: MIT */
/*
 * stricter.h: why a request that http-parser takes may be refused, by name: each with the status
 * that it deserves, told from what http-parser says of the request and from its bytes, by rules
 * that are written here once more.
 */
#ifndef FUZZ_STRICTER_H
#define FUZZ_STRICTER_H

#include "other_parser.h"

/* Does a reason hold that gives the stream's last request this status? Then its name, else NULL. */
const char *stricter_reason(const struct other_stream *stream, int status);

/* Without the blanks around it. */
struct slice slice_trim(struct slice slice);

/* Are they the same but for the case of letters? */
bool slice_is(struct slice slice, const char *text);

#endif
