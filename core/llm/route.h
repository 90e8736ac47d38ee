/* SPDX-License-Identifier: MIT */
/*
 * route.h: the series of one model of one provider, for one operation.
 *
 * Writers:  as in table.h.
 * Readers:  anybody.
 * Publication: a route is complete before its place in the kit's matrix points to it.
 * Reclamation: with the kit.
 */
#ifndef QP_LLM_ROUTE_H
#define QP_LLM_ROUTE_H

#include "llm/kit.h"
#include "llm/own.h"
#include "llm/provider.h"

/* Of a naming that was not asked for the handles are sinks. */
struct quipu_llm_route {
	/* what each call touches, side by side */
	quipu_updown in_flight;
	quipu_counter requests[QUIPU_LLM_N_STATUSES];
	quipu_counter tokens[QUIPU_LLM_N_DIRECTIONS];
	quipu_counter cost; /* in micro-dollars */
	bool has_otel;
	quipu_llm *kit;
	struct qp_llm_histogram first_token, chunk, duration, per_token;
	struct qp_llm_histogram request_tokens[2]; /* input, output */
	struct qp_llm_histogram otel_first_chunk, otel_chunk;
	struct qp_llm_histogram otel_duration; /* of successes */
	struct qp_llm_histogram otel_tokens[2];
	const struct qp_llm_provider *provider;
	const char *model;
	const char *operation;
};

bool qp_llm_routes_open(quipu_llm *kit);
void qp_llm_routes_close(quipu_llm *kit);

#endif
