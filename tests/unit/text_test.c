/* SPDX-License-Identifier: MIT */
/* text_test.c: what counts as UTF-8, as a name, as a unit. */
#include "base/text.h"

#include "support/utf8.h"

#include <criterion/criterion.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A literal and its length, which may count NULs. */
#define BYTES(literal) literal, sizeof(literal) - 1

struct text {
	const char *data;
	size_t len;
};

#define N(array) (sizeof(array) / sizeof((array)[0]))

static const struct text good_utf8[] = {
	{ BYTES("") },
	{ BYTES("plain, and longer than one word of eight bytes") },
	{ BYTES("a\0b") },
	{ BYTES("\x7f") },
	{ BYTES("\xc2\x80") },
	{ BYTES("\xdf\xbf") },
	{ BYTES("\xe0\xa0\x80") },
	{ BYTES("\xed\x9f\xbf") },
	{ BYTES("\xee\x80\x80") },
	{ BYTES("\xef\xbb\xbf") },
	{ BYTES("\xef\xbf\xbd") },
	{ BYTES("\xef\xbf\xbf") },
	{ BYTES("\xf0\x90\x80\x80") },
	{ BYTES("\xf4\x8f\xbf\xbf") },
	{ BYTES("seven..\xc3\xa9, \xe2\x82\xac and \xf0\x9f\x98\x80 at the end") },
};

static const struct text bad_utf8[] = {
	{ BYTES("\x80") },
	{ BYTES("\xbf") },
	{ BYTES("\xc0\x80") },
	{ BYTES("\xc1\xbf") },
	{ BYTES("\xc2") },
	{ BYTES("\xc2\x41") },
	{ BYTES("\xc2\xc0") },
	{ BYTES("\xe0\x80\x80") },
	{ BYTES("\xe0\x9f\xbf") },
	{ BYTES("\xe1\x80") },
	{ BYTES("\xe1\x80\x41") },
	{ BYTES("\xe1\x80\xc0") },
	{ BYTES("\xed\xa0\x80") },
	{ BYTES("\xed\xbf\xbf") },
	{ BYTES("\xf0\x8f\xbf\xbf") },
	{ BYTES("\xf0\x80\x80\x80") },
	{ BYTES("\xf1\x80\x80") },
	{ BYTES("\xf1\x80\x80\x41") },
	{ BYTES("\xf4\x90\x80\x80") },
	{ BYTES("\xf5\x80\x80\x80") },
	{ BYTES("\xf8\x88\x80\x80") },
	{ BYTES("\xfe") },
	{ BYTES("\xff") },
	{ BYTES("exactly8\xff") },
	{ BYTES("ok\xe2\x82\xac\xe2\x82") },
};

Test(text, utf8)
{
	for (size_t i = 0; i < N(good_utf8); i++)
		cr_expect(qp_utf8_valid(good_utf8[i].data, good_utf8[i].len), "good %zu", i);
	for (size_t i = 0; i < N(bad_utf8); i++)
		cr_expect_not(qp_utf8_valid(bad_utf8[i].data, bad_utf8[i].len), "bad %zu", i);
}

/* The word loop must not hide a bad byte at any place, nor read past the end. */
Test(text, utf8_bad_byte_at_every_place)
{
	for (size_t len = 1; len < 40; len++) {
		char *text = malloc(len);

		memset(text, 'x', len);
		cr_expect(qp_utf8_valid(text, len));
		for (size_t i = 0; i < len; i++) {
			text[i] = (char)0xff;
			cr_expect_not(qp_utf8_valid(text, len), "%zu of %zu", i, len);
			text[i] = 'x';
		}
		free(text);
	}
}

Test(text, utf8_every_code_point)
{
	char text[4];

	for (uint32_t code = 0; code < 0x120000; code++) {
		bool legal = code < 0xd800 || (code > 0xdfff && code < 0x110000);
		size_t len = utf8_encode(text, code);

		cr_assert_eq(qp_utf8_valid(text, len), legal, "U+%04X", (unsigned)code);
		cr_assert(len == 1 || !qp_utf8_valid(text, len - 1), "U+%04X cut", (unsigned)code);
	}
}

struct name {
	const char *text;
	bool metric;
	bool label;
	bool unit;
};

