/* SPDX-License-Identifier: MIT */
/*
 * text.c: the Prometheus text formats 0.0.4 and 1.0.0, in the one spelling that every reader
 * takes: HELP, TYPE, samples, single spaces, line feeds, no timestamps, no created times. 1.0.0
 * is the same with quotes around the names that need them. Of a histogram that has native
 * buckets alone, they show the one that takes everything.
 */
#include "format/lines.h"

static const char *const type_words[] = {
	[QUIPU_KIND_COUNTER] = "counter",     [QUIPU_KIND_FLOAT_COUNTER] = "counter",
	[QUIPU_KIND_UPDOWN] = "gauge",	      [QUIPU_KIND_GAUGE] = "gauge",
	[QUIPU_KIND_HISTOGRAM] = "histogram", [QUIPU_KIND_STATESET] = "gauge",
	[QUIPU_KIND_INFO] = "gauge",	      [QUIPU_KIND_UNKNOWN] = "untyped",
	[QUIPU_KIND_SUMMARY] = "summary",
};

static const struct qp_line_style legal = {
	.types = type_words,
	.names = qp_names_registered,
};

static const struct qp_line_style quoting = {
	.types = type_words,
	.names = qp_names_registered,
	.quotes = true,
};

static void head(struct qp_lines *lines, const struct qp_line_style *style, quipu_out *out,
		 const quipu_family_view *family)
{
	qp_lines_begin(lines, style, family);
	qp_lines_help(lines, out, family, false);
	qp_lines_type(lines, out, family);
}

static void legal_family(void *state, quipu_out *out, const quipu_family_view *family)
{
	head(state, &legal, out, family);
}

static void quoting_family(void *state, quipu_out *out, const quipu_family_view *family)
{
	head(state, &quoting, out, family);
}

/* The formats have no preamble and no trailer. */
static void edge(void *state, quipu_out *out)
{
	(void)state;
	(void)out;
}

const quipu_format quipu_format_text = {
	.name = "text-0.0.4",
	.content_type = "text/plain; version=0.0.4; charset=utf-8",
	.state_size = sizeof(struct qp_lines),
	.begin = edge,
	.family = legal_family,
	.series = qp_lines_series,
	.end = edge,
};

const quipu_format quipu_format_text_utf8 = {
	.name = "text-1.0.0",
	.content_type = "text/plain; version=1.0.0; charset=utf-8",
	.features = QUIPU_FORMAT_UTF8_NAMES,
	.state_size = sizeof(struct qp_lines),
	.begin = edge,
	.family = quoting_family,
	.series = qp_lines_any,
	.end = edge,
};
