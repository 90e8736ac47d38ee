/* SPDX-License-Identifier: MIT */
/*
 * idle.h: series that stood still for their family's idle time leave, at no cost to recording.
 *
 * Writers:  one scrape at a time looks, in pieces (the others skip); leaving and what becomes of it happen
 *           under the catalog lock; recorders as always.
 * I1. A pinned series never expires.
 * I2. Nothing recorded is lost: a series first leaves the map only; scrapes go on showing it. A
 *     grace period later, when every recorder that had found it has finished, its value is read
 *     again. Had it moved, it goes back into the map; only else it goes. Compare and remove
 *     alone would lose what was recorded in between.
 * I3. Asked for meanwhile, the series itself comes back, so a label set never has two.
 */
#ifndef QP_IDLE_H
#define QP_IDLE_H

#include "snapshot.h"

/* One scrape's look. All zero bytes: not begun. */
struct qp_idle_look {
	uint64_t now;	       /* 0: not begun; else: monotonic ns when it began */
	size_t family, series; /* where it is, in the snapshot */
};

/* Looks on at the series of a complete snapshot whose families have an idle time, as far as
 * work.h lets it; true: the look is over, or another scrape is at it. */
bool qp_idle_look(struct qp_idle_look *look, const struct qp_snapshot *snapshot, size_t *work);

/* Ends a look at any point, also one that never began. */
void qp_idle_end(struct qp_idle_look *look);

/* In a forked child: no scrape is looking. */
void qp_idle_after_fork_child(void);

#endif
