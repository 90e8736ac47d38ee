/* SPDX-License-Identifier: MIT */
/*
 * shard_sum.c: reading all shards together. Loads only, so no writer ever notices.
 *
 * The order of addition is fixed: shard by shard in list order, cell by cell from left to
 * right. Floating point addition is monotone in each operand, so a sum made of operands that
 * only grow, in a fixed order, only grows (P3); in another order it could fall by rounding
 * when a shard joins, and a scraper would take that for a reset.
 */
#include "shard.h"

#include "base/atomic.h"
#include "shard_list.h"

#include <string.h>

/* acquire: pairs with the release in shard.c:create, so base and memory are there */
#define next_shard(shard) qp_load_acquire(&(shard)->next)

static uint64_t load_word(const char *at)
{
	/* relaxed: one whole word; what happened before this scrape is visible by itself */
	return qp_load_relaxed((const uint64_t *)(const void *)at);
}

/* Downs are read before ups; acquire keeps that order on machines that would not. */
static uint64_t load_down(const char *at)
{
	/* acquire: pairs with the release in quipu_updown_add */
	return qp_load_acquire((const uint64_t *)(const void *)at);
}

static double load_real(const char *at)
{
	uint64_t bits = load_word(at);
	double real;

	memcpy(&real, &bits, sizeof real);
	return real;
}

uint64_t qp_shards_sum_word(uint32_t offset)
{
	const struct qp_shard *shard;
	uint64_t sum = 0;

	for (shard = &qp_overflow_shard; shard; shard = next_shard(shard))
		sum += load_down(shard->base + offset);
	return sum;
}

double qp_shards_sum_real(uint32_t offset)
{
	const struct qp_shard *shard;
	double sum = 0;

	for (shard = &qp_overflow_shard; shard; shard = next_shard(shard))
		sum += load_real(shard->base + offset);
	return sum;
}

static const struct qp_cell *cell_at(const char *at)
{
	return (const struct qp_cell *)(const void *)at;
}

struct qp_cell qp_shards_sum_cell(uint32_t offset)
{
	const struct qp_shard *shard;
	struct qp_cell sum = { 0, 0 }, cell;

	for (shard = &qp_overflow_shard; shard; shard = next_shard(shard)) {
		cell = qp_cell_load(cell_at(shard->base + offset));
		sum.count += cell.count;
		sum.sum += cell.sum;
	}
	return sum;
}

/* --- spans ----------------------------------------------------------------------------- */

static void sum_words(const char *from, char *to, uint32_t bytes)
{
	uint64_t *sum = (uint64_t *)(void *)to;
	uint32_t i;

	for (i = 0; i < bytes / 8; i++)
		sum[i] += load_word(from + i * 8);
}

static void sum_reals(const char *from, char *to, uint32_t bytes)
{
	double *sum = (double *)(void *)to;
	uint32_t i;

	for (i = 0; i < bytes / 8; i++)
		sum[i] += load_real(from + i * 8);
}

static void sum_cells(const char *from, char *to, uint32_t bytes)
{
	qp_cells_add((struct qp_cell *)(void *)to, cell_at(from), bytes / sizeof(struct qp_cell));
}

typedef void summer(const char *from, char *to, uint32_t bytes);

/* What is summed shard by shard. Shared words are not summed at all, pairs below. */
static summer *const summers[QP_N_ALGEBRAS] = {
	[QP_WORDS] = sum_words,
	[QP_REALS] = sum_reals,
	[QP_CELLS] = sum_cells,
};

/* Pair by pair: its downs in all shards, then its ups. So a sum is never below one that was,
 * and above only by what comes in within these few loads. */
static void sum_pairs(const struct qp_extent_span *span, char *sums)
{
	uint64_t *sum = (uint64_t *)(void *)(sums + span->offset);
	uint32_t i;

	for (i = 0; i < span->bytes / 8; i += 2) {
		sum[i] = qp_shards_sum_word(span->offset + i * 8);
		sum[i + 1] = qp_shards_sum_word(span->offset + i * 8 + 8);
	}
}

void qp_shards_sum(const struct qp_extent_span *span, char *sums)
{
	summer *add = summers[span->algebra];
	const struct qp_shard *shard;

	if (span->algebra == QP_UPDOWN)
		sum_pairs(span, sums);
	for (shard = &qp_overflow_shard; add && shard; shard = next_shard(shard))
		add(shard->base + span->offset, sums + span->offset, span->bytes);
}

/* --- recycling ---------------------------------------------------------------------------- */

void qp_shards_zero(uint32_t offset, uint32_t bytes)
{
	const struct qp_shard *shard;
	uint32_t i;

	for (shard = &qp_overflow_shard; shard; shard = next_shard(shard)) {
		for (i = 0; i < bytes; i += 8) {
			uint64_t *word = (uint64_t *)(void *)(shard->base + offset + i);

			/* relaxed, both: nobody writes here any more, and the next owner gets the
			 * range through the catalog lock */
			if (qp_load_relaxed(word) != 0)
				qp_store_relaxed(word, 0);
		}
	}
}
