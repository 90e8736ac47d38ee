/* SPDX-License-Identifier: MIT */
/*
 * parts.h: rows (../row.h) put together from pieces. All of a row but its values and its
 * number is the same in all rows of a family, so it is made once, in parts.
 *
 *     name{const="c",a="  VALUE  ",b="  VALUE  "} 17
 *     first part                  second part
 *
 * Labels are put together from their end. Values and parts are copied in steps of 16 bytes, however
 * short they are: what is too much lands in front of them, where the next piece goes. Only the first
 * part is copied to the byte. A step is not longer than it, so that nothing lands in front of it.
 */
#ifndef QP_FORMAT_PARTS_H
#define QP_FORMAT_PARTS_H

#include "format/escape.h"

#include "row.h"

#include <stdbool.h>

/* The bytes of a step; where the first part is shorter, of a short step. */
#define QP_STEP 16
#define QP_SHORT_STEP 8

/* Longer ones are not made: then rows are written as series are. */
#define QP_PARTS_BYTES 1024

/* A row as a series that has its labels here: what has no parts for it takes it so. */
struct qp_row_series {
	quipu_series_view series;
	quipu_label_view labels[2 * QUIPU_MAX_LABELS + 1];
};
void qp_row_series(struct qp_row_series *made, const struct qp_rows *rows,
		   const struct qp_row *row);

/* The same of all rows, with nothing for the values that are not constant. */
void qp_rows_series(struct qp_row_series *made, const struct qp_rows *rows);

struct qp_part {
	const char *end;
	size_t len;
};

struct qp_parts {
	bool tried;				   /* made, or found not to fit */
	size_t n;				   /* as many as values; 0: not there */
	size_t bytes;				   /* of all of them */
	struct qp_part part[QUIPU_MAX_LABELS + 1]; /* what is before each value; in text */
	char text[QP_PARTS_BYTES];
};

/* What was written up to p since the last part, or the beginning, is one more. */
static inline void qp_parts_add(struct qp_parts *parts, const char *p)
{
	const char *begin = parts->text + parts->bytes;

	parts->part[parts->n++] = (struct qp_part){ p, (size_t)(p - begin) };
	parts->bytes += (size_t)(p - begin);
}

/* Puts the len bytes that end at from so that they end at p, and less than a step more in front of
 * them; reads as many. Returns where they begin. */
static inline char *qp_put_before(char *p, const char *from, size_t len, size_t step)
{
	memcpy(p - step, from - step, step);
	for (size_t done = step; done < len; done += step)
		memcpy(p - done - step, from - done - step, step);
	return p - len;
}

/* Puts n bytes and nothing beyond; n is a step at least. */
static inline void qp_put_exactly(char *p, const char *from, size_t n, size_t step)
{
	for (size_t i = 0; i + step < n; i += step)
		memcpy(p + i, from + i, step);
	memcpy(p + n - step, from + n - step, step);
}

/* All bytes of the labels. */
static inline size_t qp_labels_bytes(const struct qp_parts *parts, const struct qp_row *row)
{
	return parts->bytes + row->ends[parts->n - 1];
}

static inline void qp_put_stepping(char *p, char *end, const struct qp_parts *parts,
				   const struct qp_row *row, size_t step)
{
	size_t i = parts->n - 1, to = row->ends[i];

	for (; i > 0; i--) {
		size_t from = row->ends[i - 1];

		end = qp_put_before(end, row->values + to, to - from, step);
		end = qp_put_before(end, parts->part[i].end, parts->part[i].len, step);
		to = from;
	}
	qp_put_before(end, row->values + to, to, step);
	qp_put_exactly(p, parts->text, parts->part[0].len, step);
}

/* The labels, at p; they end at end. */
static inline void qp_put_labels_between(char *p, char *end, const struct qp_parts *parts,
					 const struct qp_row *row)
{
	if (parts->part[0].len >= QP_STEP)
		qp_put_stepping(p, end, parts, row, QP_STEP);
	else
		qp_put_stepping(p, end, parts, row, QP_SHORT_STEP);
}

#endif
