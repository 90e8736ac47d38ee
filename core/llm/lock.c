/* SPDX-License-Identifier: MIT */
/* lock.c: see lock.h. */
#include "llm/lock.h"

struct qp_lock qp_llm_lock = { PTHREAD_MUTEX_INITIALIZER, 0, { 0, 0 } };
uint32_t qp_llm_forks;

static void before_fork(void)
{
	qp_lock(&qp_llm_lock);
}

static void after_fork_parent(void)
{
	qp_unlock(&qp_llm_lock);
}

static void after_fork_child(void)
{
	qp_llm_forks++;
	qp_lock_reset(&qp_llm_lock);
}

/* The core's handlers are there already, so this one comes before them: locks in their order. */
bool qp_llm_lock_init(void)
{
	static bool done;

	if (!done)
		done = pthread_atfork(before_fork, after_fork_parent, after_fork_child) == 0;
	return done;
}
