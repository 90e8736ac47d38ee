/* SPDX-License-Identifier: MIT */
/* provider.h: the series of one provider, which all its routes share. */
#ifndef QP_LLM_PROVIDER_H
#define QP_LLM_PROVIDER_H

#include "llm/table.h"

struct qp_llm_provider {
	quipu_llm *kit;
	const char *name;
	quipu_counter stream_aborts[QUIPU_LLM_N_SIDES];
	quipu_counter hedges[QUIPU_LLM_N_HEDGE_RESULTS];
	quipu_counter rate_limits[QUIPU_LLM_N_RATE_LIMITS];
	quipu_histogram rate_limit_wait;
	quipu_stateset circuit;
	quipu_counter circuit_transitions[QUIPU_LLM_N_CIRCUITS];
};

/* The state that the circuit is in from now on; false: it is in it already. */
bool qp_llm_circuit_set(const struct qp_llm_provider *provider, quipu_llm_circuit state);

/* After a fork, in the child, which is alone: circuits are closed. */
void qp_llm_circuits_begin(const struct qp_llm_table *providers);

extern const struct qp_llm_type qp_llm_providers;

#endif
