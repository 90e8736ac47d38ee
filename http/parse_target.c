/* SPDX-License-Identifier: MIT */
/* parse_target.c: the request's target in its four forms, and the path in it (parse.h). */
#include "parse.h"

#include <string.h>

/* A URL is made of visible ASCII; it never has its fragment with it here. */
static bool visible(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] <= ' ' || text[i] > '~' || text[i] == '#')
			return false;
	}
	return true;
}

/* Decodes once. A path that is too long to be one of ours is checked all the same. */
static bool read_path(struct qp_request *request, const char *text, size_t len)
{
	size_t used, n = 0;

	for (size_t i = 0; i < len; i += used) {
		unsigned char c = qp_percent_decode(text + i, len - i, &used);

		if (c == 0)
			return false;
		if (n < sizeof(request->path))
			request->path[n] = (char)c;
		n++;
	}
	request->path_len = n <= sizeof(request->path) ? n : 0;
	return true;
}

/* What it asks for is query.h's; a broken one is a broken request. */
static bool check_query(const char *text, size_t len)
{
	size_t used;

	for (size_t i = 0; i < len; i += used) {
		if (qp_percent_decode(text + i, len - i, &used) == 0)
			return false;
	}
	return true;
}

static bool read_origin(struct qp_request *request, const char *target, size_t len)
{
	const char *mark = memchr(target, '?', len);
	size_t path = mark ? (size_t)(mark - target) : len;

	if (path == 0) /* absolute-form with nothing behind the authority */
		return read_path(request, "/", 1) && check_query(target, len);
	return read_path(request, target, path) && check_query(target + path, len - path);
}

/* How long "http://" or "https://" is, 0 where it is neither. */
static size_t scheme_len(const char *target, size_t len)
{
	if (len >= 7 && qp_same_word(target, 7, "http://"))
		return 7;
	if (len >= 8 && qp_same_word(target, 8, "https://"))
		return 8;
	return 0;
}

static bool read_absolute(struct qp_request *request, const char *target, size_t len)
{
	size_t start = scheme_len(target, len);
	size_t end = start;

	while (end < len && target[end] != '/' && target[end] != '?')
		end++;
	return start > 0 && end > start && qp_authority_valid(target + start, end - start) &&
	       read_origin(request, target + end, len - end);
}

bool qp_target_parse(struct qp_request *request, const char *target, size_t len)
{
	if (len == 0 || !visible(target, len))
		return false;
	if (request->connect)
		return qp_authority_valid(target, len);
	if (len == 1 && target[0] == '*')
		return request->options;
	if (target[0] == '/')
		return read_origin(request, target, len);
	return read_absolute(request, target, len);
}

static bool is_name_char(char c)
{
	static const char marks[] = "-._~!$&'()*+;=";

	return qp_hex(c) >= 0 || (c >= 'g' && c <= 'z') || (c >= 'G' && c <= 'Z') ||
	       (c != '\0' && strchr(marks, c) != NULL);
}

/* A name or an IPv4 address; the comma that grammar allows would make it a list. */
static size_t name_len(const char *text, size_t len)
{
	size_t i = 0, used;

	while (i < len && (is_name_char(text[i]) || text[i] == '%')) {
		if (qp_percent_decode(text + i, len - i, &used) == 0)
			break;
		i += used;
	}
	return i;
}

/* "[...]" with at least one character in it. */
static size_t literal_len(const char *text, size_t len)
{
	size_t i = 1;

	while (i < len && (is_name_char(text[i]) || text[i] == ':'))
		i++;
	return i > 1 && i < len && text[i] == ']' ? i + 1 : 0;
}

/* host [":" port]; the whole may be empty. */
bool qp_authority_valid(const char *text, size_t len)
{
	bool literal = len > 0 && text[0] == '[';
	size_t i = literal ? literal_len(text, len) : name_len(text, len);

	if (literal && i == 0)
		return false;
	if (i < len && text[i] == ':') {
		for (i++; i < len && text[i] >= '0' && text[i] <= '9'; i++)
			;
	}
	return i == len;
}
