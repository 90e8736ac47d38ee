/* SPDX-License-Identifier: MIT */
/*
 * owner.h: who a range of slots belongs to: a series, or a whole grid.
 *
 * Writers and readers: under the catalog lock.
 * O1. A range is recycled only when its owner is removed and its last pin is given back, and
 *     then only as retire.h says (QP_AFTER_SNAPSHOTS).
 */
#ifndef QP_OWNER_H
#define QP_OWNER_H

#include "retire.h"
#include "slots.h"

#include <stdbool.h>
#include <stdint.h>

/* Until it is retired: where a series is found. */
struct qp_listed {
	uint64_t hash;	/* in its family's map */
	uint32_t index; /* in its family's list */
};

struct qp_owner {
	union {
		struct qp_retired retired; /* first; used once it was removed */
		struct qp_listed listed;   /* used before */
	};
	uint32_t offset; /* of the range; 0: none */
	uint32_t bytes;
	uint32_t pins;	  /* kept handles; saturates, and then stays for ever */
	bool owns_range;  /* false for the series of a grid: the grid owns it */
	bool removed;	  /* unpublished: in no map, no list (atomic: scrapes look) */
	uint8_t in_front; /* bytes of its block that come before it: 0, or a struct qp_front's */
};

/* The beginning of what an owner has in front of it in its block, if it has more than others. All
 * of these are in one list, which nobody reads: tools that look for leaks would otherwise meet
 * pointers into the middle of these blocks only, and take them for lost. */
struct qp_front {
	void (*dispose)(struct qp_owner *owner);
	struct qp_front *next, **link; /* under the catalog lock */
};

/* Puts a new owner's front into the list; freeing the owner takes it out. */
void qp_front_list(struct qp_front *front);

/* Takes a range for the owner. */
bool qp_owner_take(struct qp_owner *owner, enum qp_algebra algebra, uint32_t bytes);

/* Frees an owner and its range, which nobody ever recorded into. */
void qp_owner_undo(struct qp_owner *owner);

/* One more kept handle; and one less, which may retire the owner. */
void qp_owner_pin(struct qp_owner *owner);
void qp_owner_unpin(struct qp_owner *owner);

/* The owner was unpublished: retires it, now or at the last unpin. */
void qp_owner_remove(struct qp_owner *owner);

#endif
