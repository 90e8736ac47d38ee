/* SPDX-License-Identifier: MIT */
/*
 * composite.h: OpenMetrics 2's values in one piece: {count:2,sum:3.5,bucket:[0.5:1,+Inf:2]}.
 */
#ifndef QX_COMPOSITE_H
#define QX_COMPOSITE_H

#include "scan.h"

enum qx_key {
	QX_KEY_COUNT,
	QX_KEY_SUM,
	QX_KEY_SCHEMA,
	QX_KEY_ZERO_THRESHOLD,
	QX_KEY_ZERO_COUNT,
	QX_KEY_NEGATIVE_SPANS,
	QX_KEY_NEGATIVE_BUCKETS,
	QX_KEY_POSITIVE_SPANS,
	QX_KEY_POSITIVE_BUCKETS,
	QX_KEY_BUCKET,
	QX_KEY_QUANTILE,
	QX_KEYS,
};

struct qx_pair {
	struct qx_text spelling; /* of a */
	struct qx_number a;
	struct qx_number b; /* lists of single numbers have only a */
	size_t offset;
};

struct qx_list {
	struct qx_pair *pairs;
	size_t n, capacity;
};

struct qx_composite {
	bool has[QX_KEYS];
	size_t offsets[QX_KEYS];
	struct qx_number numbers[QX_KEYS];
	struct qx_list lists[QX_KEYS];
};

/* From the opening brace to the closing one. Zeroed before; free it also after a failure. */
bool qx_composite_scan(struct qx_scan *scan, enum qx_type type, struct qx_composite *composite);
void qx_composite_free(struct qx_composite *composite);

#endif
