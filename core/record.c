/* SPDX-License-Identifier: MIT */
/*
 * record.c: the way out of the inline record path: first records, handlers that interrupt an
 * update, refused values, histograms without an inline path. See record.h and shard.h.
 */
#include <quipu/record.h>

#include "base/atomic.h"
#include "base/cell.h"
#include "base/clock.h"
#include "buckets.h"
#include "self.h"
#include "shard.h"

static bool is_sink(uint32_t offset)
{
	return offset < QP_SINK_BYTES;
}

static uint64_t *overflow_word(uint32_t offset)
{
	qp_self_count(QUIPU_SELF_overflow_records);
	return (uint64_t *)(void *)(qp_shard_overflow() + offset);
}

void quipu_priv_counter_slow(quipu_counter counter, uint64_t n)
{
	if ((int64_t)n < 0)
		qp_self_count(QUIPU_SELF_refused_values);
	else if (is_sink(counter.offset))
		return;
	else if (qp_shard_attach())
		quipu_counter_add(counter, n);
	else
		/* relaxed: one word, orders nothing else */
		qp_add_relaxed(overflow_word(counter.offset), n);
}

static void add_real_shared(uint64_t *word, double n)
{
	/* relaxed: one word, orders nothing else */
	uint64_t old = qp_load_relaxed(word), bits;
	double sum;

	do {
		memcpy(&sum, &old, sizeof sum);
		sum += n;
		memcpy(&bits, &sum, sizeof bits);
	} while (!qp_cas_relaxed(word, &old, bits)); /* relaxed: as above */
}

void quipu_priv_float_counter_slow(quipu_float_counter counter, double n)
{
	if (!(n >= 0))
		qp_self_count(QUIPU_SELF_refused_values);
	else if (n == 0 || is_sink(counter.offset))
		return; /* also -0, which the inline path sends here */
	else if (qp_shard_attach())
		quipu_float_counter_add(counter, n);
	else
		add_real_shared(overflow_word(counter.offset), n);
}

void quipu_priv_updown_slow(quipu_updown updown, int64_t n)
{
	uint32_t offset = updown.offset + (n < 0 ? QUIPU_PRIV_UPDOWN_DEC : QUIPU_PRIV_UPDOWN_INC);

	if (is_sink(updown.offset))
		return;
	if (qp_shard_attach())
		quipu_updown_add(updown, n);
	else
		/* release: an increment is seen before a later decrement (shard_sum.c) */
		__atomic_fetch_add(overflow_word(offset), n < 0 ? -(uint64_t)n : (uint64_t)n,
				   __ATOMIC_RELEASE);
}

static struct qp_cell *cell_at(char *base, uint32_t offset)
{
	return (struct qp_cell *)(void *)(base + offset);
}

/* In the own shard, by the path this machine has. */
static void observe_own(char *base, uint32_t offset, double value)
{
	quipu_priv_guard();
	if (qp_cell_whole)
		quipu_priv_cell_add(base + offset, value);
	else
		qp_cell_add_shared(cell_at(base, offset), 1, value);
	quipu_priv_unguard(base);
}

void quipu_priv_histogram_slow(quipu_histogram histogram, double value)
{
	uint32_t offset = histogram.offset;
	char *base;

	if (value != value) {
		qp_self_count(QUIPU_SELF_refused_values);
		return;
	}
	if (is_sink(offset))
		return;
	offset += qp_layout_search(qp_layout_by_id(histogram.layout_id), value);
	base = quipu_priv_base ? quipu_priv_base : qp_shard_attach();
	if (base)
		observe_own(base, offset, value);
	else
		qp_cell_add_shared((struct qp_cell *)(void *)overflow_word(offset), 1, value);
}

void quipu_set_to_now(quipu_gauge gauge)
{
	quipu_gauge_set(gauge, qp_unix_seconds());
}
