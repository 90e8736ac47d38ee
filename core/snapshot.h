/* SPDX-License-Identifier: MIT */
/*
 * snapshot.h: all values of a registry at one moment, and the series they belong to.
 *
 * Writers:  the one thread that has the snapshot.
 * Readers:  the same.
 * Publication: none.
 * Reclamation: while it is open, nothing it lists is reclaimed (retire.h, T2).
 *
 * N1. The list of families and series is fixed first, under the catalog lock, and then the
 *     values are summed without any lock: every series listed has its value, and whatever was
 *     recorded before the opening is in it (P2).
 * N2. Memory: 8 bytes per slot in use and a few per family and extent, whoever scrapes (P5).
 *     At most QP_MAX_SNAPSHOTS are open in the process.
 * N3. Up-down counters: a pair's decrements are all read before any of its increments.
 * N4. Summing goes part by part, and its caller may do anything in between (qp_snapshot_sum).
 *     That harms nobody, because nothing was promised across parts in the first place: a part
 *     begins and ends at a multiple of 16 bytes, so every word, cell and pair is summed in one
 *     go, over all shards in list order (P3), and is a value of some moment after the opening
 *     (P2). A histogram's count is made of the same cells as its buckets, so it may be cut
 *     between two cells (P4). A shard that appears between two parts holds nothing that was
 *     recorded before the opening. What an extent is freed and used again for meanwhile is
 *     summed in vain: no series in the list was there (retire.h, T2).
 */
#ifndef QP_SNAPSHOT_H
#define QP_SNAPSHOT_H

#include "base/atomic.h"
#include "base/cell.h"
#include "family.h"
#include "retire.h"

#include <quipu/error.h>

struct qp_snapshot_family {
	struct qp_family *family;
	struct qp_series *const *series; /* entries may be NULL: removed meanwhile */
	size_t n_series;
};

struct qp_snapshot {
	struct qp_snapshot_mark mark;
	struct qp_snapshot_family *families; /* by name */
	size_t n_families;
	struct qp_extent_span *spans;
	size_t n_spans;
	size_t span;	 /* where the summing is */
	uint32_t summed; /* and how far in this span */
	char *sums;	 /* mirrors the slot space up to sums_bytes */
	size_t sums_bytes;
	double unix_seconds;
	uint64_t opened_ns;
};

/* Fixes the list. QUIPU_OK, QUIPU_EBUSY when too many are open, QUIPU_ENOMEM. Catalog lock not
 * held. */
quipu_error qp_snapshot_open(struct qp_snapshot *snapshot, quipu_registry *registry);

/* Sums on, as far as work.h lets it; true: every value is there. */
bool qp_snapshot_sum(struct qp_snapshot *snapshot, size_t *work);

/* Closes, at once or bit by bit; true: it is closed. At once is allowed at any point. */
void qp_snapshot_close(struct qp_snapshot *snapshot);
bool qp_snapshot_close_some(struct qp_snapshot *snapshot, size_t *work);

/* Does it still hold what it lists? Not in a child that was forked since it was opened. */
static inline bool qp_snapshot_is_open(const struct qp_snapshot *snapshot)
{
	return snapshot->mark.number != 0;
}

/* Values of a range. Shared words are read now, the rest is as summed. */
static inline const void *qp_snapshot_range(const struct qp_snapshot *snapshot, uint32_t offset)
{
	return snapshot->sums + offset;
}

static inline uint64_t qp_snapshot_word(const struct qp_snapshot *snapshot, uint32_t offset)
{
	return *(const uint64_t *)qp_snapshot_range(snapshot, offset);
}

static inline double qp_snapshot_real(const struct qp_snapshot *snapshot, uint32_t offset)
{
	return *(const double *)qp_snapshot_range(snapshot, offset);
}

static inline const struct qp_cell *qp_snapshot_cells(const struct qp_snapshot *snapshot,
						      uint32_t offset)
{
	return qp_snapshot_range(snapshot, offset);
}

int64_t qp_snapshot_updown(const struct qp_snapshot *snapshot, uint32_t offset);
uint64_t qp_snapshot_shared(const struct qp_snapshot *snapshot, uint32_t offset);

/* --- series, one after the other ---------------------------------------------------------------- */

#define QP_SERIES_AHEAD 8

/* Series lie all over memory: asks for what is read of one that is shown a little later. */
static inline void qp_snapshot_prefetch(const struct qp_snapshot_family *family, size_t i)
{
	const struct qp_series *series;

	if (i >= family->n_series)
		return;
	/* relaxed: as below; a series that goes meanwhile is asked for in vain */
	series = qp_load_relaxed(&family->series[i]);
	if (!series)
		return;
	qp_prefetch(&series->owner.offset);
	qp_prefetch((const char *)&series->owner.offset + 64);
}

/* The series at i, or NULL if it was removed. */
static inline struct qp_series *qp_snapshot_series(const struct qp_snapshot_family *family,
						   size_t i)
{
	/* relaxed: pairs with list_bury in family_series.c; a series stays alive while we are */
	struct qp_series *series = qp_load_relaxed(&family->series[i]);

	qp_snapshot_prefetch(family, i + QP_SERIES_AHEAD);
	/* relaxed: seen or not, either is right */
	return series && !qp_load_relaxed(&series->owner.removed) ? series : NULL;
}

#endif
