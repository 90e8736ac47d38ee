/* SPDX-License-Identifier: MIT */
/*
 * lookup.c: recording by label values: look-up and record in one read section.
 *
 * Writers:  recorders, each in its own shard.
 * Readers:  the family's cell, map and series, inside the read section.
 * L1. A label set seen before: no lock, no allocation; the series cannot be recycled before
 *     the section closes, so the record can land nowhere else.
 * L2. A new label set in a full family goes to the overflow series, still without a lock.
 * L3. Any other new label set leaves the section, makes the series under the lock and pins it
 *     for the record.
 */
#include "base/atomic.h"
#include "base/rcu.h"
#include "handle.h"
#include "labels.h"
#include "pin.h"
#include "self.h"

#include <quipu/exemplar.h>

/* NULL values must not reach the hash. */
static inline bool any_null(const quipu_str *values, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (qp_unlikely(!values[i].data))
			return true;
	}
	return false;
}

/* A label set that is not in the map: the overflow series of a full family (L2), or NULL. */
static __attribute__((noinline)) const struct qp_series *
find_overflow(struct qp_family *family, const quipu_str *values, size_t n)
{
	size_t culprit;

	/* relaxed: a hint; who misses it takes the lock and finds out */
	if (!qp_load_relaxed(&family->full) || qp_labels_check(values, n, &culprit) != QUIPU_OK)
		return NULL;
	qp_family_reject(family, values);
	return family->overflow;
}

/* Inside the section: the series to record into, or NULL for the slow way. */
static inline const struct qp_series *find(const struct quipu_priv_family *cell,
					   uint64_t generation, const quipu_str *values, size_t n)
{
	struct qp_family *family = qp_family_live(cell, generation);
	const struct qp_series *series;

	if (qp_unlikely(!family || n != family->n_labels || any_null(values, n)))
		return NULL;
	series = qp_map_find(&family->map, qp_labels_hash(values, n), values);
	return qp_likely(series != NULL) ? series : find_overflow(family, values, n);
}

/* Outside the section: the series made and pinned (L3), or NULL: nothing to record into. */
static const struct qp_series *make(const struct quipu_priv_family *cell, uint64_t generation,
				    const quipu_str *values, size_t n)
{
	if (n <= QUIPU_MAX_LABELS && !any_null(values, n))
		return qp_pin_to_record(cell, generation, values, n);
	qp_note_bad_labels(cell, generation, n > QUIPU_MAX_LABELS ? QUIPU_EARITY : QUIPU_ENULL, n);
	return NULL;
}

static bool names_fit(const struct quipu_priv_family *cell, uint64_t generation,
		      const char *const *names)
{
	const struct qp_family *family;
	bool fit;

	if (!qp_rcu_read_lock())
		return qp_names_fit(cell, generation, names);
	family = qp_family_live(cell, generation);
	fit = !family || qp_names_match(family, names);
	qp_rcu_read_unlock();
	return fit;
}

/*
 * One verb: RECORD(handle, amount) on the series' handle.
 */
