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

#include "base/rcu.h"
#include "retire.h"
#include "series.h"
#include "tuple.h"

/*
 * A series' address with seven bits of its hash in it, so that a look-up that comes by hardly ever
 * touches a series in vain, and one that is always set. Which eight: those that no address of a
 * program has set, on x86-64 and AArch64 (their uppermost byte may carry a memory tag). 0: empty.
 */
typedef uintptr_t qp_map_entry;

#define QP_MAP_TAG_SHIFT 48
#define QP_MAP_TAG ((qp_map_entry)0xff << QP_MAP_TAG_SHIFT)

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

/* The table's index is made of the hash's low bits, so these are others. Never 0: what is empty or
 * removed has no tag. */
static inline qp_map_entry qp_map_tag(uint64_t hash)
{
	return (hash | (qp_map_entry)1 << QP_MAP_TAG_SHIFT) & QP_MAP_TAG;
}

static inline struct qp_series *qp_map_series(qp_map_entry entry)
{
	return (struct qp_series *)(entry & ~QP_MAP_TAG);
}

/* What has another tag: no series, or another one. */
static inline bool qp_map_is_other(qp_map_entry entry, qp_map_entry tag)
{
	return ((entry ^ tag) & QP_MAP_TAG) != 0;
}

/* The series with these values, or NULL. In a read section, or under the catalog lock. */
struct qp_series *qp_map_find(const struct qp_label_map *map, uint64_t hash,
			      const quipu_str *values);

/* The same where look-ups are in a hurry: inline, with values that were read and hashed. */
QP_INLINE struct qp_series *qp_map_look(const struct qp_label_map *map, uint64_t hash,
					const struct qp_label *labels, size_t n,
					const struct qp_labels_sum *sum);

/* Adds a series that is not in the map; false when out of memory, or addresses that fit. */
bool qp_map_insert(struct qp_label_map *map, struct qp_series *series);

/* Takes a series out; it may be found until the removal returns. */
void qp_map_remove(struct qp_label_map *map, struct qp_series *series);

/* Retires the table of a map that nobody can reach any more. */
void qp_map_retire(struct qp_label_map *map);

/* --- inline ----------------------------------------------------------------------------------- */

/* The same where their ends do not say it all. */
bool qp_map_same_any(const struct qp_series *series, const struct qp_label *labels, size_t n);

/* Are these the values of the series? No branch between one value and the next. */
QP_INLINE bool qp_map_same(const struct qp_series *series, const struct qp_label *labels, size_t n,
			   const struct qp_labels_sum *sum)
{
	const char *text = (const char *)series->ends + n;
	qp_block differs = { 0, 0 };
	size_t i;

	if (qp_unlikely(n == 0 || n > 8 || sum->any_len > QP_BLOCK_TEXT))
		return qp_map_same_any(series, labels, n);
	/* first, so that nothing is read behind the text of a shorter tuple */
	if (qp_unlikely(series->wide || qp_series_ends_differ(series, sum->ends, n)))
		return false;
	QP_UNROLL(4)
	for (i = 0; i < n; i++) {
		differs |= qp_block_differs(labels[i].block, text, labels[i].len);
		text += labels[i].len;
	}
	return (differs[0] | differs[1]) == 0;
}

/* Whatever is in the way. */
struct qp_series *qp_map_probe(const struct qp_map_table *table, uint64_t hash,
			       const struct qp_label *labels, size_t n);

/*
 * The first two entries that a series can be in are looked at together, and one is chosen without
 * a branch: which of them it is can not be predicted. Nearly all are in one of the two.
 */
QP_INLINE struct qp_series *qp_map_look(const struct qp_label_map *map, uint64_t hash,
					const struct qp_label *labels, size_t n,
					const struct qp_labels_sum *sum)
{
	/* pairs with the publish in replace */
	const struct qp_map_table *table = qp_rcu_load(&map->table);
	qp_map_entry first, second, tag = qp_map_tag(hash);
	size_t home;

	if (qp_unlikely(!table))
		return NULL;
	home = hash & table->mask;
	/* both pair with the publish in fill: the series is complete */
	first = qp_rcu_load(&table->entry[home]);
	second = qp_rcu_load(&table->entry[home ^ 1]);
	first = QP_CHOOSE(qp_map_is_other(first, tag), first, second);
	if (qp_likely(!qp_map_is_other(first, tag)) &&
	    qp_likely(qp_map_same(qp_map_series(first), labels, n, sum)))
		return qp_map_series(first);
	return qp_map_probe(table, hash, labels, n);
}

#endif
