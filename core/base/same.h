/* SPDX-License-Identifier: MIT */
/* same.h: are two short texts the same? Inline, and no call for the sizes that labels have. */
#ifndef QP_BASE_SAME_H
#define QP_BASE_SAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t qp_differ8(const char *a, const char *b)
{
	uint64_t left, right;

	memcpy(&left, a, 8);
	memcpy(&right, b, 8);
	return left ^ right;
}

static inline uint32_t qp_differ4(const char *a, const char *b)
{
	uint32_t left, right;

	memcpy(&left, a, 4);
	memcpy(&right, b, 4);
	return left ^ right;
}

/* Up to 3 bytes: the first, the middle one and the last. */
static inline int qp_differ_few(const char *a, const char *b, size_t n)
{
	return n ? (a[0] ^ b[0]) | (a[n / 2] ^ b[n / 2]) | (a[n - 1] ^ b[n - 1]) : 0;
}

/* Reads nothing beyond the n bytes: the two ends overlap instead. */
static inline bool qp_same(const char *a, const char *b, size_t n)
{
	if (n > 16)
		return memcmp(a, b, n) == 0;
	if (n >= 8)
		return (qp_differ8(a, b) | qp_differ8(a + n - 8, b + n - 8)) == 0;
	if (n >= 4)
		return (qp_differ4(a, b) | qp_differ4(a + n - 4, b + n - 4)) == 0;
	return qp_differ_few(a, b, n) == 0;
}

#endif
