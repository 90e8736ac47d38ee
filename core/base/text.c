/* SPDX-License-Identifier: MIT */
/* text.c: validation of UTF-8 and of names, byte by byte, independent of any locale. */
#include "base/text.h"

#include <stdint.h>
#include <string.h>

#define HIGH_BITS UINT64_C(0x8080808080808080)

/* How many bytes from s on are plain ASCII, in steps of 8. */
static size_t ascii_run(const unsigned char *s, size_t len)
{
	size_t n = 0;

	for (; len - n >= 8; n += 8) {
		uint64_t word;

		memcpy(&word, s + n, sizeof(word));
		if (word & HIGH_BITS)
			break;
	}
	return n;
}

static size_t sequence_length(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead < 0xc2 || lead > 0xf4)
		return 0;
	return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/* Overlong forms, surrogates and what lies above U+10FFFF all show in the second byte. */
static bool second_valid(unsigned char lead, unsigned char second)
{
	unsigned char low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
	unsigned char high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;

	return second >= low && second <= high;
}

/* Bytes of the valid sequence that s begins with; 0 if there is none. */
static size_t sequence(const unsigned char *s, size_t len)
{
	size_t n = sequence_length(s[0]);

	if (n > len || (n > 1 && !second_valid(s[0], s[1])))
		return 0;
	for (size_t i = 2; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

bool qp_utf8_valid(const char *data, size_t len)
{
	const unsigned char *s = (const unsigned char *)data;

	for (size_t i = 0; i < len;) {
		size_t n = ascii_run(s + i, len - i);

		if (n == 0)
			n = sequence(s + i, len - i);
		if (n == 0)
			return false;
		i += n;
	}
	return true;
}

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool length_valid(size_t len)
{
	return len >= 1 && len <= QP_NAME_MAX;
}

bool qp_name_valid(const char *data, size_t len)
{
	return length_valid(len) && !memchr(data, '\0', len) && qp_utf8_valid(data, len);
}

bool qp_char_plain(unsigned char c, bool first)
{
	return is_lower((char)c) || (c >= 'A' && c <= 'Z') || c == '_' ||
	       (!first && is_digit((char)c));
}

bool qp_metric_name_plain(const char *data, size_t len)
{
	if (!length_valid(len))
		return false;
	for (size_t i = 0; i < len; i++)
		if (data[i] != ':' && !qp_char_plain((unsigned char)data[i], i == 0))
			return false;
	return true;
}

bool qp_label_name_plain(const char *data, size_t len)
{
	return qp_metric_name_plain(data, len) && !memchr(data, ':', len);
}

bool qp_unit_valid(const char *data, size_t len)
{
	if (!length_valid(len))
		return false;
	for (size_t i = 0; i < len; i++)
		if (!is_lower(data[i]) && !is_digit(data[i]) && data[i] != '_')
			return false;
	return true;
}
