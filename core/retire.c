/* SPDX-License-Identifier: MIT */
/* retire.c: see retire.h. */
#include "retire.h"

#include "base/lock.h"
#include "base/rcu.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>

/* All below: under the retire lock. */
static struct qp_retired *first, **end = &first; /* retired, grace period not begun */
static struct qp_retired *held;			 /* grace period over, waiting for snapshots */
static size_t n_waiting;
static bool reaper_runs;
static struct qp_snapshot_mark open = { &open, &open, 0 }; /* ring, oldest first */
static unsigned n_open;
static uint64_t last_number;
static pthread_cond_t changed, closed;

void qp_retire_init(void)
{
	qp_cond_init(&changed);
	qp_cond_init(&closed);
}

/* --- the reaper ------------------------------------------------------------------------ */

/* May this object go, as far as snapshots are concerned? */
static bool free_of_snapshots(const struct qp_retired *retired)
{
	return open.next == &open || open.next->number > retired->after_snapshot;
}

/* Takes what is free of snapshots out of the held list. */
static struct qp_retired *take_ready(void)
{
	struct qp_retired *ready = NULL, **at = &held, *retired;

	while ((retired = *at) != NULL) {
		if (!free_of_snapshots(retired)) {
			at = &retired->next;
			continue;
		}
		*at = retired->next;
		retired->next = ready;
		ready = retired;
	}
	return ready;
}

static size_t reclaim_all(struct qp_retired *retired)
{
	struct qp_retired *next;
	size_t n = 0;

	for (; retired; retired = next, n++) {
		next = retired->next;
		retired->reclaim(retired);
	}
	return n;
}

/* Takes everything retired so far through one grace period, into the held list. */
static void pass_grace(void)
{
	struct qp_retired *batch = first, *next;

	first = NULL;
	end = &first;
	qp_unlock(&qp_retire_lock);
	qp_rcu_synchronize();
	qp_lock(&qp_retire_lock);
	for (; batch; batch = next) {
		next = batch->next;
		batch->next = held;
		held = batch;
	}
}

static void *reap(void *unused)
{
	struct qp_retired *ready;
	size_t n;

	qp_lock(&qp_retire_lock);
	for (;;) {
		if (first)
			pass_grace();
		ready = take_ready();
		if (!ready && !first) {
			qp_wait(&changed, &qp_retire_lock);
			continue;
		}
		qp_unlock(&qp_retire_lock);
		n = reclaim_all(ready);
		qp_lock(&qp_retire_lock);
		n_waiting -= n;
	}
	return unused;
}

void qp_retire(struct qp_retired *retired, void (*reclaim)(struct qp_retired *),
	       enum qp_retire_after after)
{
	assert(qp_lock_held(&qp_catalog_lock));
	retired->next = NULL;
	retired->reclaim = reclaim;
	qp_lock(&qp_retire_lock);
	retired->after_snapshot = after == QP_AFTER_SNAPSHOTS ? last_number : 0;
	*end = retired;
	end = &retired->next;
	n_waiting++;
	if (!reaper_runs)
		reaper_runs = qp_thread_start("quipu-reaper", reap);
	pthread_cond_signal(&changed);
	qp_unlock(&qp_retire_lock);
}

size_t qp_retire_waiting(void)
{
	size_t n;

	qp_lock(&qp_retire_lock);
	n = n_waiting;
	qp_unlock(&qp_retire_lock);
	return n;
}

/* --- snapshots --------------------------------------------------------------------------- */

int qp_snapshot_mark_open(struct qp_snapshot_mark *mark)
{
	int result = -1;

	assert(qp_lock_held(&qp_catalog_lock));
	qp_lock(&qp_retire_lock);
	if (n_open < QP_MAX_SNAPSHOTS) {
		n_open++;
		mark->number = ++last_number;
		mark->next = &open;
		mark->previous = open.previous;
		mark->previous->next = mark;
		open.previous = mark;
		result = 0;
	}
	qp_unlock(&qp_retire_lock);
	return result;
}

void qp_snapshot_mark_close(struct qp_snapshot_mark *mark)
{
	qp_lock(&qp_retire_lock);
	if (mark->number) {
		mark->previous->next = mark->next;
		mark->next->previous = mark->previous;
		mark->number = 0;
		n_open--;
		pthread_cond_signal(&changed);
		pthread_cond_broadcast(&closed);
	}
	qp_unlock(&qp_retire_lock);
}

void qp_snapshot_wait(uint64_t ns)
{
	bool in_time = true;

	qp_lock(&qp_retire_lock);
	while (n_open >= QP_MAX_SNAPSHOTS && in_time)
		in_time = qp_wait_until(&closed, &qp_retire_lock, ns);
	qp_unlock(&qp_retire_lock);
}

/* --- fork ----------------------------------------------------------------------------------- */

/* The threads that had snapshots open are gone. Closing one later, should this thread have
 * opened it, finds number 0 and does nothing. */
void qp_retire_after_fork_child(void)
{
	struct qp_snapshot_mark *mark;

	for (mark = open.next; mark != &open; mark = mark->next)
		mark->number = 0;
	open.next = open.previous = &open;
	n_open = 0;
	reaper_runs = false;
	qp_retire_init();
}
