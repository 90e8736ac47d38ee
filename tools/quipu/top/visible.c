/* SPDX-License-Identifier: MIT */
/* visible.c: see visible.h. */
#include "visible.h"

#include <string.h>
#include <wchar.h>

#define SOFT_HYPHEN 0xad /* terminals differ on whether it has a cell */
#define ASTRAL 0x10000	 /* and on how many the characters from here on have */

static size_t length_of(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead < 0xe0)
		return 2;
	return lead < 0xf0 ? 3 : 4;
}

static uint32_t decode(const char *data, size_t len)
{
	static const unsigned char masks[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	uint32_t character = (unsigned char)data[0] & masks[len];

	for (size_t i = 1; i < len; i++)
		character = character << 6 | ((unsigned char)data[i] & 0x3f);
	return character;
}

static struct visible spell(const char *format, uint32_t number)
{
	struct visible out = { .n = 0 };
	char text[VISIBLE_MOST + 1];

	out.n = snprintf(text, sizeof(text), format, number);
	for (int i = 0; i < out.n; i++)
		out.characters[i] = (unsigned char)text[i];
	return out;
}

static bool shows(uint32_t character, bool utf8)
{
	if (character < 0x80)
		return character >= 0x20 && character < 0x7f;
	return utf8 && character != SOFT_HYPHEN && character < ASTRAL &&
	       wcwidth((wchar_t)character) > 0;
}

static struct visible show(uint32_t character, bool utf8, bool quoted)
{
	struct visible one = { { character }, 1 };

	if (character == '\\' || (quoted && character == '"'))
		return (struct visible){ { '\\', character }, 2 };
	if (shows(character, utf8))
		return one;
	return spell(character < 0x80 ? "\\x%02x" : "\\u{%x}", character);
}

struct visible visible_next(struct qx_text *rest, bool utf8, bool quoted)
{
	size_t len = length_of((unsigned char)rest->data[0]);
	const char *at = rest->data;
	bool whole = len <= rest->len && qx_utf8_valid((struct qx_text){ at, len }) == len;

	if (!whole)
		len = 1;
	rest->data += len;
	rest->len -= len;
	return whole ? show(decode(at, len), utf8, quoted) : spell("\\x%02x", (unsigned char)at[0]);
}

int visible_width(uint32_t character)
{
	return character >= 0x80 && wcwidth((wchar_t)character) == 2 ? 2 : 1;
}

int visible_columns(struct qx_text text, bool utf8, bool quoted)
{
	int columns = 0;

	while (text.len > 0) {
		struct visible next = visible_next(&text, utf8, quoted);

		for (int i = 0; i < next.n; i++)
			columns += visible_width(next.characters[i]);
	}
	return columns;
}

int visible_encode(uint32_t c, char out[VISIBLE_BYTES])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

void visible_print(FILE *out, struct qx_text text, bool utf8)
{
	while (text.len > 0) {
		struct visible next = visible_next(&text, utf8, false);

		for (int i = 0; i < next.n; i++) {
			char bytes[VISIBLE_BYTES];

			fwrite(bytes, 1, (size_t)visible_encode(next.characters[i], bytes), out);
		}
	}
}
