/* SPDX-License-Identifier: MIT */
/* idle.c: looking for series that stood still. See idle.h; what follows: family_idle.c. */
#include "idle.h"

#include "base/atomic.h"
#include "base/clock.h"
#include "base/lock.h"

#include <string.h>

static bool looking; /* is a scrape at it? */

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

/* --- looking
 * -------------------------------------------------------------------------------------- */

/* Has it stood still long enough? Only the looking scrape touches the idle_ fields. */
static bool stood_still(const struct qp_family *family, struct qp_series *series,
			const uint64_t *words, uint64_t now)
{
	uint64_t value = digest(words, family->range_bytes);

	if (series->idle_since == 0 || value != series->idle_value) {
		series->idle_value = value;
		series->idle_since = now;
		return false;
	}
	return now - series->idle_since >= family->idle_ns;
}

/* What leaves must be what stood still: one look serves both. */
static void look_at(const struct qp_snapshot *snapshot, struct qp_family *family,
		    struct qp_series *series, uint64_t now)
{
	uint64_t shared;
	const uint64_t *words = words_seen(snapshot, family, series->owner.offset, &shared);

	if (!stood_still(family, series, words, now))
		return;
	series->idle_since = 0;
	qp_lock(&qp_catalog_lock);
	qp_family_leave(family, series, words);
	qp_unlock(&qp_catalog_lock);
}

static void look_at_family(struct qp_snapshot *snapshot, const struct qp_snapshot_family *entry,
			   uint64_t now)
{
	size_t i;

	for (i = 0; i < entry->n_series; i++) {
		struct qp_series *series = qp_snapshot_series(entry, i);

		if (series)
			look_at(snapshot, entry->family, series, now);
	}
}

void qp_idle_expire(struct qp_snapshot *snapshot)
{
	uint64_t now = qp_now_ns();
	size_t i;

	/* acquire: the idle_ fields as the scrape before us left them */
	if (qp_exchange_acquire(&looking, true))
		return;
	for (i = 0; i < snapshot->n_families; i++) {
		const struct qp_snapshot_family *entry = &snapshot->families[i];

		if (entry->family->idle_ns && entry->family->n_labels && !entry->family->grid)
			look_at_family(snapshot, entry, now);
	}
	qp_store_release(&looking, false); /* pairs with the exchange above */
}

void qp_idle_after_fork_child(void)
{
	/* relaxed: this is the child's only thread */
	qp_store_relaxed(&looking, false);
}
