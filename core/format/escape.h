/* SPDX-License-Identifier: MIT */
/*
 * escape.h: copying names and values into a text exposition. Everything here is short and
 * runs several times for each line, so it is inline and calls no library function for the
 * sizes that labels have. Nothing reads beyond what it was given.
 *
 * Each function returns the place after the last byte written; the caller has made room:
 * n bytes for n copied, 2 n for n escaped.
 */
#ifndef QP_FORMAT_ESCAPE_H
#define QP_FORMAT_ESCAPE_H

#include <quipu/types.h>

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* The same byte eight times. */
#define QP_BYTES(c) (UINT64_C(0x0101010101010101) * (unsigned char)(c))

static inline uint64_t qp_load8(const char *s)
{
	uint64_t word;

	memcpy(&word, s, 8);
	return word;
}

static inline uint64_t qp_load4(const char *s)
{
	uint32_t word;

	memcpy(&word, s, 4);
	return word;
}

static inline void qp_store8(char *p, uint64_t word)
{
	memcpy(p, &word, 8);
}

static inline void qp_store4(char *p, uint64_t word)
{
	uint32_t half = (uint32_t)word;

	memcpy(p, &half, 4);
}

/* Copies n < 8 bytes and returns them in one word, some twice, the rest zero. */
static inline uint64_t qp_copy_below_8(char *p, const char *s, size_t n)
{
	uint64_t first, middle, last;

	if (n == 0)
		return 0;
	if (n >= 4) {
		first = qp_load4(s);
		last = qp_load4(s + n - 4);
		qp_store4(p, first);
		qp_store4(p + n - 4, last);
		return first | last << 32;
	}
	first = (unsigned char)s[0];
	middle = (unsigned char)s[n / 2];
	last = (unsigned char)s[n - 1];
	p[0] = s[0];
	p[n / 2] = s[n / 2];
	p[n - 1] = s[n - 1];
	return first | middle << 8 | last << 16;
}

static inline char *qp_put(char *p, const char *s, size_t n)
{
	if (n < 8) {
		qp_copy_below_8(p, s, n);
		return p + n;
	}
	if (n > 64) {
		memcpy(p, s, n);
		return p + n;
	}
	for (size_t i = 0; i + 8 < n; i += 8)
		qp_store8(p + i, qp_load8(s + i));
	qp_store8(p + n - 8, qp_load8(s + n - 8));
	return p + n;
}

static inline char *qp_put_str(char *p, quipu_str s)
{
	return qp_put(p, s.data, s.len);
}

static inline char *qp_put_literal(char *p, const char *text)
{
	return qp_put(p, text, strlen(text));
}

/* The high bit of some byte is set exactly if a byte of word is zero. */
static inline uint64_t qp_zero_byte(uint64_t word)
{
	return (word - QP_BYTES(0x01)) & ~word & QP_BYTES(0x80);
}

/* Not 0 exactly if a byte of word is a backslash, a quote or a line feed. */
static inline uint64_t qp_special(uint64_t word)
{
	return qp_zero_byte(word ^ QP_BYTES('\\')) | qp_zero_byte(word ^ QP_BYTES('"')) |
	       qp_zero_byte(word ^ QP_BYTES('\n'));
}

/* Copies n bytes and tells whether one of them needs an escape. */
static inline bool qp_copy_special(char *p, const char *s, size_t n)
{
	uint64_t word, special = 0;

	if (n < 8)
		return qp_special(qp_copy_below_8(p, s, n)) != 0;
	for (size_t i = 0; i + 8 < n; i += 8) {
		word = qp_load8(s + i);
		qp_store8(p + i, word);
		special |= qp_special(word);
	}
	word = qp_load8(s + n - 8);
	qp_store8(p + n - 8, word);
	return (special | qp_special(word)) != 0;
}

/* A label value, a help text or a name, escaped byte by byte; quotes only where asked. */
char *qp_put_escaped(char *p, quipu_str s, bool quotes);

/* A label value: copied on the guess that it is clean, done again if it is not. */
static inline char *qp_put_value(char *p, quipu_str s)
{
	if (qp_copy_special(p, s.data, s.len))
		return qp_put_escaped(p, s, true);
	return p + s.len;
}

#endif
