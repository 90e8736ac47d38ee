/* SPDX-License-Identifier: MIT */
/* snapshot.c: see snapshot.h. */
#include "snapshot.h"

#include "base/alloc.h"
#include "base/atomic.h"
#include "base/clock.h"
#include "base/lock.h"
#include "registry.h"
#include "shard.h"
#include "work.h"

#include <quipu/record.h>

#include <sys/mman.h>

/* In units of work (work.h). */
#define WORK_OF_VISIT 64 /* of one shard: another page, another line */
#define WORK_OF_PAGE 200 /* to unmap */
#define HUGE_SUMS (2u << 20)
#define BYTES_A_UNIT 4 /* summed */
#define PAIR_BYTES_A_UNIT 1

#define LEAST_BYTES 64u
#define AHEAD 8
#define STEPS_AHEAD 6

/* --- the list (N1) ------------------------------------------------------------------------- */

static void list_families(struct qp_snapshot *snapshot, quipu_registry *registry)
{
	size_t i;

	for (i = 0; i < registry->n_families; i++) {
		struct qp_family *family = registry->families[i];
		struct qp_snapshot_family *entry = &snapshot->families[i];

		if (i + AHEAD < registry->n_families)
			qp_prefetch(&registry->families[i + AHEAD]->list);
		entry->family = family;
		entry->series = family->list ? family->list->series : NULL;
		entry->n_series = family->n_listed;
	}
	snapshot->n_families = registry->n_families;
}

/* Allocates for what there is now; under the lock, so it cannot grow meanwhile. */
static quipu_error take_list(struct qp_snapshot *snapshot, quipu_registry *registry)
{
	size_t n_spans = qp_slots_count();

	if (qp_snapshot_mark_open(&snapshot->mark) != 0)
		return QUIPU_EBUSY;
	snapshot->families = qp_alloc(registry->n_families * sizeof snapshot->families[0]);
	snapshot->spans = qp_alloc(n_spans * sizeof snapshot->spans[0]);
	if (!snapshot->families || !snapshot->spans)
		return QUIPU_ENOMEM;
	snapshot->sums_bytes = qp_slots_end();
	snapshot->n_spans = qp_slots_spans(snapshot->spans, n_spans);
	list_families(snapshot, registry);
	return QUIPU_OK;
}

/* A page fault costs more than the page: all pages at once, or few that are large. */
static bool map_sums(struct qp_snapshot *snapshot)
{
	bool huge = snapshot->sums_bytes >= HUGE_SUMS;
	void *sums = mmap(NULL, snapshot->sums_bytes, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | (huge ? 0 : MAP_POPULATE),
			  -1, 0);

	if (sums == MAP_FAILED)
		return false;
	if (huge)
		madvise(sums, snapshot->sums_bytes, MADV_HUGEPAGE);
	snapshot->sums = sums;
	return true;
}

quipu_error qp_snapshot_open(struct qp_snapshot *snapshot, quipu_registry *registry)
{
	quipu_error error;

	*snapshot = (struct qp_snapshot){ 0 };
	qp_lock(&qp_catalog_lock);
	error = take_list(snapshot, registry);
	qp_unlock(&qp_catalog_lock);
	if (!error && !map_sums(snapshot))
		error = QUIPU_ENOMEM;
	if (error) {
		qp_snapshot_close(snapshot);
		return error;
	}
	snapshot->unix_seconds = qp_unix_seconds();
	snapshot->opened_ns = qp_now_ns();
	return QUIPU_OK;
}

/* --- summing (N4) ---------------------------------------------------------------------------- */

/* How many bytes of every shard so much work is enough for. */
static uint32_t bytes_for(size_t work, size_t n_shards, size_t bytes_a_unit)
{
	size_t each = work / n_shards;
	size_t bytes = each > WORK_OF_VISIT ? (each - WORK_OF_VISIT) * bytes_a_unit : 0;

	bytes = bytes / LEAST_BYTES * LEAST_BYTES;
	return bytes ? (uint32_t)bytes : LEAST_BYTES;
}

