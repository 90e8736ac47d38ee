/* SPDX-License-Identifier: MIT */
/* answer.c: see answer.h. */
#include "answer.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LONGEST_HEAD 65536

static enum answer_state bad(struct answer *answer, const char *error)
{
	answer->error = error;
	return ANSWER_BAD;
}

/* --- the head -------------------------------------------------------------------------------- */

static bool parse_status(struct answer *answer, const char *line, size_t len)
{
	if (len < 12 || strncmp(line, "HTTP/1.", 7) != 0 || line[8] != ' ')
		return false;
	for (size_t i = 9; i < 12; i++) {
		if (line[i] < '0' || line[i] > '9')
			return false;
		answer->status = answer->status * 10 + (line[i] - '0');
	}
	return true;
}

/* Fields end up in messages, so what is not printable ASCII and might command a terminal is
 * replaced; a tab is as good as a blank there. */
static void copy_value(char *out, size_t size, const char *value, size_t len)
{
	if (len >= size)
		len = size - 1;
	for (size_t i = 0; i < len; i++) {
		char byte = value[i] == '\t' ? ' ' : value[i];

		out[i] = byte >= 0x20 && byte < 0x7f ? byte : '?';
	}
	out[len] = '\0';
}

static bool parse_length(struct answer *answer, const char *value, size_t len)
{
	if (len == 0 || len > 12)
		return false;
	answer->has_length = true;
	answer->length = 0;
	for (size_t i = 0; i < len; i++) {
		if (value[i] < '0' || value[i] > '9')
			return false;
		answer->length = answer->length * 10 + (size_t)(value[i] - '0');
	}
	return true;
}

static bool named(const char *line, size_t len, const char *name)
{
	return len == strlen(name) && strncasecmp(line, name, len) == 0;
}

static bool parse_field(struct answer *answer, const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len);
	size_t name_len = colon ? (size_t)(colon - line) : 0;
	const char *value = colon ? colon + 1 : NULL, *end = line + len;

	if (!colon)
		return false;
	while (value < end && (*value == ' ' || *value == '\t'))
		value++;
	while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	len = (size_t)(end - value);
	if (named(line, name_len, "content-type"))
		copy_value(answer->content_type, sizeof(answer->content_type), value, len);
	else if (named(line, name_len, "content-encoding"))
		copy_value(answer->encoding, sizeof(answer->encoding), value, len);
	else if (named(line, name_len, "transfer-encoding"))
		answer->chunked = true;
	else if (named(line, name_len, "content-length"))
		return parse_length(answer, value, len);
	return true;
}

/* The head up to its empty line, which is at end. */
static bool parse_head(struct answer *answer, const char *bytes, const char *end)
{
	bool first = true;

	while (bytes < end) {
		const char *next = memmem(bytes, (size_t)(end + 2 - bytes), "\r\n", 2);
		size_t len = (size_t)(next - bytes);

		if (first ? !parse_status(answer, bytes, len) : !parse_field(answer, bytes, len))
			return false;
		first = false;
		bytes = next + 2;
	}
	return !first;
}

/* --- the body -------------------------------------------------------------------------------- */

/* The length of a chunk from its line; false if it is none. */
static bool chunk_length(const char *line, const char *end, size_t *length)
{
	size_t digits = 0;

	*length = 0;
	for (; line < end && *line != ';' && *line != ' '; line++, digits++) {
		static const char hex[] = "0123456789abcdef";
		const char *digit = *line ? strchr(hex, *line >= 'A' ? *line | 0x20 : *line) : NULL;

		if (!digit || digits == 8)
			return false;
		*length = *length << 4 | (size_t)(digit - hex);
	}
	return digits > 0;
}

/* Joins chunks in place once all have come; fields after the last are passed over. */
static enum answer_state join_chunks(struct answer *answer, char *bytes, size_t len, bool join)
{
	char *at = bytes, *end = bytes + len, *out = bytes;
	size_t length;

	for (;;) {
		char *feed = memmem(at, (size_t)(end - at), "\r\n", 2);

		if (!feed)
			return ANSWER_INCOMPLETE;
		if (!chunk_length(at, feed, &length))
			return bad(answer, "a chunk without a length");
		at = feed + 2;
		if (length == 0)
			break;
		if ((size_t)(end - at) < length + 2)
			return ANSWER_INCOMPLETE;
		if (at[length] != '\r' || at[length + 1] != '\n')
			return bad(answer, "a chunk of another length than it says");
		if (join)
			memmove(out, at, length);
		out += length;
		at += length + 2;
	}
	if ((size_t)(end - at) < 2 || memcmp(end - 2, "\r\n", 2) != 0)
		return ANSWER_INCOMPLETE;
	answer->body = bytes;
	answer->body_len = (size_t)(out - bytes);
	return ANSWER_OK;
}

static enum answer_state read_chunks(struct answer *answer, char *bytes, size_t len, bool ended)
{
	enum answer_state state;

	/* Looked through only when it may be all, so that the work stays in proportion. */
	if (!ended && (len < 5 || memcmp(bytes + len - 5, "0\r\n\r\n", 5) != 0))
		return ANSWER_INCOMPLETE;
	state = join_chunks(answer, bytes, len, false);
	if (state == ANSWER_OK)
		return join_chunks(answer, bytes, len, true);
	return ended && state == ANSWER_INCOMPLETE ? bad(answer, "the last chunk is missing")
						   : state;
}

static enum answer_state read_body(struct answer *answer, char *bytes, size_t len, bool ended)
{
	if (answer->chunked)
		return read_chunks(answer, bytes, len, ended);
	if (answer->has_length && len < answer->length)
		return ended ? bad(answer, "the body is shorter than its Content-Length")
			     : ANSWER_INCOMPLETE;
	if (!answer->has_length && !ended)
		return ANSWER_INCOMPLETE;
	answer->body = bytes;
	answer->body_len = answer->has_length ? answer->length : len;
	return ANSWER_OK;
}

enum answer_state answer_read(struct answer *answer, char *bytes, size_t len, bool ended)
{
	char *end = memmem(bytes, len < LONGEST_HEAD ? len : LONGEST_HEAD, "\r\n\r\n", 4);

	*answer = (struct answer){ .status = 0 };
	if (!end)
		return ended || len >= LONGEST_HEAD ? bad(answer, "no HTTP answer")
						    : ANSWER_INCOMPLETE;
	if (!parse_head(answer, bytes, end))
		return bad(answer, "no HTTP answer");
	end += 4;
	return read_body(answer, end, len - (size_t)(end - bytes), ended);
}
