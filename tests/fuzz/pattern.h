/* SPDX-License-Identifier: MIT */
/* pattern.h: a grammar as an extended regular expression of POSIX, in the C locale. */
#ifndef FUZZ_PATTERN_H
#define FUZZ_PATTERN_H

#include "demand.h"

#include <regex.h>

/* One for each expression, static: { "…" }. */
struct pattern {
	const char *text;
	bool ready;
	regex_t compiled;
};

/* Is all of it, which must have no NUL, as the pattern says? */
static inline bool matches(struct pattern *pattern, const char *bytes, size_t len)
{
	char *text = exactly(NULL, len + 1);
	bool match;

	if (len > 0)
		memcpy(text, bytes, len);
	if (!pattern->ready)
		demand(regcomp(&pattern->compiled, pattern->text, REG_EXTENDED | REG_NOSUB) == 0,
		       "the pattern");
	pattern->ready = true;
	match = strlen(text) == len && regexec(&pattern->compiled, text, 0, NULL, 0) == 0;
	free(text);
	return match;
}

#endif
