/* SPDX-License-Identifier: MIT */
/*
 * number.cc: numbers to text. The shortest digits of a double come from dragonbox, which is
 * integer arithmetic on its bits; C++ only because dragonbox is, without exceptions, RTTI or
 * anything from the C++ library at run time.
 */
#include "base/number.h"

/* The library never aborts, in no build; dragonbox asserts what its own proofs show. */
#ifndef NDEBUG
#define NDEBUG
#endif
#include <dragonbox/dragonbox.h>

#include <string.h>

namespace
{

constexpr uint64_t sign_bit = UINT64_C(1) << 63;
constexpr uint64_t infinity_bits = UINT64_C(0x7ff) << 52;
constexpr int max_plain_exponent = 5;
constexpr int min_plain_exponent = -4;

const char pairs[] = "0001020304050607080910111213141516171819"
		     "2021222324252627282930313233343536373839"
		     "4041424344454647484950515253545556575859"
		     "6061626364656667686970717273747576777879"
		     "8081828384858687888990919293949596979899";

/* Exactly n digits of value, two at a time from the right. */
void put_digits(char *out, uint64_t value, size_t n)
{
	while (n >= 2) {
		n -= 2;
		memcpy(out + n, pairs + 2 * (value % 100), 2);
		value /= 100;
	}
	if (n)
		*out = static_cast<char>('0' + value);
}

size_t put_text(char *out, const char *text, size_t len)
{
	memcpy(out, text, len);
	return len;
}

/* e+06, e-324: a sign and at least two digits. */
size_t put_exponent(char *out, int exponent)
{
	unsigned size = static_cast<unsigned>(exponent < 0 ? -exponent : exponent);
	size_t n = size < 100 ? 2 : 3;

	out[0] = 'e';
	out[1] = exponent < 0 ? '-' : '+';
	put_digits(out + 2, size, n);
	return 2 + n;
}

/* d.ddde+XX */
size_t put_scientific(char *out, uint64_t digits, size_t n, int exponent)
{
	size_t len = 1;

	put_digits(out + 1, digits, n);
	out[0] = out[1];
	if (n > 1) {
		out[1] = '.';
		len = n + 1;
	}
	return len + put_exponent(out + len, exponent);
}

/* 0.000ddd: exponent is negative. */
size_t put_fraction(char *out, uint64_t digits, size_t n, int exponent)
{
	size_t lead = static_cast<size_t>(1 - exponent);

	memcpy(out, "0.0000", 6);
	put_digits(out + lead, digits, n);
	return lead + n;
}

/* dd.ddd, or dd000 where there are fewer digits than places before the point. */
size_t put_plain(char *out, uint64_t digits, size_t n, int exponent)
{
	size_t whole = static_cast<size_t>(exponent) + 1;

	if (n <= whole) {
		put_digits(out, digits, n);
		memset(out + n, '0', whole - n);
		return whole;
	}
	put_digits(out + 1, digits, n);
	memmove(out, out + 1, whole);
	out[whole] = '.';
	return n + 1;
}

size_t put_positive(char *out, double value)
{
	const auto decimal =
		jkj::dragonbox::to_decimal(value, jkj::dragonbox::policy::sign::ignore);
	size_t n = qp_count_digits(decimal.significand);
	int exponent = decimal.exponent + static_cast<int>(n) - 1;

	if (exponent < min_plain_exponent || exponent > max_plain_exponent)
		return put_scientific(out, decimal.significand, n, exponent);
	if (exponent < 0)
		return put_fraction(out, decimal.significand, n, exponent);
	return put_plain(out, decimal.significand, n, exponent);
}

size_t put_special(char *out, uint64_t bits)
{
	if ((bits & ~sign_bit) > infinity_bits)
		return put_text(out, "NaN", 3);
	return put_text(out, bits & sign_bit ? "-Inf" : "+Inf", 4);
}

} // namespace

extern "C" const uint64_t qp_powers_of_10[QP_U64_CHARS] = {
	UINT64_C(0),
	UINT64_C(10),
	UINT64_C(100),
	UINT64_C(1000),
	UINT64_C(10000),
	UINT64_C(100000),
	UINT64_C(1000000),
	UINT64_C(10000000),
	UINT64_C(100000000),
	UINT64_C(1000000000),
	UINT64_C(10000000000),
	UINT64_C(100000000000),
	UINT64_C(1000000000000),
	UINT64_C(10000000000000),
	UINT64_C(100000000000000),
	UINT64_C(1000000000000000),
	UINT64_C(10000000000000000),
	UINT64_C(100000000000000000),
	UINT64_C(1000000000000000000),
	UINT64_C(10000000000000000000),
};

extern "C" size_t qp_format_long(char *out, uint64_t value)
{
	size_t n = qp_format_u64(out, value / QP_TEN_TO_8);

	qp_put_eight(out + n, qp_eight_digits(value % QP_TEN_TO_8) | QP_ASCII_ZEROS);
	return n + 8;
}

extern "C" size_t qp_format_i64(char *out, int64_t value)
{
	uint64_t size = static_cast<uint64_t>(value);

	if (value >= 0)
		return qp_format_u64(out, size);
	*out = '-';
	return 1 + qp_format_u64(out + 1, 0 - size);
}

/* Looks at bits only: comparing doubles would depend on DAZ, arithmetic on the rounding mode. */
extern "C" size_t qp_format_double(char *out, double value)
{
	uint64_t bits;
	size_t sign;

	memcpy(&bits, &value, sizeof(bits));
	if ((bits & infinity_bits) == infinity_bits)
		return put_special(out, bits);
	if ((bits & ~sign_bit) == 0)
		return put_text(out, "0", 1);
	sign = bits >> 63;
	*out = '-';
	return sign + put_positive(out + sign, value);
}
