/* SPDX-License-Identifier: MIT */
/* span.h: a piece of somebody else's text, without an end of its own. */
#ifndef ENDPOINT_SPAN_H
#define ENDPOINT_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct span {
	const char *at;
	size_t len;
};

static inline bool span_is(struct span span, const char *text)
{
	size_t len = strlen(text);

	return span.len == len && !memcmp(span.at, text, len);
}

#endif
