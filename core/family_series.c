/* SPDX-License-Identifier: MIT */
/* family_series.c: the series of a family: made, listed, rejected, removed. See family.h. */
#include "family.h"

#include "base/alloc.h"
#include "base/atomic.h"
#include "base/lock.h"
#include "exemplar.h"
#include "labels.h"
#include "self.h"
#include "shard.h"

#include <quipu/record.h>

#include <assert.h>
#include <math.h>

/* --- the list (F2) ------------------------------------------------------------------------- */

static void reclaim_list(struct qp_retired *retired)
{
	qp_free(retired);
}

/* A new array with the living only, and room to grow. The old one stays for snapshots. */
static bool list_renew(struct qp_family *family, size_t capacity)
{
	struct qp_series_list *old = family->list, *list;
	size_t i;
	uint32_t n = 0;

	list = qp_alloc(sizeof *list + capacity * sizeof list->series[0]);
	if (!list)
		return false;
	list->capacity = capacity;
	for (i = 0; i < family->n_listed; i++) {
		if (!old->series[i])
			continue;
		old->series[i]->owner.listed.index = n;
		list->series[n++] = old->series[i];
	}
	family->list = list;
	family->n_listed = n;
	family->n_dead = 0;
	if (old)
		qp_retire(&old->retired, reclaim_list, QP_AFTER_SNAPSHOTS);
	return true;
}

static size_t capacity_for(const struct qp_family *family)
{
	size_t living = family->n_listed - family->n_dead;

	return living < 2 ? 4 : living * 2;
}

/* Room for one more at the end. */
static bool list_reserve(struct qp_family *family)
{
	return (family->list && family->n_listed < family->list->capacity) ||
	       list_renew(family, capacity_for(family));
}

bool qp_family_reserve(struct qp_family *family, size_t n)
{
	return list_renew(family, n);
}

static void list_add(struct qp_family *family, struct qp_series *series)
{
	series->owner.listed.index = (uint32_t)family->n_listed++;
	/* relaxed: no snapshot looks beyond the length that it took */
	qp_store_relaxed(&family->list->series[series->owner.listed.index], series);
}

/* The entry becomes empty; when half are empty the living move together. Should memory be out
 * then, nothing is wrong: empty entries only take room. */
static void list_bury(struct qp_family *family, struct qp_series *series)
{
	/* relaxed: a snapshot sees the series, which lives as long as it does, or nothing */
	qp_store_relaxed(&family->list->series[series->owner.listed.index], NULL);
	family->n_dead++;
	if (family->n_dead * 2 > family->n_listed)
		list_renew(family, capacity_for(family));
}

/* --- making ----------------------------------------------------------------------------------- */

static struct qp_series *series_new(const struct qp_family *family, const quipu_str *values,
				    size_t n, uint64_t hash)
{
	bool has_front = family->idle_ns > 0 || family->kind == QUIPU_KIND_SUMMARY;
	struct qp_series *series = qp_series_new(values, n, hash, has_front);

	if (!series)
		return NULL;
	if (family->kind == QUIPU_KIND_STATESET)
		series->n_states = family->n_states;
	else
		series->layout = family->observing.layout;
	return series;
}

/* The range exists. */
static bool add_exemplars(const struct qp_family *family, const struct qp_series *series)
{
	return family->observing.n_exemplars == 0 ||
	       qp_exemplars_add(series->owner.offset, family->observing.n_exemplars);
}

bool qp_family_add_overflow(struct qp_family *family)
{
	struct qp_series *overflow = series_new(family, NULL, 0, 0);

	family->overflow = overflow;
	if (!overflow)
		return false;
	return qp_owner_take(&overflow->owner, family->algebra, family->range_bytes) &&
	       add_exemplars(family, overflow);
}

struct qp_series *qp_family_add_cell(struct qp_family *family, const quipu_str *values,
				     uint32_t offset)
{
	struct qp_series *series;

	if (!list_reserve(family))
		return NULL;
	series = series_new(family, values, family->n_labels, 0);
	if (!series)
		return NULL;
	series->owner.offset = offset;
	series->owner.bytes = family->range_bytes;
	if (!add_exemplars(family, series)) {
		qp_owner_undo(&series->owner);
		return NULL;
	}
	list_add(family, series);
	family->n_series++;
	return series;
}

