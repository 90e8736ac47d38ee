/* SPDX-License-Identifier: MIT */
/* label_map.c: see label_map.h. */
#include "label_map.h"

#include "base/alloc.h"
#include "base/lock.h"
#include "base/rcu.h"
#include "labels.h"

#include <assert.h>

#define FIRST_SIZE 16

/* What a removed entry points to: nobody's series. */
static struct qp_series removed;

struct qp_series *qp_map_find(const struct qp_label_map *map, uint64_t hash,
			      const quipu_str *values, size_t n)
{
	/* pairs with the publish in grow */
	const struct qp_map_table *table = qp_rcu_load(&map->table);
	size_t i;

	if (!table)
		return NULL;
	for (i = hash & table->mask;; i = (i + 1) & table->mask) {
		const struct qp_map_entry *entry = &table->entry[i];
		/* pairs with the publish in fill: the entry's hash and the series are complete */
		struct qp_series *series = qp_rcu_load(&entry->series);

		if (!series)
			return NULL;
		if (entry->hash == hash && series != &removed &&
		    qp_labels_equal(series->values, values, n))
			return series;
	}
}

static void fill(struct qp_map_table *table, struct qp_series *series)
{
	size_t i = series->hash & table->mask;

	while (table->entry[i].series)
		i = (i + 1) & table->mask;
	table->entry[i].hash = series->hash;
	qp_rcu_publish(&table->entry[i].series, series); /* pairs with qp_map_find */
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
		struct qp_series *series = old->entry[i].series;

		if (series && series != &removed)
			fill(table, series);
	}
	replace(map, table);
	return true;
}

bool qp_map_insert(struct qp_label_map *map, struct qp_series *series)
{
	const struct qp_map_table *table = map->table;

	assert(qp_lock_held(&qp_catalog_lock));
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
	for (i = series->hash & table->mask; table->entry[i].series; i = (i + 1) & table->mask) {
		if (table->entry[i].series != series)
			continue;
		qp_rcu_publish(&table->entry[i].series, &removed); /* M3 */
		table->n_live--;
		return;
	}
}

void qp_map_retire(struct qp_label_map *map)
{
	if (map->table)
		replace(map, NULL);
}
