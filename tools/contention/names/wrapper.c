/* SPDX-License-Identifier: MIT */
/* wrapper.c: whether a function is of those in wrappers.def, and the first that is not. */
#include "names.h"

#include "plain_name.h"

#include <string.h>

#define LONGEST 256 /* longer than any in wrappers.def */

static const struct {
	const char *text;
	bool is_beginning;
} wrappers[] = {
#define EXACTLY(name) { name, false },
#define ALL(beginning) { beginning, true },
#include "wrappers.def"
#undef EXACTLY
#undef ALL
};

bool qc_name_is_wrapper(const struct qc_name *name)
{
	char plain[LONGEST];

	if (!name->function)
		return false;
	qc_plain_name(name->function, plain, sizeof(plain));
	for (size_t i = 0; i < sizeof(wrappers) / sizeof(wrappers[0]); i++) {
		const char *text = wrappers[i].text;

		if (wrappers[i].is_beginning ? strncmp(plain, text, strlen(text)) == 0
					     : strcmp(plain, text) == 0)
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
