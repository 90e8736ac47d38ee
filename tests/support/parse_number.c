/* SPDX-License-Identifier: MIT */
/*
 * parse_number.c: is a text how Go's shortest 'g' writes a double? Found out the slow way,
 * with printf and strtod, so that it has nothing in common with the library's printer.
 */
#include "parse_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_DIGITS 17
#define TEXT_SIZE 64

/* A decimal: 0.d1d2d3… times ten to the power of point. */
struct decimal {
	bool negative;
	char digits[MAX_DIGITS + 1];
	int n;
	int point;
};

bool qt_integer(const char *text)
{
	bool negative = *text == '-';

	text += negative;
	if (*text == '0')
		return !negative && text[1] == 0;
	return *text != 0 && strspn(text, "0123456789") == strlen(text);
}

/* value to n digits, correctly rounded. */
static struct decimal round_to(double value, int n)
{
	struct decimal d = { .negative = value < 0, .n = n };
	char text[TEXT_SIZE];
	const char *s = text;

	snprintf(text, sizeof(text), "%.*e", n - 1, value);
	s += d.negative;
	d.digits[0] = s[0];
	if (n > 1)
		memcpy(d.digits + 1, s + 2, (size_t)n - 1);
	d.point = atoi(strchr(s, 'e') + 1) + 1;
	return d;
}

static double value_of(const struct decimal *d)
{
	char text[TEXT_SIZE];

	snprintf(text, sizeof(text), "%s0.%se%d", d->negative ? "-" : "", d->digits, d->point);
	return strtod(text, NULL);
}

static void spell_exponent(const struct decimal *d, char *out)
{
	int exponent = d->point - 1;
	char sign = exponent < 0 ? '-' : '+';

	snprintf(out, TEXT_SIZE, "%s%c%s%se%c%02d", d->negative ? "-" : "", d->digits[0],
		 d->n > 1 ? "." : "", d->digits + 1, sign, abs(exponent));
}

static void spell_plain(const struct decimal *d, char *out)
{
	const char *sign = d->negative ? "-" : "";

	if (d->point <= 0)
		snprintf(out, TEXT_SIZE, "%s0.%.*s%s", sign, -d->point, "000", d->digits);
	else if (d->n <= d->point)
		snprintf(out, TEXT_SIZE, "%s%s%.*s", sign, d->digits, d->point - d->n, "00000");
	else
		snprintf(out, TEXT_SIZE, "%s%.*s.%s", sign, d->point, d->digits,
			 d->digits + d->point);
}

static void spell(const struct decimal *d, char *out)
{
	int exponent = d->point - 1;

	if (exponent < -4 || exponent >= 6)
		spell_exponent(d, out);
	else
		spell_plain(d, out);
}

/* One more in the last place, away from zero; a carry out of the first digit cannot occur. */
static void step_away(struct decimal *d)
{
	int i = d->n - 1;

	while (i > 0 && d->digits[i] == '9')
		d->digits[i--] = '0';
	d->digits[i]++;
}

/*
 * Does text spell value with n digits? The nearest decimal of n digits is the one to expect;
 * below a power of two the interval that reads back is half as wide, so the nearest may fall
 * out of it there, and its neighbour is right.
 */
static bool spells(const char *text, double value, int n)
{
	struct decimal d = round_to(value, n);
	char expected[TEXT_SIZE];

	if (value_of(&d) != value)
		step_away(&d);
	if (value_of(&d) != value)
		return false;
	spell(&d, expected);
	return strcmp(text, expected) == 0;
}

static int count_digits(const char *text)
{
	const char *end = text + strcspn(text, "e");
	int n = 0, zeros = 0;

	for (; text < end; text++) {
		if (*text < '0' || *text > '9' || (n == 0 && *text == '0'))
			continue;
		n++;
		zeros = *text == '0' ? zeros + 1 : 0;
	}
	return n - zeros;
}

static bool special(const char *text)
{
	return strcmp(text, "0") == 0 || strcmp(text, "NaN") == 0 || strcmp(text, "+Inf") == 0 ||
	       strcmp(text, "-Inf") == 0;
}

bool qt_canonical(const char *text)
{
	double value;
	int n;

	if (special(text))
		return true;
	n = count_digits(text);
	value = strtod(text, NULL);
	if (n < 1 || n > MAX_DIGITS || value - value != 0)
		return false;
	if (n > 1) {
		struct decimal shorter = round_to(value, n - 1);

		if (value_of(&shorter) == value)
			return false;
	}
	return spells(text, value, n);
}
