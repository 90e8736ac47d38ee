/* SPDX-License-Identifier: MIT */
/*
 * read_text.c: Prometheus text, 0.0.4 and 1.0.0.
 *
 * Refuses what any known reader refuses: also negative timestamps, two blanks before a TYPE's
 * word, blanks at the end of a line, undefined escapes.
 */
#include "lines.h"
#include "readers.h"

static void help_line(struct qx_lines *lines, size_t offset)
{
	struct qx_scan *scan = &lines->scan;
	struct qx_text name, help;

	if (!qx_scan_name(scan, true, &name))
		return;
	qx_lines_describe(lines, name, offset);
	if (!qx_lines_once(lines, "HELP", &lines->family->has_help, offset))
		return;
	if (qx_scan_blanks(scan) > 0) {
		if (qx_scan_help(scan, &help))
			lines->family->help = help;
	} else if (scan->at < scan->end) {
		qx_scan_fail(scan, "no blank after the name");
	}
}

static void type_line(struct qx_lines *lines, size_t offset)
{
	struct qx_scan *scan = &lines->scan;
	struct qx_text name, word;
	enum qx_type type;

	if (!qx_scan_name(scan, true, &name))
		return;
	if (!qx_scan_take(scan, " ") && !qx_scan_take(scan, "\t")) {
		qx_scan_fail(scan, "TYPE without a type");
		return;
	}
	word = qx_scan_rest(scan);
	qx_lines_describe(lines, name, offset);
	if (!qx_type_find(word, false, &type))
		qx_scan_fail(scan, "invalid type \"%.*s\"", QX_SHOW(word));
	else if (qx_lines_once(lines, "TYPE", &lines->family->has_type, offset))
		lines->family->type = type;
}

/* After "# HELP " and "# TYPE "; all other words begin a comment. Without the first blank some
 * readers take it for one and some do not. */
static void hash_line(struct qx_lines *lines)
{
	struct qx_scan *scan = &lines->scan;
	size_t offset = qx_scan_offset(scan), blanks;
	struct qx_text word;

	scan->at++;
	blanks = qx_scan_blanks(scan);
	word = qx_scan_token(scan, "");
	if (!qx_text_is(word, "HELP") && !qx_text_is(word, "TYPE"))
		return;
	if (blanks == 0)
		qx_error(scan->exposition, offset, "no blank between # and %.*s", QX_SHOW(word));
	qx_scan_blanks(scan);
	if (qx_text_is(word, "HELP"))
		help_line(lines, offset);
	else
		type_line(lines, offset);
}

/* Milliseconds, whole; without a sign, which some readers do not take. */
static bool timestamp(struct qx_scan *scan, struct qx_sample *sample)
{
	struct qx_text token = qx_scan_token(scan, "");
	int64_t milliseconds;

	if (token.len > 0 && token.data[0] != '-' && qx_integer_parse(token, &milliseconds)) {
		sample->has_time = true;
		sample->time = (double)milliseconds / 1000;
		return true;
	}
	scan->at = token.data;
	if (qx_text_is(token, "#"))
		return qx_scan_fail(scan, "an exemplar, which this format does not have");
	return qx_scan_fail(scan,
			    token.len ? "invalid timestamp \"%.*s\""
				      : "a blank at the end of the line%.*s",
			    QX_SHOW(token));
}

static void sample_line(struct qx_lines *lines)
{
	struct qx_scan *scan = &lines->scan;
	struct qx_sample sample = { .offset = qx_scan_offset(scan) };

	if (!qx_scan_series(scan, &sample.name))
		return;
	qx_scan_blanks(scan);
	if (!qx_scan_number(scan, "", &sample.value))
		return;
	if (qx_scan_blanks(scan) > 0 && !timestamp(scan, &sample))
		return;
	if (scan->at < scan->end)
		qx_scan_fail(scan, "something after the timestamp");
	else
		qx_lines_add(lines, &sample);
}

static void line(struct qx_lines *lines)
{
	struct qx_scan *scan = &lines->scan;

	qx_scan_blanks(scan);
	if (scan->at == scan->end)
		return;
	if (*scan->at == '#') {
		hash_line(lines);
	} else if (scan->end[-1] == '\r') {
		scan->at = scan->end - 1;
		qx_scan_fail(scan, "a carriage return at the end of the line");
	} else {
		sample_line(lines);
	}
}

void qx_read_text(struct qx_exposition *exposition)
{
	struct qx_dialect dialect = { .spaces = true,
				      .quoted_names = exposition->format == QX_TEXT_UTF8 };
	struct qx_lines lines = { .scan = { .exposition = exposition, .dialect = &dialect } };

	qx_lines_read(&lines, line);
}
