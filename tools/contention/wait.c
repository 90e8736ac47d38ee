/* SPDX-License-Identifier: MIT */
/* wait.c: see wait.h. */
#include "wait.h"

#include "lock_names.h"
#include "site.h"
#include "stack.h"

#include <errno.h>
#include <time.h>

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static unsigned site_of(enum qc_kind kind, const void *lock, const void *from)
{
	struct qc_place place = { .kind = kind, .name = qc_lock_name_find(lock) };

	qc_stack_walk(from, &place.trace);
	return qc_site_find(&place);
}

void qc_wait_begin(struct qc_wait *wait, enum qc_kind kind, const void *lock, const void *from)
{
	wait->site = QC_NO_SITE;
	if (!qc_thread_enter())
		return;
	wait->site = site_of(kind, lock, from);
	wait->start_ns = now_ns();
	qc_thread_leave();
}

void qc_wait_holding(const struct qc_wait *wait, const void *lock)
{
	if (wait->site == QC_NO_SITE || !qc_thread_enter())
		return;
	qc_thread_stash(lock, wait->site, now_ns() - wait->start_ns);
	qc_thread_leave();
}

void qc_wait_over(const struct qc_wait *wait)
{
	if (wait->site == QC_NO_SITE || !qc_thread_enter())
		return;
	qc_store_wait(wait->site, now_ns() - wait->start_ns);
	qc_thread_leave();
}

void qc_wait_refused(enum qc_kind kind, const void *lock, const void *from)
{
	if (!qc_thread_enter())
		return;
	qc_store_busy(site_of(kind, lock, from));
	qc_thread_leave();
}

void qc_count_first(enum qc_kind kind)
{
	int kept = errno;

	if (!qc_thread_enter())
		return;
	quipu_counter_inc(qc_store.calls[kind]);
	qc_thread_leave();
	errno = kept;
}
