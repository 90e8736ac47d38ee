/* SPDX-License-Identifier: MIT */
/*
 * tuple.h: label values on their way to a series: each is read once, for the hash and for comparing.
 *
 * What is common is inline: values of up to QP_BLOCK_TEXT bytes, as blocks (base/block.h), without a
 * branch that depends on them. Programs record label sets in any order, and then a processor
 * mispredicts nearly every branch on a value's length, each as costly as all the rest of a value.
 */
#ifndef QP_TUPLE_H
#define QP_TUPLE_H

#include "base/block.h"

#include <quipu/types.h>

/* A value, and its first block. */
struct qp_label {
	qp_block block;
	const char *data;
	size_t len;
};

/* What is gathered from value to value. */
struct qp_labels_sum {
	uint64_t parts; /* of the hash */
	uint64_t ends;	/* where they end when put together, a byte each */
	size_t end;	/* where the last one does */
	size_t any_len; /* above QP_BLOCK_TEXT: one's length is */
};

/* Two keys for each place, so that values that change places do not meet, and more for what comes
 * last. All are odd. */
struct qp_label_seeds {
	uint64_t lo, hi;
};
enum { QP_SEED_LAST = QUIPU_MAX_LABELS, QP_SEED_ENDS, QP_N_SEEDS };
extern QP_HIDDEN struct qp_label_seeds qp_label_seeds[QP_N_SEEDS];

/* Both halves of a 128-bit product, folded. */
QP_INLINE uint64_t qp_mix(uint64_t a, uint64_t b)
{
	__extension__ unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* The hash of a tuple. The ends tell "a" from "a\0", whose blocks are the same: spread by a
 * multiplication of their own, as one alone leaves a pattern where nothing but they differ. */
QP_INLINE uint64_t qp_labels_finish(const struct qp_labels_sum *sum)
{
	return qp_mix(sum->parts ^ sum->ends * qp_label_seeds[QP_SEED_ENDS].lo ^
			      qp_label_seeds[QP_SEED_LAST].lo,
		      qp_label_seeds[QP_SEED_LAST].hi);
}

QP_INLINE void qp_labels_add(struct qp_labels_sum *sum, uint64_t part, size_t len, size_t place)
{
	if (place == 8) /* the ends' bytes are used up */
		*sum = (struct qp_labels_sum){ qp_labels_finish(sum), 0, sum->end, sum->any_len };
	sum->parts ^= part;
	sum->end += len;
	sum->ends ^= (uint64_t)sum->end << (8 * place & 63);
	sum->any_len |= len;
}

/* Reads any value, of either type; returns its part of the hash. */
uint64_t qp_label_read_any(struct qp_label *label, const char *data, size_t len, size_t place);
uint64_t qp_label_read_any_string(struct qp_label *label, const char *string, size_t place);

/* The same of one whose block is whole and who is short, inline: no branch depends on it. */
QP_INLINE uint64_t qp_label_set(struct qp_label *label, qp_block block, const char *data,
				size_t len, size_t place)
{
	const struct qp_label_seeds *seeds = &qp_label_seeds[place];

	block &= qp_block_masks[len];
	label->block = block;
	label->data = data;
	label->len = len;
	return qp_mix(block[0] ^ seeds->lo, block[1] ^ seeds->hi);
}

/* Reads a value of either type; false: it is NULL, which is no whole block. */
QP_INLINE bool qp_label_read_string(struct qp_label *label, const char *string, size_t place,
				    struct qp_labels_sum *sum)
{
	unsigned zeros = 0;
	qp_block block;

	if (qp_likely(qp_block_is_whole(string))) {
		block = qp_block_load(string);
		zeros = qp_block_zeros(block);
	} else if (!string) {
		return false;
	}
	if (qp_likely(zeros != 0)) {
		size_t len = (unsigned)__builtin_ctz(zeros);

		qp_labels_add(sum, qp_label_set(label, block, string, len, place), len, place);
	} else {
		uint64_t part = qp_label_read_any_string(label, string, place);

		qp_labels_add(sum, part, label->len, place);
	}
	return true;
}

/* Of an empty one nothing is read: it may be at no address at all. */
QP_INLINE bool qp_label_read(struct qp_label *label, quipu_str str, size_t place,
			     struct qp_labels_sum *sum)
{
	uint64_t part;

	if (qp_likely(qp_block_is_whole(str.data)) && qp_likely(str.len - 1 < QP_BLOCK_TEXT))
		part = qp_label_set(label, qp_block_load(str.data), str.data, str.len, place);
	else if (str.data)
		part = qp_label_read_any(label, str.data, str.len, place);
	else
		return false;
	qp_labels_add(sum, part, str.len, place);
	return true;
}

#endif
