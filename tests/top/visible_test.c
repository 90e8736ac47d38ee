/* SPDX-License-Identifier: MIT */
/* visible_test.c: whatever bytes come, cells have printable characters only; and figures. */
#include "support/seeded.h"
#include "top/canvas.h"
#include "top/figure.h"
#include "top/visible.h"

#include <criterion/criterion.h>

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* What a row of a canvas shows of some bytes. */
static const char *shown(const char *bytes, size_t len, int most, bool utf8)
{
	static char out[512];
	struct canvas canvas;
	FILE *file = fmemopen(out, sizeof(out), "w");

	setlocale(LC_CTYPE, "C.UTF-8");
	memset(out, 0, sizeof(out));
	canvas_init(&canvas, 80, 1, utf8);
	canvas_text(&canvas, 0, 0, most, INK_PLAIN, (struct qx_text){ bytes, len });
	canvas_print(&canvas, file);
	fclose(file);
	canvas_free(&canvas);
	out[strcspn(out, "\n")] = '\0';
	return out;
}

static const struct {
	const char *bytes, *utf8, *ascii;
} hostile[] = {
	{ "plain_name:1", "plain_name:1", "plain_name:1" },
	{ "\033[31mred\033[0m", "\\x1b[31mred\\x1b[0m", "\\x1b[31mred\\x1b[0m" },
	{ "\033]0;title\a", "\\x1b]0;title\\x07", "\\x1b]0;title\\x07" },
	{ "a\nb\tc\rd\177", "a\\x0ab\\x09c\\x0dd\\x7f", "a\\x0ab\\x09c\\x0dd\\x7f" },
	{ "back\\slash", "back\\\\slash", "back\\\\slash" },
	{ "\xc2\x9b"
	  "31m",
	  "\\u{9b}31m", "\\u{9b}31m" }, /* CSI in one character */
	{ "\xff\xfe", "\\xff\\xfe", "\\xff\\xfe" },
	{ "\xe2\x82", "\\xe2\\x82", "\\xe2\\x82" },		  /* cut off */
	{ "\xc0\xaf", "\\xc0\\xaf", "\\xc0\\xaf" },		  /* overlong */
	{ "\xed\xa0\x80", "\\xed\\xa0\\x80", "\\xed\\xa0\\x80" }, /* a surrogate */
	{ "caf\xc3\xa9", "caf\xc3\xa9", "caf\\u{e9}" },
	{ "e\xcc\x81", "e\\u{301}", "e\\u{301}" }, /* combining */
	{ "\xe2\x80\xae"
	  "evil",
	  "\\u{202e}evil", "\\u{202e}evil" }, /* right to left from here */
	{ "a\xe2\x80\x8b"
	  "b",
	  "a\\u{200b}b", "a\\u{200b}b" }, /* no width */
	{ "\xe6\xbc\xa2\xe5\xad\x97", "\xe6\xbc\xa2\xe5\xad\x97", "\\u{6f22}\\u{5b57}" },
	{ "\xf0\x9f\x98\x80", "\\u{1f600}", "\\u{1f600}" }, /* widths differ */
};

Test(visible, hostile_bytes_are_spelled_out)
{
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		const char *bytes = hostile[i].bytes;

		cr_assert_str_eq(shown(bytes, strlen(bytes), 80, true), hostile[i].utf8);
		cr_assert_str_eq(shown(bytes, strlen(bytes), 80, false), hostile[i].ascii);
	}
	cr_assert_str_eq(shown("a\0b", 3, 80, true), "a\\x00b");
}

Test(visible, any_bytes_give_printable_cells_within_their_bounds)
{
	struct seeded random = seeded_new("visible");
	struct canvas canvas;
	char bytes[64];

	setlocale(LC_CTYPE, "C.UTF-8");
	for (int round = 0; round < 20000; round++) {
		size_t len = seeded_below(&random, sizeof(bytes));
		int most = (int)seeded_below(&random, 30), used;

		for (size_t i = 0; i < len; i++)
			bytes[i] = (char)seeded_next(&random);
		canvas_init(&canvas, 40, 1, round % 2);
		used = canvas_quoted(&canvas, 5, 0, most, INK_BAD, (struct qx_text){ bytes, len });
		cr_assert(used <= most);
		for (int x = 0; x < 40; x++) {
			const struct cell *cell = canvas_at(&canvas, x, 0);
			bool inside = x >= 5 && x < 5 + used;

			cr_assert(inside || cell->character == ' ');
			cr_assert(cell->character >= ' ' || canvas_at(&canvas, x - 1, 0));
			cr_assert(cell->character == 0 || cell->character < 0x7f ||
				  (round % 2 && wcwidth((wchar_t)cell->character) > 0));
		}
		canvas_free(&canvas);
	}
}

Test(visible, what_does_not_fit_ends_in_an_ellipsis)
{
	cr_assert_str_eq(shown("abcdef", 6, 6, true), "abcdef");
	cr_assert_str_eq(shown("abcdef", 6, 5, true), "abcd\xe2\x80\xa6");
	cr_assert_str_eq(shown("abcdef", 6, 5, false), "abcd~");
	cr_assert_str_eq(shown("abc", 3, 1, false), "~");
	cr_assert_str_eq(shown("abc", 3, 0, false), "");
	/* the second half of a wide character does not stay */
	cr_assert_str_eq(shown("ab\xe6\xbc\xa2zz", 7, 4, true), "ab \xe2\x80\xa6");
}

