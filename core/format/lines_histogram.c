/* SPDX-License-Identifier: MIT */
/* lines_histogram.c: see lines.h. Histograms and summaries, which have several lines a series. */
#include "format/lines.h"

#include "format/exemplar.h"

#define LITERAL(text) ((quipu_str){ text, sizeof(text) - 1 })

/* --- the ends of lines --------------------------------------------------------------------- */

static char *put_double(char *p, double value)
{
	p += qp_format_double(p, value);
	*p++ = '\n';
	return p;
}

static char *put_integer(char *p, uint64_t value)
{
	p += qp_format_u64(p, value);
	*p++ = '\n';
	return p;
}

/* Strict readers refuse a sum that is negative or not a number. */
static bool sum_allowed(const struct qp_lines *lines, const quipu_series_view *series)
{
	return !lines->style->strict || series->sum >= 0;
}

/* --- histograms --------------------------------------------------------------------------- */

/* Where the next exemplar is, on the way through the buckets. */
struct exemplars {
	const quipu_exemplar_view *next, *end;
};

static inline char *put_bucket(char *p, const struct qp_bucket_end *end, uint64_t count,
			       struct exemplars *exemplars, size_t bucket)
{
	p = qp_put(p, end->text, end->len);
	p += qp_format_u64(p, count);
	if (exemplars->next < exemplars->end && exemplars->next->bucket == bucket)
		p = qp_put_exemplar(p, exemplars->next++);
	*p++ = '\n';
	return p;
}

/* The lines of all buckets; the first one's beginning stands before p already. The last is the
 * count itself, which families with native buckets alone have no other way to tell. */
static char *put_buckets(char *p, size_t beginning, const struct qp_bucket_end *ends, size_t n,
			 const quipu_series_view *series, struct exemplars exemplars)
{
	const char *line = p - beginning;
	uint64_t cumulative = 0;

	for (size_t i = 0; i < n; i++) {
		cumulative += series->counts[i];
		p = put_bucket(p, &ends[i], cumulative, &exemplars, i);
		p = qp_put(p, line, beginning);
	}
	return put_bucket(p, &ends[n], series->count, &exemplars, n);
}

static struct exemplars exemplars_of(const struct qp_lines *lines, const quipu_series_view *series)
{
	size_t n = lines->style->strict ? series->n_exemplars : 0;

	return (struct exemplars){ series->exemplars, series->exemplars + n };
}

static char *put_totals(char *p, const struct qp_lines *lines, const quipu_family_view *family,
			const quipu_series_view *series, quipu_str labels)
{
	if (lines->totals && sum_allowed(lines, series)) {
		p = qp_put_again(p, lines, family, LITERAL("_sum"), labels);
		p = put_double(p, series->sum);
		p = qp_put_again(p, lines, family, LITERAL("_count"), labels);
		p = put_integer(p, series->count);
	}
	if (lines->style->strict)
		p = qp_put_created(p, lines, family, series, labels);
	return p;
}

static size_t histogram_room(const struct qp_lines *lines, const quipu_family_view *family,
			     const quipu_series_view *series, size_t beginning)
{
	size_t bucket = beginning + sizeof(lines->ends[0].text) + QP_VALUE_ROOM;
	size_t total = 2 * beginning + QP_LINE_ROOM + QP_VALUE_ROOM;

	return (family->n_bounds + 1) * bucket + 3 * total + qp_exemplars_room(series);
}

void qp_lines_histogram(const struct qp_lines *lines, quipu_out *out,
			const quipu_family_view *family, const quipu_series_view *series)
{
	struct qp_beginning first =
		qp_begin_lines(lines, out, family, series, LITERAL("_bucket"), LITERAL("le"));
	char *start = quipu_out_reserve(out, histogram_room(lines, family, series, first.len));
	quipu_str labels;
	char *p;

	if (first.len == 0 || !start)
		return;
	labels = (quipu_str){ start - first.len + first.before, first.labels_len };
	p = put_buckets(start, first.len, lines->ends, family->n_bounds, series,
			exemplars_of(lines, series));
	p = put_totals(p, lines, family, series, labels);
	quipu_out_commit(out, (size_t)(p - start));
}

/* --- summaries ---------------------------------------------------------------------------- */

/* What stands behind quantile=" */
static char *put_quantile(char *p, const struct qp_lines *lines, double quantile, double value)
{
	p += lines->style->strict ? qp_format_canonical(p, quantile)
				  : qp_format_double(p, quantile);
	return put_double(qp_put_literal(p, "\"} "), value);
}

/* Strict readers allow no negative quantile. */
static char *put_quantiles(char *p, const struct qp_lines *lines, const quipu_family_view *family,
			   const quipu_series_view *series)
{
	for (size_t i = 0; i < family->n_quantiles; i++) {
		double value = series->quantile_values[i];

		if (lines->style->strict && value < 0)
			continue;
		p = qp_put_open(p, lines, family, LITERAL(""));
		p = qp_put_pairs(p, series->labels, series->n_labels, lines->style->quotes);
		p = qp_put_literal(p, "quantile=\"");
		p = put_quantile(p, lines, family->quantiles[i], value);
	}
	return p;
}

static char *put_summary(char *p, const struct qp_lines *lines, const quipu_family_view *family,
			 const quipu_series_view *series)
{
	quipu_str labels;

	p = put_quantiles(p, lines, family, series);
	if (sum_allowed(lines, series)) {
		p = qp_put_named(p, lines, family, series, LITERAL("_sum"), &labels);
		p = put_double(p, series->sum);
	}
	p = qp_put_named(p, lines, family, series, LITERAL("_count"), &labels);
	p = put_integer(p, series->count);
	if (lines->style->strict)
		p = qp_put_created(p, lines, family, series, labels);
	return p;
}

void qp_lines_summary(const struct qp_lines *lines, quipu_out *out, const quipu_family_view *family,
		      const quipu_series_view *series)
{
	size_t line = qp_line_room(family, series) + QP_CANONICAL_CHARS + QP_VALUE_ROOM;
	char *start = quipu_out_reserve(out, (family->n_quantiles + 3) * line);

	if (start)
		quipu_out_commit(out, (size_t)(put_summary(start, lines, family, series) - start));
}