/* One part, of this span's algebra, from all shards. */
static void sum_part(struct qp_snapshot *snapshot, size_t n_shards, size_t *work)
{
	struct qp_extent_span part = snapshot->spans[snapshot->span];
	size_t bytes_a_unit = part.algebra == QP_UPDOWN ? PAIR_BYTES_A_UNIT : BYTES_A_UNIT;
	uint32_t left = part.bytes - snapshot->summed;
	uint32_t most = bytes_for(*work, n_shards, bytes_a_unit);

	part.offset += snapshot->summed;
	part.bytes = left < most ? left : most;
	qp_shards_sum(&part, snapshot->sums);
	qp_work_spend(work, n_shards * (WORK_OF_VISIT + part.bytes / bytes_a_unit));
	snapshot->summed += part.bytes;
	if (part.bytes == left) {
		snapshot->span++;
		snapshot->summed = 0;
	}
}

bool qp_snapshot_sum(struct qp_snapshot *snapshot, size_t *work)
{
	size_t n_shards = qp_shards_count() + 1;

	while (*work > 0 && snapshot->span < snapshot->n_spans) {
		if (snapshot->spans[snapshot->span].algebra == QP_SHARED)
			snapshot->span++; /* read where it is, when it is shown */
		else
			sum_part(snapshot, n_shards, work);
	}
	return snapshot->span == snapshot->n_spans;
}

/* --- closing ---------------------------------------------------------------------------------- */

static void unmap(struct qp_snapshot *snapshot, size_t bytes)
{
	snapshot->sums_bytes -= bytes;
	munmap(snapshot->sums + snapshot->sums_bytes, bytes);
}

void qp_snapshot_close(struct qp_snapshot *snapshot)
{
	if (snapshot->sums && snapshot->sums_bytes)
		unmap(snapshot, snapshot->sums_bytes);
	qp_snapshot_mark_close(&snapshot->mark);
	qp_free(snapshot->families);
	qp_free(snapshot->spans);
	*snapshot = (struct qp_snapshot){ 0 };
}

bool qp_snapshot_close_some(struct qp_snapshot *snapshot, size_t *work)
{
	size_t pages = *work / WORK_OF_PAGE + 1;

	if (pages * QP_PAGE_BYTES < snapshot->sums_bytes) {
		unmap(snapshot, pages * QP_PAGE_BYTES);
		*work = 0;
		return false;
	}
	qp_snapshot_close(snapshot);
	return true;
}

/* --- values --------------------------------------------------------------------------------- */

uint64_t qp_snapshot_word(const struct qp_snapshot *snapshot, uint32_t offset)
{
	return *(const uint64_t *)(const void *)(snapshot->sums + offset);
}

double qp_snapshot_real(const struct qp_snapshot *snapshot, uint32_t offset)
{
	return *(const double *)(const void *)(snapshot->sums + offset);
}

int64_t qp_snapshot_updown(const struct qp_snapshot *snapshot, uint32_t offset)
{
	return (int64_t)(qp_snapshot_word(snapshot, offset + QUIPU_PRIV_UPDOWN_INC) -
			 qp_snapshot_word(snapshot, offset + QUIPU_PRIV_UPDOWN_DEC));
}

const struct qp_cell *qp_snapshot_cells(const struct qp_snapshot *snapshot, uint32_t offset)
{
	return (const struct qp_cell *)(const void *)(snapshot->sums + offset);
}

uint64_t qp_snapshot_shared(const struct qp_snapshot *snapshot, uint32_t offset)
{
	(void)snapshot;
	/* relaxed: one word; what happened before this scrape is visible by itself */
	return qp_load_relaxed((const uint64_t *)(const void *)(qp_shard_overflow() + offset));
}

/* Series lie all over memory: asks for what is read of the one that is shown a few steps later. */
static void prefetch_series(const struct qp_snapshot_family *family, size_t i)
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

struct qp_series *qp_snapshot_series(const struct qp_snapshot_family *family, size_t i)
{
	/* relaxed: pairs with list_bury in family_series.c; a series stays alive while we are */
	struct qp_series *series = qp_load_relaxed(&family->series[i]);

	prefetch_series(family, i + STEPS_AHEAD);

	/* relaxed: seen or not, either is right */
	return series && !qp_load_relaxed(&series->owner.removed) ? series : NULL;
}
