/* SPDX-License-Identifier: MIT */
/* retry.c: see retry.h. */
#include "retry.h"

/* What may go well another time. */
static bool passing(quipu_llm_error error)
{
	switch (error) {
	case QUIPU_LLM_RATE_LIMITED:
	case QUIPU_LLM_TIMEOUT:
	case QUIPU_LLM_OVERLOADED:
	case QUIPU_LLM_SERVER:
	case QUIPU_LLM_NETWORK:
	case QUIPU_LLM_BROKEN_STREAM:
	case QUIPU_LLM_CIRCUIT_OPEN:
		return true;
	default:
		return false;
	}
}

enum retry_step retry_next(struct retry_left left, quipu_llm_error error)
{
	if (passing(error) && left.retries)
		return RETRY_AGAIN;
	if (left.fallback && (passing(error) || error == QUIPU_LLM_NOT_FOUND))
		return RETRY_FALL_BACK;
	return RETRY_DONE;
}

bool retry_counts_against(quipu_llm_error error)
{
	switch (error) {
	case QUIPU_LLM_TIMEOUT:
	case QUIPU_LLM_OVERLOADED:
	case QUIPU_LLM_SERVER:
	case QUIPU_LLM_NETWORK:
	case QUIPU_LLM_TLS:
	case QUIPU_LLM_BROKEN_STREAM:
	case QUIPU_LLM_MALFORMED:
		return true;
	default:
		return false;
	}
}
