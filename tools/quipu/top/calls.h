/* SPDX-License-Identifier: MIT */
/* calls.h: LLM calls by model and provider, where the target has the families of <quipu/llm.h>, or
 * OpenTelemetry's for clients of generative AI. */
#ifndef TOP_CALLS_H
#define TOP_CALLS_H

#include "store.h"

#define CALLS_ROWS 500 /* further models are not listed, but are in the sum */

/* Per second, except where it is said; NaN is what is not known. */
struct call_row {
	struct qx_text model, provider; /* the store's */
	double total;			/* calls so far */
	double rate, failed;
	double in_flight;     /* now */
	double input, output; /* tokens */
	double dollars;
	struct spread duration, first_token;
};

struct calls {
	struct call_row sum;
	struct call_row *rows; /* the busiest so far first */
	size_t n, capacity;
	double waiting; /* in all queues */
	bool has_first_token, has_cost;
};

/* Without rows where the families are not there. To be freed. */
struct calls calls_of(const struct store *store);
void calls_free(struct calls *calls);

/* The share of calls that did not succeed, 0 to 1. */
double calls_failing(const struct call_row *row);

/* Whether it belongs to the kit. */
bool calls_has(const struct family *family);

#endif
