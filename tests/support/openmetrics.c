/* SPDX-License-Identifier: MIT */
/* openmetrics.c: see openmetrics.h. */
#include "openmetrics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A cursor in one line, and the place for the next text. */
struct reader {
	const char *at, *end;
	char *texts;
};

static bool take(struct reader *r, const char *text)
{
	size_t len = strlen(text);

	if ((size_t)(r->end - r->at) < len || memcmp(r->at, text, len) != 0)
		return false;
	r->at += len;
	return true;
}

/* --- texts ----------------------------------------------------------------------------------- */

static bool legal(const char *name, size_t len, bool colon)
{
	static const char chars[] = "0123456789_abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ:";

	if (len == 0 || memchr(chars, name[0], 10))
		return false;
	for (size_t i = 0; i < len; i++)
		if (!memchr(chars, name[i], sizeof(chars) - (colon ? 1 : 2)))
			return false;
	return true;
}

/* Up to an unescaped quote, or the end of the line; quotes must be escaped there too. */
static const char *take_escaped(struct reader *r, size_t *len)
{
	char *text = r->texts;

	while (r->at < r->end && *r->at != '"') {
		char c = *r->at++;

		if (c == '\\') {
			c = r->at < r->end ? *r->at++ : 0;
			if (c != 'n' && c != '\\' && c != '"')
				return NULL;
			c = c == 'n' ? '\n' : c;
		}
		*r->texts++ = c;
	}
	*len = (size_t)(r->texts - text);
	*r->texts++ = 0;
	return text;
}

static const char *take_quoted(struct reader *r, size_t *len)
{
	const char *text = take(r, "\"") ? take_escaped(r, len) : NULL;

	return text && take(r, "\"") ? text : NULL;
}

/* The run of bytes before one of those in stops. */
static const char *take_until(struct reader *r, const char *stops, size_t *len)
{
	char *text = r->texts;

	while (r->at < r->end && !strchr(stops, *r->at))
		*r->texts++ = *r->at++;
	*len = (size_t)(r->texts - text);
	*r->texts++ = 0;
	return text;
}

/* A name in quotes must need them, one without must not. */
static const char *take_name(struct reader *r, const char *stops, bool colon)
{
	bool quoted = r->at < r->end && *r->at == '"';
	size_t len;
	const char *name = quoted ? take_quoted(r, &len) : take_until(r, stops, &len);

	if (!name || len == 0 || legal(name, len, colon) == quoted)
		return NULL;
	return name;
}

/* --- samples --------------------------------------------------------------------------------- */

static const char *take_number(struct reader *r)
{
	size_t len;
	const char *text = take_until(r, " ", &len);
	char *end;

	if (len == 0 || strpbrk(text, "xX_"))
		return NULL;
	strtod(text, &end);
	return *end ? NULL : text;
}

/* Seconds with a point and no exponent. */
static const char *take_time(struct reader *r)
{
	const char *text = take_number(r);

	return text && strspn(text, "0123456789.") == strlen(text) && strchr(text, '.') ? text
											: NULL;
}

static bool take_label(struct reader *r, struct qt_om_labels *labels)
{
	struct qt_label *label = &labels->items[labels->n];

	if (labels->n == QT_OM_LABELS)
		return false;
	label->name = take_name(r, "=", false);
	if (!label->name || !take(r, "="))
		return false;
	label->value = take_quoted(r, &label->value_len);
	labels->n++;
	return label->value != NULL;
}

/* Behind the opening brace and what else stands there: labels with commas between, a brace. */
static bool take_labels(struct reader *r, struct qt_om_labels *labels)
{
	do {
		if (!take_label(r, labels))
			return false;
	} while (take(r, ","));
	return take(r, "}");
}

static bool take_exemplar(struct reader *r, struct qt_om_line *line)
{
	line->exemplar = true;
	if (!take(r, "# {"))
		return false;
	if (!take(r, "}") && !take_labels(r, &line->exemplar_labels))
		return false;
	line->exemplar_value = take(r, " ") ? take_number(r) : NULL;
	if (!line->exemplar_value)
		return false;
	if (r->at == r->end)
		return true;
	line->exemplar_time = take(r, " ") ? take_time(r) : NULL;
	return line->exemplar_time && r->at == r->end;
}

static bool take_series(struct reader *r, struct qt_om_line *line)
{
	if (take(r, "{")) {
		line->name = *r->at == '"' ? take_name(r, "", true) : NULL;
		return line->name &&
		       (take(r, "}") || (take(r, ",") && take_labels(r, &line->labels)));
	}
	line->name = take_name(r, "{ ", true);
	return line->name && (!take(r, "{") || take_labels(r, &line->labels));
}

static bool take_sample(struct reader *r, struct qt_om_line *line)
{
	if (!take_series(r, line) || !take(r, " "))
		return false;
	line->text = take_number(r);
	if (!line->text)
		return false;
	line->text_len = strlen(line->text);
	return r->at == r->end || (take(r, " ") && take_exemplar(r, line));
}

/* --- lines ----------------------------------------------------------------------------------- */

static bool take_meta(struct reader *r, struct qt_om_line *line)
{
	static const char *const words[] = { "TYPE", "UNIT", "HELP" };

	for (size_t i = 0; i < 3 && !line->word; i++)
		if (take(r, words[i]))
			line->word = words[i];
	if (!line->word || !take(r, " "))
		return false;
	line->name = take_name(r, " ", true);
	if (!line->name || !take(r, " "))
		return false;
	line->text = take_escaped(r, &line->text_len);
	return line->text && r->at == r->end;
}

static bool read_line(struct qt_om *om, struct reader *r)
{
	struct qt_om_line *line = &om->lines[om->n_lines++];

	memset(line, 0, sizeof(*line));
	return take(r, "# ") ? take_meta(r, line) : take_sample(r, line);
}

static bool read_lines(struct qt_om *om, struct reader *r, const char *text, size_t len)
{
	static const char eof[] = "# EOF\n";
	const char *end = text + len;

	while (text < end) {
		const char *feed = memchr(text, '\n', (size_t)(end - text));

		if ((size_t)(end - text) == strlen(eof) && memcmp(text, eof, strlen(eof)) == 0)
			return true;
		if (!feed)
			return false;
		r->at = text;
		r->end = feed;
		if (!read_line(om, r))
			return false;
		text = feed + 1;
	}
	return false;
}

struct qt_om *qt_om_read(const char *text, size_t len, size_t *line)
{
	struct qt_om *om = calloc(1, sizeof(*om));
	size_t n = 1;

	for (size_t i = 0; i < len; i++)
		n += text[i] == '\n';
	if (!om)
		abort();
	om->lines = calloc(n, sizeof(*om->lines));
	om->texts = malloc(2 * len + 1);
	if (!om->lines || !om->texts)
		abort();
	if (read_lines(om, &(struct reader){ .texts = om->texts }, text, len))
		return om;
	*line = om->n_lines;
	qt_om_free(om);
	return NULL;
}

void qt_om_free(struct qt_om *om)
{
	if (!om)
		return;
	free(om->lines);
	free(om->texts);
	free(om);
}
