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
#include "llm/finder.h"

#include <quipu/record.h>

static inline char *qp_llm_own(void)
{
	return quipu_priv_base;
}

/* The ordinary calls, out of line. */
void qp_llm_add_alone(quipu_counter counter, uint64_t n);
void qp_llm_updown_add_alone(quipu_updown updown, int64_t n);
struct qp_llm_histogram;
void qp_llm_observe_alone(const struct qp_llm_histogram *histogram, int64_t number, double per);

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

/* A histogram with what it takes of its finder beside it. last is 0 where every number takes the
 * ordinary call. */
struct qp_llm_histogram {
	uintptr_t spans;
	uint64_t last;
	uint32_t shift;
	quipu_histogram ordinary;
};

/* finder may be NULL. */
static inline struct qp_llm_histogram qp_llm_histogram_of(quipu_histogram ordinary,
							  const struct qp_llm_finder *finder)
{
	struct qp_llm_histogram histogram = { .ordinary = ordinary };

	if (finder) {
		histogram.spans = finder->spans;
		histogram.last = finder->last;
		histogram.shift = finder->shift;
	}
	return histogram;
}

/* number / per of the unit, for a finder made with that per. */
static inline void qp_llm_observe(char *own, const struct qp_llm_histogram *histogram,
				  int64_t number, double per)
{
	char *cell;

	/* one comparison: none, less than none, more than there is a bound for */
	if (qp_unlikely(!own || (uint64_t)number - 1 >= histogram->last)) {
		qp_llm_observe_alone(histogram, number, per);
		return;
	}
	cell = own + histogram->ordinary.offset +
	       16 * qp_llm_cell(histogram->spans, histogram->shift, (uint64_t)number);
	quipu_priv_guard();
	quipu_priv_cell_add(cell, (double)number / per);
	quipu_priv_unguard(own);
}

#endif
