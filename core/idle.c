/* SPDX-License-Identifier: MIT */
/* idle.c: see idle.h. */
#include "idle.h"

#include "base/alloc.h"
#include "base/atomic.h"
#include "base/clock.h"
#include "base/lock.h"
#include "labels.h"
#include "self.h"
#include "shard.h"

#include <assert.h>
#include <string.h>

/* A series on its way out, and its value when it was last seen. */
struct leaving {
	struct qp_retired retired;
	struct qp_series *series;
	struct qp_family_ref family;
	enum qp_algebra algebra;
	uint64_t seen[]; /* the range's words */
};

static bool looking; /* is a scrape at it? */

/* --- looking ------------------------------------------------------------------------------- */

/* The range's words as the snapshot has them; shared words as they are now. */
static uint64_t word_seen(const struct qp_snapshot *snapshot, const struct qp_family *family,
			  uint32_t offset)
{
	return family->algebra == QP_SHARED ? qp_snapshot_shared(snapshot, offset)
					    : qp_snapshot_word(snapshot, offset);
}

/* Any change of any word changes this, for all that matters. */
static uint64_t digest(const struct qp_snapshot *snapshot, const struct qp_family *family,
		       uint32_t offset)
{
	uint64_t sum = 0;
	uint32_t i;

	for (i = 0; i < family->range_bytes; i += 8)
		sum = sum * 0x9e3779b97f4a7c15u + word_seen(snapshot, family, offset + i);
	return sum;
}

/* Has it stood still long enough? Only the looking scrape touches the idle_ fields. */
static bool stood_still(const struct qp_snapshot *snapshot, const struct qp_family *family,
			struct qp_series *series, uint64_t now)
{
	uint64_t value = digest(snapshot, family, series->owner.offset);

	if (series->idle_since == 0 || value != series->idle_value) {
		series->idle_value = value;
		series->idle_since = now;
		return false;
	}
	return now - series->idle_since >= family->idle_ns;
}

/* --- after the grace period (I2) -------------------------------------------------------------- */

static struct qp_cell cell_gain(const struct leaving *leaving, uint32_t i)
{
	struct qp_cell cell = qp_shards_sum_cell(leaving->series->owner.offset + i * 16);
	double sum;

	memcpy(&sum, &leaving->seen[i * 2 + 1], sizeof sum);
	return (struct qp_cell){ cell.count - leaving->seen[i * 2], cell.sum - sum };
}

static double real_gain(const struct leaving *leaving)
{
	double seen;

	memcpy(&seen, &leaving->seen[0], sizeof seen);
	return qp_shards_sum_real(leaving->series->owner.offset) - seen;
}

static uint64_t word_now(const struct leaving *leaving, uint32_t i)
{
	uint32_t offset = leaving->series->owner.offset + i * 8;

	if (leaving->algebra == QP_SHARED)
		/* relaxed: nobody writes it any more */
		return qp_load_relaxed((uint64_t *)(void *)(qp_shard_overflow() + offset));
	return qp_shards_sum_word(offset);
}

static bool moved(const struct leaving *leaving)
{
	uint32_t i, n = leaving->series->owner.bytes;

	switch (leaving->algebra) {
	case QP_CELLS:
		for (i = 0; i < n / 16; i++) {
			if (cell_gain(leaving, i).count != 0)
				return true;
		}
		return false;
	case QP_REALS:
		return real_gain(leaving) != 0;
	case QP_WORDS:
	case QP_UPDOWN:
	case QP_SHARED:
	case QP_N_ALGEBRAS:
		break;
	}
	for (i = 0; i < n / 8; i++) {
		if (word_now(leaving, i) != leaving->seen[i])
			return true;
	}
	return false;
}

static uint64_t *overflow_at(uint32_t offset)
{
	return (uint64_t *)(void *)(qp_shard_overflow() + offset);
}

/* A gauge's last value moves over as it is. */
static void give_word(const struct leaving *leaving, uint32_t i, uint32_t to)
{
	if (leaving->algebra == QP_SHARED)
		/* relaxed: last value wins */
		qp_store_relaxed(overflow_at(to), word_now(leaving, i));
	else
		/* relaxed: an add like any other in the overflow shard */
		qp_add_relaxed(overflow_at(to + i * 8), word_now(leaving, i) - leaving->seen[i]);
}

