/* SPDX-License-Identifier: MIT */
/*
 * openmetrics2.c: OpenMetrics 2.0.0, as its first release candidate describes it: families are
 * named like their samples, a histogram or summary is one line with a value of several parts,
 * the time at which a series began stands in the line, and so do exemplars, which must have
 * times of their own (those without are left out).
 *
 *     h{a="b"} {count:2,sum:3.5,bucket:[0.5:1,+Inf:2]} st@1520430000.123 # {} 0.3 1520879607.789
 *
 * A counter that is negative or not a number is left out here as well.
 */
#include "format/exemplar.h"
#include "format/instant.h"
#include "format/lines.h"
#include "format/openmetrics.h"

/* Room for the words and numbers of a value that are there once; for one bucket, span or count. */
#define COMPOSITE_ROOM 320
#define BUCKET_ROOM (QP_CANONICAL_CHARS + QP_U64_CHARS + 2)

static const struct qp_line_style style = {
	.types = qp_openmetrics_types,
	.names = qp_names_registered,
	.quotes = true,
	.strict = true,
};

static void begin_family(void *state, quipu_out *out, const quipu_family_view *family)
{
	struct qp_lines *lines = state;

	qp_lines_begin(lines, &style, family);
	qp_lines_type(lines, out, family);
	if (family->unit.len > 0 && family->kind != QUIPU_KIND_INFO &&
	    family->kind != QUIPU_KIND_STATESET)
		qp_lines_meta(lines, out, family, "UNIT", family->unit);
	qp_lines_help(lines, out, family, true);
}

/* --- composite values -------------------------------------------------------------------- */

static char *put_bucket(char *p, const struct qp_bucket_end *end, uint64_t count)
{
	p = qp_put(p, end->text, end->len - sizeof("\"} ") + 1);
	*p++ = ':';
	p += qp_format_u64(p, count);
	*p++ = ',';
	return p;
}

/* Elements end in commas; the last one becomes the bracket. */
static char *put_bracket(char *p)
{
	if (p[-1] == ',')
		p--;
	*p++ = ']';
	return p;
}

static char *put_buckets(char *p, const struct qp_lines *lines, size_t n,
			 const quipu_series_view *series)
{
	uint64_t cumulative = 0;

	p = qp_put_literal(p, ",bucket:[");
	for (size_t i = 0; i < n; i++) {
		cumulative += series->counts[i];
		p = put_bucket(p, &lines->ends[i], cumulative);
	}
	return put_bracket(put_bucket(p, &lines->ends[n], series->count));
}

static char *put_spans(char *p, const quipu_native_buckets *buckets)
{
	for (size_t i = 0; i < buckets->n_spans; i++) {
		p += qp_format_i64(p, buckets->spans[i].offset);
		*p++ = ':';
		p += qp_format_u64(p, buckets->spans[i].length);
		*p++ = ',';
	}
	return put_bracket(p);
}

/* The buckets of one sign; nothing where there are none. */
static char *put_native_buckets(char *p, const char *sign, const quipu_native_buckets *buckets)
{
	if (buckets->n_spans == 0)
		return p;
	p = qp_put_literal(qp_put_literal(p, sign), "_spans:[");
	p = put_spans(p, buckets);
	p = qp_put_literal(qp_put_literal(p, sign), "_buckets:[");
	for (size_t i = 0; i < buckets->n_counts; i++) {
		p += qp_format_u64(p, buckets->counts[i]);
		*p++ = ',';
	}
	return put_bracket(p);
}

static char *put_native(char *p, const quipu_native_view *native)
{
	p = qp_put_literal(p, ",schema:");
	p += qp_format_i64(p, native->schema);
	p = qp_put_literal(p, ",zero_threshold:");
	p += qp_format_canonical(p, native->zero_threshold);
	p = qp_put_literal(p, ",zero_count:");
	p += qp_format_u64(p, native->zero_count);
	p = put_native_buckets(p, ",negative", &native->negative);
	return put_native_buckets(p, ",positive", &native->positive);
}

