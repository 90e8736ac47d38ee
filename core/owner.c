/* SPDX-License-Identifier: MIT */
/* owner.c: see owner.h. */
#include "owner.h"

#include "base/alloc.h"
#include "base/atomic.h"
#include "base/lock.h"
#include "exemplar.h"
#include "shard.h"

#include <assert.h>

bool qp_owner_take(struct qp_owner *owner, enum qp_algebra algebra, uint32_t bytes)
{
	assert(qp_lock_held(&qp_catalog_lock));
	owner->bytes = bytes;
	owner->owns_range = qp_slots_take(algebra, bytes, owner, &owner->offset);
	return owner->owns_range;
}

static struct qp_front *fronts;

void qp_front_list(struct qp_front *front)
{
	assert(qp_lock_held(&qp_catalog_lock));
	front->link = &fronts;
	front->next = fronts;
	if (fronts)
		fronts->link = &front->next;
	fronts = front;
}

static void unlist(struct qp_front *front)
{
	*front->link = front->next;
	if (front->next)
		front->next->link = front->link;
}

static void free_block(struct qp_owner *owner)
{
	void *block = (char *)owner - owner->in_front;

	if (owner->in_front) {
		((const struct qp_front *)block)->dispose(owner);
		unlist(block);
	}
	qp_free(block);
}

void qp_owner_undo(struct qp_owner *owner)
{
	assert(qp_lock_held(&qp_catalog_lock));
	if (owner->owns_range) {
		qp_exemplars_remove(owner->offset, owner->bytes);
		qp_slots_give(owner->offset);
	}
	free_block(owner);
}

void qp_owner_pin(struct qp_owner *owner)
{
	assert(qp_lock_held(&qp_catalog_lock));
	if (owner->pins != UINT32_MAX)
		owner->pins++;
}

/* Nobody can reach the range or the object any more. Catalog lock held. */
static void reclaim(struct qp_retired *retired)
{
	struct qp_owner *owner = (struct qp_owner *)retired;

	if (owner->owns_range)
		qp_shards_zero(owner->offset, owner->bytes);
	qp_owner_undo(owner);
}

static void retire_if_done(struct qp_owner *owner)
{
	/* relaxed: written under the lock that is held */
	if (qp_load_relaxed(&owner->removed) && owner->pins == 0)
		qp_retire(&owner->retired, reclaim, QP_AFTER_SNAPSHOTS);
}

void qp_owner_unpin(struct qp_owner *owner)
{
	assert(qp_lock_held(&qp_catalog_lock));
	if (owner->pins == 0 || owner->pins == UINT32_MAX)
		return;
	owner->pins--;
	retire_if_done(owner);
}

void qp_owner_remove(struct qp_owner *owner)
{
	assert(qp_lock_held(&qp_catalog_lock));
	/* relaxed: an open snapshot may or may not see it, and either is right */
	qp_store_relaxed(&owner->removed, true);
	retire_if_done(owner);
}
