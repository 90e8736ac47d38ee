/* SPDX-License-Identifier: MIT */
/*
 * family_idle.c: series of a family that are leaving because they stood still: the protocol of
 * idle.h after the decision to try. All under the catalog lock.
 */
#include "family.h"

#include "base/alloc.h"
#include "base/arithmetic.h"
#include "base/atomic.h"
#include "base/lock.h"
#include "self.h"
#include "shard.h"

#include <assert.h>
#include <string.h>

/* A series on its way out, and its value when it was last seen. */
struct qp_leaving {
	struct qp_retired retired;
	struct qp_leaving *next, **at; /* in its family; what points here */
	uint64_t hash;		       /* the series' */
	struct qp_family *family;
	struct qp_series *series; /* NULL: removed or recalled meanwhile */
	uint64_t seen[];	  /* the range's words */
};

/* --- values ------------------------------------------------------------------------------- */

/* One cell, or one word, as it is now, in the form in which snapshots have them; its bytes. */
static uint32_t part_now(uint64_t words[2], enum qp_algebra algebra, uint32_t offset)
{
	struct qp_cell cell;
	double real;

	switch (algebra) {
	case QP_CELLS:
		cell = qp_shards_sum_cell(offset);
		memcpy(words, &cell, sizeof cell);
		return sizeof cell;
	case QP_REALS:
		real = qp_shards_sum_real(offset);
		memcpy(words, &real, sizeof real);
		break;
	case QP_SHARED:
		/* relaxed: one word, orders nothing else */
		*words = qp_load_relaxed((uint64_t *)(void *)(qp_shard_overflow() + offset));
		break;
	case QP_WORDS:
	case QP_UPDOWN:
	case QP_N_ALGEBRAS:
		*words = qp_shards_sum_word(offset);
		break;
	}
	return sizeof *words;
}

/* --- the family's list of leaving series ------------------------------------------------------ */

static void link_leaving(struct qp_family *family, struct qp_leaving *leaving)
{
	leaving->at = &family->leaving;
	leaving->family = family;
	leaving->next = family->leaving;
	if (leaving->next)
		leaving->next->at = &leaving->next;
	family->leaving = leaving;
	family->n_leaving++;
	qp_series_front(leaving->series)->leaving = leaving;
}

/* Takes a leaving series out of the list; it stays what it is. */
static void unlink_leaving(struct qp_family *family, struct qp_leaving *leaving)
{
	*leaving->at = leaving->next;
	if (leaving->next)
		leaving->next->at = leaving->at;
	family->n_leaving--;
	qp_series_front(leaving->series)->leaving = NULL;
	leaving->series = NULL;
	qp_family_set_full(family);
}

struct qp_series *qp_family_recall(struct qp_family *family, uint64_t hash, const quipu_str *values,
				   bool *failed)
{
	struct qp_leaving *leaving;
	struct qp_series *series;

	assert(qp_lock_held(&qp_catalog_lock));
	*failed = false;
	for (leaving = family->leaving; leaving; leaving = leaving->next) {
		series = leaving->series;
		if (leaving->hash != hash || !qp_series_has(series, values))
			continue;
		*failed = !qp_map_insert(&family->map, series);
		if (*failed)
			return NULL;
		unlink_leaving(family, leaving);
		return series;
	}
	return NULL;
}

void qp_family_forget(struct qp_family *family, struct qp_series *series)
{
	const struct qp_series_front *front = qp_series_front(series);

	assert(qp_lock_held(&qp_catalog_lock));
	if (front && front->leaving)
		unlink_leaving(family, front->leaving);
}

void qp_family_forget_all(struct qp_family *family)
{
	while (family->leaving)
		unlink_leaving(family, family->leaving);
}

/* --- after the grace period (I2) -------------------------------------------------------------- */

/* Computed as the scrape that saw it was (base/arithmetic.h), whoever decides. */
static bool differs(const struct qp_leaving *leaving)
{
	const struct qp_owner *owner = &leaving->series->owner;
	enum qp_algebra algebra = leaving->family->algebra;
	uint64_t words[2];
	uint32_t at, bytes;

	for (at = 0; at < owner->bytes; at += bytes) {
		bytes = part_now(words, algebra, owner->offset + at);
		if (memcmp(words, &leaving->seen[at / 8], bytes) != 0)
			return true;
	}
	return false;
}

static bool moved(const struct qp_leaving *leaving)
{
	fenv_t own;
	bool result;

	qp_arithmetic_begin(&own);
	result = differs(leaving);
	qp_arithmetic_end(&own);
	return result;
}

/* Catalog lock held. Back into the map, or gone. */
static void decide(struct qp_retired *retired)
{
	struct qp_leaving *leaving = (struct qp_leaving *)retired;
	struct qp_series *series = leaving->series;
	struct qp_family *family = leaving->family;

	if (series && !moved(leaving)) {
		qp_self_count(QUIPU_SELF_expired_series);
		qp_family_remove_series(family, series); /* forgets the leaving too */
	} else if (series && qp_map_insert(&family->map, series)) {
		unlink_leaving(family, leaving);
	} else if (series) {
		qp_retire(retired, decide, QP_AFTER_GRACE); /* no memory: decided later */
		return;
	}
	qp_free(leaving);
}

/* --- leaving ---------------------------------------------------------------------------------- */

/* Pinned, removed, leaving already, or of a family that is gone: it has nothing to leave. */
static bool stays(const struct qp_family *family, struct qp_series *series)
{
	return series->owner.removed || series->owner.pins > 0 ||
	       qp_series_front(series)->leaving ||
	       !qp_family_live(family->cell, family->generation);
}

bool qp_family_leave(struct qp_family *family, struct qp_series *series, const uint64_t *seen)
{
	struct qp_leaving *leaving;

	assert(qp_lock_held(&qp_catalog_lock));
	if (stays(family, series))
		return true;
	/* whoever misses a label set looks through all that leave */
	if (family->n_leaving == QP_MAX_LEAVING)
		return false;
	leaving = qp_alloc(sizeof *leaving + family->range_bytes);
	if (!leaving)
		return true;
	memcpy(leaving->seen, seen, family->range_bytes);
	leaving->series = series;
	leaving->hash = series->owner.listed.hash;
	link_leaving(family, leaving);
	/* before the map: who misses the series there must not find the family full */
	qp_family_set_full(family);
	qp_map_remove(&family->map, series);
	qp_retire(&leaving->retired, decide, QP_AFTER_GRACE);
	return true;
}
