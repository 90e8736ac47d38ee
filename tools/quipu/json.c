/* SPDX-License-Identifier: MIT */
/* json.c: the grammar of JSON, without a tree. */
#include "json.h"

#include <string.h>

#define DEEPEST 64

bool qx_json_fail(struct qx_json *json, const char *format, ...)
{
	struct qx_exposition *x = json->exposition;
	va_list arguments;

	if (json->failed)
		return false;
	json->failed = true;
	va_start(arguments, format);
	qx_find(&x->findings, &x->arena, qx_json_offset(json), format, arguments);
	va_end(arguments);
	return false;
}

size_t qx_json_offset(const struct qx_json *json)
{
	return qx_offset(json->exposition, json->at);
}

char qx_json_peek(struct qx_json *json)
{
	while (json->at < json->end && *json->at && strchr(" \t\r\n", *json->at))
		json->at++;
	return json->at < json->end && !json->failed ? *json->at : '\0';
}

static bool take(struct qx_json *json, char c)
{
	if (qx_json_peek(json) != c || json->at == json->end)
		return false;
	json->at++;
	return true;
}

static bool enter(struct qx_json *json, char c, const char *what)
{
	if (!take(json, c))
		return qx_json_fail(json, "no %s where one should be", what);
	if (++json->depth > DEEPEST)
		return qx_json_fail(json, "too deep");
	return true;
}

bool qx_json_object(struct qx_json *json)
{
	return enter(json, '{', "object");
}

bool qx_json_array(struct qx_json *json)
{
	return enter(json, '[', "array");
}

static bool another(struct qx_json *json, bool *first, char close)
{
	if (json->failed)
		return false;
	if (take(json, close)) {
		json->depth--;
		return false;
	}
	if (!*first && !take(json, ','))
		return qx_json_fail(json, "no \",\" or \"%c\"", close);
	*first = false;
	return true;
}

bool qx_json_element(struct qx_json *json, bool *first)
{
	return another(json, first, ']');
}

bool qx_json_member(struct qx_json *json, bool *first, struct qx_text *key)
{
	if (!another(json, first, '}') || !qx_json_string(json, key))
		return false;
	return take(json, ':') || qx_json_fail(json, "no \":\" after a key");
}

/* --- strings ------------------------------------------------------------------------------ */

static bool hex4(struct qx_json *json, const char *at, unsigned *code)
{
	*code = 0;
	if (json->end - at < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		static const char digits[] = "0123456789abcdef";
		const char *digit =
			at[i] ? strchr(digits, at[i] | (at[i] >= 'A' ? 0x20 : 0)) : NULL;

		if (!digit)
			return false;
		*code = *code << 4 | (unsigned)(digit - digits);
	}
	return true;
}

static char *put_utf8(char *out, unsigned code)
{
	if (code < 0x80) {
		*out++ = (char)code;
		return out;
	}
	if (code < 0x800) {
		*out++ = (char)(0xc0 | code >> 6);
	} else if (code < 0x10000) {
		*out++ = (char)(0xe0 | code >> 12);
		*out++ = (char)(0x80 | (code >> 6 & 0x3f));
	} else {
		*out++ = (char)(0xf0 | code >> 18);
		*out++ = (char)(0x80 | (code >> 12 & 0x3f));
		*out++ = (char)(0x80 | (code >> 6 & 0x3f));
	}
	*out++ = (char)(0x80 | (code & 0x3f));
	return out;
}

/* After "\u"; a pair of surrogates is one character, a single one is none. */
static bool unicode(struct qx_json *json, char **out)
{
	unsigned code, low;

	if (!hex4(json, json->at, &code))
		return qx_json_fail(json, "invalid \\u escape");
	json->at += 4;
	if (code >= 0xd800 && code <= 0xdbff && json->end - json->at >= 6 && json->at[0] == '\\' &&
	    json->at[1] == 'u' && hex4(json, json->at + 2, &low) && low >= 0xdc00 &&
	    low <= 0xdfff) {
		code = 0x10000 + ((code & 0x3ff) << 10 | (low & 0x3ff));
		json->at += 6;
	}
	if (code >= 0xd800 && code <= 0xdfff)
		return qx_json_fail(json, "half a surrogate pair");
	*out = put_utf8(*out, code);
	return true;
}

