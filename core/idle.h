/* SPDX-License-Identifier: MIT */
/*
 * idle.h: series that stood still for their family's idle time leave, at no cost to recording.
 *
 * Writers:  one scrape at a time looks (the others skip); leaving and what becomes of it happen
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

/* Looks at all series of the snapshot whose families have an idle time. */
void qp_idle_expire(struct qp_snapshot *snapshot);

/* In a forked child: no scrape is looking. */
void qp_idle_after_fork_child(void);

#endif
