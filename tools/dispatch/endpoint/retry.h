/* SPDX-License-Identifier: MIT */
/* retry.h: what comes after an attempt that has ended. */
#ifndef ENDPOINT_RETRY_H
#define ENDPOINT_RETRY_H

#include <quipu/llm.h>

#include <stdbool.h>

enum retry_step {
	RETRY_DONE,	/* for better or for worse */
	RETRY_AGAIN,	/* the same again, after a wait */
	RETRY_FALL_BACK /* the other model, at once */
};

struct retry_left {
	unsigned retries;
	bool fallback; /* there is another model, and it has not been asked */
};

enum retry_step retry_next(struct retry_left left, quipu_llm_error error);

/* Whether the error tells that the endpoint as a whole is in trouble, which a circuit breaker
 * counts; a request that is refused for what is in it does not. */
bool retry_counts_against(quipu_llm_error error);

#endif
