/* SPDX-License-Identifier: MIT */
/*
 * openmetrics.c: OpenMetrics 1.0.0 text, and 0.0.1, which older scrapers call the same grammar.
 *
 * One fault makes a strict reader refuse everything, so what the rules forbid is left out: a
 * counter that is negative or not a number; _sum and with it _count of histograms with negative
 * bounds, or whose sum is negative or not a number (its +Inf bucket still tells the count); the
 * _sum of such a summary, and its negative quantiles; a unit that the name does not end in.
 * Metadata know a counter without _total and an info without _info; that no other family has the
 * name that is left is for whoever registers them to see to.
 */
#include "format/lines.h"

#include "format/openmetrics.h"

const char *const qp_openmetrics_types[] = {
	[QUIPU_KIND_COUNTER] = "counter",     [QUIPU_KIND_FLOAT_COUNTER] = "counter",
	[QUIPU_KIND_UPDOWN] = "gauge",	      [QUIPU_KIND_GAUGE] = "gauge",
	[QUIPU_KIND_HISTOGRAM] = "histogram", [QUIPU_KIND_STATESET] = "stateset",
	[QUIPU_KIND_INFO] = "info",	      [QUIPU_KIND_UNKNOWN] = "unknown",
	[QUIPU_KIND_SUMMARY] = "summary",
};

static const struct qp_line_style style = {
	.types = qp_openmetrics_types,
	.names = qp_names_openmetrics,
	.quotes = true,
	.strict = true,
};

/* The unit's line is allowed where the family's name ends in _unit. */
static bool unit_fits(const struct qp_lines *lines, const quipu_family_view *family)
{
	quipu_str base = qp_base(family, &lines->names);
	size_t without = base.len - family->unit.len;

	if (family->unit.len == 0 || family->kind == QUIPU_KIND_INFO ||
	    family->kind == QUIPU_KIND_STATESET)
		return false;
	return qp_ends_in(base, family->unit) && base.data[without - 1] == '_';
}

static void family_head(void *state, quipu_out *out, const quipu_family_view *family)
{
	struct qp_lines *lines = state;

	qp_lines_begin(lines, &style, family);
	qp_lines_type(lines, out, family);
	if (unit_fits(lines, family))
		qp_lines_meta(lines, out, family, "UNIT", family->unit);
	qp_lines_help(lines, out, family, true);
}

void qp_openmetrics_begin(void *state, quipu_out *out)
{
	(void)state;
	(void)out;
}

void qp_openmetrics_end(void *state, quipu_out *out)
{
	static const char eof[] = "# EOF\n";

	(void)state;
	quipu_out_write(out, eof, sizeof(eof) - 1);
}

const quipu_format quipu_format_openmetrics = {
	.name = "openmetrics-1.0.0",
	.content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8",
	.features = QUIPU_FORMAT_UTF8_NAMES | QUIPU_FORMAT_EXEMPLARS,
	.state_size = sizeof(struct qp_lines),
	.begin = qp_openmetrics_begin,
	.family = family_head,
	.series = qp_lines_any,
	.end = qp_openmetrics_end,
};

const quipu_format quipu_format_openmetrics_0 = {
	.name = "openmetrics-0.0.1",
	.content_type = "application/openmetrics-text; version=0.0.1; charset=utf-8",
	.features = QUIPU_FORMAT_UTF8_NAMES | QUIPU_FORMAT_EXEMPLARS,
	.state_size = sizeof(struct qp_lines),
	.begin = qp_openmetrics_begin,
	.family = family_head,
	.series = qp_lines_any,
	.end = qp_openmetrics_end,
};
