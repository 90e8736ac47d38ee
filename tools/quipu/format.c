/* SPDX-License-Identifier: MIT */
/* format.c: names, Content-Types and guesses. */
#include "format.h"

#include <string.h>
#include <strings.h>

struct known {
	const char *name, *media, *version;
};

#define KNOWN(id, name, media, version) { name, media, version },
static const struct known formats[] = { QX_FORMATS(KNOWN) };
#undef KNOWN

const char *qx_format_name(enum qx_format format)
{
	return formats[format].name;
}

bool qx_is_openmetrics(enum qx_format format)
{
	return format == QX_OPENMETRICS_0 || format == QX_OPENMETRICS || format == QX_OPENMETRICS_2;
}

bool qx_format_find(const char *name, enum qx_format *format)
{
	static const struct {
		const char *name;
		enum qx_format format;
	} others[] = { { "text", QX_TEXT },
		       { "openmetrics", QX_OPENMETRICS },
		       { "openmetrics-2.0.0-rc0", QX_OPENMETRICS_2 },
		       { "protobuf-delimited", QX_PROTOBUF } };

	for (size_t i = 0; i < QX_FORMAT_COUNT; i++) {
		*format = (enum qx_format)i;
		if (strcmp(name, formats[i].name) == 0)
			return true;
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		*format = others[i].format;
		if (strcmp(name, others[i].name) == 0)
			return true;
	}
	return false;
}

/* --- Content-Type --------------------------------------------------------------------- */

static struct qx_text trimmed(struct qx_text text)
{
	while (text.len > 0 && (*text.data == ' ' || *text.data == '\t')) {
		text.data++;
		text.len--;
	}
	while (text.len > 0 && strchr(" \t\r", text.data[text.len - 1]))
		text.len--;
	return text;
}

/* Cuts off what is before the next semicolon. */
static struct qx_text next_part(struct qx_text *rest)
{
	const char *semicolon = memchr(rest->data, ';', rest->len);
	size_t len = semicolon ? (size_t)(semicolon - rest->data) : rest->len;
	struct qx_text part = { rest->data, len };

	rest->data += len + (semicolon != NULL);
	rest->len -= len + (semicolon != NULL);
	return trimmed(part);
}

static bool same_word(struct qx_text text, const char *word)
{
	return text.len == strlen(word) && strncasecmp(text.data, word, text.len) == 0;
}

static struct qx_text unquoted(struct qx_text text)
{
	if (text.len >= 2 && text.data[0] == '"' && text.data[text.len - 1] == '"')
		return (struct qx_text){ text.data + 1, text.len - 2 };
	return text;
}

/* The value of a parameter, key being its name and "=". */
static struct qx_text parameter(struct qx_text rest, const char *key)
{
	size_t len = strlen(key);

	while (rest.len > 0) {
		struct qx_text part = next_part(&rest);

		if (part.len >= len && strncasecmp(part.data, key, len) == 0)
			return unquoted((struct qx_text){ part.data + len, part.len - len });
	}
	return (struct qx_text){ NULL, 0 };
}

/* What is called 0.0.4 but has names of any characters is 1.0.0: Go programs answer so. */
static enum qx_format of_escaping(enum qx_format format, struct qx_text parameters)
{
	if (format == QX_TEXT && same_word(parameter(parameters, "escaping="), "allow-utf-8"))
		return QX_TEXT_UTF8;
	return format;
}

bool qx_format_of_type(struct qx_text content_type, enum qx_format *format)
{
	struct qx_text media = next_part(&content_type);
	struct qx_text version = parameter(content_type, "version=");
	bool found = false;

	for (size_t i = QX_FORMAT_COUNT; i-- > 0;) {
		if (!same_word(media, formats[i].media))
			continue;
		*format = (enum qx_format)i;
		found = true;
		if (formats[i].version && same_word(version, formats[i].version))
			break;
	}
	*format = found ? of_escaping(*format, content_type) : *format;
	return found;
}

/* --- guessing -------------------------------------------------------------------------- */

static bool ends_in_eof(struct qx_text text)
{
	static const char eof[] = "# EOF";
	size_t at;

	if (text.len > 0 && text.data[text.len - 1] == '\n')
		text.len--;
	if (!qx_text_ends(text, eof))
		return false;
	at = text.len - (sizeof(eof) - 1);
	return at == 0 || text.data[at - 1] == '\n';
}

static bool contains(const char *data, size_t len, const char *wanted)
{
	return len > 0 && memmem(data, len, wanted, strlen(wanted)) != NULL;
}

static bool has_composites(const char *data, size_t len)
{
	return contains(data, len, " {count:") || contains(data, len, " {gcount:") ||
	       contains(data, len, " st@");
}

/* A length, then field 1 of a MetricFamily; a text that begins with a line feed and such bytes
 * would have to name a metric "\n…". */
static bool looks_delimited(const char *data, size_t len)
{
	size_t at = 0, length = 0;

	while (at < len && at < 5 && (unsigned char)data[at] & 0x80) {
		length |= (size_t)(data[at] & 0x7f) << 7 * at;
		at++;
	}
	if (at >= len || at >= 5)
		return false;
	length |= (size_t)data[at] << 7 * at;
	at++;
	return at + 1 < len && data[at] == '\n' && length >= 2 && length <= len - at &&
	       (size_t)(unsigned char)data[at + 1] + 2 <= length && data[at + 1] != '\n' &&
	       data[at + 1] != '#';
}

static bool looks_json(const char *data, size_t len)
{
	size_t at = 0;

	while (at < len && strchr(" \t\r\n", data[at]) && data[at])
		at++;
	if (at >= len || data[at] != '{')
		return false;
	at++;
	while (at < len && strchr(" \t\r\n", data[at]) && data[at])
		at++;
	return at >= len || data[at] == '}' || contains(data + at, len - at, "\"families\"");
}

enum qx_format qx_format_guess(const char *data, size_t len)
{
	if (ends_in_eof((struct qx_text){ data, len }))
		return has_composites(data, len) ? QX_OPENMETRICS_2 : QX_OPENMETRICS;
	if (looks_delimited(data, len))
		return QX_PROTOBUF;
	return looks_json(data, len) ? QX_JSON : QX_TEXT;
}
