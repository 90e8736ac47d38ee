/* SPDX-License-Identifier: MIT */
/* json.c: see json.h. */
#include "json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DEEPEST 64

/* A cursor in the text. */
struct json {
	const char *at, *end;
	int depth;
};

static bool next_is(const struct json *j, char c)
{
	return j->at < j->end && *j->at == c;
}

static bool take(struct json *j, char c)
{
	if (!next_is(j, c))
		return false;
	j->at++;
	return true;
}

static bool take_word(struct json *j, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(j->end - j->at) < len || memcmp(j->at, word, len) != 0)
		return false;
	j->at += len;
	return true;
}

/* --- strings --------------------------------------------------------------------------------- */

static bool take_hex(struct json *j, uint32_t *code)
{
	static const char digits[] = "0123456789abcdefABCDEF";

	*code = 0;
	for (int i = 0; i < 4; i++) {
		const char *digit = j->at < j->end && *j->at ? strchr(digits, *j->at++) : NULL;

		if (!digit)
			return false;
		*code = *code << 4 | (uint32_t)(digit - digits - (digit - digits > 15 ? 6 : 0));
	}
	return true;
}

/* One code point below U+0800; the library writes no others as \u. */
static char *put_code(char *to, uint32_t code)
{
	if (code < 0x80) {
		*to++ = (char)code;
		return to;
	}
	*to++ = (char)(0xc0 | code >> 6);
	*to++ = (char)(0x80 | (code & 0x3f));
	return to;
}

/* What comes after a backslash; NULL for what no escape is. */
static char *take_escape(struct json *j, char *to)
{
	static const char short_forms[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	char c = j->at < j->end ? *j->at++ : '\0';
	const char *form = c ? strchr(short_forms, c) : NULL;
	uint32_t code;

	if (form) {
		*to++ = meant[form - short_forms];
		return to;
	}
	return c == 'u' && take_hex(j, &code) && code < 0x800 ? put_code(to, code) : NULL;
}

/* A string with its quotes, unescaped to a place that has room for it; where that ends, or NULL. */
static char *take_string(struct json *j, char *to)
{
	if (!take(j, '"'))
		return NULL;
	while (to && j->at < j->end && *j->at != '"') {
		char c = *j->at++;

		if (c == '\\')
			to = take_escape(j, to);
		else if ((unsigned char)c >= 0x20)
			*to++ = c;
		else
			return NULL;
	}
	return take(j, '"') ? to : NULL;
}

/* Bytes up to the end of the string that begins here: none of what it says is longer. */
static size_t room_for_string(const struct json *j)
{
	const char *at = j->at + (j->at < j->end);

	while (at < j->end && *at != '"')
		at += at + 1 < j->end && *at == '\\' ? 2 : 1;
	return (size_t)(at - j->at) + 1;
}

bool qt_json_string(const char *text, size_t len, char *to, size_t *n)
{
	struct json j = { text, text + len, 0 };
	char *end = take_string(&j, to);

	*n = end ? (size_t)(end - to) : 0;
	return end && j.at == j.end;
}

/* --- numbers --------------------------------------------------------------------------------- */

static bool take_digits(struct json *j)
{
	const char *first = j->at;

	while (j->at < j->end && *j->at >= '0' && *j->at <= '9')
		j->at++;
	return j->at > first;
}

static bool take_number(struct json *j)
{
	take(j, '-');
	if (!take(j, '0') && !take_digits(j))
		return false;
	if (take(j, '.') && !take_digits(j))
		return false;
	if (!next_is(j, 'e') && !next_is(j, 'E'))
		return true;
	j->at++;
	if (!take(j, '+'))
		take(j, '-');
	return take_digits(j);
}

/* --- values ---------------------------------------------------------------------------------- */

static bool take_value(struct json *j);

/* The names of an object, one behind the other in a block, each with its length before it. */
struct names {
	char *block;
	size_t used;
};

static bool is_new(const struct names *names, const char *name, size_t len)
{
	size_t at = 0, one;

	for (; at < names->used; at += sizeof(one) + one) {
		memcpy(&one, names->block + at, sizeof(one));
		if (one == len && memcmp(names->block + at + sizeof(one), name, len) == 0)
			return false;
	}
	return true;
}

/* A name that the object has not had yet. */
static bool take_name(struct json *j, struct names *names)
{
	char *name = malloc(room_for_string(j)), *end = name ? take_string(j, name) : NULL;
	size_t len;
	bool fresh;

	len = end ? (size_t)(end - name) : 0;
	fresh = end && is_new(names, name, len);
	if (fresh) {
		names->block = realloc(names->block, names->used + sizeof(len) + len);
		memcpy(names->block + names->used, &len, sizeof(len));
		memcpy(names->block + names->used + sizeof(len), name, len);
		names->used += sizeof(len) + len;
	}
	free(name);
	return fresh;
}

static bool take_members(struct json *j)
{
	struct names names = { NULL, 0 };
	bool good;

	do
		good = take_name(j, &names) && take(j, ':') && take_value(j);
	while (good && take(j, ','));
	free(names.block);
	return good && take(j, '}');
}

static bool take_elements(struct json *j)
{
	do
		if (!take_value(j))
			return false;
	while (take(j, ','));
	return take(j, ']');
}

static bool take_text(struct json *j)
{
	char *text = malloc(room_for_string(j));
	bool good = text && take_string(j, text);

	free(text);
	return good;
}

static bool take_nested(struct json *j)
{
	if (take(j, '{'))
		return take(j, '}') || take_members(j);
	if (take(j, '['))
		return take(j, ']') || take_elements(j);
	if (next_is(j, '"'))
		return take_text(j);
	return take_word(j, "true") || take_word(j, "false") || take_word(j, "null") ||
	       take_number(j);
}

static bool take_value(struct json *j)
{
	bool good = ++j->depth < DEEPEST && take_nested(j);

	j->depth--;
	return good;
}

bool qt_json_valid(const char *text, size_t len)
{
	struct json j = { text, text + len, 0 };

	return take_value(&j) && j.at == j.end;
}