static void give_real(const struct leaving *leaving, uint32_t to)
{
	/* relaxed, both: an add like any other in the overflow shard */
	uint64_t old = qp_load_relaxed(overflow_at(to)), bits;
	double sum;

	do {
		memcpy(&sum, &old, sizeof sum);
		sum += real_gain(leaving);
		memcpy(&bits, &sum, sizeof bits);
	} while (!qp_cas_relaxed(overflow_at(to), &old, bits)); /* relaxed: as above */
}

/* What was gained since the last look goes to the series that has the label set now. */
static void give_gain(const struct leaving *leaving, uint32_t to)
{
	uint32_t i, n = leaving->series->owner.bytes;

	if (leaving->algebra == QP_REALS) {
		give_real(leaving, to);
		return;
	}
	if (leaving->algebra != QP_CELLS) {
		for (i = 0; i < n / 8; i++)
			give_word(leaving, i, to);
		return;
	}
	for (i = 0; i < n / 16; i++) {
		struct qp_cell gain = cell_gain(leaving, i);

		if (gain.count)
			qp_cell_add_shared((struct qp_cell *)(void *)overflow_at(to + i * 16),
					   gain.count, gain.sum);
	}
}

/* Comes back, or hands over; false: it had not moved, or its family is gone. */
static bool settle(const struct leaving *leaving)
{
	struct qp_family *family = qp_family_live(leaving->family.cell, leaving->family.generation);
	struct qp_series *series = leaving->series, *successor;

	if (!family || !moved(leaving))
		return false;
	successor = qp_map_find(&family->map, series->hash, series->values, series->n_values);
	if (!successor && qp_family_restore_series(family, series))
		return true;
	give_gain(leaving, successor ? successor->owner.offset : family->overflow->owner.offset);
	return false;
}

/* After the grace period, catalog lock held. */
static void decide(struct qp_retired *retired)
{
	struct leaving *leaving = (struct leaving *)retired;

	if (!settle(leaving)) {
		qp_self_count(QP_SELF_expired_series);
		qp_owner_remove(&leaving->series->owner);
	}
	qp_free(leaving);
}

/* --- leaving -------------------------------------------------------------------------------------
 */

static struct leaving *leaving_new(const struct qp_snapshot *snapshot, struct qp_family *family,
				   struct qp_series *series)
{
	struct leaving *leaving = qp_alloc(sizeof *leaving + family->range_bytes);
	uint32_t i;

	if (!leaving)
		return NULL;
	leaving->series = series;
	leaving->family = (struct qp_family_ref){ family->cell, family->generation };
	leaving->algebra = family->algebra;
	for (i = 0; i < family->range_bytes / 8; i++)
		leaving->seen[i] = word_seen(snapshot, family, series->owner.offset + i * 8);
	return leaving;
}

/* Catalog lock held. Between snapshot and now it may have been removed or pinned. */
static void expire(const struct qp_snapshot *snapshot, struct qp_family *family,
		   struct qp_series *series)
{
	struct leaving *leaving;

	if (series->owner.removed || series->owner.pins > 0)
		return;
	if (!qp_family_live(family->cell, family->generation))
		return;
	leaving = leaving_new(snapshot, family, series);
	if (!leaving)
		return; /* it stays, and is asked again at the next scrape */
	qp_family_hide_series(family, series);
	series->idle_since = 0;
	qp_retire(&leaving->retired, decide, QP_AFTER_GRACE);
}

static void look_at_family(struct qp_snapshot *snapshot, const struct qp_snapshot_family *entry,
			   uint64_t now)
{
	size_t i;

	for (i = 0; i < entry->n_series; i++) {
		struct qp_series *series = qp_snapshot_series(entry, i);

		if (!series || !stood_still(snapshot, entry->family, series, now))
			continue;
		qp_lock(&qp_catalog_lock);
		expire(snapshot, entry->family, series);
		qp_unlock(&qp_catalog_lock);
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
