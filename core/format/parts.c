/* SPDX-License-Identifier: MIT */
/* parts.c: see parts.h. */
#include "format/parts.h"

void qp_rows_series(struct qp_row_series *made, const struct qp_rows *rows)
{
	for (size_t i = 0; i < rows->n_labels; i++) {
		made->labels[i] = rows->labels[i];
		if (i >= rows->n_constant)
			made->labels[i].value = (quipu_str){ "", 0 };
	}
	made->series = (quipu_series_view){ .labels = made->labels, .n_labels = rows->n_labels };
}

void qp_row_series(struct qp_row_series *made, const struct qp_rows *rows, const struct qp_row *row)
{
	size_t from = 0;

	qp_rows_series(made, rows);
	for (size_t i = rows->n_constant; i < rows->n_labels; i++) {
		size_t to = row->ends[i - rows->n_constant];

		made->labels[i].value = (quipu_str){ row->values + from, to - from };
		from = to;
	}
	made->series.integer = row->value.integer;
	made->series.signed_integer = row->value.signed_integer;
	made->series.real = row->value.real;
	made->series.created = row->created;
}
