/* SPDX-License-Identifier: MIT */
/* idle.c: looking for series that stood still. See idle.h; what follows: family_idle.c. */
#include "idle.h"

#include "base/atomic.h"
#include "base/clock.h"
#include "base/lock.h"
#include "work.h"

#include <string.h>

/* In units of work (work.h). */
#define WORK_OF_FAMILY 50
#define WORK_OF_SERIES 100
#define WORK_OF_LEAVING 500

#define AT_ONCE 64	    /* leave under one lock, */
#define BYTES_AT_ONCE 16384 /* and no more than are in so many bytes of slots, or one */

static const struct qp_idle_look *looking; /* whose look it is now */

/* The range's words as the snapshot has them; shared is for one that it does not have. */
static const uint64_t *words_seen(const struct qp_snapshot *snapshot,
				  const struct qp_family *family, uint32_t offset, uint64_t *shared)
{
	if (family->algebra != QP_SHARED)
		return (const uint64_t *)(const void *)(snapshot->sums + offset);
	*shared = qp_snapshot_shared(snapshot, offset);
	return shared;
}

/* Any change of any word changes this, for all that matters. */
static uint64_t digest(const uint64_t *words, uint32_t bytes)
{
	uint64_t sum = 0;
	uint32_t i;

	for (i = 0; i < bytes / 8; i++)
		sum = (sum ^ words[i]) * 0x9e3779b97f4a7c15u + 1;
	return sum;
}

/* --- looking ---------------------------------------------------------------------------------- */

/* Has it stood still long enough? Only the looking scrape touches the idle_ fields. */
static bool stood_still(const struct qp_family *family, struct qp_series *series,
			const uint64_t *words, uint64_t now)
{
	struct qp_series_front *front = qp_series_front(series);
	uint64_t value = digest(words, family->range_bytes);

	if (front->idle_since == 0 || value != front->idle_value) {
		front->idle_value = value;
		front->idle_since = now;
		return false;
	}
	/* looks may come in another order than their times, and clocks may be a simulator's */
	return now > front->idle_since && now - front->idle_since >= family->idle_ns;
}

/* Series of one family that stood still, to leave together under one lock. */
struct still {
	struct qp_family *family;
	struct qp_series *series[AT_ONCE];
	size_t n;
};

/* What leaves must be what stood still: the words that the digest was made of. Only a shared
 * word can have changed since; then the series stays. Catalog lock held. */
static void leave(const struct qp_snapshot *snapshot, struct qp_family *family,
		  struct qp_series *series)
{
	struct qp_series_front *front = qp_series_front(series);
	uint64_t shared;
	const uint64_t *words = words_seen(snapshot, family, series->owner.offset, &shared);

	if (digest(words, family->range_bytes) == front->idle_value &&
	    qp_family_leave(family, series, words))
		front->idle_since = 0;
}

static void leave_all(const struct qp_snapshot *snapshot, struct still *still)
{
	size_t i;

	if (!still->n)
		return;
	qp_lock(&qp_catalog_lock);
	for (i = 0; i < still->n; i++)
		leave(snapshot, still->family, still->series[i]);
	qp_unlock(&qp_catalog_lock);
	still->n = 0;
}

static void look_at(const struct qp_snapshot *snapshot, struct still *still,
		    struct qp_series *series, uint64_t now, size_t *work)
{
	uint64_t shared;
	const uint64_t *words = words_seen(snapshot, still->family, series->owner.offset, &shared);

	qp_work_spend(work, WORK_OF_SERIES + still->family->range_bytes / 4);
	if (!stood_still(still->family, series, words, now))
		return;
	qp_work_spend(work, WORK_OF_LEAVING);
	still->series[still->n++] = series;
	if (still->n == AT_ONCE || still->n * still->family->range_bytes >= BYTES_AT_ONCE)
		leave_all(snapshot, still);
}

static bool expires(const struct qp_family *family)
{
	return family->idle_ns && family->n_labels && !family->grid;
}

/* Looks on at one family; true: it is through with it. */
static bool look_at_family(struct qp_idle_look *look, const struct qp_snapshot *snapshot,
			   size_t *work)
{
	const struct qp_snapshot_family *entry = &snapshot->families[look->family];
	struct still still = { .family = entry->family };
	struct qp_series *series;

	while (*work > 0 && expires(entry->family) && look->series < entry->n_series) {
		series = qp_snapshot_series(entry, look->series++);
		qp_work_spend(work, 1);
		if (series)
			look_at(snapshot, &still, series, look->now, work);
	}
	leave_all(snapshot, &still);
	qp_work_spend(work, WORK_OF_FAMILY);
	return look->series == entry->n_series || !expires(entry->family);
}

static bool begin(struct qp_idle_look *look)
{
	const struct qp_idle_look *nobody = NULL;

	/* acquire: the idle_ fields as the scrape before us left them */
	if (!qp_cas_acquire(&looking, &nobody, look))
		return false;
	look->now = qp_now_ns();
	return true;
}

bool qp_idle_look(struct qp_idle_look *look, const struct qp_snapshot *snapshot, size_t *work)
{
	if (!look->now && !begin(look))
		return true;
	while (*work > 0 && look->family < snapshot->n_families) {
		if (!look_at_family(look, snapshot, work))
			break;
		look->family++;
		look->series = 0;
	}
	if (look->family < snapshot->n_families)
		return false;
	qp_idle_end(look);
	return true;
}

void qp_idle_end(struct qp_idle_look *look)
{
	/* relaxed: nobody else writes our name there, and only a fork erases it */
	if (qp_load_relaxed(&looking) == look)
		qp_store_release(&looking, NULL); /* pairs with the exchange in begin */
}

void qp_idle_after_fork_child(void)
{
	/* relaxed: this is the child's only thread */
	qp_store_relaxed(&looking, NULL);
}
