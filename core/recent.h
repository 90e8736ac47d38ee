/* SPDX-License-Identifier: MIT */
/*
 * recent.h: what a summary observed lately: its cells' counts now less those of a while ago.
 *
 * Scrapes leave marks, a few in each window, of the counts that they saw. Recording knows
 * nothing of it.
 *
 * Writers:  scrapes, one at a time, under the catalog lock.
 * Readers:  the same.
 * Reclamation: with the series.
 *
 * D1. The quantiles are of all that was observed since the last mark that is at least one window
 *     old, or, as long as there is none, since the series began: where scrapes come often
 *     enough, of the last window and at most a fifth more.
 * D2. A quantile is off by at most (b - 1) / (b + 1) of itself, b the growth of the buckets, for
 *     values within the range that the buckets have their full resolution for.
 */
#ifndef QP_RECENT_H
#define QP_RECENT_H

#include "base/cell.h"
#include "buckets.h"

struct qp_recent;

/* In a forked child counts begin at zero: what was marked before is its parent's. */
void qp_recent_after_fork_child(void);

void qp_recent_free(struct qp_recent *window);

/* Computes n quantiles (ascending) of the window that ends now, and leaves a mark if one is due.
 * *recent is made when the first mark is; without memory the last marks stay. NaN: nothing was
 * observed. Catalog lock held. */
void qp_recent_quantiles(struct qp_recent **recent, const struct qp_layout *layout,
			 const struct qp_cell *cells, uint64_t now_ns, uint64_t window_ns,
			 const double *quantiles, size_t n, double *values);

#endif