static const char *named(const char *name, int most)
{
	static char out[512];
	struct canvas canvas;
	FILE *file = fmemopen(out, sizeof(out), "w");

	canvas_init(&canvas, 80, 1, true);
	canvas_name(&canvas, 0, 0, most, INK_PLAIN, qx_text_of(name));
	canvas_print(&canvas, file);
	fclose(file);
	canvas_free(&canvas);
	out[strcspn(out, "\n")] = '\0';
	return out;
}

Test(visible, names_lose_their_middle)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	cr_assert_str_eq(named("abcdefghi", 9), "abcdefghi");
	cr_assert_str_eq(named("abcdefghijkl", 9), "ab\xe2\x80\xa6ghijkl");
	cr_assert_str_eq(named("abc\033\033\033z", 9), "ab\xe2\x80\xa6\\x1bz");
}

/* --- figures ---------------------------------------------------------------------------------- */

static const struct {
	double value;
	enum unit unit;
	const char *text;
} figures[] = {
	{ 0, UNIT_NONE, "0" },
	{ 7, UNIT_NONE, "7" },
	{ 999, UNIT_NONE, "999" },
	{ 999.7, UNIT_NONE, "1.00k" },
	{ 1000, UNIT_NONE, "1k" },
	{ 1234, UNIT_NONE, "1.23k" },
	{ 12345, UNIT_NONE, "12.3k" },
	{ 123456789, UNIT_NONE, "123M" },
	{ 0.5, UNIT_NONE, "0.50" },
	{ 0.0123, UNIT_NONE, "0.012" },
	{ 0.00001, UNIT_NONE, "1.0e-05" },
	{ -2.5, UNIT_NONE, "-2.50" },
	{ 1e300, UNIT_NONE, "1.0e+282" },
	{ NAN, UNIT_NONE, "NaN" },
	{ INFINITY, UNIT_SECONDS, "+Inf" },
	{ -INFINITY, UNIT_BYTES, "-Inf" },
	{ 0.0000005, UNIT_SECONDS, "500ns" },
	{ 0.0025, UNIT_SECONDS, "2.50ms" },
	{ 1.5, UNIT_SECONDS, "1.50s" },
	{ 0.99999, UNIT_SECONDS, "1.00s" },
	{ 125, UNIT_SECONDS, "2m05s" },
	{ 5000, UNIT_SECONDS, "1h23m" },
	{ 200000, UNIT_SECONDS, "2d07h" },
	{ 512, UNIT_BYTES, "512B" },
	{ 1536, UNIT_BYTES, "1.50KiB" },
	{ 1048576, UNIT_BYTES, "1MiB" },
	{ 12.5, UNIT_DOLLARS, "$12.5" },
	{ -3, UNIT_DOLLARS, "-$3" },
};

Test(figure, three_digits_and_a_unit)
{
	char text[FIGURE_SIZE];

	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++)
		cr_assert_str_eq(figure(figures[i].value, figures[i].unit, text), figures[i].text);
	cr_assert_str_eq(figure_or_dash(NAN, UNIT_NONE, text), "-");
}

Test(figure, no_value_is_longer_than_its_column)
{
	struct seeded random = seeded_new("figure");
	char text[FIGURE_SIZE];

	for (int i = 0; i < 100000; i++) {
		uint64_t bits = seeded_next(&random);
		double value;

		memcpy(&value, &bits, sizeof(value));
		for (int unit = UNIT_NONE; unit <= UNIT_DOLLARS; unit++)
			cr_assert(strlen(figure(value, (enum unit)unit, text)) <= 10);
	}
}

static enum unit unit(const char *name, const char *said)
{
	return unit_of(qx_text_of(name), qx_text_of(said));
}

Test(figure, units_are_said_or_in_the_name)
{
	cr_assert_eq(unit("a_seconds", ""), UNIT_SECONDS);
	cr_assert_eq(unit("a_seconds_total", ""), UNIT_SECONDS);
	cr_assert_eq(unit("a_bytes", ""), UNIT_BYTES);
	cr_assert_eq(unit("llm_cost_dollars_total", ""), UNIT_DOLLARS);
	cr_assert_eq(unit("a", "bytes"), UNIT_BYTES);
	cr_assert_eq(unit("a_total", ""), UNIT_NONE);
	cr_assert_eq(unit_of_rate(UNIT_SECONDS), UNIT_NONE);
	cr_assert_eq(unit_of_rate(UNIT_BYTES), UNIT_BYTES);
}

Test(visible, printed_text_commands_no_terminal)
{
	char *out = NULL;
	size_t len;
	FILE *file = open_memstream(&out, &len);

	visible_print(file, qx_text_of("a\033[2J\xc2\x9b\x9b \xc3\xa9\n"), false);
	fclose(file);
	cr_assert_str_eq(out, "a\\x1b[2J\\u{9b}\\x9b \\u{e9}\\x0a");
	free(out);
}

Test(text, defused_bytes_command_no_terminal)
{
	char text[] = "a\033[\0 \xc2\x9b\x9b\x7f \xc3\xa9\xe2\x82";

	qx_defuse(text, sizeof(text) - 1);
	cr_assert_str_eq(text, "a?[? ???? \xc3\xa9??");
}
