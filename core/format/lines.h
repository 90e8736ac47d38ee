/* SPDX-License-Identifier: MIT */
/*
 * lines.h: the sample lines that text 0.0.4, text 1.0.0 and OpenMetrics have in common.
 *
 * What differs between formats is fixed when a family begins: which endings its names have,
 * whether the name needs quotes, how its bounds are spelled. After that a line is
 *
 *     name{a="b",c="d"} value          or, with a name that is not legal,
 *     {"na.me",a="b",c="d"} value
 *
 * A series is encoded in place into room reserved for the worst case. The lines of one
 * histogram, summary or stateset differ only behind their last label, so that what stands
 * before it is made once and copied from the line before.
 */
#ifndef QP_FORMAT_LINES_H
#define QP_FORMAT_LINES_H

#include "base/number.h"
#include "format/canonical.h"
#include "format/names.h"
#include "format/pairs.h"
#include "format/parts.h"

/* What follows a sample's name and labels: a space, a number, a line feed. */
#define QP_VALUE_ROOM (QP_DOUBLE_CHARS + 2)

/* Room for what a line has beside its name, labels and value: endings, braces, quotes. */
#define QP_LINE_ROOM 24

/* The end of a bucket's labels, ready to copy: 0.25"} and a space. */
struct qp_bucket_end {
	unsigned char len;
	char text[QP_CANONICAL_CHARS + 3];
};

/* A format's choices. */
struct qp_line_style {
	const char *const *types; /* the word for each kind */
	struct qp_names (*names)(const quipu_family_view *family);
	bool quotes; /* families' names can be anything; otherwise they are taken to be legal */
	bool strict; /* OpenMetrics: canonical bounds, exemplars, created times, and nothing that
			a strict reader would refuse the whole exposition for */
};

/* The family at hand. */
struct qp_lines {
	const struct qp_line_style *style;
	struct qp_names names;
	bool quoted;	       /* its name is not legal */
	bool quotes;	       /* nor that of some label of the series at hand */
	bool totals;	       /* histograms: _sum and _count are allowed */
	struct qp_parts parts; /* of rows' lines, */
	size_t before_labels;  /* where labels begin in the first one, */
	bool begins;	       /* and whether a line with the created time follows */
	struct qp_bucket_end ends[QUIPU_MAX_BOUNDS + 1]; /* +Inf last */
};

void qp_lines_begin(struct qp_lines *lines, const struct qp_line_style *style,
		    const quipu_family_view *family);

/* Appends "# WORD name text", for a text that needs nothing escaped. */
void qp_lines_meta(const struct qp_lines *lines, quipu_out *out, const quipu_family_view *family,
		   const char *word, quipu_str text);

/* The type; and the help, if there is one, with its quotes escaped where asked. */
void qp_lines_type(const struct qp_lines *lines, quipu_out *out, const quipu_family_view *family);
void qp_lines_help(const struct qp_lines *lines, quipu_out *out, const quipu_family_view *family,
		   bool quotes);

/* Formats' series functions; state is a struct qp_lines whose family has begun. The first takes
 * labels' names to be legal, the second looks. */
void qp_lines_series(void *state, quipu_out *out, const quipu_family_view *family,
		     const quipu_series_view *series);
void qp_lines_any(void *state, quipu_out *out, const quipu_family_view *family,
		  const quipu_series_view *series);

/* Looks at the labels' names, unless the family is known to have none that need quotes; to be
 * called before any of them is written. */
void qp_lines_names(struct qp_lines *lines, const quipu_family_view *family,
		    const quipu_series_view *series);

/* Kinds with several lines for each series. */
void qp_lines_histogram(const struct qp_lines *lines, quipu_out *out,
			const quipu_family_view *family, const quipu_series_view *series);
void qp_lines_stateset(const struct qp_lines *lines, quipu_out *out,
		       const quipu_family_view *family, const quipu_series_view *series);
void qp_lines_summary(const struct qp_lines *lines, quipu_out *out, const quipu_family_view *family,
		      const quipu_series_view *series);

/* --- pieces of a line ------------------------------------------------------------------- */

/* Room for a name with its ending, braces and labels, and a comma before one more label. */
static inline size_t qp_line_room(const quipu_family_view *family, const quipu_series_view *series)
{
	return QP_LINE_ROOM + 2 * family->name.len +
	       qp_pairs_room(series->labels, series->n_labels);
}

/* name_ending{ or {"na.me_ending", */
static inline char *qp_put_open(char *p, const struct qp_lines *lines,
				const quipu_family_view *family, quipu_str ending)
{
	quipu_str base = qp_base(family, &lines->names);

	if (!lines->quoted) {
		p = qp_put_str(qp_put_str(p, base), ending);
		*p++ = '{';
		return p;
	}
	*p++ = '{';
	*p++ = '"';
	p = qp_put_str(qp_put_value(p, base), ending);
	*p++ = '"';
	*p++ = ',';
	return p;
}

/* Behind the labels, if there are any: the last comma becomes the brace. And a space. */
static inline char *qp_put_close(char *p, const struct qp_lines *lines, bool labels)
{
	if (labels || lines->quoted)
		p[-1] = '}';
	else
		p--;
	*p++ = ' ';
	return p;
}

/* name_ending{labels} and a space; *labels is where its labels are, as qp_put_again takes them. */
static inline char *qp_put_named(char *p, const struct qp_lines *lines,
				 const quipu_family_view *family, const quipu_series_view *series,
				 quipu_str ending, quipu_str *labels)
{
	char *start = qp_put_open(p, lines, family, ending);

	p = qp_put_pairs(start, series->labels, series->n_labels, lines->quotes);
	*labels = (quipu_str){ start, (size_t)(p - start) };
	return qp_put_close(p, lines, series->n_labels > 0);
}

/* The same for labels that were written before; their last byte does not matter. */
static inline char *qp_put_again(char *p, const struct qp_lines *lines,
				 const quipu_family_view *family, quipu_str ending,
				 quipu_str labels)
{
	p = qp_put_str(qp_put_open(p, lines, family, ending), labels);
	return qp_put_close(p, lines, labels.len > 0);
}

/* A line with the time at which the series began, if that is known. */
char *qp_put_created(char *p, const struct qp_lines *lines, const quipu_family_view *family,
		     double created, quipu_str labels);

/* A counter may not be that; a strict reader refuses everything that comes with it. */
static inline bool qp_forbidden(const quipu_family_view *family, double real)
{
	return family->kind == QUIPU_KIND_FLOAT_COUNTER && !(real >= 0);
}

/* name{labels} value, without a line feed. */
char *qp_put_sample(char *p, const struct qp_lines *lines, const quipu_family_view *family,
		    const quipu_series_view *series, quipu_str *labels);

#endif
