/* SPDX-License-Identifier: MIT */
/*
 * label_map.h: from label values to series: a flat open-addressing table behind one pointer.
 *
 * Writers:  one at a time, catalog lock held.
 * Readers:  anybody inside a read section (base/rcu.h).
 * Publication: a series is complete before its entry's release store; a new table is complete
 *           before the map's pointer is published. Readers use acquire loads.
 * Reclamation: a replaced table and a removed series are retired; a reader that found them
 *           finishes its section first.
 *
 * M1. A look-up takes no lock, writes nothing, allocates nothing, and ends: the table always
 *     has an empty entry.
 * M2. A series whose insertion returned before the look-up began is found; one whose removal
 *     returned before is not.
 * M3. Entries are only ever set once from empty to a series and from there to `removed`, so a
 *     probe sequence never breaks under a reader. Removed entries vanish with the next table.
 */
#ifndef QP_LABEL_MAP_H
#define QP_LABEL_MAP_H

#include "retire.h"
#include "series.h"

/*
 * A series' address with eight bits of its hash in it, so that a look-up that comes by hardly ever
 * touches a series in vain. Which eight: those that no address of a program has set, on x86-64
 * and AArch64 (their uppermost byte may carry a memory tag). 0: empty.
 */
typedef uintptr_t qp_map_entry;

struct qp_map_table {
	struct qp_retired retired;
	size_t mask;
	size_t n_filled; /* entries that are not empty, removed ones included */
	size_t n_live;
	qp_map_entry entry[];
};

struct qp_label_map {
	struct qp_map_table *table; /* NULL: empty */
};

/* The series with these values, or NULL. In a read section, or under the catalog lock. */
struct qp_series *qp_map_find(const struct qp_label_map *map, uint64_t hash,
			      const quipu_str *values);

/* Adds a series that is not in the map; false when out of memory, or addresses that fit. */
bool qp_map_insert(struct qp_label_map *map, struct qp_series *series);

/* Takes a series out; it may be found until the removal returns. */
void qp_map_remove(struct qp_label_map *map, struct qp_series *series);

/* Retires the table of a map that nobody can reach any more. */
void qp_map_retire(struct qp_label_map *map);

#endif
