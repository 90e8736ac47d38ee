/* SPDX-License-Identifier: MIT */
/*
 * kit.h: one registry's kit: its families, and the tables of what has been asked for.
 *
 * Writers:  opening and closing, alone; the list of kits under the kit lock.
 * Readers:  anybody who got something of the kit and has not closed it.
 * Publication: the kit's user hands the pointer on. Tables: table.h, route.c.
 * Reclamation: quipu_llm_close, when nobody uses any of it any more.
 */
#ifndef QP_LLM_KIT_H
#define QP_LLM_KIT_H

#include "base/atomic.h"
#include "llm/families.h"
#include "llm/finder.h"
#include "llm/table.h"

struct quipu_llm {
	struct quipu_llm *next; /* in the list of kits */
	quipu_registry *registry;
	bool ready; /* all below is made; under the kit lock */
	struct qp_llm_families families;
	quipu_counter misuse[QUIPU_LLM_N_MISUSES];
	quipu_counter guards[QUIPU_LLM_N_STAGES][QUIPU_LLM_N_DECISIONS];
	struct qp_llm_names models;
	struct qp_llm_table providers, queues, loops, agents, tools;
	qp_llm_finders finders;
	void **routes; /* atomic; by operation, provider and model */
};

/* Counts what the rules do not allow. kit NULL: of a call that nothing is known of, which counts
 * in the kit that was opened last. */
void qp_llm_misused(const quipu_llm *kit, quipu_llm_misuse misuse);

/* False, and counted, where a value is not one of the n of its set. */
static inline bool qp_llm_is_one_of(const quipu_llm *kit, unsigned value, unsigned n)
{
	if (qp_likely(value < n))
		return true;
	qp_llm_misused(kit, QUIPU_LLM_MISUSE_BAD_ARGUMENT);
	return false;
}

#endif
