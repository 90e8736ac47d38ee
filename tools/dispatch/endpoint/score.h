/* SPDX-License-Identifier: MIT */
/*
 * score.h: what a thread has come to with a model, for the table at the end; counted beside the kit,
 * so that the two can be compared.
 *
 * Writers:     the thread
 * Readers:     any
 * Publication: words of their own; sums are exact once the thread has ended
 * Reclamation: its owner's
 */
#ifndef ENDPOINT_SCORE_H
#define ENDPOINT_SCORE_H

#include "spread.h"

#include <quipu/llm.h>

/* X(name): what is counted, besides how attempts ended */
#define SCORE_MAP(X)                                                                               \
	X(calls)	 /* of the workload, that have ended here */                               \
	X(failed)	 /* of those, however often they were tried */                             \
	X(sent)		 /* attempts */                                                            \
	X(retries)	 /* attempts made again */                                                 \
	X(fallbacks)	 /* calls that came here from another model */                             \
	X(hedges)	 /* second attempts beside the first */                                    \
	X(hedges_won)	 /* of those, the ones that were used */                                   \
	X(without_usage) /* answers that do not say what they used */                              \
	X(input)	 /* tokens */                                                              \
	X(output)                                                                                  \
	X(microdollars)

struct score {
	atomic_uint_fast64_t attempts[QUIPU_LLM_N_ERRORS];
#define SCORE_WORD(name) atomic_uint_fast64_t name;
	SCORE_MAP(SCORE_WORD)
#undef SCORE_WORD
	struct spread duration; /* of answers, from sending to the end */
	struct spread first;	/* from sending to the first token */
	uint64_t cost_rest;	/* what microdollars does not have yet; for the thread alone */
};

/* The same at one moment, of several threads. */
struct score_sum {
	uint64_t attempts[QUIPU_LLM_N_ERRORS];
#define SCORE_SUM(name) uint64_t name;
	SCORE_MAP(SCORE_SUM)
#undef SCORE_SUM
	struct spread_sum duration;
	struct spread_sum first;
};

void score_sum_add(struct score_sum *sum, const struct score *score);
void score_sum_add_sum(struct score_sum *sum, const struct score_sum *other);

/* Attempts that have ended, however they did. */
uint64_t score_ended(const struct score_sum *sum);

#endif
