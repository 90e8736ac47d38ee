/* SPDX-License-Identifier: MIT */
/* lint.h: what promtool check metrics advises against, in its words and its order. */
#ifndef QX_LINT_H
#define QX_LINT_H

#include "exposition.h"

struct qx_advice {
	const char *name; /* of the family, as text 0.0.4 has it */
	const char *text;
};

struct qx_lint {
	struct qx_advice *items; /* by name, then text; the same may be there several times */
	size_t n, capacity;
	struct qx_arena arena;
};

/* Families without samples are not looked at. */
void qx_lint(const struct qx_exposition *exposition, struct qx_lint *lint);
void qx_lint_free(struct qx_lint *lint);

#endif
