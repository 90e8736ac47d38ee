/* SPDX-License-Identifier: MIT */
/* number_test.c: numbers to text, against known vectors, strtod, and hostile environments. */
#include "base/number.h"

#include "support/scale.h"
#include "support/seeded.h"

#include <criterion/criterion.h>

#include <fenv.h>
#include <float.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

struct vector {
	uint64_t bits;
	const char *text;
};

static const struct vector vectors[] = {
#define FLOAT(bits, text) { UINT64_C(bits), text },
#include "floats.inc"
#undef FLOAT
};

#define N_VECTORS (sizeof(vectors) / sizeof(vectors[0]))

static double from_bits(uint64_t bits)
{
	double value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

static uint64_t to_bits(double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

/* The text of a double with a NUL; what lies behind the promised room must stay untouched. */
static const char *text_of(double value)
{
	static char text[QP_DOUBLE_CHARS + 8];
	size_t len;

	memset(text, '#', sizeof(text));
	len = qp_format_double(text, value);
	cr_assert_leq(len, QP_DOUBLE_CHARS);
	for (size_t i = QP_DOUBLE_CHARS; i < sizeof(text); i++)
		cr_assert_eq(text[i], '#', "written beyond the room: %.17g", value);
	text[len] = 0;
	return text;
}

static void check_vectors(const char *when)
{
	cr_assert_eq(N_VECTORS, 458);
	for (size_t i = 0; i < N_VECTORS; i++)
		cr_assert_str_eq(text_of(from_bits(vectors[i].bits)), vectors[i].text,
				 "%s: %016" PRIx64, when, vectors[i].bits);
}

Test(number, vectors)
{
	check_vectors("as it is");
}

Test(number, specials)
{
	cr_expect_str_eq(text_of(0.0), "0");
	cr_expect_str_eq(text_of(-0.0), "0");
	cr_expect_str_eq(text_of(from_bits(UINT64_C(0x7ff8000000000001))), "NaN");
	cr_expect_str_eq(text_of(from_bits(UINT64_C(0xfff8000000000000))), "NaN");
	cr_expect_str_eq(text_of(from_bits(UINT64_C(0x7ff0000000000002))), "NaN");
	cr_expect_str_eq(text_of(from_bits(UINT64_C(0x7ff0000000000000))), "+Inf");
	cr_expect_str_eq(text_of(from_bits(UINT64_C(0xfff0000000000000))), "-Inf");
	cr_expect_str_eq(text_of(-DBL_MIN), "-2.2250738585072014e-308");
	cr_expect_str_eq(text_of(0.0001), "0.0001");
	cr_expect_str_eq(text_of(0.00012345678901234567), "0.00012345678901234567");
	cr_expect_str_eq(text_of(0.00009), "9e-05");
	cr_expect_str_eq(text_of(999999.9999999999), "999999.9999999999");
	cr_expect_str_eq(text_of(-100000), "-100000");
	cr_expect_str_eq(text_of(1000000), "1e+06");
}

Test(number, every_rounding_mode)
{
	static const int modes[] = { FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO };

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		cr_assert_eq(fesetround(modes[i]), 0);
		check_vectors("rounding mode");
		fesetround(FE_TONEAREST);
	}
}

#if defined(__x86_64__)
Test(number, flush_to_zero)
{
	unsigned before = _mm_getcsr();
	volatile double tiny = 5e-324;

	if (qt_under_memcheck())
		cr_skip_test("valgrind's processor never flushes to zero");
	_mm_setcsr(before | 0x8040);
	cr_assert_eq(tiny * 1.0, 0.0, "FTZ and DAZ are not in force");
	check_vectors("FTZ and DAZ");
	_mm_setcsr(before);
}
#endif

/* A locale with a decimal comma, made here, since a machine may have none installed. */
static void make_comma_locale(const char *folder)
{
	char path[256], command[1024];
	FILE *file;

	snprintf(path, sizeof(path), "%s/source", folder);
	file = fopen(path, "w");
	cr_assert_not_null(file);
	fputs("comment_char %\nescape_char /\nLC_NUMERIC\ndecimal_point \",\"\n"
	      "thousands_sep \".\"\ngrouping 3;3\nEND LC_NUMERIC\n",
	      file);
	cr_assert_eq(fclose(file), 0);
	snprintf(command, sizeof(command),
		 "localedef --force --quiet --no-archive -i %s %s/comma >/dev/null 2>&1", path,
		 folder);
	/* It complains of the categories left out, and still writes the one that matters. */
	(void)!system(command);
}

Test(number, locale_with_a_comma)
{
	char folder[] = P_tmpdir "/quipu-locale-XXXXXX";
	char command[64], text[32];

	cr_assert_not_null(mkdtemp(folder));
	make_comma_locale(folder);
	setenv("LOCPATH", folder, 1);
	cr_expect_not_null(setlocale(LC_NUMERIC, "comma"));
	snprintf(text, sizeof(text), "%.1f", 0.5);
	cr_expect_str_eq(text, "0,5", "the locale is not in force");
	check_vectors("decimal comma");
	setlocale(LC_NUMERIC, "C");
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	cr_expect_eq(system(command), 0);
}

/* Digits from the first to the last that is not zero. */
static int significant_digits(const char *text)
{
	int digits = 0, zeros = 0;

	for (; *text && *text != 'e'; text++) {
		if (*text < '0' || *text > '9' || (*text == '0' && digits == 0))
			continue;
		digits++;
		zeros = *text == '0' ? zeros + 1 : 0;
	}
	return digits - zeros;
}

static void check_reads_back(double value)
{
	const char *text = text_of(value);
	int digits = significant_digits(text);
	char shorter[64];

	cr_assert_eq(to_bits(strtod(text, NULL)), to_bits(value), "%s", text);
	snprintf(shorter, sizeof(shorter), "%.*e", digits > 1 ? digits - 2 : 0, value);
	cr_assert(digits == 1 || strtod(shorter, NULL) != value, "%s could be %s", text, shorter);
}

Test(number, random_doubles_read_back)
{
	struct seeded random = seeded_new("number");

	for (uint64_t i = qt_scaled_count(100000); i > 0; i--) {
		uint64_t bits = seeded_next(&random);

		if ((bits >> 52 & 0x7ff) != 0x7ff)
			check_reads_back(from_bits(bits));
	}
	for (uint64_t i = qt_scaled_count(100000); i > 0; i--)
		check_reads_back((double)(1 + seeded_below(&random, 2000000000)) / 1000);
}

Test(number, powers_of_two_read_back)
{
	for (int exponent = DBL_MIN_EXP - DBL_MANT_DIG; exponent < DBL_MAX_EXP; exponent++)
		check_reads_back(ldexp(1.0, exponent));
}

Test(number, unsigned_integers)
{
	uint64_t power = 1;
	char text[QP_U64_CHARS + 1], expected[32];

	for (int i = 0; i < 20; i++, power *= 10) {
		for (uint64_t value = power - 1; value != power + 2; value++) {
			text[qp_format_u64(text, value)] = 0;
			snprintf(expected, sizeof(expected), "%" PRIu64, value);
			cr_expect_str_eq(text, expected);
		}
	}
	text[qp_format_u64(text, UINT64_MAX)] = 0;
	cr_expect_str_eq(text, "18446744073709551615");
}

Test(number, integers_of_every_size)
{
	struct seeded random = seeded_new("number");
	char text[QP_I64_CHARS + 1], expected[32];

	for (uint64_t i = qt_scaled_count(64000); i > 0; i--) {
		uint64_t value = seeded_next(&random) >> (i % 64);

		text[qp_format_u64(text, value)] = 0;
		snprintf(expected, sizeof(expected), "%" PRIu64, value);
		cr_assert_str_eq(text, expected);
		text[qp_format_i64(text, (int64_t)(0 - value))] = 0;
		snprintf(expected, sizeof(expected), "%" PRId64, (int64_t)(0 - value));
		cr_assert_str_eq(text, expected);
	}
}

Test(number, signed_extremes)
{
	char text[QP_I64_CHARS + 1];

	text[qp_format_i64(text, INT64_MIN)] = 0;
	cr_expect_str_eq(text, "-9223372036854775808");
	text[qp_format_i64(text, INT64_MAX)] = 0;
	cr_expect_str_eq(text, "9223372036854775807");
	text[qp_format_i64(text, -1)] = 0;
	cr_expect_str_eq(text, "-1");
	text[qp_format_i64(text, 0)] = 0;
	cr_expect_str_eq(text, "0");
}
