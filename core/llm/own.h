/* SPDX-License-Identifier: MIT */
/*
 * own.h: one thread's shard, for several records in a row. What record.h does for one record, with
 * the shard's beginning looked up once for all of them: each update stores it (R2 of record.h), and
 * whoever loads it anew waits for that store.
 *
 * Writers:  the thread itself.
 * Readers, publication, reclamation: record.h.
 *
 * Where a thread has a shard it keeps it, so what qp_llm_own gave stays right until the function
 * that asked for it returns. It is NULL where record.h's base is: in a thread's first records, and in
 * a handler that interrupts an update. Then each record finds its own way, by the ordinary call.
 */
#ifndef QP_LLM_OWN_H
#define QP_LLM_OWN_H

#include "base/atomic.h"

#include <quipu/record.h>

static inline char *qp_llm_own(void)
{
	return quipu_priv_base;
}

/* The ordinary calls, out of line. */
void qp_llm_add_alone(quipu_counter counter, uint64_t n);
void qp_llm_updown_add_alone(quipu_updown updown, int64_t n);
struct qp_llm_histogram;
void qp_llm_observe_alone(const struct qp_llm_histogram *histogram, double value);

static inline void qp_llm_add(char *own, quipu_counter counter, uint64_t n)
{
	if (qp_likely(own && (int64_t)n >= 0))
		quipu_priv_word_add(own, counter.offset, n);
	else
		qp_llm_add_alone(counter, n);
}

static inline void qp_llm_inc(char *own, quipu_counter counter)
{
	qp_llm_add(own, counter, 1);
}

static inline void qp_llm_updown_inc(char *own, quipu_updown updown)
{
	if (qp_likely(own))
		quipu_priv_word_add(own, updown.offset + QUIPU_PRIV_UPDOWN_INC, 1);
	else
		qp_llm_updown_add_alone(updown, 1);
}

static inline void qp_llm_updown_dec(char *own, quipu_updown updown)
{
	if (qp_likely(own))
		quipu_priv_word_add(own, updown.offset + QUIPU_PRIV_UPDOWN_DEC, 1);
	else
		qp_llm_updown_add_alone(updown, -1);
}

/* A histogram with what it takes of its layout beside it: one cache line, one load fewer. The table's
 * last entry would be for what is beyond it, too: that takes the ordinary call, as everything does
 * where there is no table (last is 0). */
struct qp_llm_histogram {
	quipu_histogram ordinary;
	const struct quipu_priv_entry *entry;
	int64_t first, last;
	uint32_t shift;
};

static inline struct qp_llm_histogram qp_llm_histogram_of(quipu_histogram ordinary)
{
	const struct quipu_priv_layout *layout = ordinary.layout;
	struct qp_llm_histogram histogram = { .ordinary = ordinary };

	if (layout) {
		histogram.entry = layout->entry;
		histogram.first = layout->first;
		histogram.last = layout->last;
		histogram.shift = layout->shift;
	}
	return histogram;
}

/* The entry for a value that has no sign. */
static inline int64_t qp_llm_find(const struct qp_llm_histogram *histogram, double value)
{
	int64_t i = (quipu_priv_bits(value) >> histogram->shift) - histogram->first;

	return i < 0 ? 0 : i;
}

/* A value that is a number and has no sign, as durations and tokens are. */
static inline void qp_llm_observe(char *own, const struct qp_llm_histogram *histogram, double value)
{
	const int64_t i = qp_llm_find(histogram, value);
	const struct quipu_priv_entry *entry;

	if (qp_unlikely(!own || i >= histogram->last)) {
		qp_llm_observe_alone(histogram, value);
		return;
	}
	entry = &histogram->entry[i];
	quipu_priv_guard();
	quipu_priv_cell_add(own + histogram->ordinary.offset + entry->cell +
				    (value > entry->bound ? 16u : 0u),
			    value);
	quipu_priv_unguard(own);
}

#endif
