/* SPDX-License-Identifier: MIT */
/* wrapper.c: whether a function is of those that wrappers.def has, and the first that is not. */
#include "names.h"

#include "plain_name.h"

#include <string.h>

#define LONGEST 256 /* longer than any in wrappers.def */

enum what { EXACTLY, ALL, FILE_OF };

static const struct {
	enum what what;
	const char *text;
} wrappers[] = {
#define X(what, text) { what, text },
#include "wrappers.def"
#undef X
};

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);

	return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static bool matches(enum what what, const char *text, const char *function, const char *file)
{
	switch (what) {
	case EXACTLY:
		return strcmp(function, text) == 0;
	case ALL:
		return strncmp(function, text, strlen(text)) == 0;
	default:
		return ends_with(file, text);
	}
}

bool qc_name_is_wrapper(const struct qc_name *name)
{
	char plain[LONGEST];

	if (!name->function)
		return false;
	qc_plain_name(name->function, plain, sizeof(plain));
	for (size_t i = 0; i < sizeof(wrappers) / sizeof(wrappers[0]); i++) {
		if (matches(wrappers[i].what, wrappers[i].text, plain,
			    name->file ? name->file : ""))
			return true;
	}
	return false;
}

const struct qc_name *qc_names_pick(const struct qc_name *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!qc_name_is_wrapper(&names[i]))
			return &names[i];
	}
	return n > 0 ? &names[n - 1] : NULL;
}
