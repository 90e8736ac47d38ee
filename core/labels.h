/* SPDX-License-Identifier: MIT */
/*
 * labels.h: tuples of label values: hashed in place, compared in full.
 *
 * The hash is only an index: two tuples are the same when every value has the same length and
 * bytes, so ("ab", "c") and ("a", "bc") never meet. It is keyed by a random seed, so nobody
 * outside can choose values that collide. Pure functions; any thread.
 */
#ifndef QP_LABELS_H
#define QP_LABELS_H

#include <quipu/error.h>
#include <quipu/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Draws the seeds; once, before the first hash. */
void qp_labels_init(void);

uint64_t qp_labels_hash(const quipu_str *values, size_t n);

static inline bool qp_labels_equal(const quipu_str *a, const quipu_str *b, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (a[i].len != b[i].len || memcmp(a[i].data, b[i].data, a[i].len) != 0)
			return false;
	}
	return true;
}

/* Are these legal values for a new series? QUIPU_OK, ENULL or EVALUE and the culprit's index. */
quipu_error qp_labels_check(const quipu_str *values, size_t n, size_t *culprit);

#endif
