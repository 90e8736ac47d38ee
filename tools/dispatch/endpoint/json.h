/* SPDX-License-Identifier: MIT */
/*
 * json.h: JSON that nobody vouches for, pulled value by value from a whole text, without memory.
 *
 * A reader asks for what should come next. After the first thing that is no JSON all calls return
 * false. Strings are given as they are written, with their escapes checked and not resolved: who
 * writes a key with escapes writes one that we do not know.
 */
#ifndef ENDPOINT_JSON_H
#define ENDPOINT_JSON_H

#include "span.h"

#include <stdint.h>

struct json {
	const char *at;
	const char *end;
	unsigned depth;
	bool failed;
};

static inline struct json json_of(const char *text, size_t len)
{
	return (struct json){ .at = text, .end = text + len };
}

/* The first byte of the next value; NUL where there is none. */
char json_peek(struct json *json);

/* Enters an object or an array. */
bool json_object(struct json *json);
bool json_array(struct json *json);

/* Whether there is another member or element; leaves the object or array if not. first: true
 * before the first, kept by these. */
bool json_member(struct json *json, bool *first, struct span *key);
bool json_element(struct json *json, bool *first);

bool json_string(struct json *json, struct span *text);

/* A whole number that a double holds exactly, from 0 to 2^53. */
bool json_whole(struct json *json, uint64_t *value);

/* Passes a value of any kind. */
bool json_skip(struct json *json);

/* Whether only blanks are left, and nothing was wrong. */
bool json_end(struct json *json);

#endif
