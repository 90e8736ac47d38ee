/* SPDX-License-Identifier: MIT */
/*
 * canonical.h: numbers that are part of a series' name (le, quantile) as OpenMetrics spells
 * them: always with a point or an exponent. 1.0, 0.25, 1e+06, +Inf.
 */
#ifndef QP_FORMAT_CANONICAL_H
#define QP_FORMAT_CANONICAL_H

#include "base/number.h"

#define QP_CANONICAL_CHARS (QP_DOUBLE_CHARS + 2)

static inline size_t qp_format_canonical(char *out, double value)
{
	size_t n = qp_format_double(out, value);

	for (size_t i = 0; i < n; i++)
		if (out[i] != '-' && (out[i] < '0' || out[i] > '9'))
			return n;
	out[n] = '.';
	out[n + 1] = '0';
	return n + 2;
}

#endif
