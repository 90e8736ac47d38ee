/* SPDX-License-Identifier: MIT */
/*
 * errand.h: what a dispatcher does about one call: which attempts it makes, and after which it
 * leaves off. No metric in it: delivery.h makes the attempts and records them.
 *
 * An attempt that was refused or failed is made again, once, after a pause; then another model is
 * asked instead, and that once more. What another try cannot mend (an invalid request, a prompt
 * that is too large) goes to the other model at once. Where an answer is slow, a second attempt
 * is made beside the first, and the slower of the two is given up (a hedge).
 *
 * Attempts that fail use no tokens, so as long as every call is answered in the end, answers and
 * tokens are those of the workload, exactly, whatever happened in between; more attempts than
 * calls are made. Without shares, hedges and outages each call is one attempt.
 *
 * All of it follows from (seed, call number), an outage of a provider too: with the circuit
 * breaker as it is here, by a timetable, not by what happened, totals do not depend on threads.
 */
#ifndef DISPATCH_ERRAND_H
#define DISPATCH_ERRAND_H

#include "provider.h"

struct policy {
	struct provider provider;
	uint64_t hedge_after_ns; /* 0: never */
	uint64_t outage_every;	 /* calls, of which an eighth finds a provider out; 0: none */
};

/* One call on its way. */
struct errand {
	const struct policy *policy;
	struct attempt attempt; /* the one to make now */
	unsigned tries;		/* at this model before */
};

/* An attempt, possibly with another beside it. */
struct trial {
	struct answer answer;
	struct answer hedge; /* where one was made */
	uint64_t hedge_ns;   /* from the attempt to its hedge; 0: there is none */
	bool hedge_won;	     /* its answer was first; the other attempt is cancelled */
	uint64_t held_ns;    /* before the attempt is made: our own limits */
	uint64_t again_ns;   /* the pause before the next attempt */
	bool goes_on;	     /* to another attempt, */
	unsigned next_route; /* on this route */
};

struct errand errand_begin(const struct policy *policy, uint64_t number);

/* The attempt that it is at. */
struct trial errand_try(const struct errand *errand, const struct call *call);

/* On to the next attempt, if the trial goes on. */
bool errand_next(struct errand *errand, const struct trial *trial);

/* Does the circuit breaker change with this call? If so, to *state, for the provider of *route. */
bool errand_circuit(const struct policy *policy, uint64_t number, unsigned *route,
		    quipu_llm_circuit *state);

#endif
