/* SPDX-License-Identifier: MIT */
/* llm_verbs.h: every way to record that llm.h has, for the same proofs as verbs.h. */
#ifndef TESTS_LLM_VERBS_H
#define TESTS_LLM_VERBS_H

#include <quipu/types.h>

#include <stdint.h>

/* Makes a kit with both namings in the registry, and all that is recorded into. */
void llm_verbs_make(quipu_registry *registry);

/* As verbs_record and verbs_record_timed. */
void llm_verbs_record(uint64_t i);
void llm_verbs_record_timed(uint64_t i);

#endif
