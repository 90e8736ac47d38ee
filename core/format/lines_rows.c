/* SPDX-License-Identifier: MIT */
/* lines_rows.c: see lines.h and parts.h. Rows, each of them a line: name{labels} number */
#include "format/lines.h"
#include "format/rows.h"

/* --- the parts of a family's lines ------------------------------------------------------------- */

#define CLOSED 2 /* bytes of the quote and the comma behind a value */

static void fill_parts(struct qp_lines *lines, const quipu_family_view *family,
		       const quipu_series_view *series, size_t n_constant)
{
	struct qp_parts *parts = &lines->parts;
	char *p = qp_put_open(parts->text, lines, family, lines->names.sample);

	lines->before_labels = (size_t)(p - parts->text);
	p = qp_put_pairs(p, series->labels, n_constant, lines->quotes);
	for (size_t i = n_constant; i < series->n_labels; i++) {
		p = qp_put_pairs(p, &series->labels[i], 1, lines->quotes);
		qp_parts_add(parts, p - CLOSED);
	}
	if (parts->part[0].len < QP_SHORT_STEP)
		parts->n = 0;
}

static void make_parts(struct qp_lines *lines, const quipu_family_view *family,
		       const struct qp_rows *rows)
{
	struct qp_row_series made;

	lines->begins = lines->style->strict && (family->kind == QUIPU_KIND_COUNTER ||
						 family->kind == QUIPU_KIND_FLOAT_COUNTER);
	lines->parts.tried = true;
	lines->parts.n = lines->parts.bytes = 0;
	qp_rows_series(&made, rows);
	if (lines->style->quotes)
		qp_lines_names(lines, family, &made.series);
	if (qp_line_room(family, &made.series) <= sizeof(lines->parts.text))
		fill_parts(lines, family, &made.series, rows->n_constant);
}

/* --- rows -------------------------------------------------------------------------------------- */

/* name{labels} and a space; returns where that ends. Writes one byte more. */
static inline char *put_start(char *p, const struct qp_parts *parts, const struct qp_row *row)
{
	char *end = p + qp_labels_bytes(parts, row);

	qp_put_labels_between(p, end, parts, row);
	memcpy(end, "\"} ", 4);
	return end + 3;
}

static inline size_t format_value(char *p, quipu_kind kind, const struct qp_row *row)
{
	switch (kind) {
	case QUIPU_KIND_COUNTER:
		return qp_format_u64(p, row->value.integer);
	case QUIPU_KIND_UPDOWN:
		return qp_format_i64(p, row->value.signed_integer);
	default:
		return qp_format_double(p, row->value.real);
	}
}

static inline char *put_row(char *p, const struct qp_lines *lines, const quipu_family_view *family,
			    const struct qp_row *row)
{
	const char *begin = p + lines->before_labels;
	quipu_str labels;

	p = put_start(p, &lines->parts, row);
	labels = (quipu_str){ begin, (size_t)(p - 1 - begin) };
	p += format_value(p, family->kind, row);
	*p++ = '\n';
	return lines->begins ? qp_put_created(p, lines, family, row->created, labels) : p;
}

/* What a strict reader may want is as long as the line itself, and an ending. */
static size_t rows_room(const struct qp_parts *parts, const struct qp_rows *rows)
{
	size_t room = rows->n * 2 * (parts->bytes + QP_LINE_ROOM + QP_VALUE_ROOM);

	for (size_t i = 0; i < rows->n; i++)
		room += 2 * (size_t)rows->row[i].ends[parts->n - 1];
	return room;
}

static void write_rows(const struct qp_lines *lines, quipu_out *out,
		       const quipu_family_view *family, const struct qp_rows *rows)
{
	char *start = quipu_out_reserve(out, rows_room(&lines->parts, rows));
	char *p = start;

	if (!start)
		return;
	for (size_t i = 0; i < rows->n; i++) {
		const struct qp_row *row = &rows->row[i];

		if (!lines->style->strict || !qp_forbidden(family, row->value.real))
			p = put_row(p, lines, family, row);
	}
	quipu_out_commit(out, (size_t)(p - start));
}

/* Where there are no parts. */
static void write_series(struct qp_lines *lines, quipu_out *out, const quipu_family_view *family,
			 const struct qp_rows *rows, const struct qp_row *row)
{
	struct qp_row_series made;

	qp_row_series(&made, rows, row);
	(lines->style->quotes ? qp_lines_any : qp_lines_series)(lines, out, family, &made.series);
}

void qp_lines_rows(void *state, quipu_out *out, const quipu_family_view *family,
		   const struct qp_rows *rows)
{
	struct qp_lines *lines = state;

	if (!lines->parts.tried)
		make_parts(lines, family, rows);
	if (lines->parts.n > 0)
		write_rows(lines, out, family, rows);
	for (size_t i = 0; lines->parts.n == 0 && i < rows->n; i++)
		write_series(lines, out, family, rows, &rows->row[i]);
}
