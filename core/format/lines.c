/* SPDX-License-Identifier: MIT */
/* lines.c: see lines.h. Families, samples of one line, and statesets. */
#include "format/lines.h"

#include "base/text.h"
#include "format/exemplar.h"
#include "format/instant.h"

#define LITERAL(text) ((quipu_str){ text, sizeof(text) - 1 })

/* --- families ---------------------------------------------------------------------- */

static void make_bucket_end(struct qp_bucket_end *end, double bound, bool canonical)
{
	size_t len = canonical ? qp_format_canonical(end->text, bound)
			       : qp_format_double(end->text, bound);

	memcpy(end->text + len, "\"} ", 3);
	end->len = (unsigned char)(len + 3);
}

static void make_bucket_ends(struct qp_lines *lines, const quipu_family_view *family)
{
	size_t n = family->n_bounds;

	for (size_t i = 0; i < n; i++)
		make_bucket_end(&lines->ends[i], family->bounds[i], lines->style->strict);
	make_bucket_end(&lines->ends[n], __builtin_inf(), false);
}

void qp_lines_begin(struct qp_lines *lines, const struct qp_line_style *style,
		    const quipu_family_view *family)
{
	lines->style = style;
	lines->names = style->names(family);
	lines->quoted = style->quotes && !qp_metric_name_plain(family->name.data, family->name.len);
	lines->quotes = false;
	lines->parts.tried = false;
	lines->totals = !style->strict || family->n_bounds == 0 || family->bounds[0] >= 0;
	if (family->kind == QUIPU_KIND_HISTOGRAM)
		make_bucket_ends(lines, family);
}

/* "# WORD name " */
static char *put_meta(char *p, const struct qp_lines *lines, const quipu_family_view *family,
		      const char *word)
{
	quipu_str base = qp_base(family, &lines->names);

	p = qp_put_literal(p, "# ");
	p = qp_put_literal(p, word);
	*p++ = ' ';
	if (lines->quoted)
		*p++ = '"';
	p = lines->quoted ? qp_put_value(p, base) : qp_put_str(p, base);
	p = qp_put_str(p, lines->names.family);
	if (lines->quoted)
		*p++ = '"';
	*p++ = ' ';
	return p;
}

void qp_lines_meta(const struct qp_lines *lines, quipu_out *out, const quipu_family_view *family,
		   const char *word, quipu_str text)
{
	char *start = quipu_out_reserve(out, QP_LINE_ROOM + 2 * family->name.len + text.len);
	char *p = start;

	if (!start)
		return;
	p = qp_put_str(put_meta(p, lines, family, word), text);
	*p++ = '\n';
	quipu_out_commit(out, (size_t)(p - start));
}

void qp_lines_type(const struct qp_lines *lines, quipu_out *out, const quipu_family_view *family)
{
	const char *word = lines->style->types[family->kind];

	qp_lines_meta(lines, out, family, "TYPE", (quipu_str){ word, strlen(word) });
}

void qp_lines_help(const struct qp_lines *lines, quipu_out *out, const quipu_family_view *family,
		   bool quotes)
{
	size_t room = QP_LINE_ROOM + 2 * family->name.len + 2 * family->help.len;
	char *start = family->help.len > 0 ? quipu_out_reserve(out, room) : NULL;
	char *p = start;

	if (!start)
		return;
	p = qp_put_escaped(put_meta(p, lines, family, "HELP"), family->help, quotes);
	*p++ = '\n';
	quipu_out_commit(out, (size_t)(p - start));
}

/* --- one line ------------------------------------------------------------------------ */

static size_t format_value(char *p, quipu_kind kind, const quipu_series_view *series)
{
	switch (kind) {
	case QUIPU_KIND_COUNTER:
		return qp_format_u64(p, series->integer);
	case QUIPU_KIND_UPDOWN:
		return qp_format_i64(p, series->signed_integer);
	case QUIPU_KIND_INFO:
		return qp_format_u64(p, 1);
	default:
		return qp_format_double(p, series->real);
	}
}

