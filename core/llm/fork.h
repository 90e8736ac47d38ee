/* SPDX-License-Identifier: MIT */
/*
 * fork.h: what a forked child's kits have to be told. Its values are zero, as everything's is; the
 * kit lock (base/lock.h) is library.c's to take.
 */
#ifndef QP_LLM_FORK_H
#define QP_LLM_FORK_H

#include <stdbool.h>
#include <stdint.h>

/* How many forks this process has come through, roughly, in the bits that it has in a call's state
 * (state.h): what was in flight before the last one is its parent's. Written in a forked child,
 * which is alone then. */
#define QP_LLM_FORKS 0xfff0u
#define QP_LLM_FORK 0x10u /* one of them */
extern uint32_t qp_llm_forks;

/* Has a child count itself and then call in_child; once for the process, after the core's own
 * handlers, so that it comes when values can be recorded again. Kit lock held; false: out of
 * memory. */
bool qp_llm_fork_init(void (*in_child)(void));

#endif