static bool escape(struct qx_json *json, char **out)
{
	static const char names[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	char c = json->at < json->end ? *json->at : '\0';
	const char *name = c ? strchr(names, c) : NULL;

	if (c == 'u') {
		json->at++;
		return unicode(json, out);
	}
	if (!name)
		return qx_json_fail(json, "invalid escape");
	json->at++;
	*(*out)++ = meant[name - names];
	return true;
}

static const char *closing_quote(const struct qx_json *json, bool *escapes)
{
	*escapes = false;
	for (const char *c = json->at; c < json->end; c++) {
		if (*c == '"')
			return c;
		if (*c == '\\') {
			*escapes = true;
			c++;
		}
	}
	return NULL;
}

static bool unescape(struct qx_json *json, const char *stop, struct qx_text *text)
{
	char *out = qx_take(&json->exposition->arena, (size_t)(stop - json->at) + 1), *o = out;

	while (json->at < stop) {
		if (*json->at != '\\') {
			*o++ = *json->at++;
			continue;
		}
		json->at++;
		if (!escape(json, &o))
			return false;
	}
	*text = (struct qx_text){ out, (size_t)(o - out) };
	return true;
}

static bool no_controls(struct qx_json *json, const char *stop)
{
	for (const char *c = json->at; c < stop; c++) {
		if ((unsigned char)*c < 0x20) {
			json->at = c;
			return qx_json_fail(json, "a control character in a string");
		}
	}
	return true;
}

bool qx_json_string(struct qx_json *json, struct qx_text *text)
{
	const char *stop;
	bool escapes;

	if (!take(json, '"'))
		return qx_json_fail(json, "no string where one should be");
	stop = closing_quote(json, &escapes);
	if (!stop)
		return qx_json_fail(json, "a string without a closing quote");
	if (!no_controls(json, stop))
		return false;
	*text = (struct qx_text){ json->at, (size_t)(stop - json->at) };
	if (escapes && !unescape(json, stop, text))
		return false;
	json->at = stop + 1;
	return true;
}

/* --- other values --------------------------------------------------------------------------- */

/* JSON has no plus sign, no point without digits on both sides, no needless zeros. */
static bool json_number(struct qx_text text)
{
	size_t i = text.len > 0 && text.data[0] == '-';

	if (i >= text.len || text.data[i] < '0' || text.data[i] > '9')
		return false;
	if (text.data[i] == '0' && i + 1 < text.len && !strchr(".eE", text.data[i + 1]))
		return false;
	for (; i < text.len; i++) {
		if (text.data[i] == '.' &&
		    (i + 1 == text.len || text.data[i + 1] < '0' || text.data[i + 1] > '9'))
			return false;
	}
	return true;
}

static struct qx_text token(const struct qx_json *json)
{
	const char *c = json->at;

	while (c < json->end && *c && strchr("+-.0123456789abcdefghijklmnopqrstuvwxyzE", *c))
		c++;
	return (struct qx_text){ json->at, (size_t)(c - json->at) };
}

bool qx_json_number(struct qx_json *json, struct qx_number *number)
{
	const char *start;
	struct qx_text text;

	if (qx_json_peek(json) == '"') {
		start = json->at;
		if (!qx_json_string(json, &text))
			return false;
		if ((qx_text_is(text, "NaN") || qx_text_is(text, "+Inf") ||
		     qx_text_is(text, "-Inf")) &&
		    qx_number_parse(text, number))
			return true;
		json->at = start;
		return qx_json_fail(json, "a text that is no number");
	}
	text = token(json);
	if (!json_number(text) || !qx_number_parse(text, number))
		return qx_json_fail(json, "no number where one should be");
	json->at += text.len;
	return true;
}

bool qx_json_bool(struct qx_json *json, bool *value)
{
	struct qx_text text;

	qx_json_peek(json);
	text = token(json);
	*value = qx_text_is(text, "true");
	if (!*value && !qx_text_is(text, "false"))
		return qx_json_fail(json, "neither true nor false");
	json->at += text.len;
	return true;
}

static bool skip_object(struct qx_json *json)
{
	struct qx_text key;
	bool first = true;

	if (!qx_json_object(json))
		return false;
	while (qx_json_member(json, &first, &key)) {
		if (!qx_json_skip(json))
			return false;
	}
	return !json->failed;
}

static bool skip_array(struct qx_json *json)
{
	bool first = true;

	if (!qx_json_array(json))
		return false;
	while (qx_json_element(json, &first)) {
		if (!qx_json_skip(json))
			return false;
	}
	return !json->failed;
}

bool qx_json_skip(struct qx_json *json)
{
	char c = qx_json_peek(json);
	struct qx_text text;
	struct qx_number number;
	bool value;

	if (c == '{')
		return skip_object(json);
	if (c == '[')
		return skip_array(json);
	if (c == '"')
		return qx_json_string(json, &text);
	text = token(json);
	if (qx_text_is(text, "null")) {
		json->at += text.len;
		return true;
	}
	if (c == 't' || c == 'f')
		return qx_json_bool(json, &value);
	return qx_json_number(json, &number);
}

bool qx_json_end(struct qx_json *json)
{
	qx_json_peek(json);
	return json->at == json->end || qx_json_fail(json, "something after the end");
}
