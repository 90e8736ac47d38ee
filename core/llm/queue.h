/* SPDX-License-Identifier: MIT */
/* queue.h: the series of one queue. */
#ifndef QP_LLM_QUEUE_H
#define QP_LLM_QUEUE_H

#include "llm/table.h"

struct quipu_llm_queue {
	quipu_updown depth;
	quipu_histogram wait;
};

extern const struct qp_llm_type qp_llm_queues;

#endif