char *qp_put_sample(char *p, const struct qp_lines *lines, const quipu_family_view *family,
		    const quipu_series_view *series, quipu_str *labels)
{
	p = qp_put_named(p, lines, family, series, lines->names.sample, labels);
	return p + format_value(p, family->kind, series);
}

static void one_line(const struct qp_lines *lines, quipu_out *out, const quipu_family_view *family,
		     const quipu_series_view *series)
{
	char *start = quipu_out_reserve(out, qp_line_room(family, series) + QP_VALUE_ROOM);
	quipu_str labels;
	char *p;

	if (!start)
		return;
	p = qp_put_sample(start, lines, family, series, &labels);
	*p++ = '\n';
	quipu_out_commit(out, (size_t)(p - start));
}

/* --- counters with all that OpenMetrics has for them ------------------------------------ */

char *qp_put_created(char *p, const struct qp_lines *lines, const quipu_family_view *family,
		     double created, quipu_str labels)
{
	uint64_t moment = qp_milliseconds(created);

	if (moment == 0)
		return p;
	p = qp_put_again(p, lines, family, LITERAL("_created"), labels);
	p += qp_format_instant(p, moment);
	*p++ = '\n';
	return p;
}

static void rich_counter(const struct qp_lines *lines, quipu_out *out,
			 const quipu_family_view *family, const quipu_series_view *series)
{
	size_t line = qp_line_room(family, series) + QP_VALUE_ROOM;
	char *start = quipu_out_reserve(out, 2 * line + qp_exemplars_room(series));
	quipu_str labels;
	char *p;

	if (!start)
		return;
	p = qp_put_sample(start, lines, family, series, &labels);
	if (series->n_exemplars > 0)
		p = qp_put_exemplar(p, series->exemplars);
	*p++ = '\n';
	p = qp_put_created(p, lines, family, series->created, labels);
	quipu_out_commit(out, (size_t)(p - start));
}

static void counter_lines(const struct qp_lines *lines, quipu_out *out,
			  const quipu_family_view *family, const quipu_series_view *series)
{
	bool rich = series->n_exemplars > 0 || series->created > 0;

	if (!lines->style->strict)
		one_line(lines, out, family, series);
	else if (!qp_forbidden(family, series->real))
		(rich ? rich_counter : one_line)(lines, out, family, series);
}

/* --- all kinds ------------------------------------------------------------------------- */

static bool all_legal(const quipu_series_view *series)
{
	for (size_t i = 0; i < series->n_labels; i++)
		if (!qp_label_name_plain(series->labels[i].name.data, series->labels[i].name.len))
			return false;
	return true;
}

void qp_lines_names(struct qp_lines *lines, const quipu_family_view *family,
		    const quipu_series_view *series)
{
	lines->quotes = !family->plain && !all_legal(series);
}

void qp_lines_any(void *state, quipu_out *out, const quipu_family_view *family,
		  const quipu_series_view *series)
{
	qp_lines_names(state, family, series);
	qp_lines_series(state, out, family, series);
}

void qp_lines_series(void *state, quipu_out *out, const quipu_family_view *family,
		     const quipu_series_view *series)
{
	const struct qp_lines *lines = state;

	switch (family->kind) {
	case QUIPU_KIND_HISTOGRAM:
		qp_lines_histogram(lines, out, family, series);
		break;
	case QUIPU_KIND_SUMMARY:
		qp_lines_summary(lines, out, family, series);
		break;
	case QUIPU_KIND_STATESET:
		qp_lines_stateset(lines, out, family, series);
		break;
	case QUIPU_KIND_COUNTER:
	case QUIPU_KIND_FLOAT_COUNTER:
		counter_lines(lines, out, family, series);
		break;
	default:
		one_line(lines, out, family, series);
	}
}
