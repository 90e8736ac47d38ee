/* SPDX-License-Identifier: MIT */
/* labels.c: see labels.h. Each value is mixed on its own, so that the multiplications overlap. */
#include "labels.h"

#include "base/atomic.h"
#include "base/clock.h"
#include "base/text.h"
#include "tuple.h"

#include <sys/random.h>

struct qp_label_seeds qp_label_seeds[QP_N_SEEDS];

/* Splitmix: one random number becomes many. */
static uint64_t next_seed(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (z ^ (z >> 31)) | 1;
}

void qp_labels_init(void)
{
	uint64_t state;
	size_t i;

	if (getrandom(&state, sizeof state, GRND_NONBLOCK) != (ssize_t)sizeof state)
		state = qp_now_ns() ^ (uint64_t)(uintptr_t)&state;
	for (i = 0; i < QP_N_SEEDS; i++) {
		qp_label_seeds[i].lo = next_seed(&state);
		qp_label_seeds[i].hi = next_seed(&state);
	}
	qp_block_init();
}

static inline uint64_t read8(const char *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof word);
	return word;
}

/* Sixteen bytes at a time, the last ones together with some of those before. Without the length:
 * where values end is hashed besides. */
static uint64_t mix_long(const char *at, size_t len, size_t place)
{
	const struct qp_label_seeds *seeds = &qp_label_seeds[place];
	const uint64_t key = qp_label_seeds[QP_SEED_LAST].hi;
	uint64_t hash = seeds->lo;

	for (; len > QP_BLOCK_BYTES; at += QP_BLOCK_BYTES, len -= QP_BLOCK_BYTES)
		hash = qp_mix(read8(at) ^ hash, read8(at + 8) ^ key);
	at -= QP_BLOCK_BYTES - len;
	hash = qp_mix(read8(at) ^ hash, read8(at + 8) ^ key);
	return qp_mix(hash, seeds->hi);
}

uint64_t qp_label_read_any(struct qp_label *label, const char *data, size_t len, size_t place)
{
	if (len <= QP_BLOCK_TEXT)
		return qp_label_set(label, qp_block_exact(data, len), data, len, place);
	label->block = qp_block_load(data);
	label->data = data;
	label->len = len;
	return mix_long(data, len, place);
}

/* Up to twice as long as a block it is found without a call, as such lengths are not rare. */
uint64_t qp_label_read_any_string(struct qp_label *label, const char *string, size_t place)
{
	unsigned zeros = 0;
	size_t len;

	if (qp_block_is_whole(string) && !qp_block_zeros(qp_block_load(string)) &&
	    qp_block_is_whole(string + QP_BLOCK_BYTES))
		zeros = qp_block_zeros(qp_block_load(string + QP_BLOCK_BYTES));
	len = zeros ? QP_BLOCK_BYTES + (unsigned)__builtin_ctz(zeros) : strlen(string);
	return qp_label_read_any(label, string, len, place);
}

uint64_t qp_labels_hash(const quipu_str *values, size_t n)
{
	struct qp_labels_sum sum = { 0 };
	struct qp_label label;
	uint64_t part;
	size_t i;

	for (i = 0; i < n; i++) {
		part = qp_label_read_any(&label, values[i].data, values[i].len, i);
		qp_labels_add(&sum, part, values[i].len, i);
	}
	return qp_labels_finish(&sum);
}

quipu_error qp_labels_check(const quipu_str *values, size_t n, size_t *culprit)
{
	size_t i;

	for (i = 0; i < n; i++) {
		*culprit = i;
		if (!values[i].data)
			return QUIPU_ENULL;
		if (!qp_utf8_valid(values[i].data, values[i].len))
			return QUIPU_EVALUE;
	}
	return QUIPU_OK;
}
