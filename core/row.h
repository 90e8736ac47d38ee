/* SPDX-License-Identifier: MIT */
/*
 * row.h: series that are a single number, several at a time, for those formats built in that can
 * take them so (format/rows.h says which). What cannot be a row is shown as a series.
 */
#ifndef QP_ROW_H
#define QP_ROW_H

#include <quipu/format.h>

/* One series, in short. Its values are those of its labels that are not constant, one behind the
 * other: at most 255 bytes, and no quote, backslash or line feed. The 16 bytes before them may be
 * read too, so that short values can be copied in steps of so many. */
struct qp_row {
	const char *values;
	const unsigned char *ends; /* where each value ends */
	union {
		uint64_t integer;
		int64_t signed_integer;
		double real;
	} value; /* by kind, as in quipu_series_view */
	double created;
};

/* Some series of one family, one after the other. All that a family has as rows have the same
 * labels but for their values: first constant ones, then at least one other, whose value here
 * means nothing. */
struct qp_rows {
	const quipu_label_view *labels;
	size_t n_labels, n_constant;
	const struct qp_row *row;
	size_t n;
};

/* Writes them as the format's series function would have. */
typedef void qp_rows_function(void *state, quipu_out *out, const quipu_family_view *family,
			      const struct qp_rows *rows);

#endif
