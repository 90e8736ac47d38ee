/* SPDX-License-Identifier: MIT */
/* text.c: see text.h. */
#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_ROOM 256
#define REPLACEMENT "\xef\xbf\xbd"
#define ELLIPSIS "\xe2\x80\xa6"

void qc_text_free(struct qc_text *text)
{
	free(text->data);
	*text = (struct qc_text){ 0 };
}

static bool grow(struct qc_text *text, size_t len)
{
	size_t room = text->room ? text->room : LEAST_ROOM;
	char *data;

	while (room - text->len < len)
		room *= 2;
	if (room == text->room)
		return true;
	data = realloc(text->data, room);
	if (!data)
		return false;
	text->data = data;
	text->room = room;
	return true;
}

void qc_text_add(struct qc_text *text, const char *data, size_t len)
{
	text->failed = text->failed || !grow(text, len);
	if (text->failed || len == 0)
		return;
	memcpy(text->data + text->len, data, len);
	text->len += len;
}

void qc_text_raw(struct qc_text *text, const char *data)
{
	qc_text_add(text, data, strlen(data));
}

void qc_text_u64(struct qc_text *text, uint64_t number)
{
	char digits[24];

	snprintf(digits, sizeof digits, "%" PRIu64, number);
	qc_text_raw(text, digits);
}

char *qc_text_string(struct qc_text *text)
{
	char *string;

	qc_text_add(text, "", 1);
	string = text->failed ? NULL : text->data;
	if (!string)
		free(text->data);
	*text = (struct qc_text){ 0 };
	return string;
}

/* --- UTF-8 --------------------------------------------------------------------------------- */

/* How long the character is that begins with this byte; 0: none does. */
static size_t announced(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first < 0xe0)
		return 2;
	if (first >= 0xe0 && first < 0xf0)
		return 3;
	return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

/* The second byte may not make the character one that a shorter form has, a surrogate, or one
 * beyond U+10FFFF. */
static bool second_is_good(unsigned char first, unsigned char second)
{
	unsigned char least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
	unsigned char most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;

	return second >= least && second <= most;
}

/* The length of the character at the start; 0: it is none. */
static size_t character(const char *any, size_t len)
{
	const unsigned char *byte = (const unsigned char *)any;
	size_t n = announced(byte[0]), i;

	if (n == 0 || n > len || (n > 1 && !second_is_good(byte[0], byte[1])))
		return 0;
	for (i = 2; i < n; i++) {
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
	}
	return n;
}

void qc_text_utf8(struct qc_text *text, const char *any, size_t len, size_t max)
{
	const char *end = any + len;
	size_t start = text->len, n;

	while (any < end) {
		n = character(any, (size_t)(end - any));
		if (text->len - start + (n ? n : strlen(REPLACEMENT)) > max) {
			qc_text_raw(text, ELLIPSIS);
			return;
		}
		qc_text_add(text, n ? any : REPLACEMENT, n ? n : strlen(REPLACEMENT));
		any += n ? n : 1;
		if (text->failed)
			return;
	}
}

/* --- JSON ---------------------------------------------------------------------------------- */

/* A byte of ASCII. */
static void add_escaped(struct qc_text *text, char c)
{
	char escape[8];

	if (c == '"' || c == '\\')
		snprintf(escape, sizeof escape, "\\%c", c);
	else if ((unsigned char)c < 0x20 || c == 0x7f)
		snprintf(escape, sizeof escape, "\\u%04x", (unsigned)c);
	else
		snprintf(escape, sizeof escape, "%c", c);
	qc_text_raw(text, escape);
}

void qc_text_json(struct qc_text *text, const char *any, size_t len)
{
	const char *end = any + len;
	size_t n;

	qc_text_raw(text, "\"");
	while (any < end && !text->failed) {
		n = character(any, (size_t)(end - any));
		if (n == 1)
			add_escaped(text, *any);
		else
			qc_text_add(text, n ? any : REPLACEMENT, n ? n : strlen(REPLACEMENT));
		any += n ? n : 1;
	}
	qc_text_raw(text, "\"");
}
