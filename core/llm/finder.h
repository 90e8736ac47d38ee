/* SPDX-License-Identifier: MIT */
/*
 * finder.h: which cell of a histogram a whole number belongs to: nanoseconds, or tokens.
 *
 * What record.h asks of a value in seconds this asks of the nanoseconds, before they are divided: a
 * store whose address is known late holds up every load behind it. And its tables are small, since
 * two bounds fit into an entry: a quarter of record.h's, where classic and native bounds lie side by
 * side, so that those of a whole route stay in the first cache.
 *
 * Writers:  whoever makes a route; under the kit lock, once for each layout and unit.
 * Readers:  steps of calls, by what their route has of it.
 * Publication: with the route.
 * Reclamation: with the kit.
 *
 * F1. For every number that is taken (1 to last) the cell is that of (double)number / per in the
 *     layout's own search.
 */
#ifndef QP_LLM_FINDER_H
#define QP_LLM_FINDER_H

#include <quipu/record.h>

#include <stdbool.h>

/* For the numbers whose doubles have the same first bits. A bound is the largest number of its cell;
 * it stands above 16 bits, which in the first are the cell for numbers up to both. */
struct qp_llm_span {
	uint64_t first, second;
};

/* How many numbers the unit of a histogram is. */
#define QP_LLM_PER_SECOND 1e9
#define QP_LLM_PER_TOKEN 1.0

#define QP_LLM_CELL_BITS 16
#define QP_LLM_MOST_NUMBER (UINT64_C(1) << 47)

struct qp_llm_finder {
	struct qp_llm_finder *next;
	const struct quipu_priv_layout *layout;
	double per; /* numbers in the histogram's unit: 1e9 or 1 */
	uint32_t shift;
	uint64_t last;	 /* the largest number that is taken; 0: none is */
	uintptr_t spans; /* where the span of a number whose bits are all 0 would be */
	struct qp_llm_span span[];
};

/* A list of them, for a kit; NULL at first. */
typedef struct qp_llm_finder *qp_llm_finders;

/* The layout's finder, made if new. NULL without a layout, or out of memory. Kit lock not held. */
const struct qp_llm_finder *qp_llm_finder_get(qp_llm_finders *finders,
					      const struct quipu_priv_layout *layout, double per);
void qp_llm_finders_close(qp_llm_finders *finders);

/* The cell; number: from 1 to last. */
static inline uint64_t qp_llm_cell(uintptr_t spans, uint32_t shift, uint64_t number)
{
	const uint64_t key = (uint64_t)quipu_priv_bits((double)(int64_t)number) >> shift;
	const struct qp_llm_span *span = (const struct qp_llm_span *)(spans + key * sizeof(*span));
	const uint64_t above = number << QP_LLM_CELL_BITS; /* of a bound, whatever its low bits */
	uint64_t cell = span->first & ((1u << QP_LLM_CELL_BITS) - 1);

	cell += span->first < above;
	__asm__("" : "+r"(cell)); /* one after the other: two adds with carry */
	cell += span->second < above;
	return cell;
}

#endif