#define FIND_AND(verb, kind, type, record)                                                         \
	static __attribute__((noinline)) void kind##_##verb##_new(                                 \
		quipu_##kind##_family family, type amount, const quipu_str *values, size_t n)      \
	{                                                                                          \
		const struct qp_series *series =                                                   \
			make(family.family, family.generation, values, n);                         \
                                                                                                   \
		if (!series)                                                                       \
			return;                                                                    \
		record(qp_##kind##_of(series), amount);                                            \
		qp_unpin(series->owner.offset);                                                    \
	}                                                                                          \
	static inline void kind##_##verb##_values(quipu_##kind##_family family, type amount,       \
						  const quipu_str *values, size_t n)               \
	{                                                                                          \
		const struct qp_series *series = NULL;                                             \
                                                                                                   \
		if (qp_likely(qp_rcu_read_lock())) {                                               \
			series = find(family.family, family.generation, values, n);                \
			if (qp_likely(series != NULL))                                             \
				record(qp_##kind##_of(series), amount);                            \
			qp_rcu_read_unlock();                                                      \
		}                                                                                  \
		if (qp_unlikely(!series))                                                          \
			kind##_##verb##_new(family, amount, values, n);                            \
	}

/* And its public functions. */
#define AT(verb, kind, type, record)                                                               \
	FIND_AND(verb, kind, type, record)                                                         \
	void quipu_##kind##_##verb##_at_v(quipu_##kind##_family family, type amount,               \
					  const quipu_str *values, size_t n)                       \
	{                                                                                          \
		kind##_##verb##_values(family, amount, values, n);                                 \
	}                                                                                          \
	void quipu_##kind##_##verb##_at(quipu_##kind##_family family, type amount,                 \
					const char *const *values, size_t n)                       \
	{                                                                                          \
		quipu_str strs[QUIPU_MAX_LABELS];                                                  \
                                                                                                   \
		if (qp_strs(values, n, strs))                                                      \
			kind##_##verb##_values(family, amount, strs, n);                           \
		else                                                                               \
			qp_note_bad_labels(family.family, family.generation, QUIPU_EARITY, n);     \
	}                                                                                          \
	void quipu_##kind##_##verb##_with(quipu_##kind##_family family, type amount,               \
					  const char *const *names, const char *const *values)     \
	{                                                                                          \
		if (names_fit(family.family, family.generation, names))                            \
			quipu_##kind##_##verb##_at(family, amount, values, qp_names_count(names)); \
		else                                                                               \
			qp_note_bad_labels(family.family, family.generation, QUIPU_ESCHEMA,        \
					   qp_names_count(names));                                 \
	}

AT(add, counter, uint64_t, quipu_counter_add)
AT(add, float_counter, double, quipu_float_counter_add)
AT(add, updown, int64_t, quipu_updown_add)
AT(add, gauge, double, quipu_gauge_add)
AT(set, gauge, double, quipu_gauge_set)
AT(observe, histogram, double, quipu_histogram_observe)
AT(observe, summary, double, quipu_summary_observe)
AT(select, stateset, uint32_t, quipu_stateset_select)

/* --- with an exemplar -------------------------------------------------------------------------- */

#define EXEMPLAR_AT(verb, kind, type)                                                              \
	struct kind##_event {                                                                      \
		type amount;                                                                       \
		const quipu_exemplar *exemplar;                                                    \
	};                                                                                         \
	static inline void kind##_##verb##_event(quipu_##kind handle, struct kind##_event event)   \
	{                                                                                          \
		quipu_##kind##_##verb##_exemplar(handle, event.amount, event.exemplar);            \
	}                                                                                          \
	FIND_AND(event, kind, struct kind##_event, kind##_##verb##_event)                          \
	void quipu_##kind##_##verb##_exemplar_at_v(quipu_##kind##_family family, type amount,      \
						   const quipu_exemplar *exemplar,                 \
						   const quipu_str *values, size_t n)              \
	{                                                                                          \
		kind##_event_values(family, (struct kind##_event){ amount, exemplar }, values, n); \
	}                                                                                          \
	void quipu_##kind##_##verb##_exemplar_at(quipu_##kind##_family family, type amount,        \
						 const quipu_exemplar *exemplar,                   \
						 const char *const *values, size_t n)              \
	{                                                                                          \
		quipu_str strs[QUIPU_MAX_LABELS];                                                  \
                                                                                                   \
		if (qp_strs(values, n, strs))                                                      \
			quipu_##kind##_##verb##_exemplar_at_v(family, amount, exemplar, strs, n);  \
		else                                                                               \
			qp_note_bad_labels(family.family, family.generation, QUIPU_EARITY, n);     \
	}

EXEMPLAR_AT(add, counter, uint64_t)
EXEMPLAR_AT(add, float_counter, double)
EXEMPLAR_AT(observe, histogram, double)
