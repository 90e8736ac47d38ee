/* SPDX-License-Identifier: MIT */
/*
 * idle.h: series that stood still for their family's idle time leave, at no cost to recording.
 *
 * Writers:  one scrape at a time (the others skip), and who reclaims; recorders as
 *           always.
 * I1. A pinned series never expires.
 * I2. Nothing recorded is lost: a series is unpublished, a grace period passes, so that every
 *     recorder that had found it has finished, and then its value is read again. Had it moved,
 *     the series comes back, or, if its label set has a new series by then, what it gained goes
 *     to that one. Compare and
 *     remove alone would lose what was recorded in between.
 */
#ifndef QP_IDLE_H
#define QP_IDLE_H

#include "snapshot.h"

/* Looks at all series of the snapshot whose families have an idle time. */
void qp_idle_expire(struct qp_snapshot *snapshot);

#endif
