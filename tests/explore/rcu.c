/* SPDX-License-Identifier: MIT */
/*
 * rcu.c: a model of liburcu: a grace period is over as soon as every read section that was open
 * when it began is closed, and not earlier. The linker sends the calls of base/rcu.c here.
 */
#include "thread.h"

/* For shared.c: readers use it, grace periods change it. */
static uint64_t sections;

void __wrap_urcu_bp_read_lock(void);
void __wrap_urcu_bp_read_lock(void)
{
	struct thread *me = &threads[current];

	if (me->nested > 0) {
		me->nested++;
		return;
	}
	explore_point(&sections, EXPLORE_READS, "opening", "a read section");
	me->nested = 1;
	me->section = ++sections;
}

void __wrap_urcu_bp_read_unlock(void);
void __wrap_urcu_bp_read_unlock(void)
{
	struct thread *me = &threads[current];

	if (me->nested == 0)
		explore_violation("rcu", "%s closes a read section that is not open", me->name);
	if (me->nested == 1)
		explore_point(&sections, EXPLORE_READS, "closing", "a read section");
	me->nested--;
}

static bool is_open(unsigned i, uint64_t section)
{
	return section && threads[i].nested && threads[i].section == section;
}

bool grace_is_over(const struct thread *thread)
{
	unsigned i;

	for (i = 0; i < MAX_THREADS; i++) {
		if (is_open(i, thread->grace[i]))
			return false;
	}
	return true;
}

void __wrap_urcu_bp_synchronize_rcu(void);
void __wrap_urcu_bp_synchronize_rcu(void)
{
	struct thread *me = &threads[current];
	unsigned i;

	explore_point(&sections, EXPLORE_WRITES, "beginning", "a grace period");
	for (i = 0; i < MAX_THREADS; i++)
		me->grace[i] = threads[i].nested ? threads[i].section : 0;
	thread_wait(A_GRACE_PERIOD, NULL);
}
