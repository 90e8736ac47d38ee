/* SPDX-License-Identifier: MIT */
/* findings.h: what is wrong, and where: offsets into the input. */
#ifndef QX_FINDINGS_H
#define QX_FINDINGS_H

#include "arena.h"

#include <stdarg.h>
#include <stddef.h>

#define QX_FINDINGS_KEPT 1000

struct qx_finding {
	size_t offset;
	const char *message;
};

/* The first ones found; beyond those it only counts. */
struct qx_findings {
	struct qx_finding kept[QX_FINDINGS_KEPT];
	size_t n_kept;
	size_t n;
};

void qx_find(struct qx_findings *findings, struct qx_arena *arena, size_t offset,
	     const char *format, va_list arguments);

/* By offset; those at the same place stay in order. */
void qx_findings_sort(struct qx_findings *findings);

#endif
