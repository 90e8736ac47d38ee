/* SPDX-License-Identifier: MIT */
/*
 * escape_value.c: any bytes as a label value, as a help text and in JSON: what a reader makes of
 * them is what went in, in no more room than was reserved; what is UTF-8 and what is not, told by
 * the table of the Unicode standard.
 */
#include "demand.h"

#include "base/text.h"
#include "format/escape.h"
#include "format/json_text.h"
#include "out.h"
#include "support/json.h"

/* --- what is UTF-8 --------------------------------------------------------------------------- */

/* The byte sequences that there are: the limits of the second byte decide. */
static const struct well_formed {
	unsigned char first_low, first_high, second_low, second_high;
	size_t n;
} table[] = {
	{ 0x00, 0x7f, 0x00, 0xff, 1 }, { 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 },
	{ 0xe1, 0xec, 0x80, 0xbf, 3 }, { 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
	{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 },
};

static bool continues(const uint8_t *s, const struct well_formed *form)
{
	for (size_t i = 2; i < form->n; i++) {
		if (s[i] < 0x80 || s[i] > 0xbf)
			return false;
	}
	return form->n == 1 || (s[1] >= form->second_low && s[1] <= form->second_high);
}

/* Bytes of the character at the front; 0: there is none. */
static size_t character(const uint8_t *s, size_t len)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (s[0] >= table[i].first_low && s[0] <= table[i].first_high)
			return len >= table[i].n && continues(s, &table[i]) ? table[i].n : 0;
	}
	return 0;
}

static bool is_utf8(const uint8_t *s, size_t len)
{
	size_t n = 1;

	for (size_t at = 0; at < len && n > 0; at += n) {
		n = character(s + at, len - at);
		if (n == 0)
			return false;
	}
	return true;
}

/* --- back again ------------------------------------------------------------------------------ */

enum quotes { QUOTES_ESCAPED, QUOTES_AS_THEY_ARE };

/* What a reader makes of it: \\, \n and, where quotes are escaped, \"; nothing else is legal. */
static size_t unescape(char *to, const char *s, size_t len, enum quotes quotes)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		char c = s[i];

		demand(c != '\n', "a line feed got through");
		demand(c != '"' || quotes == QUOTES_AS_THEY_ARE, "a quote got through");
		if (c == '\\') {
			demand(++i < len, "a backslash at the end");
			c = s[i];
			demand(c == '\\' || c == 'n' || (c == '"' && quotes == QUOTES_ESCAPED),
			       "an escape that readers do not know");
			c = c == 'n' ? '\n' : c;
		}
		to[n++] = c;
	}
	return n;
}

static void check_escaped(const char *escaped, size_t n, quipu_str s, enum quotes quotes)
{
	char *back;

	demand(n <= 2 * s.len, "more room than reserved");
	back = exactly(NULL, n);
	demand(unescape(back, escaped, n, quotes) == s.len, "another length came back");
	demand(s.len == 0 || memcmp(back, s.data, s.len) == 0, "something else came back");
	free(back);
}

static void check_text(quipu_str s)
{
	char *room = exactly(NULL, 2 * s.len);

	check_escaped(room, (size_t)(qp_put_value(room, s) - room), s, QUOTES_ESCAPED);
	check_escaped(room, (size_t)(qp_put_escaped(room, s, true) - room), s, QUOTES_ESCAPED);
	check_escaped(room, (size_t)(qp_put_escaped(room, s, false) - room), s, QUOTES_AS_THEY_ARE);
	demand((size_t)(qp_put_str(room, s) - room) == s.len, "copied another length");
	demand(s.len == 0 || memcmp(room, s.data, s.len) == 0, "copied something else");
	free(room);
}

/* --- JSON ------------------------------------------------------------------------------------ */

static void check_json(quipu_str s, size_t cut)
{
	char *back = exactly(NULL, 6 * s.len + 2);
	quipu_out out;
	size_t n;

	qp_out_init(&out);
	qp_json_texts(&out, (quipu_str){ s.data, cut }, (quipu_str){ s.data + cut, s.len - cut });
	demand(!qp_out_failed(&out) && qp_out_len(&out) <= 6 * s.len + 2, "JSON's room");
	demand(qt_json_string(qp_out_data(&out), qp_out_len(&out), back, &n), "no JSON string");
	demand(n == s.len && (n == 0 || memcmp(back, s.data, n) == 0), "JSON: something else");
	qp_out_free(&out);
	free(back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = exactly(data, size);
	quipu_str text = { copy, size };

	demand(qp_utf8_valid(copy, size) == is_utf8(data, size), "what is UTF-8");
	check_text(text);
	check_json(text, size > 0 ? data[0] % (size + 1) : 0);
	free(copy);
	return 0;
}
