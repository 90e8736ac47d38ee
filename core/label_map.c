/* SPDX-License-Identifier: MIT */
/* label_map.c: see label_map.h. */
#include "label_map.h"

#include "base/alloc.h"
#include "base/lock.h"
#include "base/rcu.h"

#include <assert.h>

#define FIRST_SIZE 16

#define TAG_SHIFT 48
#define TAG_BITS ((qp_map_entry)0xff << TAG_SHIFT)

/* What a removed entry is: nobody's address, and no tag. */
#define REMOVED ((qp_map_entry)1)

/* --- entries --------------------------------------------------------------------------------- */

/* The table's index is made of the hash's low bits, so these are others. */
static inline qp_map_entry tag_of(uint64_t hash)
{
	return (qp_map_entry)(hash >> 56) << TAG_SHIFT;
}

static inline struct qp_series *series_of(qp_map_entry entry)
{
	return (struct qp_series *)(entry & ~TAG_BITS);
}

static inline bool is_series(qp_map_entry entry)
{
	return entry > REMOVED;
}

/* --- looking up ------------------------------------------------------------------------------ */

struct qp_series *qp_map_find(const struct qp_label_map *map, uint64_t hash,
			      const quipu_str *values)
{
	/* pairs with the publish in replace */
	const struct qp_map_table *table = qp_rcu_load(&map->table);
	size_t i;

	if (!table)
		return NULL;
	for (i = hash & table->mask;; i = (i + 1) & table->mask) {
		/* pairs with the publish in fill: the series is complete */
		qp_map_entry entry = qp_rcu_load(&table->entry[i]);

		if (!entry)
			return NULL;
		if ((entry & TAG_BITS) == tag_of(hash) && entry != REMOVED &&
		    qp_series_has(series_of(entry), values))
			return series_of(entry);
	}
}

/* --- changing -------------------------------------------------------------------------------- */

static void fill(struct qp_map_table *table, struct qp_series *series)
{
	uint64_t hash = series->owner.listed.hash;
	size_t i = hash & table->mask;

	while (table->entry[i])
		i = (i + 1) & table->mask;
	/* pairs with qp_map_find */
	qp_rcu_publish(&table->entry[i], (qp_map_entry)series | tag_of(hash));
	table->n_filled++;
	table->n_live++;
}

static void reclaim_table(struct qp_retired *retired)
{
	qp_free(retired);
}

static void replace(struct qp_label_map *map, struct qp_map_table *table)
{
	struct qp_map_table *old = map->table;

	qp_rcu_publish(&map->table, table); /* pairs with qp_map_find */
	if (old)
		qp_retire(&old->retired, reclaim_table, QP_AFTER_GRACE);
}

/* A table at most a quarter full, with the live entries and nothing else. */
static bool grow(struct qp_label_map *map)
{
	const struct qp_map_table *old = map->table;
	size_t size = FIRST_SIZE, i;
	struct qp_map_table *table;

	while (old && size < old->n_live * 4)
		size *= 2;
	table = qp_alloc(sizeof *table + size * sizeof table->entry[0]);
	if (!table)
		return false;
	table->mask = size - 1;
	for (i = 0; old && i <= old->mask; i++) {
		if (is_series(old->entry[i]))
			fill(table, series_of(old->entry[i]));
	}
	replace(map, table);
	return true;
}

bool qp_map_insert(struct qp_label_map *map, struct qp_series *series)
{
	const struct qp_map_table *table = map->table;

	assert(qp_lock_held(&qp_catalog_lock));
	if ((qp_map_entry)series & TAG_BITS)
		return false;
	if (!table || (table->n_filled + 1) * 2 > table->mask + 1) {
		if (!grow(map))
			return false;
	}
	fill(map->table, series);
	return true;
}

void qp_map_remove(struct qp_label_map *map, struct qp_series *series)
{
	struct qp_map_table *table = map->table;
	size_t i;

	assert(qp_lock_held(&qp_catalog_lock));
	if (!table)
		return;
	for (i = series->owner.listed.hash & table->mask; table->entry[i];
	     i = (i + 1) & table->mask) {
		if (series_of(table->entry[i]) != series)
			continue;
		qp_rcu_publish(&table->entry[i], REMOVED); /* M3 */
		table->n_live--;
		return;
	}
}

void qp_map_retire(struct qp_label_map *map)
{
	if (map->table)
		replace(map, NULL);
}
