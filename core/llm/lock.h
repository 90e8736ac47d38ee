/* SPDX-License-Identifier: MIT */
/*
 * lock.h: the kit lock, taken before the library's others (base/lock.h), and what fork does to it.
 *
 * It guards the list of kits and what is added to their tables. Nobody calls into the core while
 * holding it, because the core may call the program's error function.
 */
#ifndef QP_LLM_LOCK_H
#define QP_LLM_LOCK_H

#include "base/lock.h"

extern struct qp_lock qp_llm_lock;

/* How many forks this process has come through: what was in flight before the last one is its
 * parent's. Written in a forked child, which is alone then. */
extern uint32_t qp_llm_forks;

/* Has fork take the lock; once for the process. Kit lock held; false: out of memory. */
bool qp_llm_lock_init(void);

#endif
