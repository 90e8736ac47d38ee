/* SPDX-License-Identifier: MIT */
/* json.c: the grammar of JSON (RFC 8259), without a tree. */
#include "json.h"

#define DEEPEST 64
#define MOST_WHOLE (UINT64_C(1) << 53)

static bool fail(struct json *json)
{
	json->failed = true;
	return false;
}

static char at(const struct json *json)
{
	return json->at < json->end ? *json->at : '\0';
}

char json_peek(struct json *json)
{
	while (at(json) == ' ' || at(json) == '\t' || at(json) == '\r' || at(json) == '\n')
		json->at++;
	return json->failed ? '\0' : at(json);
}

static bool take(struct json *json, char c)
{
	if (json->at == json->end || *json->at != c)
		return false;
	json->at++;
	return true;
}

static bool take_after_blanks(struct json *json, char c)
{
	return json_peek(json) == c && take(json, c);
}

static bool enter(struct json *json, char open)
{
	if (!take_after_blanks(json, open) || ++json->depth > DEEPEST)
		return fail(json);
	return true;
}

bool json_object(struct json *json)
{
	return enter(json, '{');
}

bool json_array(struct json *json)
{
	return enter(json, '[');
}

static bool another(struct json *json, bool *first, char close)
{
	bool was_first = *first;

	*first = false;
	if (take_after_blanks(json, close)) {
		json->depth--;
		return false;
	}
	if (!was_first && !take_after_blanks(json, ','))
		return fail(json);
	return !json->failed;
}

bool json_element(struct json *json, bool *first)
{
	return another(json, first, ']');
}

bool json_member(struct json *json, bool *first, struct span *key)
{
	if (!another(json, first, '}') || !json_string(json, key))
		return false;
	return take_after_blanks(json, ':') || fail(json);
}

/* --- strings ------------------------------------------------------------------------------ */

static bool hexadecimal(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* What comes after a backslash. */
static bool escape(struct json *json)
{
	char c = at(json);
	int i;

	if (!c || !strchr("\"\\/bfnrtu", c))
		return fail(json);
	json->at++;
	for (i = 0; c == 'u' && i < 4; i++, json->at++) {
		if (!hexadecimal(at(json)))
			return fail(json);
	}
	return true;
}

bool json_string(struct json *json, struct span *text)
{
	if (!take_after_blanks(json, '"'))
		return fail(json);
	text->at = json->at;
	while (json->at < json->end && (unsigned char)*json->at >= 0x20 && *json->at != '"') {
		if (*json->at++ == '\\' && !escape(json))
			return false;
	}
	text->len = (size_t)(json->at - text->at);
	return take(json, '"') || fail(json);
}

/* --- numbers and words -------------------------------------------------------------------- */

static bool digits(struct json *json)
{
	const char *start = json->at;

	while (at(json) >= '0' && at(json) <= '9')
		json->at++;
	return json->at > start;
}

/* Digits without a needless zero before them. */
static bool whole_part(struct json *json)
{
	bool zero = at(json) == '0';
	const char *start = json->at;

	return digits(json) && (!zero || json->at == start + 1);
}

static bool number(struct json *json)
{
	take(json, '-');
	if (!whole_part(json))
		return fail(json);
	if (take(json, '.') && !digits(json))
		return fail(json);
	if (!take(json, 'e') && !take(json, 'E'))
		return true;
	if (!take(json, '-'))
		take(json, '+');
	return digits(json) || fail(json);
}

bool json_whole(struct json *json, uint64_t *value)
{
	const char *start;

	json_peek(json);
	start = json->at;
	*value = 0;
	if (json->failed || !whole_part(json) || (at(json) && strchr(".eE", at(json))))
		return fail(json);
	for (; start < json->at; start++) {
		*value = *value * 10 + (uint64_t)(*start - '0');
		if (*value > MOST_WHOLE)
			return fail(json);
	}
	return true;
}

static bool word(struct json *json, const char *text)
{
	size_t len = strlen(text);

	if ((size_t)(json->end - json->at) < len || memcmp(json->at, text, len) != 0)
		return fail(json);
	json->at += len;
	return true;
}

/* --- values of any kind ------------------------------------------------------------------- */

static bool skip_object(struct json *json)
{
	struct span key;
	bool first = true;

	if (!json_object(json))
		return false;
	while (json_member(json, &first, &key))
		json_skip(json);
	return !json->failed;
}

static bool skip_array(struct json *json)
{
	bool first = true;

	if (!json_array(json))
		return false;
	while (json_element(json, &first))
		json_skip(json);
	return !json->failed;
}

bool json_skip(struct json *json)
{
	struct span text;

	switch (json_peek(json)) {
	case '{':
		return skip_object(json);
	case '[':
		return skip_array(json);
	case '"':
		return json_string(json, &text);
	case 't':
		return word(json, "true");
	case 'f':
		return word(json, "false");
	case 'n':
		return word(json, "null");
	default:
		return json->failed ? false : number(json);
	}
}

bool json_end(struct json *json)
{
	json_peek(json);
	return !json->failed && json->at == json->end;
}
