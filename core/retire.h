/* SPDX-License-Identifier: MIT */
/*
 * retire.h: freeing what others may still be reading, later.
 *
 * Writers:  whoever unpublishes an object retires it, once, catalog lock held.
 * Readers:  the reaper thread, which waits; and whoever removes something, who helps to
 *           reclaim what need not wait any more (qp_retire_help), so that no pace of removal
 *           outruns reclamation.
 * Publication: the queues, under the retire lock.
 * Reclamation: a retired object is reclaimed after a grace period, and, if it asked for that,
 *           after every snapshot opened before its retirement has closed.
 *
 * T1. Nobody in a read section that began before the retirement still runs when reclaim does.
 * T2. (QP_AFTER_SNAPSHOTS) No snapshot that may have listed the object is open any more:
 *     snapshots open, and objects retire, under the catalog lock, so their order is known.
 * T3. Nobody ever waits for a grace period but the reaper. It starts at the first retirement;
 *     where no thread can be had the queue waits, visibly (qp_retire_waiting).
 * T4. Reclaim functions run with the catalog lock held, so a fork finds none half done.
 */
#ifndef QP_RETIRE_H
#define QP_RETIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum qp_retire_after { QP_AFTER_GRACE, QP_AFTER_SNAPSHOTS };

/* Embedded in what can be retired; retiring never allocates. */
struct qp_retired {
	struct qp_retired *next;
	void (*reclaim)(struct qp_retired *retired);
	uint64_t after_snapshot; /* 0: any; else: none up to this number may be open */
};

void qp_retire_init(void);

/* Starts the reaper if it does not run; false where it cannot be had. Catalog lock held. */
bool qp_retire_start(void);

/* Hands the object over; catalog lock held, object unpublished. */
void qp_retire(struct qp_retired *retired, void (*reclaim)(struct qp_retired *),
	       enum qp_retire_after after);

/* Reclaims a few objects that need not wait any more. Catalog lock held, at a point where the
 * caller has no family, list or series in its hands. */
void qp_retire_help(void);

/* Slows down who removes faster than grace periods pass, so that what waits stays bounded (P5):
 * while more than QP_RETIRE_MANY objects wait, waits for fewer, but 10 ms at most, as a host's
 * own read section may be what the grace period waits for. No lock held. */
#define QP_RETIRE_MANY 4096
void qp_retire_pause(void);

/* Objects handed over and not yet reclaimed. */
size_t qp_retire_waiting(void);

/* An open snapshot; embedded in it. */
struct qp_snapshot_mark {
	struct qp_snapshot_mark *next, *previous;
	uint64_t number; /* 0: not open */
};

#define QP_MAX_SNAPSHOTS 2

/* Opens, catalog lock held: 0, or -1 when QP_MAX_SNAPSHOTS are open already. */
int qp_snapshot_mark_open(struct qp_snapshot_mark *mark);
void qp_snapshot_mark_close(struct qp_snapshot_mark *mark);

/* Waits, without locks, until a snapshot could be opened or the monotonic clock says ns. */
void qp_snapshot_wait(uint64_t ns);

/* In a forked child, retire lock held: no reaper, and no open snapshot: one of this thread
 * finds its number 0, and must not be walked any more. */
void qp_retire_after_fork_child(void);

#endif
