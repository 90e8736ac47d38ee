/* SPDX-License-Identifier: MIT */
/* fork.c: see fork.h. */
#include "llm/fork.h"

#include <pthread.h>

uint32_t qp_llm_forks;

static void (*tell_child)(void);

static void after_fork_child(void)
{
	qp_llm_forks = (qp_llm_forks + QP_LLM_FORK) & QP_LLM_FORKS;
	tell_child();
}

bool qp_llm_fork_init(void (*in_child)(void))
{
	static bool done;

	tell_child = in_child;
	if (!done)
		done = pthread_atfork(NULL, NULL, after_fork_child) == 0;
	return done;
}
