/* SPDX-License-Identifier: MIT */
/* rcu.c: see rcu.h. */
#include "rcu.h"

#include <quipu/metric.h>

#include <pthread.h>

#if QP_TSAN
char qp_rcu_grace_in, qp_rcu_grace_out;
#endif

__thread bool qp_rcu_registered;

static int hooks_enabled = 1;

void qp_rcu_register(void)
{
	int cancel;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
	urcu_bp_read_lock();
	urcu_bp_read_unlock();
	qp_rcu_registered = true;
	pthread_setcancelstate(cancel, NULL);
}

void qp_rcu_synchronize(void)
{
	qp_rcu_tsan_release(&qp_rcu_grace_in);
	urcu_bp_synchronize_rcu();
	qp_rcu_tsan_acquire(&qp_rcu_grace_out);
}

void quipu_set_rcu_fork_hooks(int enabled)
{
	hooks_enabled = enabled;
}

void qp_rcu_before_fork(void)
{
	if (hooks_enabled)
		urcu_bp_before_fork();
}

void qp_rcu_after_fork_parent(void)
{
	if (hooks_enabled)
		urcu_bp_after_fork_parent();
}

void qp_rcu_after_fork_child(void)
{
	if (hooks_enabled)
		urcu_bp_after_fork_child();
}
