/* SPDX-License-Identifier: MIT */
/* number.c: the grammar by hand, the value by strtod in the C locale. */
#include "number.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LONGEST 512
#define EXACT_REALS 9007199254740992.0 /* 2^53 */

struct qx_number qx_number_whole(uint64_t whole)
{
	return (struct qx_number){ (double)whole, whole, true };
}

struct qx_number qx_number_real(double real)
{
	struct qx_number number = { .real = real };

	if (real >= 0 && real <= EXACT_REALS && floor(real) == real) {
		number.whole = (uint64_t)real;
		number.exact = true;
	}
	return number;
}

/* The program's locale may have a decimal comma: tests of the library set one. */
static double to_double(const char *text)
{
	static locale_t c;

	if (c == (locale_t)0)
		c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	return c == (locale_t)0 ? strtod(text, NULL) : strtod_l(text, NULL, c);
}

static size_t digits(const char *s)
{
	return strspn(s, "0123456789");
}

static bool is_special(const char *s)
{
	bool sign = *s == '+' || *s == '-';

	if (!sign && strcasecmp(s, "nan") == 0)
		return true;
	s += sign;
	return strcasecmp(s, "inf") == 0 || strcasecmp(s, "infinity") == 0;
}

static bool is_decimal(const char *s)
{
	size_t whole, fraction = 0, exponent;

	s += *s == '+' || *s == '-';
	whole = digits(s);
	s += whole;
	if (*s == '.') {
		fraction = digits(++s);
		s += fraction;
	}
	if (whole + fraction == 0)
		return false;
	if (*s == 'e' || *s == 'E') {
		s++;
		s += *s == '+' || *s == '-';
		exponent = digits(s);
		if (exponent == 0)
			return false;
		s += exponent;
	}
	return *s == '\0';
}

static void keep_digits(const char *s, struct qx_number *number)
{
	char *end;

	s += *s == '+';
	if (*s == '\0' || digits(s) != strlen(s))
		return;
	errno = 0;
	number->whole = strtoull(s, &end, 10);
	number->exact = errno == 0;
}

bool qx_number_parse(struct qx_text text, struct qx_number *number)
{
	char copy[LONGEST];
	bool special;

	if (text.len == 0 || text.len >= sizeof(copy) || memchr(text.data, 0, text.len))
		return false;
	memcpy(copy, text.data, text.len);
	copy[text.len] = '\0';
	special = is_special(copy);
	if (!special && !is_decimal(copy))
		return false;
	*number = qx_number_real(to_double(copy));
	keep_digits(copy, number);
	return special || isfinite(number->real);
}

bool qx_integer_parse(struct qx_text text, int64_t *value)
{
	char copy[32];
	size_t sign = text.len > 0 && text.data[0] == '-';

	if (text.len == 0 || text.len >= sizeof(copy))
		return false;
	memcpy(copy, text.data, text.len);
	copy[text.len] = '\0';
	if (text.len == sign || digits(copy + sign) != text.len - sign)
		return false;
	errno = 0;
	*value = strtoll(copy, NULL, 10);
	return errno == 0;
}

bool qx_number_same(struct qx_number a, struct qx_number b)
{
	return a.exact && b.exact ? a.whole == b.whole : a.real == b.real;
}

bool qx_number_less(struct qx_number a, struct qx_number b)
{
	return a.exact && b.exact ? a.whole < b.whole : a.real < b.real;
}

struct qx_number qx_number_add(struct qx_number a, struct qx_number b)
{
	struct qx_number sum = { .real = a.real + b.real };

	sum.exact = a.exact && b.exact && !__builtin_add_overflow(a.whole, b.whole, &sum.whole);
	return sum;
}

bool qx_number_counts(struct qx_number number)
{
	return number.exact ||
	       (number.real > 0 && isfinite(number.real) && floor(number.real) == number.real);
}

const char *qx_number_show(struct qx_number number, char out[QX_NUMBER_SIZE])
{
	if (number.exact)
		snprintf(out, QX_NUMBER_SIZE, "%llu", (unsigned long long)number.whole);
	else
		snprintf(out, QX_NUMBER_SIZE, "%.17g", number.real);
	return out;
}

/* --- the canonical form -------------------------------------------------------------- */

/* The fewest digits that read back the same, as d.ddde±x. */
static void shortest(double value, char *out, size_t size)
{
	for (int precision = 0; precision <= 16; precision++) {
		snprintf(out, size, "%.*e", precision, value);
		out[1 + (*out == '-')] = precision > 0 ? '.' : out[1 + (*out == '-')];
		if (to_double(out) == value)
			return;
	}
}

/* Digits without the point; *exponent is that of the first. */
static size_t take_apart(const char *text, char *digit, int *exponent)
{
	const char *e = strchr(text, 'e');
	size_t n = 0;

	for (; text < e; text++) {
		if (*text >= '0' && *text <= '9')
			digit[n++] = *text;
	}
	while (n > 1 && digit[n - 1] == '0')
		n--;
	*exponent = atoi(e + 1);
	return n;
}

static void print_plain(char *out, const char *digit, int n, int exponent)
{
	int point = exponent + 1; /* digits before it */

	if (exponent < 0)
		sprintf(out, "0.%.*s%.*s", -point, "0000", n, digit);
	else if (n <= point)
		sprintf(out, "%.*s%.*s.0", n, digit, point - n, "00000000");
	else
		sprintf(out, "%.*s.%.*s", point, digit, n - point, digit + point);
}

void qx_canonical(double value, char out[QX_CANONICAL_SIZE])
{
	char text[64], digit[64];
	int exponent, n;

	if (!isfinite(value)) {
		strcpy(out, isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf");
		return;
	}
	shortest(value, text, sizeof(text));
	n = (int)take_apart(text, digit, &exponent);
	if (value < 0)
		*out++ = '-';
	if (exponent >= -4 && exponent < 6)
		print_plain(out, digit, n, exponent);
	else if (n == 1)
		sprintf(out, "%ce%+.2d", digit[0], exponent);
	else
		sprintf(out, "%c.%.*se%+.2d", digit[0], n - 1, digit + 1, exponent);
}
