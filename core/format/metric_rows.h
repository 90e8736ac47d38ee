/* SPDX-License-Identifier: MIT */
/* metric_rows.h: rows as Metric messages. */
#ifndef QP_FORMAT_METRIC_ROWS_H
#define QP_FORMAT_METRIC_ROWS_H

#include "format/parts.h"

struct qp_metric_parts {
	struct qp_parts parts;
	size_t fixed[QUIPU_MAX_LABELS]; /* what each label's length counts beside its value */
	size_t gap[QUIPU_MAX_LABELS];	/* between each value and the next */
	size_t short_values; /* rows with no more bytes of values have no length of two bytes */
};

/* Appends a row as field QP_FAMILY_METRIC. The parts are made at a family's first row. */
void qp_metric_row(struct qp_metric_parts *parts, quipu_out *out, const quipu_family_view *family,
		   const struct qp_rows *rows, const struct qp_row *row);

#endif
