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
#include "base/cancel.h"
#include "base/rcu.h"
#include "handle.h"
#include "labels.h"
#include "pin.h"
#include "self.h"

#include <quipu/exemplar.h>

static inline bool any_null(const quipu_str *values, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (!values[i].data)
			return true;
	}
	return false;
}

/*
 * A label set that was not in the map: the overflow series of a full family (L2), or NULL. It may
 * have come since then, and only that made the family full: so the map is looked through
 * once more, between two looks at whether it is full that see the same (qp_family_set_full).
 */
static __attribute__((noinline)) const struct qp_series *
find_overflow(struct qp_family *family, const struct qp_label *labels, size_t n)
{
	/* acquire: what made it full is found in the map (pairs: qp_family_set_full) */
	const uint64_t full = qp_load_acquire(&family->full);
	quipu_str values[QUIPU_MAX_LABELS];
	const struct qp_series *series;
	size_t culprit, i;

	for (i = 0; i < n; i++)
		values[i] = (quipu_str){ labels[i].data, labels[i].len };
	if (!full || qp_labels_check(values, n, &culprit) != QUIPU_OK)
		return NULL;
	series = qp_map_find(&family->map, qp_labels_hash(values, n), values);
	if (series)
		return series;
	/* relaxed: not before the loads of the map, which are acquire */
	if (qp_load_relaxed(&family->full) != full)
		return NULL;
	qp_family_reject(family, values);
	return family->overflow;
}

/* --- inside the section: the series to record into, or NULL for the slow way ------------------- */

enum form { STRS, STRINGS }; /* quipu_str, or C strings */

QP_INLINE bool read_label(struct qp_label *label, enum form form, const void *values, size_t i,
			  struct qp_labels_sum *sum)
{
	return form == STRINGS
		       ? qp_label_read_string(label, ((const char *const *)values)[i], i, sum)
		       : qp_label_read(label, ((const quipu_str *)values)[i], i, sum);
}

/* A typed label set's names: the family's, in its order? */
QP_INLINE bool names_are(const struct qp_family *family, const char *const *names, size_t n)
{
	qp_block differs = { 0, 0 };
	size_t i;

	QP_UNROLL(4)
	for (i = 0; i < n; i++) {
		if (!qp_block_is_whole(names[i]))
			return qp_names_match(family, names);
		differs |= (qp_block_load(names[i]) & family->label_blocks[i].mask) ^
			   family->label_blocks[i].text;
	}
	if (qp_unlikely((differs[0] | differs[1]) != 0 || names[n]))
		return false;
	return qp_likely(!family->long_names) || qp_names_match(family, names);
}

/* Unrolled where n is a constant. */
QP_INLINE const struct qp_series *find_n(struct qp_family *family, const char *const *names,
					 enum form form, const void *values, size_t n)
{
	struct qp_label labels[QUIPU_MAX_LABELS];
	struct qp_labels_sum sum = { 0 };
	const struct qp_series *series;
	size_t i;

	if (names && !names_are(family, names, n))
		return NULL;
	QP_UNROLL(4)
	for (i = 0; i < n; i++) {
		if (!read_label(&labels[i], form, values, i, &sum))
			return NULL;
	}
	series = qp_map_look(&family->map, qp_labels_finish(&sum), labels, n, &sum);
	return qp_likely(series != NULL) ? series : find_overflow(family, labels, n);
}

QP_INLINE const struct qp_series *find(struct qp_family *family, const char *const *names,
				       enum form form, const void *values)
{
	switch (family->n_labels) {
	case 1:
		return find_n(family, names, form, values, 1);
	case 2:
		return find_n(family, names, form, values, 2);
	case 3:
		return find_n(family, names, form, values, 3);
	case 4:
		return find_n(family, names, form, values, 4);
	default:
		return find_n(family, names, form, values, family->n_labels);
	}
}

/* --- outside the section: the series made and pinned (L3), or NULL: nothing to record into ----- */

static const struct qp_series *make_strs(const struct quipu_priv_family *cell, uint64_t generation,
					 const quipu_str *values, size_t n)
{
	if (n <= QUIPU_MAX_LABELS && !any_null(values, n))
		return qp_pin_to_record(cell, generation, values, n);
	qp_note_bad_labels(cell, generation, n > QUIPU_MAX_LABELS ? QUIPU_EARITY : QUIPU_ENULL, n);
	return NULL;
}

static __attribute__((noinline)) const struct qp_series *make(const struct quipu_priv_family *cell,
							      uint64_t generation, enum form form,
							      const void *values, size_t n)
{
	quipu_str strs[QUIPU_MAX_LABELS];

	if (form == STRS)
		return make_strs(cell, generation, values, n);
	if (qp_strs(values, n, strs))
		return make_strs(cell, generation, strs, n);
	qp_note_bad_labels(cell, generation, QUIPU_EARITY, n);
	return NULL;
}

static __attribute__((noinline)) const struct qp_series *
make_typed(const struct quipu_priv_family *cell, uint64_t generation, const char *const *names,
	   const char *const *values)
{
	size_t n = qp_names_count(names);

	if (qp_names_fit(cell, generation, names))
		return make(cell, generation, STRINGS, values, n);
	qp_note_bad_labels(cell, generation, QUIPU_ESCHEMA, n);
	return NULL;
}

/* --- both --------------------------------------------------------------------------------------- */

