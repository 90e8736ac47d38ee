/* SPDX-License-Identifier: MIT */
/*
 * block.h: short texts as blocks of sixteen bytes, zero beyond their end: read by one load whatever
 * their length, so that texts of mixed lengths mispredict no branch.
 *
 * B1. A block may be read beyond the end of its text, never beyond the page in which the text
 *     begins, and what was read beyond is not used. Sanitizers and Valgrind would call it an error
 *     all the same, and memory tagging (AArch64) would make it one: there, and at the end of a
 *     page, exactly the text is read.
 */
#ifndef QP_BASE_BLOCK_H
#define QP_BASE_BLOCK_H

#include "atomic.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__) || QP_TSAN || !defined(__x86_64__)
#define QP_BLOCK_EXACT 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define QP_BLOCK_EXACT 1
#endif
#endif
#ifndef QP_BLOCK_EXACT
#include <emmintrin.h>
#define QP_BLOCK_EXACT 0
#endif

#define QP_BLOCK_BYTES 16
#define QP_BLOCK_TEXT 15 /* the longest text that is a block: a C string's ends in it */

typedef uint64_t qp_block __attribute__((vector_size(QP_BLOCK_BYTES)));

/* For each length: ones as far as the text goes. */
extern QP_HIDDEN const qp_block qp_block_masks[QP_BLOCK_BYTES + 1];

/* Where in a page a block may begin and be read whole: up to here, and not at 0; none on Valgrind
 * and before qp_block_init. */
extern QP_HIDDEN size_t qp_block_whole;

void qp_block_init(void);

/* Never for NULL. */
static inline bool qp_block_is_whole(const char *at)
{
	return !QP_BLOCK_EXACT && qp_likely((((uintptr_t)at - 1) & 4095) < qp_block_whole);
}

/* Sixteen bytes that can be read. */
static inline qp_block qp_block_load(const char *at)
{
	qp_block block;

	memcpy(&block, at, sizeof block);
	return block;
}

/* The slow way: nothing but the text is read. */
qp_block qp_block_exact(const char *at, size_t len);

/* A bit for each byte: is it zero? */
static inline unsigned qp_block_zeros(qp_block block)
{
#if QP_BLOCK_EXACT
	(void)block;
	return 0;
#else
	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8((__m128i)block, _mm_setzero_si128()));
#endif
}

/* Zeros where the first len bytes, 16 at most, of the whole block at `at` are those of the other. */
static inline qp_block qp_block_differs(qp_block block, const char *at, size_t len)
{
	return (qp_block_load(at) & qp_block_masks[len]) ^ block;
}

#endif
