/* SPDX-License-Identifier: MIT */
/* cases.h: what the golden tests encode; each case has an expected file in each format that can
 * show it. */
#ifndef QT_GOLDEN_CASES_H
#define QT_GOLDEN_CASES_H

#include "support/views.h"

struct golden_case {
	const char *name;
	const struct qt_views *views;
	size_t n_views;
	unsigned needs; /* QUIPU_FORMAT_…: only for formats that have them */
};

/* What every format had from the start; and what came with the richer ones. */
extern const struct golden_case golden_cases[];
extern const size_t n_golden_cases;
extern const struct golden_case golden_rich_cases[];
extern const size_t n_golden_rich_cases;

#endif
