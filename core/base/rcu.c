/* SPDX-License-Identifier: MIT */
/* rcu.c: see rcu.h. */
#include "rcu.h"

#include "base/cancel.h"

#include <quipu/metric.h>

#include <pthread.h>

#if QP_TSAN
char qp_rcu_grace_in, qp_rcu_grace_out;
#endif

__thread int qp_rcu_state;

static int hooks_enabled = 1;
static pthread_key_t ending;
static bool ending_works;

static void end_thread(void *unused)
{
	(void)unused;
	qp_rcu_state = QP_RCU_ENDING;
}

void qp_rcu_init(void)
{
	ending_works = pthread_key_create(&ending, end_thread) == 0;
}

bool qp_rcu_register(void)
{
	struct qp_cancel cancel;

	if (qp_rcu_state == QP_RCU_ENDING)
		return false;
	cancel = qp_cancel_off();
	urcu_bp_read_lock();
	urcu_bp_read_unlock();
	if (ending_works)
		pthread_setspecific(ending, &ending);
	qp_rcu_state = QP_RCU_READY;
	qp_cancel_restore(cancel);
	return true;
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

/*
 * liburcu-bp's hooks deadlock when they are called twice in one fork, as two copies of quipu in
 * a process would (a program on the shared library, a plug-in with a static one). So whoever
 * comes first also opens a read section, which no other thread can wait for while liburcu's
 * locks are held; who finds one open leaves the hooks alone. A thread that forks inside a read
 * section of its own gets no hooks either: with them it could wait for itself.
 */
static __thread bool forking;

void qp_rcu_before_fork(void)
{
	forking = false;
	if (!hooks_enabled || (qp_rcu_state == QP_RCU_NEW && !qp_rcu_register()))
		return;
	if (urcu_bp_read_ongoing())
		return;
	forking = true;
	urcu_bp_before_fork();
	urcu_bp_read_lock();
}

void qp_rcu_after_fork_parent(void)
{
	if (!forking)
		return;
	urcu_bp_read_unlock();
	urcu_bp_after_fork_parent();
}

void qp_rcu_after_fork_child(void)
{
	if (!forking)
		return;
	urcu_bp_read_unlock();
	urcu_bp_after_fork_child();
}
