/* SPDX-License-Identifier: MIT */
/* lines_several.c: see lines.h. Histograms, statesets and summaries: several lines for a series. */
#include "format/lines.h"

#include "format/exemplar.h"

#define LITERAL(text) ((quipu_str){ text, sizeof(text) - 1 })

/* --- the beginning that a series' lines have in common ------------------------------------- */

/* In the output already: name_ending{labels,last=" */
struct beginning {
	size_t len;	   /* 0: out of memory */
	size_t before;	   /* the labels */
	size_t labels_len; /* with a comma at the end */
};

static struct beginning begin_lines(const struct qp_lines *lines, quipu_out *out,
				    const quipu_family_view *family,
				    const quipu_series_view *series, quipu_str ending,
				    quipu_str last)
{
	struct beginning beginning = { 0 };
	char *start = quipu_out_reserve(out, qp_line_room(family, series) + 2 * last.len);
	char *p, *labels;

	if (!start)
		return beginning;
	labels = qp_put_open(start, lines, family, ending);
	p = qp_put_pairs(labels, series->labels, series->n_labels, lines->quotes);
	beginning.before = (size_t)(labels - start);
	beginning.labels_len = (size_t)(p - labels);
	p = lines->quoted ? qp_put_label_name(p, last) : qp_put_state_label(p, last);
	*p++ = '=';
	*p++ = '"';
	beginning.len = (size_t)(p - start);
	quipu_out_commit(out, beginning.len);
	return beginning;
}

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

/* The bucket of a series' exemplar number i; SIZE_MAX if there is none. */
static size_t exemplar_bucket(const quipu_series_view *series, size_t i, size_t n)
{
	return i < n ? series->exemplars[i].bucket : SIZE_MAX;
}

/* The lines of all buckets; the first one's beginning stands before p already. The last is the
 * count itself, which families with native buckets alone have no other way to tell. */
static char *put_buckets(char *p, size_t beginning, const struct qp_bucket_end *ends, size_t n,
			 const quipu_series_view *series, size_t n_exemplars)
{
	const char *line = p - beginning;
	const uint64_t *counts = series->counts;
	size_t next = 0, bucket = exemplar_bucket(series, next, n_exemplars);
	uint64_t cumulative = 0;

	for (size_t i = 0; i <= n; i++) {
		if (i > 0)
			p = qp_put(p, line, beginning);
		p = qp_put(p, ends[i].text, ends[i].len);
		cumulative = i < n ? cumulative + counts[i] : series->count;
		p += qp_format_u64(p, cumulative);
		if (i == bucket) {
			p = qp_put_exemplar(p, &series->exemplars[next++]);
			bucket = exemplar_bucket(series, next, n_exemplars);
		}
		*p++ = '\n';
	}
	return p;
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
		p = qp_put_created(p, lines, family, series->created, labels);
	return p;
}

static size_t histogram_room(const struct qp_lines *lines, const quipu_family_view *family,
			     const quipu_series_view *series, size_t beginning)
{
	size_t bucket = beginning + sizeof(lines->ends[0].text) + QP_VALUE_ROOM;
	size_t total = beginning + QP_LINE_ROOM + QP_VALUE_ROOM;

	return (family->n_bounds + 1) * bucket + 3 * total + qp_exemplars_room(series);
}

void qp_lines_histogram(const struct qp_lines *lines, quipu_out *out,
			const quipu_family_view *family, const quipu_series_view *series)
{
	struct beginning first =
		begin_lines(lines, out, family, series, LITERAL("_bucket"), LITERAL("le"));
	char *start = quipu_out_reserve(out, histogram_room(lines, family, series, first.len));
	quipu_str labels;
	char *p;

	if (first.len == 0 || !start)
		return;
	labels = (quipu_str){ start - first.len + first.before, first.labels_len };
	p = put_buckets(start, first.len, lines->ends, family->n_bounds, series,
			lines->style->strict ? series->n_exemplars : 0);
	p = put_totals(p, lines, family, series, labels);
	quipu_out_commit(out, (size_t)(p - start));
}

/* --- statesets ---------------------------------------------------------------------------- */

static size_t states_room(const quipu_family_view *family, size_t beginning)
{
	size_t room = 0;

	for (size_t i = 0; i < family->n_states; i++)
		room += beginning + 2 * family->states[i].len + QP_VALUE_ROOM;
	return room;
}

static char *put_states(char *p, size_t beginning, const quipu_family_view *family, uint64_t states)
{
	const char *line = p - beginning;

	for (size_t i = 0; i < family->n_states; i++) {
		if (i > 0)
			p = qp_put(p, line, beginning);
		p = qp_put_value(p, family->states[i]);
		p = qp_put_literal(p, "\"} ");
		*p++ = states >> i & 1 ? '1' : '0';
		*p++ = '\n';
	}
	return p;
}

/* One line for each state, in a label named like the family. */
void qp_lines_stateset(const struct qp_lines *lines, quipu_out *out,
		       const quipu_family_view *family, const quipu_series_view *series)
{
	struct beginning beginning =
		begin_lines(lines, out, family, series, LITERAL(""), family->name);
	char *start = quipu_out_reserve(out, states_room(family, beginning.len));

	if (beginning.len == 0 || !start)
		return;
	quipu_out_commit(
		out, (size_t)(put_states(start, beginning.len, family, series->integer) - start));
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
		p = qp_put_pairs(p, series->labels, series->n_labels, lines->quotes);
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
		p = qp_put_created(p, lines, family, series->created, labels);
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
