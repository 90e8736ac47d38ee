/* SPDX-License-Identifier: MIT */
/* label_map.c: see label_map.h. */
#include "label_map.h"

#include "base/alloc.h"
#include "base/lock.h"

#include <assert.h>

#define FIRST_SIZE 16
#define ROOMY_SIZE 1024

/* What a removed entry is: nobody's address, and no tag. */
#define REMOVED ((qp_map_entry)1)

/* --- looking up ------------------------------------------------------------------------------ */

/* The entries of a probe: from home the one beside it, then the pair beside these, and so on: all
 * of the table in the end, and nearly always one cache line. */
static inline const qp_map_entry *probe(const struct qp_map_table *table, uint64_t hash, size_t k)
{
	return &table->entry[(hash ^ k) & table->mask];
}

/* What is left of a value, of the same length, whose first block is the same: zeros where it is the
 * same too. */
static inline qp_block rest_differs(const struct qp_label *label, const char *text)
{
	size_t last = label->len - QP_BLOCK_BYTES;

	if (label->len <= 2 * QP_BLOCK_BYTES)
		return qp_block_load(label->data + last) ^ qp_block_load(text + last);
	return (qp_block){ memcmp(label->data, text, label->len) != 0, 0 };
}

bool qp_map_same_any(const struct qp_series *series, const struct qp_label *labels, size_t n)
{
	const char *text = qp_series_text(series);
	qp_block differs = { 0, 0 };
	size_t begin = 0, i;

	for (i = 0; i < n; i++) {
		const size_t len = labels[i].len;

		if (qp_series_end(series, i) != begin + len)
			return false;
		differs |= qp_block_differs(labels[i].block, text + begin,
					    len < QP_BLOCK_BYTES ? len : QP_BLOCK_BYTES);
		if (len > QP_BLOCK_BYTES)
			differs |= rest_differs(&labels[i], text + begin);
		begin += len;
	}
	return (differs[0] | differs[1]) == 0;
}

struct qp_series *qp_map_probe(const struct qp_map_table *table, uint64_t hash,
			       const struct qp_label *labels, size_t n)
{
	qp_map_entry entry;
	size_t k;

	/* pairs with the publish in fill: the series is complete */
	for (k = 0; (entry = qp_rcu_load(probe(table, hash, k))) != 0; k++) {
		if (!qp_map_is_other(entry, qp_map_tag(hash)) &&
		    qp_map_same_any(qp_map_series(entry), labels, n))
			return qp_map_series(entry);
	}
	return NULL;
}

struct qp_series *qp_map_find(const struct qp_label_map *map, uint64_t hash,
			      const quipu_str *values)
{
	const struct qp_map_table *table = qp_rcu_load(&map->table); /* pairs with replace */
	qp_map_entry entry;
	size_t k;

	/* pairs with the publish in fill: the series is complete */
	for (k = 0; table && (entry = qp_rcu_load(probe(table, hash, k))) != 0; k++) {
		if (!qp_map_is_other(entry, qp_map_tag(hash)) &&
		    qp_series_has(qp_map_series(entry), values))
			return qp_map_series(entry);
	}
	return NULL;
}

/* --- changing -------------------------------------------------------------------------------- */

static void fill(struct qp_map_table *table, struct qp_series *series)
{
	size_t k = 0;

	while (*probe(table, series->owner.listed.hash, k))
		k++;
	/* pairs with qp_map_probe and qp_map_look */
	qp_rcu_publish((qp_map_entry *)(uintptr_t)probe(table, series->owner.listed.hash, k),
		       (qp_map_entry)series | qp_map_tag(series->owner.listed.hash));
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

	qp_rcu_publish(&map->table, table); /* pairs with qp_map_look */
	if (old)
		qp_retire(&old->retired, reclaim_table, QP_AFTER_GRACE);
}

/* How many entries may be filled. Fewer in small tables: there it costs little, and what stands in
 * another's place costs a look-up a wrong prediction. */
static size_t room(size_t size)
{
	return size / (size > ROOMY_SIZE ? 2 : 4);
}

/* A table at most half as full as may be, with the live entries and nothing else. */
static bool grow(struct qp_label_map *map)
{
	const struct qp_map_table *old = map->table;
	size_t size = FIRST_SIZE, i;
	struct qp_map_table *table;

	while (old && room(size) < old->n_live * 2)
		size *= 2;
	table = qp_alloc(sizeof *table + size * sizeof table->entry[0]);
	if (!table)
		return false;
	table->mask = size - 1;
	for (i = 0; old && i <= old->mask; i++) {
		if (old->entry[i] > REMOVED)
			fill(table, qp_map_series(old->entry[i]));
	}
	replace(map, table);
	return true;
}

bool qp_map_insert(struct qp_label_map *map, struct qp_series *series)
{
	const struct qp_map_table *table = map->table;

	assert(qp_lock_held(&qp_catalog_lock));
	if ((qp_map_entry)series & QP_MAP_TAG)
		return false;
	if (!table || table->n_filled + 1 > room(table->mask + 1)) {
		if (!grow(map))
			return false;
	}
	fill(map->table, series);
	return true;
}

void qp_map_remove(struct qp_label_map *map, struct qp_series *series)
{
	struct qp_map_table *table = map->table;
	qp_map_entry entry;
	size_t k;

	assert(qp_lock_held(&qp_catalog_lock));
	if (!table)
		return;
	for (k = 0; (entry = *probe(table, series->owner.listed.hash, k)) != 0; k++) {
		if (qp_map_series(entry) != series)
			continue;
		qp_rcu_publish(
			(qp_map_entry *)(uintptr_t)probe(table, series->owner.listed.hash, k),
			REMOVED); /* M3 */
		table->n_live--;
		return;
	}
}

void qp_map_retire(struct qp_label_map *map)
{
	if (map->table)
		replace(map, NULL);
}
