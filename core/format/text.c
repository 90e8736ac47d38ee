/* SPDX-License-Identifier: MIT */
/*
 * text.c: the Prometheus text format 0.0.4, in the one spelling that every reader takes:
 * HELP, TYPE, samples, single spaces, line feeds, no timestamps.
 *
 * A series is encoded in place into room reserved for the worst case. The lines of one
 * histogram or stateset differ only behind their last label, so that what stands before it
 * is made once and copied from the line before.
 */
#include <quipu/format.h>

#include "base/number.h"
#include "format/escape.h"

#include <string.h>

#define CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* What follows a sample's name and labels: a space, a number, a line feed. */
#define VALUE_ROOM (QP_DOUBLE_CHARS + 2)

/* The end of a bucket's labels, ready to copy: 0.25"} and a space. */
struct bucket_end {
	unsigned char len;
	char text[QP_DOUBLE_CHARS + 3];
};

/* The bounds of the family at hand, +Inf last. */
struct text_state {
	struct bucket_end ends[QUIPU_MAX_BOUNDS + 1];
};

static const char *const type_words[] = {
	[QUIPU_KIND_COUNTER] = "counter",     [QUIPU_KIND_FLOAT_COUNTER] = "counter",
	[QUIPU_KIND_UPDOWN] = "gauge",	      [QUIPU_KIND_GAUGE] = "gauge",
	[QUIPU_KIND_HISTOGRAM] = "histogram", [QUIPU_KIND_STATESET] = "gauge",
	[QUIPU_KIND_INFO] = "gauge",	      [QUIPU_KIND_UNKNOWN] = "untyped",
	[QUIPU_KIND_SUMMARY] = "summary",
};

static char *put_literal(char *p, const char *text)
{
	return qp_put(p, text, strlen(text));
}

/* What the exposed name has beyond the registered one. */
static const char *name_suffix(const quipu_family_view *family)
{
	static const char info[] = "_info";
	size_t len = sizeof(info) - 1;
	quipu_str name = family->name;

	if (family->kind != QUIPU_KIND_INFO)
		return "";
	if (name.len >= len && memcmp(name.data + name.len - len, info, len) == 0)
		return "";
	return info;
}

static char *put_name(char *p, const quipu_family_view *family)
{
	return put_literal(qp_put_str(p, family->name), name_suffix(family));
}

/* --- families ---------------------------------------------------------------------- */

static void make_bucket_end(struct bucket_end *end, const char *bound, size_t len)
{
	memcpy(end->text, bound, len);
	memcpy(end->text + len, "\"} ", 3);
	end->len = (unsigned char)(len + 3);
}

static void make_bucket_ends(struct text_state *state, const quipu_family_view *family)
{
	char bound[QP_DOUBLE_CHARS];

	for (size_t i = 0; i < family->n_bounds; i++)
		make_bucket_end(&state->ends[i], bound, qp_format_double(bound, family->bounds[i]));
	make_bucket_end(&state->ends[family->n_bounds], "+Inf", 4);
}

static char *put_help(char *p, const quipu_family_view *family)
{
	p = put_literal(p, "# HELP ");
	p = put_name(p, family);
	*p++ = ' ';
	p = qp_put_escaped(p, family->help, false);
	*p++ = '\n';
	return p;
}

static char *put_type(char *p, const quipu_family_view *family)
{
	p = put_literal(p, "# TYPE ");
	p = put_name(p, family);
	*p++ = ' ';
	p = put_literal(p, type_words[family->kind]);
	*p++ = '\n';
	return p;
}

static void text_family(void *state, quipu_out *out, const quipu_family_view *family)
{
	size_t room = 2 * (family->name.len + 32) + 2 * family->help.len;
	char *start = quipu_out_reserve(out, room);
	char *p = start;

	if (!start)
		return;
	if (family->kind == QUIPU_KIND_HISTOGRAM)
		make_bucket_ends(state, family);
	if (family->help.len > 0)
		p = put_help(p, family);
	p = put_type(p, family);
	quipu_out_commit(out, (size_t)(p - start));
}

/* --- labels -------------------------------------------------------------------------- */

/* Room for a name with its suffix, braces and labels, and a comma before one more label. */
static size_t labels_room(const quipu_family_view *family, const quipu_series_view *series)
{
	size_t room = family->name.len + 16;

	for (size_t i = 0; i < series->n_labels; i++)
		room += series->labels[i].name.len + 2 * series->labels[i].value.len + 4;
	return room;
}

/* model="m",provider="p", with a comma at the end. */
static char *put_labels(char *p, const quipu_series_view *series)
{
	for (size_t i = 0; i < series->n_labels; i++) {
		p = qp_put_str(p, series->labels[i].name);
		*p++ = '=';
		*p++ = '"';
		p = qp_put_value(p, series->labels[i].value);
		*p++ = '"';
		*p++ = ',';
	}
	return p;
}

/* {model="m",provider="p"} and a space; only the space where there are no labels. */
static char *put_label_set(char *p, const quipu_series_view *series)
{
	if (series->n_labels > 0) {
		*p++ = '{';
		p = put_labels(p, series);
		p[-1] = '}';
	}
	*p++ = ' ';
	return p;
}

