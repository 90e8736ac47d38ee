/* SPDX-License-Identifier: MIT */
/* agent.h: the series of one agent, and of one tool. */
#ifndef QP_LLM_AGENT_H
#define QP_LLM_AGENT_H

#include "llm/table.h"

struct quipu_llm_agent {
	quipu_llm *kit;
	quipu_counter turns[QUIPU_LLM_N_OUTCOMES];
	quipu_histogram duration, steps;
};

struct quipu_llm_tool {
	quipu_llm *kit;
	quipu_counter invocations[QUIPU_LLM_N_OUTCOMES];
	quipu_histogram duration;
};

extern const struct qp_llm_type qp_llm_agents, qp_llm_tools;

#endif
