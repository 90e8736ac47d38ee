/* SPDX-License-Identifier: MIT */
/* sets.h: the closed sets of llm.h as label values. */
#ifndef QP_LLM_SETS_H
#define QP_LLM_SETS_H

#include <quipu/llm.h>

extern const char *const qp_llm_errors[QUIPU_LLM_N_ERRORS];
extern const char *const qp_llm_statuses[QUIPU_LLM_N_STATUSES];
extern const char *const qp_llm_directions[QUIPU_LLM_N_DIRECTIONS];
extern const char *const qp_llm_operations[QUIPU_LLM_N_OPERATIONS];
extern const char *const qp_llm_rate_limits[QUIPU_LLM_N_RATE_LIMITS];
extern const char *const qp_llm_circuits[QUIPU_LLM_N_CIRCUITS];
extern const char *const qp_llm_sides[QUIPU_LLM_N_SIDES];
extern const char *const qp_llm_hedge_results[QUIPU_LLM_N_HEDGE_RESULTS];
extern const char *const qp_llm_outcomes[QUIPU_LLM_N_OUTCOMES];
extern const char *const qp_llm_stages[QUIPU_LLM_N_STAGES];
extern const char *const qp_llm_decisions[QUIPU_LLM_N_DECISIONS];
extern const char *const qp_llm_misuses[QUIPU_LLM_N_MISUSES];

#endif
