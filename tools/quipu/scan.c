/* SPDX-License-Identifier: MIT */
/* scan.c: tokens of the text formats. */
#include "scan.h"

#include <stdio.h>
#include <string.h>

bool qx_scan_fail(struct qx_scan *scan, const char *format, ...)
{
	struct qx_exposition *x = scan->exposition;
	va_list arguments;

	va_start(arguments, format);
	qx_find(&x->findings, &x->arena, qx_scan_offset(scan), format, arguments);
	va_end(arguments);
	return false;
}

size_t qx_scan_offset(const struct qx_scan *scan)
{
	return qx_offset(scan->exposition, scan->at);
}

struct qx_text qx_scan_rest(const struct qx_scan *scan)
{
	return (struct qx_text){ scan->at, (size_t)(scan->end - scan->at) };
}

bool qx_scan_take(struct qx_scan *scan, const char *bytes)
{
	size_t len = strlen(bytes);

	if ((size_t)(scan->end - scan->at) < len || memcmp(scan->at, bytes, len) != 0)
		return false;
	scan->at += len;
	return true;
}

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

size_t qx_scan_blanks(struct qx_scan *scan)
{
	const char *start = scan->at;

	while (scan->at < scan->end && blank(*scan->at))
		scan->at++;
	return (size_t)(scan->at - start);
}

/* Blanks where the dialect has them and nobody needs them. */
static void skip(struct qx_scan *scan)
{
	if (scan->dialect->spaces)
		qx_scan_blanks(scan);
}

struct qx_text qx_scan_token(struct qx_scan *scan, const char *stops)
{
	const char *start = scan->at;

	while (scan->at < scan->end && !blank(*scan->at) &&
	       !(*scan->at && strchr(stops, *scan->at)))
		scan->at++;
	return (struct qx_text){ start, (size_t)(scan->at - start) };
}

/* --- names and texts ------------------------------------------------------------------ */

/* The character that an escape stands for, 0 if it is none. */
static char escaped(char c, bool quote)
{
	if (c == 'n')
		return '\n';
	return c == '\\' || (c == '"' && quote) ? c : '\0';
}

/* The first escape is at scan->at; unescapes up to stop or the end into the arena. */
static bool unescape(struct qx_scan *scan, const char *start, const char *stop, bool quote,
		     struct qx_text *text)
{
	char *out = qx_take(&scan->exposition->arena, (size_t)(stop - start) + 1), *o = out;

	for (const char *c = start; c < stop; c++) {
		char meant = *c == '\\' && c + 1 < stop ? escaped(c[1], quote) : '\0';

		if (meant)
			c++;
		if (*c == '\\' && !meant && !scan->dialect->any_escape) {
			scan->at = c;
			return qx_scan_fail(scan, "undefined escape \"%.*s\"", stop - c > 1 ? 2 : 1,
					    c);
		}
		*o++ = meant ? meant : *c;
	}
	*text = (struct qx_text){ out, (size_t)(o - out) };
	return true;
}

/* The closing quote of a text that begins at start, NULL if it is not on this line. */
static const char *closing_quote(const char *start, const char *end, bool *escapes)
{
	*escapes = false;
	for (const char *c = start; c < end; c++) {
		if (*c == '"')
			return c;
		if (*c == '\\') {
			*escapes = true;
			c++;
		}
	}
	return NULL;
}

/* A text in quotes; the opening one was passed. */
static bool quoted(struct qx_scan *scan, const char *what, struct qx_text *text)
{
	bool escapes;
	const char *start = scan->at, *stop = closing_quote(start, scan->end, &escapes);

	if (!stop) {
		scan->at--;
		return qx_scan_fail(scan, "%s without a closing quote", what);
	}
	*text = (struct qx_text){ start, (size_t)(stop - start) };
	if (escapes && !unescape(scan, start, stop, true, text))
		return false;
	scan->at = stop + 1;
	return true;
}

bool qx_scan_help(struct qx_scan *scan, struct qx_text *help)
{
	struct qx_text rest = qx_scan_rest(scan);
	const char *quote = scan->dialect->escaped_quotes ? memchr(rest.data, '"', rest.len) : NULL;

	*help = rest;
	for (const char *c = rest.data; quote && c < quote; c++) {
		if (*c == '\\' && ++c == quote)
			quote = memchr(c + 1, '"', (size_t)(scan->end - c - 1));
	}
	if (quote) {
		scan->at = quote;
		return qx_scan_fail(scan, "HELP with a quote that is not escaped");
	}
	if (memchr(rest.data, '\\', rest.len))
		return unescape(scan, rest.data, scan->end, scan->dialect->escaped_quotes, help);
	return true;
}

