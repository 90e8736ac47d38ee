/* SPDX-License-Identifier: MIT */
/*
 * digits.h: whole numbers to text, inline, because nearly every line of a scrape has one. For C
 * and C++ (number.cc).
 */
#ifndef QP_BASE_DIGITS_H
#define QP_BASE_DIGITS_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#define QP_U64_CHARS 20 /* 18446744073709551615 */

#define QP_TEN_TO_8 100000000u

/* 0, 10, 100 … 10^19 */
extern const uint64_t qp_powers_of_10[QP_U64_CHARS];

/* From 10^8 on. */
size_t qp_format_long(char *out, uint64_t value);

/* log10 from log2 (1233/4096 is a hair below log10 2), put right by one comparison. */
static inline size_t qp_count_digits(uint64_t value)
{
	size_t bits = 64 - (size_t)__builtin_clzll(value | 1);
	size_t guess = bits * 1233 >> 12;

	return guess + (value >= qp_powers_of_10[guess]);
}

/* The digits of a value below 10^8, one in each byte, the first one in the lowest: halves are
 * divided side by side in one word, by multiplying with reciprocals. */
static inline uint64_t qp_eight_digits(uint64_t value)
{
	uint64_t fours = value / 10000 | value % 10000 << 32;
	uint64_t hundreds = fours * 10486 >> 20 & UINT64_C(0x7f0000007f);
	uint64_t twos = hundreds | (fours - 100 * hundreds) << 16;
	uint64_t tens = twos * 103 >> 10 & UINT64_C(0x000f000f000f000f);

	return tens | (twos - 10 * tens) << 8;
}

static inline void qp_put_eight(char *out, uint64_t digits)
{
	digits = htole64(digits);
	memcpy(out, &digits, sizeof(digits));
}

#define QP_ASCII_ZEROS UINT64_C(0x3030303030303030)

/* Writes eight bytes at least. The length is not taken from the digits, so that whoever goes on
 * behind them can do so before they are there. */
static inline size_t qp_format_u64(char *out, uint64_t value)
{
	size_t n;

	if (value >= QP_TEN_TO_8)
		return qp_format_long(out, value);
	n = qp_count_digits(value);
	qp_put_eight(out, (qp_eight_digits(value) | QP_ASCII_ZEROS) >> 8 * (8 - n));
	return n;
}

#ifdef __cplusplus
}
#endif
#endif
