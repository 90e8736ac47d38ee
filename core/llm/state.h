/* SPDX-License-Identifier: MIT */
/*
 * state.h: how far a call or a turn is, in a word that no other memory has by accident.
 *
 * The word is a number that depends on what the call is of, with bits below it. Zero, or what was
 * in the memory before, is no such word, so that nothing is taken for a pointer that is none. A
 * call may be moved: the word does not depend on where it is.
 */
#ifndef QP_LLM_STATE_H
#define QP_LLM_STATE_H

#include "base/atomic.h"
#include "llm/fork.h"

#include <quipu/timer.h>

#include <stdbool.h>
#include <stdint.h>

#define QP_LLM_BEGUN 1u
#define QP_LLM_ENDED 2u
#define QP_LLM_FIRST_TOKEN 4u
#define QP_LLM_CHUNK 8u
#define QP_LLM_STEPS 15u   /* all of the above */
#define QP_LLM_LOW 0xffffu /* and QP_LLM_FORKS: in which process */

/* Its low bits are 0: the steps' place. */
static inline uint64_t qp_llm_key(const void *of)
{
	return UINT64_C(0x9e3779b97f4a0000) ^ (uint64_t)(uintptr_t)of << 16;
}

static inline uint64_t qp_llm_begun(const void *of)
{
	return qp_llm_key(of) | qp_llm_forks | QP_LLM_BEGUN;
}

/* The bits of a state; 0: it is none. */
static inline unsigned qp_llm_steps(uint64_t state, const void *of)
{
	uint64_t low = state ^ qp_llm_key(of);

	return low <= QP_LLM_LOW ? (unsigned)low : 0;
}

static inline bool qp_llm_is_begun(uint64_t state, const void *of)
{
	return qp_likely(qp_llm_steps(state, of) & QP_LLM_BEGUN);
}

/* Was it begun before this process was forked off? */
static inline bool qp_llm_is_of_parent(uint64_t state)
{
	return qp_unlikely((state & QP_LLM_FORKS) != qp_llm_forks);
}

/* In seconds. No duration is negative, whatever clock it was told by. */
static inline double qp_llm_elapsed(uint64_t from_ns, uint64_t to_ns)
{
	int64_t ns = (int64_t)(to_ns - from_ns);

	return (double)(qp_likely(ns >= 0) ? ns : 0) / 1e9;
}

#endif
