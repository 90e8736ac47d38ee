/* SPDX-License-Identifier: MIT */
/* retire.c: see retire.h. */
#include "retire.h"

#include "base/clock.h"
#include "base/lock.h"
#include "base/rcu.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>

#define HELP 8
#define BATCH 64
#define PAUSE_NS 10000000u

struct queue {
	struct qp_retired *first, **end;
};

/* All below: under the retire lock. An object moves from one to the next. */
static struct queue fresh = { NULL, &fresh.first };	/* retired */
static struct queue passing = { NULL, &passing.first }; /* in the grace period that runs */
static struct queue held = { NULL, &held.first };	/* waiting for snapshots, by number */
static struct queue ready = { NULL, &ready.first };	/* free to go */
static size_t n_waiting;
static bool reaper_runs;
static struct qp_snapshot_mark open = { &open, &open, 0 }; /* ring, oldest first */
static unsigned n_open;
static uint64_t last_number;
static pthread_cond_t changed, closed, fewer;

void qp_retire_init(void)
{
	qp_cond_init(&changed);
	qp_cond_init(&closed);
	qp_cond_init(&fewer);
}

/* --- queues ------------------------------------------------------------------------------ */

static void push(struct queue *queue, struct qp_retired *retired)
{
	retired->next = NULL;
	*queue->end = retired;
	queue->end = &retired->next;
}

static struct qp_retired *pop(struct queue *queue)
{
	struct qp_retired *retired = queue->first;

	queue->first = retired->next;
	if (!queue->first)
		queue->end = &queue->first;
	return retired;
}

/* Everything in from goes behind what is in to. */
static void append(struct queue *to, struct queue *from)
{
	if (!from->first)
		return;
	*to->end = from->first;
	to->end = from->end;
	from->first = NULL;
	from->end = &from->first;
}

/* --- reclaiming ---------------------------------------------------------------------------- */

/* What waits for no snapshot goes on. Numbers in the queue only grow, so its head decides. */
static void release_held(void)
{
	while (held.first && (open.next == &open || open.next->number > held.first->after_snapshot))
		push(&ready, pop(&held));
}

/* The next object that is free to go; NULL: none. */
static struct qp_retired *take(void)
{
	struct qp_retired *retired = NULL;

	qp_lock(&qp_retire_lock);
	release_held();
	if (ready.first) {
		retired = pop(&ready);
		if (--n_waiting == QP_RETIRE_MANY)
			pthread_cond_broadcast(&fewer);
	}
	qp_unlock(&qp_retire_lock);
	return retired;
}

/* Up to n objects; false when there were fewer. */
static bool reclaim(size_t n)
{
	struct qp_retired *retired;

	assert(qp_lock_held(&qp_catalog_lock));
	for (; n > 0; n--) {
		retired = take();
		if (!retired)
			return false;
		retired->reclaim(retired);
	}
	return true;
}

void qp_retire_pause(void)
{
	uint64_t until;

	qp_lock(&qp_retire_lock);
	if (n_waiting > QP_RETIRE_MANY) {
		until = qp_now_ns() + PAUSE_NS;
		while (n_waiting > QP_RETIRE_MANY &&
		       qp_wait_until(&fewer, &qp_retire_lock, until)) {
		}
	}
	qp_unlock(&qp_retire_lock);
}

void qp_retire_help(void)
{
	reclaim(HELP);
}

/* --- the reaper ---------------------------------------------------------------------------- */

/* Takes what was retired so far through one grace period. Retire lock held, but not then. */
static void pass_grace(void)
{
	append(&passing, &fresh);
	qp_unlock(&qp_retire_lock);
	qp_rcu_synchronize();
	qp_lock(&qp_retire_lock);
	while (passing.first) {
		struct qp_retired *retired = pop(&passing);

		push(retired->after_snapshot ? &held : &ready, retired);
	}
}

/* In batches, so that those who want the catalog lock get it in between. */
static void reclaim_ready(void)
{
	bool more = true;

	qp_unlock(&qp_retire_lock);
	while (more) {
		qp_lock(&qp_catalog_lock);
		more = reclaim(BATCH);
		qp_unlock(&qp_catalog_lock);
	}
	qp_lock(&qp_retire_lock);
}

static void *reap(void *unused)
{
	qp_lock(&qp_retire_lock);
	for (;;) {
		if (fresh.first)
			pass_grace();
		release_held();
		if (ready.first)
			reclaim_ready();
		else if (!fresh.first)
			qp_wait(&changed, &qp_retire_lock);
	}
	return unused;
}

/* Retire lock held. */
static bool start_reaper(void)
{
	if (!reaper_runs)
		reaper_runs = qp_thread_start("quipu-reaper", reap);
	return reaper_runs;
}

bool qp_retire_start(void)
{
	bool runs;

	qp_lock(&qp_retire_lock);
	runs = start_reaper();
	qp_unlock(&qp_retire_lock);
	return runs;
}

void qp_retire(struct qp_retired *retired, void (*reclaim_fn)(struct qp_retired *),
	       enum qp_retire_after after)
{
	assert(qp_lock_held(&qp_catalog_lock));
	retired->reclaim = reclaim_fn;
	qp_lock(&qp_retire_lock);
	retired->after_snapshot = after == QP_AFTER_SNAPSHOTS ? last_number : 0;
	push(&fresh, retired);
	n_waiting++;
	start_reaper();
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
	append(&passing, &fresh); /* the parent's reaper was waiting for these */
	append(&fresh, &passing);
	reaper_runs = false;
	qp_retire_init();
}