static const struct name names[] = {
	{ "a", true, true, true },	    { "seconds", true, true, true },
	{ "Z", true, true, false },	    { "_", true, true, true },
	{ "_x", true, true, true },	    { "__x", true, true, true },
	{ "x__", true, true, true },	    { "__name__", true, true, true },
	{ "__", true, true, true },	    { ":", true, false, false },
	{ "job:rate", true, false, false }, { "a1_B2", true, true, false },
	{ "1a", false, false, true },	    { "9", false, false, true },
	{ "", false, false, false },	    { "a b", false, false, false },
	{ "a-b", false, false, false },	    { "a.b", false, false, false },
	{ "a\n", false, false, false },	    { "a\"", false, false, false },
	{ "a{", false, false, false },	    { "a/", false, false, false },
	{ "a@", false, false, false },	    { "a[", false, false, false },
	{ "a`", false, false, false },	    { "\xc3\xa9", false, false, false },
	{ "a\xff", false, false, false },
};

static void check_name(const struct name *name)
{
	size_t len = strlen(name->text);

	cr_expect_eq(qp_metric_name_plain(name->text, len), name->metric, "%s", name->text);
	cr_expect_eq(qp_label_name_plain(name->text, len), name->label, "%s", name->text);
	cr_expect_eq(qp_unit_valid(name->text, len), name->unit, "%s", name->text);
}

Test(text, names)
{
	for (size_t i = 0; i < N(names); i++)
		check_name(&names[i]);
	cr_expect_not(qp_metric_name_plain(BYTES("a\0b")));
	cr_expect_not(qp_label_name_plain(BYTES("a\0b")));
	cr_expect_not(qp_unit_valid(BYTES("a\0b")));
}

/* What may be a name at all: any characters, however odd, but NUL. */
Test(text, any_names)
{
	cr_expect(qp_name_valid(BYTES("a")));
	cr_expect(qp_name_valid(BYTES("9")));
	cr_expect(qp_name_valid(BYTES(" ")));
	cr_expect(qp_name_valid(BYTES("a.b{c=\"d\"} 1\n\r\t\x01\x7f")));
	cr_expect(qp_name_valid(BYTES("\xe6\xb8\xa9\xe5\xba\xa6 \xf0\x9f\x98\x80")));
	cr_expect_not(qp_name_valid(BYTES("")));
	cr_expect_not(qp_name_valid(BYTES("a\0b")));
	cr_expect_not(qp_name_valid(BYTES("\0")));
	cr_expect_not(qp_name_valid(BYTES("a\xff")));
	cr_expect_not(qp_name_valid(BYTES("\xed\xa0\x80")));
}

/* Against the rule written the other way round, for every byte. */
Test(text, every_byte_in_a_name)
{
	static const char word[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
	static const char lower[] = "abcdefghijklmnopqrstuvwxyz_0123456789";

	for (int c = 1; c < 256; c++) {
		char text[2] = { 'a', (char)c };
		bool letter = strchr(word, c) != NULL;
		bool digit = c >= '0' && c <= '9';

		cr_expect_eq(qp_metric_name_plain(text, 2), letter || digit || c == ':', "%d", c);
		cr_expect_eq(qp_label_name_plain(text, 2), letter || digit, "%d", c);
		cr_expect_eq(qp_unit_valid(text, 2), strchr(lower, c) != NULL, "%d", c);
		cr_expect_eq(qp_metric_name_plain(text + 1, 1), letter || c == ':', "%d", c);
		cr_expect_eq(qp_label_name_plain(text + 1, 1), letter, "%d", c);
	}
}

Test(text, name_length)
{
	char name[QP_NAME_MAX + 1];

	memset(name, 'n', sizeof(name));
	cr_expect(qp_name_valid(name, QP_NAME_MAX));
	cr_expect_not(qp_name_valid(name, QP_NAME_MAX + 1));
	cr_expect(qp_metric_name_plain(name, QP_NAME_MAX));
	cr_expect(qp_label_name_plain(name, QP_NAME_MAX));
	cr_expect(qp_unit_valid(name, QP_NAME_MAX));
	cr_expect_not(qp_metric_name_plain(name, QP_NAME_MAX + 1));
	cr_expect_not(qp_label_name_plain(name, QP_NAME_MAX + 1));
	cr_expect_not(qp_unit_valid(name, QP_NAME_MAX + 1));
}
