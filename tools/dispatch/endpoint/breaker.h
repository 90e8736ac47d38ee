/* SPDX-License-Identifier: MIT */
/*
 * breaker.h: a circuit breaker: an endpoint that fails again and again is left alone for a while.
 *
 * Closed, all calls pass; after so many failures in a row it opens, and none does; after a while it
 * is half open: one call is tried, and what becomes of it closes or opens it again.
 */
#ifndef ENDPOINT_BREAKER_H
#define ENDPOINT_BREAKER_H

#include <quipu/llm.h>

#include <stdbool.h>
#include <stdint.h>

struct breaker {
	unsigned threshold; /* failures in a row that open it; 0: it never opens */
	uint64_t rest_ns;   /* how long it stays open */
	quipu_llm_circuit state;
	unsigned failures; /* in a row, while it is closed */
	uint64_t until_ns; /* when it has been open for long enough */
	bool trying;	   /* half open, and the one call is on its way */
	uint64_t epoch;	   /* another one with each opening, and each call that is tried */
};

/* Whether a call may go out now, and in which epoch. */
bool breaker_pass(struct breaker *breaker, uint64_t now_ns, uint64_t *epoch);

/* What became of a call that was let pass in an epoch. One from an earlier epoch has no say: another
 * call is to tell how things are now. */
void breaker_succeeded(struct breaker *breaker, uint64_t epoch);
void breaker_failed(struct breaker *breaker, uint64_t epoch, uint64_t now_ns);

/* It was given up, and says nothing about the endpoint. */
void breaker_unknown(struct breaker *breaker, uint64_t epoch);

#endif
