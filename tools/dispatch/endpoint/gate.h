/* SPDX-License-Identifier: MIT */
/*
 * gate.h: what all attempts pass on their way out: our own rate limits and the circuit breaker.
 *
 * Writers:     all threads, under a lock that is held for a few additions
 * Readers:     the same
 * Publication: the lock; the state of the circuit is told to the kit under it, so in its order
 * Reclamation: gate_close, when no thread uses it any more
 */
#ifndef ENDPOINT_GATE_H
#define ENDPOINT_GATE_H

#include "breaker.h"
#include "limiter.h"

#include <pthread.h>

struct gate {
	pthread_mutex_t lock;
	struct limiter requests;
	struct limiter tokens;
	struct breaker breaker;
	const quipu_llm_route *route; /* of the provider whose circuit it is */
};

struct gate_opts {
	uint64_t requests_per_minute; /* 0: no limit */
	uint64_t tokens_per_minute;   /* 0: no limit */
	unsigned failures;	      /* in a row, that open the circuit; 0: never */
	uint64_t rest_ns;
	const quipu_llm_route *route;
};

void gate_open(struct gate *gate, const struct gate_opts *opts);

/* Takes what an attempt needs of the limits; returns how long to wait for it, and if so whose
 * limit it is. */
uint64_t gate_reserve(struct gate *gate, uint64_t now_ns, uint64_t tokens,
		      quipu_llm_rate_limit *kind);

/* Whether the circuit lets an attempt pass, and in which epoch of it. */
bool gate_pass(struct gate *gate, uint64_t now_ns, uint64_t *epoch);

/* How an attempt ended that was let pass. */
void gate_tell(struct gate *gate, uint64_t now_ns, uint64_t epoch, quipu_llm_error error);

void gate_close(struct gate *gate);

#endif
