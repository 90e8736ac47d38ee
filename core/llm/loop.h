/* SPDX-License-Identifier: MIT */
/* loop.h: the series of one dispatch loop, or of several of one name. */
#ifndef QP_LLM_LOOP_H
#define QP_LLM_LOOP_H

#include "llm/table.h"

struct quipu_priv_llm_loop {
	quipu_counter iterations;
	quipu_histogram stall;
};

extern const struct qp_llm_type qp_llm_loops;

#endif
