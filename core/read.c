/* SPDX-License-Identifier: MIT */
/*
 * read.c: a series' value now, over all shards, for tests and decisions. Sums are rounded as a
 * scrape rounds them (base/arithmetic.h), however the calling thread does.
 */
#include "base/arithmetic.h"
#include "base/atomic.h"
#include "buckets.h"
#include "shard.h"
#include "slots.h"

#include <quipu/metric.h>
#include <quipu/record.h>

#include <string.h>

uint64_t quipu_counter_read(quipu_counter counter)
{
	return counter.offset < QP_SINK_BYTES ? 0 : qp_shards_sum_word(counter.offset);
}

double quipu_float_counter_read(quipu_float_counter counter)
{
	fenv_t own;
	double value;

	if (counter.offset < QP_SINK_BYTES)
		return 0;
	qp_arithmetic_begin(&own);
	value = qp_shards_sum_real(counter.offset);
	qp_arithmetic_end(&own);
	return value;
}

int64_t quipu_updown_read(quipu_updown updown)
{
	uint64_t down, up;

	if (updown.offset < QP_SINK_BYTES)
		return 0;
	down = qp_shards_sum_word(updown.offset + QUIPU_PRIV_UPDOWN_DEC); /* before any up */
	up = qp_shards_sum_word(updown.offset + QUIPU_PRIV_UPDOWN_INC);
	return (int64_t)(up - down);
}

double quipu_gauge_read(quipu_gauge gauge)
{
	uint64_t bits = quipu_stateset_read((quipu_stateset){ gauge.cell, 0 });
	double value;

	memcpy(&value, &bits, sizeof value);
	return value;
}

uint64_t quipu_stateset_read(quipu_stateset stateset)
{
	/* relaxed: one word; what happened before this call is visible by itself */
	return stateset.cell ? qp_load_relaxed(stateset.cell) : 0;
}

/* Not inlined: no addition may move to where the thread has its own way again. */
static __attribute__((noinline)) void add_cells(quipu_histogram histogram, uint64_t *buckets,
						size_t n, quipu_histogram_value *value)
{
	const struct qp_layout *layout = qp_layout_by_id(histogram.layout_id);
	uint32_t i;

	for (i = 0; i < layout->inlined.n_cells; i++) {
		struct qp_cell cell = qp_shards_sum_cell(histogram.offset + i * 16);
		uint32_t bucket = qp_layout_classic(layout, i);

		value->count += cell.count;
		value->sum += cell.sum;
		if (buckets && bucket < n)
			buckets[bucket] += cell.count;
	}
}

quipu_histogram_value quipu_histogram_read_buckets(quipu_histogram histogram, uint64_t *buckets,
						   size_t n)
{
	quipu_histogram_value value = { 0, 0 };
	fenv_t own;

	if (buckets)
		memset(buckets, 0, n * sizeof buckets[0]);
	if (histogram.offset < QP_SINK_BYTES)
		return value;
	qp_arithmetic_begin(&own);
	add_cells(histogram, buckets, n, &value);
	qp_arithmetic_end(&own);
	return value;
}

quipu_histogram_value quipu_histogram_read(quipu_histogram histogram)
{
	return quipu_histogram_read_buckets(histogram, NULL, 0);
}

quipu_histogram_value quipu_summary_read(quipu_summary summary)
{
	return quipu_histogram_read(summary.cells);
}