/*
 * From making a series, which pins it, to letting it go a thread is not cancelled: the pin would
 * stay for ever. Kept here, so that what was found fits two registers; the error callback may come
 * here again.
 */
static __thread unsigned making __attribute__((tls_model("initial-exec")));
static __thread struct qp_cancel cancel __attribute__((tls_model("initial-exec")));

static void begin_making(void)
{
	struct qp_cancel was = qp_cancel_off();

	if (making++ == 0)
		cancel = was;
}

static void end_making(void)
{
	if (--making == 0)
		qp_cancel_restore(cancel);
}

/* A series to record into, until let_go. */
struct found {
	const struct qp_series *series; /* NULL: none */
	bool in_section;		/* the read section is open; else the series is pinned */
};

QP_INLINE struct found get(const struct quipu_priv_family *cell, uint64_t generation,
			   enum form form, const void *values, size_t n)
{
	const struct qp_series *series = NULL;
	struct qp_family *family;

	if (qp_likely(qp_rcu_read_lock())) {
		family = qp_family_live(cell, generation);
		if (qp_likely(family && n == family->n_labels))
			series = find(family, NULL, form, values);
		if (qp_likely(series != NULL))
			return (struct found){ series, true };
		qp_rcu_read_unlock();
	}
	begin_making();
	return (struct found){ make(cell, generation, form, values, n), false };
}

static __attribute__((noinline)) void let_go_made(const struct qp_series *series)
{
	if (series)
		qp_unpin(series->owner.offset);
	end_making();
}

static inline void let_go(struct found found)
{
	if (qp_likely(found.in_section))
		qp_rcu_read_unlock();
	else
		let_go_made(found.series);
}

/* One copy of each for all verbs. */
static __attribute__((noinline)) struct found get_strs(const struct quipu_priv_family *cell,
						       uint64_t generation, const quipu_str *values,
						       size_t n)
{
	return get(cell, generation, STRS, values, n);
}

static __attribute__((noinline)) struct found get_strings(const struct quipu_priv_family *cell,
							  uint64_t generation,
							  const char *const *values, size_t n)
{
	return get(cell, generation, STRINGS, values, n);
}

static __attribute__((noinline)) struct found get_typed(const struct quipu_priv_family *cell,
							uint64_t generation,
							const char *const *names,
							const char *const *values)
{
	const struct qp_series *series = NULL;
	struct qp_family *family;

	if (qp_likely(qp_rcu_read_lock())) {
		family = qp_family_live(cell, generation);
		if (qp_likely(family != NULL))
			series = find(family, names, STRINGS, values);
		if (qp_likely(series != NULL))
			return (struct found){ series, true };
		qp_rcu_read_unlock();
	}
	begin_making();
	return (struct found){ make_typed(cell, generation, names, values), false };
}

/* One verb: RECORD(handle, amount) on what was found, and its public functions. */
#define AT(verb, kind, type, record)                                                               \
	static inline void kind##_##verb##_found(struct found found, type amount)                  \
	{                                                                                          \
		if (qp_likely(found.series != NULL))                                               \
			record(qp_##kind##_of(found.series), amount);                              \
		let_go(found);                                                                     \
	}                                                                                          \
	void quipu_##kind##_##verb##_at_v(quipu_##kind##_family family, type amount,               \
					  const quipu_str *values, size_t n)                       \
	{                                                                                          \
		kind##_##verb##_found(get_strs(family.family, family.generation, values, n),       \
				      amount);                                                     \
	}                                                                                          \
	void quipu_##kind##_##verb##_at(quipu_##kind##_family family, type amount,                 \
					const char *const *values, size_t n)                       \
	{                                                                                          \
		kind##_##verb##_found(get_strings(family.family, family.generation, values, n),    \
				      amount);                                                     \
	}                                                                                          \
	void quipu_##kind##_##verb##_with(quipu_##kind##_family family, type amount,               \
					  const char *const *names, const char *const *values)     \
	{                                                                                          \
		kind##_##verb##_found(get_typed(family.family, family.generation, names, values),  \
				      amount);                                                     \
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
	static inline void kind##_##verb##_exemplar_found(struct found found, type amount,         \
							  const quipu_exemplar *exemplar)          \
	{                                                                                          \
		if (qp_likely(found.series != NULL))                                               \
			quipu_##kind##_##verb##_exemplar(qp_##kind##_of(found.series), amount,     \
							 exemplar);                                \
		let_go(found);                                                                     \
	}                                                                                          \
	void quipu_##kind##_##verb##_exemplar_at_v(quipu_##kind##_family family, type amount,      \
						   const quipu_exemplar *exemplar,                 \
						   const quipu_str *values, size_t n)              \
	{                                                                                          \
		kind##_##verb##_exemplar_found(                                                    \
			get_strs(family.family, family.generation, values, n), amount, exemplar);  \
	}                                                                                          \
	void quipu_##kind##_##verb##_exemplar_at(quipu_##kind##_family family, type amount,        \
						 const quipu_exemplar *exemplar,                   \
						 const char *const *values, size_t n)              \
	{                                                                                          \
		kind##_##verb##_exemplar_found(                                                    \
			get_strings(family.family, family.generation, values, n), amount,          \
			exemplar);                                                                 \
	}

EXEMPLAR_AT(add, counter, uint64_t)
EXEMPLAR_AT(add, float_counter, double)
EXEMPLAR_AT(observe, histogram, double)