static char *put_quantiles(char *p, const quipu_family_view *family,
			   const quipu_series_view *series)
{
	p = qp_put_literal(p, ",quantile:[");
	for (size_t i = 0; i < family->n_quantiles; i++) {
		p += qp_format_canonical(p, family->quantiles[i]);
		*p++ = ':';
		p += qp_format_double(p, series->quantile_values[i]);
		*p++ = ',';
	}
	return put_bracket(p);
}

static char *put_composite(char *p, const struct qp_lines *lines, const quipu_family_view *family,
			   const quipu_series_view *series)
{
	const quipu_native_view *native = family->native ? series->native : NULL;

	p = qp_put_literal(p, "{count:");
	p += qp_format_u64(p, series->count);
	p = qp_put_literal(p, ",sum:");
	p += qp_format_double(p, series->sum);
	if (family->kind == QUIPU_KIND_SUMMARY) {
		p = put_quantiles(p, family, series);
	} else {
		if (native)
			p = put_native(p, native);
		if (!native || family->n_bounds > 0)
			p = put_buckets(p, lines, family->n_bounds, series);
	}
	*p++ = '}';
	return p;
}

static size_t native_room(const quipu_native_buckets *buckets)
{
	return (buckets->n_spans + buckets->n_counts) * BUCKET_ROOM;
}

static size_t composite_room(const quipu_family_view *family, const quipu_series_view *series)
{
	size_t room = COMPOSITE_ROOM + (family->n_bounds + 1 + family->n_quantiles) * BUCKET_ROOM;

	if (series->native)
		room += native_room(&series->native->negative) +
			native_room(&series->native->positive);
	return room;
}

/* --- lines ------------------------------------------------------------------------------- */

/* What follows the value: the beginning, the exemplars, the line feed. */
static char *put_rest(char *p, const quipu_series_view *series)
{
	uint64_t moment = qp_milliseconds(series->created);

	if (moment > 0) {
		p = qp_put_literal(p, " st@");
		p += qp_format_instant(p, moment);
	}
	for (size_t i = 0; i < series->n_exemplars; i++)
		if (qp_milliseconds(series->exemplars[i].timestamp) > 0)
			p = qp_put_exemplar(p, &series->exemplars[i]);
	*p++ = '\n';
	return p;
}

static void put_line(const struct qp_lines *lines, quipu_out *out, const quipu_family_view *family,
		     const quipu_series_view *series, bool composite)
{
	size_t room = qp_line_room(family, series) + QP_VALUE_ROOM + 2 * QP_INSTANT_CHARS +
		      qp_exemplars_room(series);
	char *start =
		quipu_out_reserve(out, room + (composite ? composite_room(family, series) : 0));
	quipu_str labels;
	char *p;

	if (!start)
		return;
	if (composite) {
		p = qp_put_named(start, lines, family, series, lines->names.sample, &labels);
		p = put_composite(p, lines, family, series);
	} else {
		p = qp_put_sample(start, lines, family, series, &labels);
	}
	p = put_rest(p, series);
	quipu_out_commit(out, (size_t)(p - start));
}

static void write_series(void *state, quipu_out *out, const quipu_family_view *family,
			 const quipu_series_view *series)
{
	struct qp_lines *lines = state;

	switch (family->kind) {
	case QUIPU_KIND_HISTOGRAM:
	case QUIPU_KIND_SUMMARY:
		qp_lines_names(lines, family, series);
		put_line(lines, out, family, series, true);
		break;
	case QUIPU_KIND_COUNTER:
	case QUIPU_KIND_FLOAT_COUNTER:
		qp_lines_names(lines, family, series);
		if (!qp_forbidden(family, series->real))
			put_line(lines, out, family, series, false);
		break;
	default:
		qp_lines_any(lines, out, family, series);
	}
}

const quipu_format quipu_format_openmetrics_2 = {
	.name = "openmetrics-2.0.0",
	.content_type = "application/openmetrics-text; version=2.0.0; charset=utf-8",
	.features = QUIPU_FORMAT_UTF8_NAMES | QUIPU_FORMAT_EXEMPLARS | QUIPU_FORMAT_NATIVE,
	.state_size = sizeof(struct qp_lines),
	.begin = qp_openmetrics_begin,
	.family = begin_family,
	.series = write_series,
	.end = qp_openmetrics_end,
};
