/* SPDX-License-Identifier: MIT */
/* sets.c: see sets.h. */
#include "llm/sets.h"

#define TEXT(name, text) text,

const char *const qp_llm_errors[] = { QUIPU_LLM_ERROR_MAP(TEXT) };
const char *const qp_llm_statuses[] = { QUIPU_LLM_STATUS_MAP(TEXT) };
const char *const qp_llm_directions[] = { QUIPU_LLM_DIRECTION_MAP(TEXT) };
const char *const qp_llm_operations[] = { QUIPU_LLM_OPERATION_MAP(TEXT) };
const char *const qp_llm_rate_limits[] = { QUIPU_LLM_RATE_LIMIT_MAP(TEXT) };
const char *const qp_llm_circuits[] = { QUIPU_LLM_CIRCUIT_MAP(TEXT) };
const char *const qp_llm_sides[] = { QUIPU_LLM_SIDE_MAP(TEXT) };
const char *const qp_llm_hedge_results[] = { QUIPU_LLM_HEDGE_MAP(TEXT) };
const char *const qp_llm_outcomes[] = { QUIPU_LLM_OUTCOME_MAP(TEXT) };
const char *const qp_llm_stages[] = { QUIPU_LLM_STAGE_MAP(TEXT) };
const char *const qp_llm_decisions[] = { QUIPU_LLM_DECISION_MAP(TEXT) };
const char *const qp_llm_misuses[] = { QUIPU_LLM_MISUSE_MAP(TEXT) };

const char *quipu_llm_error_name(quipu_llm_error error)
{
	return (unsigned)error < QUIPU_LLM_N_ERRORS ? qp_llm_errors[error]
						    : qp_llm_errors[QUIPU_LLM_OTHER];
}