static bool quoted_name(struct qx_scan *scan, struct qx_text *name)
{
	const char *start = scan->at;

	if (!scan->dialect->quoted_names)
		return qx_scan_fail(scan, "a quoted name, which this format does not have");
	scan->at++;
	if (!quoted(scan, "name", name))
		return false;
	if (name->len > 0)
		return true;
	scan->at = start;
	return qx_scan_fail(scan, "an empty name");
}

static bool name_ends(char c)
{
	return blank(c) || c == '{' || c == '}' || c == '=' || c == ',' || c == '"';
}

bool qx_scan_name(struct qx_scan *scan, bool colon, struct qx_text *name)
{
	const char *start = scan->at;

	if (start < scan->end && *start == '"')
		return quoted_name(scan, name);
	while (scan->at < scan->end && !name_ends(*scan->at))
		scan->at++;
	*name = (struct qx_text){ start, (size_t)(scan->at - start) };
	if (qx_legal_name(*name, colon))
		return true;
	scan->at = start;
	return qx_scan_fail(scan, name->len ? "invalid %s name \"%.*s\"" : "no %s name%.*s",
			    colon ? "metric" : "label", QX_SHOW(*name));
}

/* --- labels ---------------------------------------------------------------------------- */

static bool add_label(struct qx_scan *scan, struct qx_label label)
{
	struct qx_labels *labels = &scan->labels;

	labels->items =
		qx_grow(labels->items, labels->n, &labels->capacity, sizeof(*labels->items));
	labels->items[labels->n++] = label;
	return true;
}

static bool label_value(struct qx_scan *scan, const char *start, struct qx_label *label)
{
	skip(scan);
	if (!qx_scan_take(scan, "="))
		return qx_scan_fail(scan, "no \"=\" after label name \"%.*s\"",
				    QX_SHOW(label->name));
	skip(scan);
	if (!qx_scan_take(scan, "\""))
		return qx_scan_fail(scan, "no quote before the value of label \"%.*s\"",
				    QX_SHOW(label->name));
	if (!quoted(scan, "label value", &label->value))
		return false;
	if (label->name.len < 2 || memcmp(label->name.data, "__", 2) != 0)
		return true;
	scan->at = start;
	return qx_scan_fail(scan, "reserved label name \"%.*s\"", QX_SHOW(label->name));
}

/* A label, or, where one may be, a quoted metric name. */
static bool item(struct qx_scan *scan, struct qx_text *name)
{
	const char *start = scan->at;
	struct qx_label label;

	if (!qx_scan_name(scan, false, &label.name))
		return false;
	skip(scan);
	if (*start != '"' || (scan->at < scan->end && *scan->at == '='))
		return label_value(scan, start, &label) && add_label(scan, label);
	if (name && !name->data && scan->labels.n == 0) {
		*name = label.name;
		return true;
	}
	scan->at = start;
	return qx_scan_fail(scan, "a name without a value among the labels");
}

bool qx_scan_labels(struct qx_scan *scan, struct qx_text *name)
{
	skip(scan);
	if (qx_scan_take(scan, "}"))
		return true;
	do {
		skip(scan);
		if (!item(scan, name))
			return false;
		skip(scan);
		if (qx_scan_take(scan, "}"))
			return true;
		if (!qx_scan_take(scan, ","))
			return qx_scan_fail(scan, "no \",\" or \"}\" after a label");
		skip(scan);
	} while (!scan->dialect->spaces || !qx_scan_take(scan, "}"));
	return true;
}

static bool no_label_twice(struct qx_scan *scan, const char *start)
{
	struct qx_labels *labels = &scan->labels;

	const struct qx_label *twice = qx_labels_sort(labels->items, &labels->n);

	if (!twice)
		return true;
	scan->at = start;
	return qx_scan_fail(scan, "label \"%.*s\" twice", QX_SHOW(twice->name));
}

bool qx_scan_series(struct qx_scan *scan, struct qx_text *name)
{
	const char *start = scan->at;

	scan->labels.n = 0;
	*name = (struct qx_text){ NULL, 0 };
	if (start < scan->end && *start != '{') {
		if (*start == '"')
			return qx_scan_fail(scan, "a quoted name outside of braces");
		if (!qx_scan_name(scan, true, name))
			return false;
	}
	skip(scan);
	start = scan->at;
	if (qx_scan_take(scan, "{") &&
	    (!qx_scan_labels(scan, name) || !no_label_twice(scan, start)))
		return false;
	return name->data || qx_scan_fail(scan, "a sample without a name");
}

/* --- numbers ---------------------------------------------------------------------------- */

bool qx_scan_number(struct qx_scan *scan, const char *stops, struct qx_number *number)
{
	struct qx_text token = qx_scan_token(scan, stops);

	if (qx_number_parse(token, number))
		return true;
	scan->at = token.data;
	return qx_scan_fail(scan, token.len ? "invalid number \"%.*s\"" : "no value%.*s",
			    QX_SHOW(token));
}
