/* SPDX-License-Identifier: MIT */
/*
 * family.h: one name, fixed label names, and the series under it.
 *
 * Writers:  under the catalog lock. After publication only the map, the list, full, and the
 *           counts change.
 * Readers:  recorders in a read section (qp_family_live, map, overflow, full); scrapes through
 *           a snapshot, which fixes list and length (snapshot.c).
 * Publication: the handle's cell points to the family once it is complete.
 * Reclamation: unregistering empties the cell and retires the family QP_AFTER_SNAPSHOTS.
 *
 * F1. A handle's cell is never freed, and carries a generation: a handle into a family that is
 *     gone finds nothing, whatever its memory is used for now.
 * F2. The list holds every series that is alive, in order of creation. In the prefix that a
 *     snapshot took an entry only ever changes from a series to NULL.
 * F3. At most max_series are alive; what exceeds them is recorded in the overflow series, which
 *     exists from the start (P5).
 */
#ifndef QP_FAMILY_H
#define QP_FAMILY_H

#include "label_map.h"
#include "observing.h"
#include "owner.h"
#include "shown.h"
#include "slots.h"

#include <quipu/collect.h>
#include <quipu/metric.h>

#define QP_SKETCH_BYTES 256
#define QP_MAX_DECIMALS 18

struct qp_leaving;

/* What handles point to (F1). */
struct quipu_priv_family {
	struct qp_family *live; /* NULL: unregistered */
	struct quipu_priv_family *next_free;
};

struct qp_series_list {
	struct qp_retired retired;
	size_t capacity;
	struct qp_series *series[]; /* atomic: snapshots look without the lock; NULL: removed */
};

/* A name with the NUL behind it: what a C string that is the same begins with. */
struct qp_label_block {
	qp_block text, mask;
};

struct qp_family {
	struct qp_retired retired;
	uint64_t generation;
	struct quipu_priv_family *cell;
	quipu_registry *registry;
	quipu_kind kind;
	enum qp_algebra algebra;
	uint32_t range_bytes;
	struct qp_observing observing;
	quipu_str name, help, unit;
	size_t n_labels;
	quipu_str label_names[QUIPU_MAX_LABELS];
	struct qp_label_block label_blocks[QUIPU_MAX_LABELS]; /* the same */
	bool long_names;				      /* one is longer than its block */
	struct qp_shown *shown; /* these names where escaped; NULL: nothing to escape */
	size_t n_states;
	quipu_str *states;
	uint64_t callback; /* id of the callback that makes its value; 0: recorded */
	uint64_t idle_ns;
	unsigned decimals; /* counters: what is added counts in units of 10^-decimals */
	size_t max_series;
	uint32_t n_axes;
	uint32_t axis_size[QUIPU_MAX_AXES]; /* grids */
	struct qp_owner *grid;		    /* grids: owns the slots of all series */

	struct qp_label_map map;
	struct qp_series_list *list;
	size_t n_listed;
	size_t n_dead; /* of the listed */
	size_t n_series;
	struct qp_leaving *leaving; /* series that may expire (idle.c) */
	size_t n_leaving;
	uint64_t full;	    /* atomic: recorders look without the lock; 0: there is room (L2) */
	uint64_t last_full; /* what it was when it last was not 0 */
	struct qp_series *overflow;		  /* families with labels only */
	struct qp_owner *rejected;		  /* slot: records that went to overflow */
	unsigned char (*sketch)[QP_SKETCH_BYTES]; /* by label: rejected values, roughly */
};

/* What the functions below say when they fail: the culprit, for humans. */
struct qp_where {
	char text[256];
};

/* What a family is to be: checked options. */
struct qp_family_spec {
	quipu_kind kind;
	const quipu_opts *opts; /* complete: every field is there */
	bool has_labels;	/* a family, not a single series */
	bool is_grid;
	uint64_t callback;
};

/* Makes and registers a family, or finds the same one. Catalog lock held. */
quipu_error qp_family_new(quipu_registry *registry, const struct qp_family_spec *spec,
			  struct qp_family **family, struct qp_where *where);

/* A family as handles name it: safe to keep when the family may be gone. */
struct qp_family_ref {
	struct quipu_priv_family *cell; /* NULL: none */
	uint64_t generation;
};

/* The same with the lock taken, the library set up and errors noted in the registry. */
struct qp_family_ref qp_family_open(quipu_registry *registry, const struct qp_family_spec *spec);

/* The generation of the youngest family. Catalog lock held. */
uint64_t qp_family_last_generation(void);

/* Unregisters: gone from the registry, from handles and, for those who come later, from
 * scrapes. Catalog lock held. */
void qp_family_remove(struct qp_family *family);

/* The family of a handle, or NULL. In a read section, or under the catalog lock. */
static inline struct qp_family *qp_family_live(const struct quipu_priv_family *cell,
					       uint64_t generation)
{
	struct qp_family *family;

	if (!cell)
		return NULL;
	/* pairs with the publish in qp_family_new: the family is complete */
	family = qp_rcu_load(&cell->live);
	return family && family->generation == generation ? family : NULL;
}

/* The series with these (legal) values, made if new; the overflow series when full. Catalog
 * lock held. NULL: out of memory or slots, and error tells which. */
struct qp_series *qp_family_get(struct qp_family *family, const quipu_str *values,
				quipu_error *error);

/* Makes the overflow series (F3). Catalog lock held; false: out of memory or slots. */
bool qp_family_add_overflow(struct qp_family *family);

/* Makes room for the n series of a grid, before the first of them: a list that grows leaves the old ones
 * to be freed by a thread. Catalog lock held; false: out of memory. */
bool qp_family_reserve(struct qp_family *family, size_t n);

/* Adds a series of a grid, whose slots the grid owns. Catalog lock held; NULL: out of memory. */
struct qp_series *qp_family_add_cell(struct qp_family *family, const quipu_str *values,
				     uint32_t offset);

/* The same without making one; NULL: there is none. */
struct qp_series *qp_family_find(struct qp_family *family, const quipu_str *values);

/* Counts one record of a label set beyond the cap, and which values it had. Lock-free. */
void qp_family_reject(struct qp_family *family, const quipu_str *values);

/* Removes a series: from map, list and scrapes to come. Catalog lock held. */
void qp_family_remove_series(struct qp_family *family, struct qp_series *series);

/* idle.h, family_idle.c: a series that stood still, with the words last seen, leaves the map and,
 * a grace period later, goes or comes back. Without memory it stays. False: QP_MAX_LEAVING are
 * leaving, ask again at the next look. Catalog lock held. */
#define QP_MAX_LEAVING 1024
bool qp_family_leave(struct qp_family *family, struct qp_series *series, const uint64_t *seen);

/* The leaving series with these values, back in the map; NULL: there is none, or memory is out
 * and *failed. Catalog lock held. */
struct qp_series *qp_family_recall(struct qp_family *family, uint64_t hash, const quipu_str *values,
				   bool *failed);

/* The series is being removed, or all with their family: not to come back. Catalog lock held. */
void qp_family_forget(struct qp_family *family, struct qp_series *series);
void qp_family_forget_all(struct qp_family *family);

/* Says whether new label sets are too many; never while a series is leaving, because the one that
 * is asked for may be that. To be called before the map when something leaves it, and after the
 * map when something comes: so who finds the same number before and after a look-up that found
 * nothing knows that the label set was not there while the family was full. Catalog lock. */
void qp_family_set_full(struct qp_family *family);

/* Number and estimate for the report. */
uint64_t qp_family_rejected(const struct qp_family *family);
uint64_t qp_family_sketch_estimate(const struct qp_family *family, size_t label);

#endif
