/* SPDX-License-Identifier: MIT */
/*
 * metric_rows.c: see metric_rows.h and parts.h.
 *
 *     metric length label length name length "model" value length  VALUE  label length ... number
 *     first part                                                          second part
 *
 * Three lengths depend on the values, and are filled in where the parts have none: the metric's,
 * each label's, each value's. Rows whose lengths need more than a byte each are written as series.
 */
#include "format/metric_rows.h"

#include "format/metric.h"
#include "format/metric_parts.h"

/* What a label's length counts beside its name and value: two tags and two lengths. */
#define LABEL_FIXED 4

#define BYTE_MOST 127 /* that a length of one byte can say */

#define HEAD 2 /* bytes of a metric's tag and length */

/* --- parts ------------------------------------------------------------------------------------- */

/* A label's beginning, up to the length of its value. Both lengths are still to come. */
static char *put_name(char *p, quipu_str name)
{
	p = qp_open(p, QP_METRIC_LABEL, 1);
	p = qp_put_short(p, 1, name);
	return qp_open(p, 2, 1);
}

static void fill_parts(struct qp_metric_parts *made, const struct qp_rows *rows)
{
	struct qp_parts *parts = &made->parts;
	const quipu_label_view *label = rows->labels + rows->n_constant;
	size_t n = rows->n_labels - rows->n_constant, most = 0;
	char *p = qp_open(parts->text, QP_FAMILY_METRIC, 1);

	p = qp_put_labels(p, QP_METRIC_LABEL, rows->labels, rows->n_constant);
	for (size_t i = 0; i < n; i++) {
		p = put_name(p, label[i].name);
		qp_parts_add(parts, p);
		made->fixed[i] = LABEL_FIXED + label[i].name.len;
		made->gap[i ? i - 1 : 0] = parts->part[i].len;
		most = made->fixed[i] > most ? made->fixed[i] : most;
	}
	if (most > BYTE_MOST)
		parts->n = 0;
	else
		made->short_values = BYTE_MOST - most;
}

static void make_parts(struct qp_metric_parts *made, const struct qp_rows *rows)
{
	struct qp_row_series all;

	made->parts.tried = true;
	made->parts.n = made->parts.bytes = 0;
	qp_rows_series(&all, rows);
	if (QP_NUMBER_ROOM + qp_labels_room(all.labels, rows->n_labels) <= sizeof(made->parts.text))
		fill_parts(made, rows);
}

/* --- rows -------------------------------------------------------------------------------------- */

/* first is where the first value begins. */
static inline void put_lengths(char *first, const struct qp_metric_parts *made,
			       const unsigned char *ends)
{
	const size_t n = made->parts.n;
	char *value = first;
	size_t from = 0;

	for (size_t i = 0; i < n; i++) {
		size_t len = ends[i] - from, fixed = made->fixed[i];

		from = ends[i];
		value[-1] = (char)len;
		value[-1 - (ptrdiff_t)fixed] = (char)(fixed + len);
		value += len + made->gap[i];
	}
}

static double value_of(quipu_kind kind, const struct qp_row *row)
{
	switch (kind) {
	case QUIPU_KIND_COUNTER:
		return (double)row->value.integer;
	case QUIPU_KIND_UPDOWN:
		return (double)row->value.signed_integer;
	default:
		return row->value.real;
	}
}

static void write_row(const struct qp_metric_parts *made, quipu_out *out, quipu_kind kind,
		      const struct qp_row *row)
{
	size_t bytes = qp_labels_bytes(&made->parts, row);
	char *start = quipu_out_reserve(out, bytes + QP_NUMBER_ROOM + QP_MOMENT_ROOM);
	char *p;

	if (!start)
		return;
	qp_put_labels_between(start, start + bytes, &made->parts, row);
	put_lengths(start + made->parts.part[0].len, made, row->ends);
	p = qp_put_number(start + bytes, kind, value_of(kind, row), row->created, NULL);
	p = qp_close(start + HEAD, p, 1);
	quipu_out_commit(out, (size_t)(p - start));
}

void qp_metric_row(struct qp_metric_parts *made, quipu_out *out, const quipu_family_view *family,
		   const struct qp_rows *rows, const struct qp_row *row)
{
	struct qp_row_series single;

	if (!made->parts.tried)
		make_parts(made, rows);
	if (made->parts.n > 0 && row->ends[made->parts.n - 1] <= made->short_values) {
		write_row(made, out, family->kind, row);
	} else {
		qp_row_series(&single, rows, row);
		qp_metric(out, family, &single.series);
	}
}