/*
 * Appends name suffix { labels last=" to out: what every line of the series begins with.
 * Returns its length, 0 when out of memory.
 */
static size_t begin_lines(quipu_out *out, const quipu_family_view *family,
			  const quipu_series_view *series, const char *suffix, quipu_str last)
{
	char *start = quipu_out_reserve(out, labels_room(family, series) + last.len);
	char *p = start;

	if (!start)
		return 0;
	p = put_literal(qp_put_str(p, family->name), suffix);
	*p++ = '{';
	p = qp_put_str(put_labels(p, series), last);
	*p++ = '=';
	*p++ = '"';
	quipu_out_commit(out, (size_t)(p - start));
	return (size_t)(p - start);
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

static void one_line(quipu_out *out, const quipu_family_view *family,
		     const quipu_series_view *series)
{
	char *start = quipu_out_reserve(out, labels_room(family, series) + VALUE_ROOM);
	char *p = start;

	if (!start)
		return;
	p = put_name(p, family);
	p = put_label_set(p, series);
	p += format_value(p, family->kind, series);
	*p++ = '\n';
	quipu_out_commit(out, (size_t)(p - start));
}

/* --- histograms ----------------------------------------------------------------------- */

#define BUCKET "_bucket"

/* The lines of all buckets; the first one's beginning stands before p already. */
static char *put_buckets(char *p, size_t head, const struct bucket_end *ends, size_t n,
			 const uint64_t *counts)
{
	const char *line = p - head;
	uint64_t cumulative = 0;

	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			p = qp_put(p, line, head);
		p = qp_put(p, ends[i].text, ends[i].len);
		cumulative += counts[i];
		p += qp_format_u64(p, cumulative);
		*p++ = '\n';
	}
	return p;
}

/* name_sum{labels} or name_count{labels}, labels copied from a bucket's line. */
static char *put_total_name(char *p, quipu_str name, const char *suffix, quipu_str labels)
{
	p = put_literal(qp_put_str(p, name), suffix);
	if (labels.len > 0) {
		*p++ = '{';
		p = qp_put_str(p, labels);
		p[-1] = '}';
	}
	*p++ = ' ';
	return p;
}

static char *put_totals(char *p, quipu_str name, quipu_str labels, const quipu_series_view *series)
{
	p = put_total_name(p, name, "_sum", labels);
	p += qp_format_double(p, series->sum);
	*p++ = '\n';
	p = put_total_name(p, name, "_count", labels);
	p += qp_format_u64(p, series->count);
	*p++ = '\n';
	return p;
}

static void histogram_lines(const struct text_state *state, quipu_out *out,
			    const quipu_family_view *family, const quipu_series_view *series)
{
	static const quipu_str le = { "le", 2 };
	size_t head = begin_lines(out, family, series, BUCKET, le);
	size_t before = family->name.len + sizeof(BUCKET "{") - 1;
	size_t line_room = head + sizeof(state->ends[0].text) + VALUE_ROOM;
	char *start = quipu_out_reserve(out, (family->n_bounds + 3) * line_room);
	quipu_str labels;
	char *p;

	if (head == 0 || !start)
		return;
	labels = (quipu_str){ start - head + before, head - before - sizeof("le=") };
	p = put_buckets(start, head, state->ends, family->n_bounds + 1, series->counts);
	p = put_totals(p, family->name, labels, series);
	quipu_out_commit(out, (size_t)(p - start));
}

/* --- statesets ------------------------------------------------------------------------ */

static size_t states_room(const quipu_family_view *family, size_t head)
{
	size_t room = 0;

	for (size_t i = 0; i < family->n_states; i++)
		room += head + 2 * family->states[i].len + VALUE_ROOM;
	return room;
}

/* One line for each state, in a label named like the family. */
static void stateset_lines(quipu_out *out, const quipu_family_view *family,
			   const quipu_series_view *series)
{
	size_t head = begin_lines(out, family, series, "", family->name);
	char *start = quipu_out_reserve(out, states_room(family, head));
	char *p = start;

	if (head == 0 || !start)
		return;
	for (size_t i = 0; i < family->n_states; i++) {
		if (i > 0)
			p = qp_put(p, start - head, head);
		p = qp_put_value(p, family->states[i]);
		p = put_literal(p, "\"} ");
		*p++ = series->integer >> i & 1 ? '1' : '0';
		*p++ = '\n';
	}
	quipu_out_commit(out, (size_t)(p - start));
}

/* --- the format ----------------------------------------------------------------------- */

static void text_series(void *state, quipu_out *out, const quipu_family_view *family,
			const quipu_series_view *series)
{
	if (family->kind == QUIPU_KIND_HISTOGRAM)
		histogram_lines(state, out, family, series);
	else if (family->kind == QUIPU_KIND_STATESET)
		stateset_lines(out, family, series);
	else
		one_line(out, family, series);
}

/* The format has no preamble and no trailer. */
static void text_edge(void *state, quipu_out *out)
{
	(void)state;
	(void)out;
}

const quipu_format quipu_format_text = {
	.name = "text-0.0.4",
	.content_type = CONTENT_TYPE,
	.state_size = sizeof(struct text_state),
	.begin = text_edge,
	.family = text_family,
	.series = text_series,
	.end = text_edge,
};
