/* SPDX-License-Identifier: MIT */
/* snapshot.c: see snapshot.h. */
#include "snapshot.h"

#include "base/alloc.h"
#include "base/atomic.h"
#include "base/clock.h"
#include "base/lock.h"
#include "registry.h"
#include "shard.h"

#include <quipu/record.h>

#include <sys/mman.h>

/* --- the list (N1) ------------------------------------------------------------------------- */

static void list_families(struct qp_snapshot *snapshot, quipu_registry *registry)
{
	size_t i;

	for (i = 0; i < registry->n_families; i++) {
		struct qp_family *family = registry->families[i];
		struct qp_snapshot_family *entry = &snapshot->families[i];

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

	snapshot->families = qp_alloc(registry->n_families * sizeof snapshot->families[0]);
	snapshot->spans = qp_alloc(n_spans * sizeof snapshot->spans[0]);
	if (!snapshot->families || !snapshot->spans)
		return QUIPU_ENOMEM;
	snapshot->sums_bytes = qp_slots_end();
	snapshot->n_spans = qp_slots_spans(snapshot->spans, n_spans);
	list_families(snapshot, registry);
	return qp_snapshot_mark_open(&snapshot->mark) == 0 ? QUIPU_OK : QUIPU_EBUSY;
}

static bool map_sums(struct qp_snapshot *snapshot)
{
	void *sums = mmap(NULL, snapshot->sums_bytes, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (sums == MAP_FAILED)
		return false;
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
	qp_shards_sum(snapshot->spans, snapshot->n_spans, snapshot->sums);
	return QUIPU_OK;
}

void qp_snapshot_close(struct qp_snapshot *snapshot)
{
	qp_snapshot_mark_close(&snapshot->mark);
	if (snapshot->sums)
		munmap(snapshot->sums, snapshot->sums_bytes);
	qp_free(snapshot->families);
	qp_free(snapshot->spans);
	*snapshot = (struct qp_snapshot){ 0 };
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

struct qp_series *qp_snapshot_series(const struct qp_snapshot_family *family, size_t i)
{
	/* relaxed: pairs with list_bury in family_series.c; a series stays alive while we are */
	struct qp_series *series = qp_load_relaxed(&family->series[i]);

	/* relaxed: seen or not, either is right */
	return series && !qp_load_relaxed(&series->owner.removed) ? series : NULL;
}