void qp_family_set_full(struct qp_family *family)
{
	bool full = family->n_series >= family->max_series && !family->leaving;

	/* release: who sees it finds what came into the map before (pairs: find_overflow) */
	qp_store_release(&family->full, full ? ++family->last_full : 0);
}

static struct qp_series *series_make(struct qp_family *family, const quipu_str *values,
				     uint64_t hash)
{
	struct qp_series *series;

	if (!list_reserve(family))
		return NULL;
	series = series_new(family, values, family->n_labels, hash);
	if (!series)
		return NULL;
	if (!qp_owner_take(&series->owner, family->algebra, family->range_bytes) ||
	    !add_exemplars(family, series) || !qp_map_insert(&family->map, series)) {
		qp_owner_undo(&series->owner);
		return NULL;
	}
	list_add(family, series);
	family->n_series++;
	if (family->n_labels)
		qp_family_set_full(family);
	return series;
}

struct qp_series *qp_family_find(struct qp_family *family, const quipu_str *values)
{
	uint64_t hash = qp_labels_hash(values, family->n_labels);
	struct qp_series *series = qp_map_find(&family->map, hash, values);
	bool failed;

	return series ? series : qp_family_recall(family, hash, values, &failed);
}

struct qp_series *qp_family_get(struct qp_family *family, const quipu_str *values,
				quipu_error *error)
{
	uint64_t hash = qp_labels_hash(values, family->n_labels);
	struct qp_series *series = qp_map_find(&family->map, hash, values);
	bool failed = false;

	assert(qp_lock_held(&qp_catalog_lock));
	*error = QUIPU_OK;
	if (!series)
		series = qp_family_recall(family, hash, values, &failed);
	if (series)
		return series;
	if (failed) {
		*error = QUIPU_ENOMEM;
		return NULL;
	}
	if (family->n_labels && family->n_series >= family->max_series) {
		*error = QUIPU_EFULL;
		return family->overflow;
	}
	series = series_make(family, values, hash);
	if (!series)
		*error = qp_slots_space_left() ? QUIPU_ENOMEM : QUIPU_ESLOTS;
	return series;
}

/* --- beyond the cap --------------------------------------------------------------------------- */

/* One byte per register: the longest run of zeros seen among hashes that chose it. Plain
 * maxima, so a lost update costs a little precision and nothing else. */
static void sketch_add(unsigned char *registers, uint64_t hash)
{
	unsigned char *at = &registers[hash % QP_SKETCH_BYTES];
	unsigned char zeros = (unsigned char)(__builtin_clzll(hash | QP_SKETCH_BYTES) + 1);

	/* relaxed, both: an estimate */
	if (qp_load_relaxed(at) < zeros)
		qp_store_relaxed(at, zeros);
}

void qp_family_reject(struct qp_family *family, const quipu_str *values)
{
	size_t i;

	qp_self_count(QUIPU_SELF_rejected_label_sets);
	quipu_counter_inc((quipu_counter){ family->rejected->offset });
	for (i = 0; i < family->n_labels; i++)
		sketch_add(family->sketch[i], qp_labels_hash(&values[i], 1));
}

uint64_t qp_family_rejected(const struct qp_family *family)
{
	return family->rejected ? qp_shards_sum_word(family->rejected->offset) : 0;
}

/* HyperLogLog: harmonic mean of the registers, linear counting while many are empty. */
uint64_t qp_family_sketch_estimate(const struct qp_family *family, size_t label)
{
	const double m = QP_SKETCH_BYTES;
	double sum = 0, empty = 0, estimate;
	size_t i;

	if (!family->sketch)
		return 0;
	for (i = 0; i < QP_SKETCH_BYTES; i++) {
		/* relaxed: an estimate */
		unsigned char zeros = qp_load_relaxed(&family->sketch[label][i]);

		sum += ldexp(1, -zeros);
		empty += zeros == 0;
	}
	estimate = 0.7213 / (1 + 1.079 / m) * m * m / sum;
	if (estimate < 2.5 * m && empty > 0)
		estimate = m * log(m / empty);
	return (uint64_t)(estimate + 0.5);
}

/* --- removing --------------------------------------------------------------------------------- */

void qp_family_remove_series(struct qp_family *family, struct qp_series *series)
{
	assert(qp_lock_held(&qp_catalog_lock));
	family->n_series--;
	qp_family_forget(family, series);
	qp_family_set_full(family);
	qp_map_remove(&family->map, series);
	list_bury(family, series);
	qp_owner_remove(&series->owner);
}
