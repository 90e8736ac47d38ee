/* SPDX-License-Identifier: MIT */
/* text.c: comparing, hashing, and which bytes are characters. */
#include "text.h"

#include <string.h>

struct qx_text qx_text_of(const char *string)
{
	return (struct qx_text){ string, strlen(string) };
}

bool qx_text_same(struct qx_text a, struct qx_text b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

bool qx_text_is(struct qx_text text, const char *string)
{
	return qx_text_same(text, qx_text_of(string));
}

int qx_text_compare(struct qx_text a, struct qx_text b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len > 0 ? memcmp(a.data, b.data, len) : 0;

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

bool qx_text_ends(struct qx_text text, const char *suffix)
{
	size_t len = strlen(suffix);

	return text.len >= len && memcmp(text.data + text.len - len, suffix, len) == 0;
}

/* FNV-1a, then mixed so that the low bits are good; the length keeps ("ab", "c") apart. */
uint64_t qx_text_hash(uint64_t seed, struct qx_text text)
{
	uint64_t hash = seed ^ 0xcbf29ce484222325u;

	for (size_t i = 0; i < text.len; i++)
		hash = (hash ^ (unsigned char)text.data[i]) * 0x100000001b3u;
	hash = (hash ^ text.len) * 0x9e3779b97f4a7c15u;
	return hash ^ hash >> 29;
}

static bool name_byte(char c, bool first, bool colon)
{
	if (c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
		return true;
	return (c == ':' && colon) || (c >= '0' && c <= '9' && !first);
}

bool qx_legal_name(struct qx_text name, bool colon)
{
	for (size_t i = 0; i < name.len; i++) {
		if (!name_byte(name.data[i], i == 0, colon))
			return false;
	}
	return name.len > 0;
}

static size_t character_len(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (lead >= 0xe0 && lead <= 0xef)
		return 3;
	return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/* Overlong forms, surrogates and what is past U+10FFFF show in the second byte. */
static bool second_byte(unsigned char lead, unsigned char c)
{
	if (lead == 0xe0)
		return c >= 0xa0 && c <= 0xbf;
	if (lead == 0xed)
		return c >= 0x80 && c <= 0x9f;
	if (lead == 0xf0)
		return c >= 0x90 && c <= 0xbf;
	if (lead == 0xf4)
		return c >= 0x80 && c <= 0x8f;
	return c >> 6 == 2;
}

static size_t character(const unsigned char *s, size_t left)
{
	size_t len = character_len(s[0]);

	if (len == 0 || len > left || (len > 1 && !second_byte(s[0], s[1])))
		return 0;
	for (size_t i = 2; i < len; i++) {
		if (s[i] >> 6 != 2)
			return 0;
	}
	return len;
}

size_t qx_utf8_valid(struct qx_text text)
{
	size_t at = 0, len;

	while (at < text.len) {
		len = character((const unsigned char *)text.data + at, text.len - at);
		if (len == 0)
			break;
		at += len;
	}
	return at;
}

/* len: 0 where it is no character. */
static bool commands(const char *c, size_t len)
{
	unsigned char first = (unsigned char)c[0];

	return len == 0 || first < 0x20 || first == 0x7f ||
	       (first == 0xc2 && (unsigned char)c[1] < 0xa0);
}

void qx_defuse(char *text, size_t len)
{
	for (size_t at = 0, n; at<len; at += n> 0 ? n : 1) {
		n = character((const unsigned char *)text + at, len - at);
		if (commands(text + at, n))
			memset(text + at, '?', n > 0 ? n : 1);
	}
}

size_t qx_utf8_count(struct qx_text text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += (unsigned char)text.data[i] >> 6 != 2;
	return n;
}
