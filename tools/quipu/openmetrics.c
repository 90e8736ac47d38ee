/* SPDX-License-Identifier: MIT */
/* openmetrics.c: lines that begin with #, and the end. */
#include "openmetrics.h"

#include <string.h>

static void set_type(struct qx_lines *lines, struct qx_text word, size_t offset)
{
	struct qx_family *family = lines->family;
	enum qx_type type;

	if (!qx_type_find(word, true, &type))
		qx_error(lines->scan.exposition, qx_offset(lines->scan.exposition, word.data),
			 "invalid type \"%.*s\"", QX_SHOW(word));
	else if (qx_lines_once(lines, "TYPE", &family->has_type, offset))
		family->type = type;
}

static void set_help(struct qx_lines *lines, size_t offset)
{
	struct qx_family *family = lines->family;
	struct qx_text help;

	if (qx_lines_once(lines, "HELP", &family->has_help, offset) &&
	    qx_scan_help(&lines->scan, &help))
		family->help = help;
}

static void metadata(struct qx_lines *lines, struct qx_text word, size_t offset)
{
	struct qx_scan *scan = &lines->scan;
	struct qx_text name;

	if (!qx_scan_name(scan, true, &name))
		return;
	if (!qx_scan_take(scan, " ")) {
		qx_scan_fail(scan, "no single blank and text after the name");
		return;
	}
	qx_lines_describe(lines, name, offset);
	if (qx_text_is(word, "TYPE"))
		set_type(lines, qx_scan_rest(scan), offset);
	else if (qx_text_is(word, "HELP"))
		set_help(lines, offset);
	else if (qx_lines_once(lines, "UNIT", &lines->family->has_unit, offset))
		lines->family->unit = qx_scan_rest(scan);
}

static void hash_line(struct qx_lines *lines)
{
	struct qx_scan *scan = &lines->scan;
	size_t offset = qx_scan_offset(scan);
	struct qx_text word;

	if (qx_text_is(qx_scan_rest(scan), "# EOF")) {
		lines->ended = true;
		return;
	}
	if (qx_scan_take(scan, "# ")) {
		word = qx_scan_token(scan, "");
		if ((qx_text_is(word, "TYPE") || qx_text_is(word, "HELP") ||
		     qx_text_is(word, "UNIT")) &&
		    qx_scan_take(scan, " ")) {
			metadata(lines, word, offset);
			return;
		}
	}
	qx_error(scan->exposition, offset, "a # line that is not TYPE, UNIT, HELP or EOF");
}

bool qx_openmetrics_time(struct qx_lines *lines, struct qx_sample *sample)
{
	struct qx_scan *scan = &lines->scan;
	struct qx_text rest = qx_scan_rest(scan);

	if (rest.len == 0 || (rest.len >= 2 && memcmp(rest.data, " #", 2) == 0))
		return true;
	if (!qx_scan_take(scan, " "))
		return qx_scan_fail(scan, "no single blank after the value");
	if (scan->at == scan->end)
		return qx_scan_fail(scan, "a blank at the end of the line");
	sample->has_time = true;
	return qx_lines_seconds(lines, &sample->time);
}

/* What a line needs beside the lines themselves. */
struct reading {
	struct qx_lines lines; /* first: a pointer to it is one to the whole */
	void (*sample)(struct qx_lines *lines);
	bool late; /* something after # EOF was noted */
};

static bool refused(struct reading *reading)
{
	struct qx_scan *scan = &reading->lines.scan;

	if (reading->lines.ended) {
		if (!reading->late)
			qx_scan_fail(scan, "something after # EOF");
		reading->late = true;
		return true;
	}
	if (scan->at == scan->end)
		return !qx_scan_fail(scan, "a blank line");
	if (scan->end[-1] == '\r') {
		scan->at = scan->end - 1;
		return !qx_scan_fail(scan, "a carriage return at the end of the line");
	}
	return false;
}

static void line(struct qx_lines *lines)
{
	struct reading *reading = (struct reading *)lines;

	if (refused(reading))
		return;
	if (*lines->scan.at == '#')
		hash_line(lines);
	else
		reading->sample(lines);
}

void qx_openmetrics_read(struct qx_exposition *exposition, void (*sample)(struct qx_lines *lines))
{
	static const struct qx_dialect dialect = { .quoted_names = true,
						   .any_escape = true,
						   .escaped_quotes = true };
	struct reading reading = { .lines = { .scan = { .exposition = exposition,
							.dialect = &dialect } },
				   .sample = sample };

	qx_lines_read(&reading.lines, line);
	if (!reading.lines.ended)
		qx_error(exposition, exposition->input.len, "no # EOF at the end");
}
