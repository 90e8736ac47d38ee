/* SPDX-License-Identifier: MIT */
/*
 * read_number.c: any text as a number of an exposition: taken where a pattern says so, with the
 * value that strtod gives it; the canonical form of any double reads back.
 */
#include "pattern.h"

#include "number.h"

#include <math.h>

#define LONGEST 511 /* longer ones are refused */

static struct pattern grammar = {
	.text = "^([+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?"
		"|[+-]?[iI][nN][fF]([iI][nN][iI][tT][yY])?|[nN][aA][nN])$",
};

static bool same(double a, double b)
{
	return memcmp(&a, &b, sizeof(a)) == 0 || (isnan(a) && isnan(b));
}

static struct pattern digits = { .text = "^[0-9]{1,19}$" };

static void check_text(const uint8_t *data, size_t size)
{
	char *exact = exactly(data, size), *text = exactly(NULL, size + 1);
	bool good = size <= LONGEST && matches(&grammar, exact, size);
	struct qx_number number;

	memcpy(text, exact, size);
	if (good && isinf(strtod(text, NULL)))
		good = strpbrk(text, "iI") != NULL;
	demand(qx_number_parse((struct qx_text){ exact, size }, &number) == good,
	       "is it a number?");
	if (good)
		demand(same(number.real, strtod(text, NULL)), "another value");
	if (good && matches(&digits, exact, size))
		demand(number.exact && number.whole == strtoull(text, NULL, 10), "not exact");
	free(exact);
	free(text);
}

static void check_canonical(double value)
{
	char text[QX_CANONICAL_SIZE];
	struct qx_number number;

	qx_canonical(value, text);
	demand(strlen(text) < sizeof(text), "longer than its place");
	demand(qx_number_parse((struct qx_text){ text, strlen(text) }, &number), "no number");
	demand(number.real == value || (isnan(value) && isnan(number.real)), "not the same back");
	demand(strpbrk(text, ".eIN"), "neither point nor exponent");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes bytes = { data, data + size };
	int64_t integer;

	check_text(data, size);
	qx_integer_parse((struct qx_text){ (const char *)data, size }, &integer);
	check_canonical(take_double(&bytes));
	return 0;
}
