/* SPDX-License-Identifier: MIT */
/*
 * handle.c: the typed functions that make, find, release and remove (metric.h), each a thin
 * skin over one untyped function here.
 */
#include "handle.h"

#include "base/alloc.h"
#include "base/lock.h"
#include "base/rcu.h"
#include "check.h"
#include "labels.h"
#include "registry.h"
#include "self.h"

/* --- pins ------------------------------------------------------------------------------------ */

/* Under the catalog lock: the series, or NULL, and the error and its culprit. */
static struct qp_series *get_locked(struct qp_family *family, const quipu_str *values, size_t n,
				    quipu_error *error, struct qp_where *where)
{
	struct qp_series *series;
	size_t culprit = 0;

	if (n != family->n_labels) {
		*error = qp_fail(QUIPU_EARITY, where, "\"%.128s\" has %zu labels, %zu values given",
				 family->name.data, family->n_labels, n);
		return NULL;
	}
	*error = qp_labels_check(values, n, &culprit);
	if (*error) {
		qp_fail(*error, where, "label \"%.100s\" of \"%.128s\"",
			family->label_names[culprit].data, family->name.data);
		return NULL;
	}
	series = qp_family_get(family, values, error);
	if (*error)
		qp_fail(*error, where, "\"%.200s\"", family->name.data);
	if (*error == QUIPU_EFULL)
		qp_family_reject(family, values);
	return series;
}

/* to_record: rather the overflow series than none. */
static struct qp_series *pin(const struct quipu_priv_family *cell, uint64_t generation,
			     const quipu_str *values, size_t n, bool to_record)
{
	struct qp_telling telling = { NULL, NULL, QUIPU_OK };
	struct qp_series *series = NULL;
	quipu_error error = QUIPU_OK;
	struct qp_family *family;
	struct qp_where where;

	qp_lock(&qp_catalog_lock);
	family = qp_family_live(cell, generation);
	if (family) {
		series = get_locked(family, values, n, &error, &where);
		if (!series && to_record && (error == QUIPU_ENOMEM || error == QUIPU_ESLOTS)) {
			series = family->overflow;
			qp_family_reject(family, values); /* else no scrape would show it */
		}
		if (series)
			qp_owner_pin(&series->owner);
		if (error)
			telling = qp_registry_note_locked(family->registry, error, &where);
	}
	qp_unlock(&qp_catalog_lock);
	if (error && !series)
		qp_self_count(QP_SELF_bad_label_sets);
	qp_tell(&telling, &where);
	return series;
}

struct qp_series *qp_pin(const struct quipu_priv_family *cell, uint64_t generation,
			 const quipu_str *values, size_t n)
{
	return pin(cell, generation, values, n, false);
}

struct qp_series *qp_pin_to_record(const struct quipu_priv_family *cell, uint64_t generation,
				   const quipu_str *values, size_t n)
{
	return pin(cell, generation, values, n, true);
}

void qp_unpin(uint32_t offset)
{
	struct qp_owner *owner;

	if (offset < QP_SINK_BYTES)
		return;
	qp_lock(&qp_catalog_lock);
	owner = qp_slots_owner(offset);
	if (owner)
		qp_owner_unpin(owner);
	qp_retire_help();
	qp_unlock(&qp_catalog_lock);
}

void qp_note_bad_labels(const struct quipu_priv_family *cell, uint64_t generation,
			quipu_error error, size_t n)
{
	struct qp_telling telling = { NULL, NULL, QUIPU_OK };
	struct qp_family *family;
	struct qp_where where;

	qp_self_count(QP_SELF_bad_label_sets);
	qp_lock(&qp_catalog_lock);
	family = qp_family_live(cell, generation);
	if (family) {
		qp_fail(error, &where, "\"%.128s\" has %zu labels, %zu values given",
			family->name.data, family->n_labels, n);
		telling = qp_registry_note_locked(family->registry, error, &where);
	}
	qp_unlock(&qp_catalog_lock);
	qp_tell(&telling, &where);
}

size_t qp_names_count(const char *const *names)
{
	size_t n = 0;

	while (names[n])
		n++;
	return n;
}

bool qp_names_match(const struct qp_family *family, const char *const *names)
{
	size_t i;

	for (i = 0; i < family->n_labels; i++) {
		if (!names[i] || strcmp(names[i], family->label_names[i].data) != 0)
			return false;
	}
	return names[family->n_labels] == NULL;
}

bool qp_names_fit(const struct quipu_priv_family *cell, uint64_t generation,
		  const char *const *names)
{
	struct qp_family *family;
	bool fit;

	qp_lock(&qp_catalog_lock);
	family = qp_family_live(cell, generation);
	fit = !family || qp_names_match(family, names);
	qp_unlock(&qp_catalog_lock);
	return fit;
}

/* A typed label set: its names must be the family's; nothing is ever swapped silently. */
static struct qp_series *pin_with(const struct quipu_priv_family *cell, uint64_t generation,
				  const char *const *names, const char *const *values)
{
	quipu_str strs[QUIPU_MAX_LABELS];
	size_t n = qp_names_count(names);

	if (!qp_names_fit(cell, generation, names) || !qp_strs(values, n, strs)) {
		qp_note_bad_labels(cell, generation, QUIPU_ESCHEMA, n);
		return NULL;
	}
	return qp_pin(cell, generation, strs, n);
}

static struct qp_series *pin_at(const struct quipu_priv_family *cell, uint64_t generation,
				const char *const *values, size_t n)
{
	quipu_str strs[QUIPU_MAX_LABELS];

	if (!qp_strs(values, n, strs)) {
		qp_note_bad_labels(cell, generation, QUIPU_EARITY, n);
		return NULL;
	}
	return qp_pin(cell, generation, strs, n);
}

/* --- removing
 * ------------------------------------------------------------------------------------- */

static size_t remove_n(const struct quipu_priv_family *cell, uint64_t generation,
		       const char *const *values, size_t n)
{
	quipu_str strs[QUIPU_MAX_LABELS];
	struct qp_series *series = NULL;
	struct qp_family *family;
	size_t culprit;

	if (!qp_strs(values, n, strs) || qp_labels_check(strs, n, &culprit) != QUIPU_OK)
		return 0;
	qp_lock(&qp_catalog_lock);
	family = qp_family_live(cell, generation);
	if (family && family->n_labels == n && !family->grid)
		series = qp_family_find(family, strs);
	if (series)
		qp_family_remove_series(family, series);
	qp_retire_help();
	qp_unlock(&qp_catalog_lock);
	qp_retire_pause();
	return series ? 1 : 0;
}

static bool matches(const struct qp_series *series, size_t label, quipu_str value)
{
	return label == SIZE_MAX || qp_labels_equal(&series->values[label], &value, 1);
}

static size_t label_index(const struct qp_family *family, const char *name)
{
	size_t i;

	for (i = 0; i < family->n_labels; i++) {
		if (strcmp(family->label_names[i].data, name) == 0)
			return i;
	}
	return SIZE_MAX;
}

/* All series whose label has this value; with label SIZE_MAX, all. From the end, so that what
 * is behind i has been dealt with when the list is renewed. */
static size_t remove_where(struct qp_family *family, size_t label, quipu_str value)
{
	size_t n = 0, i = family->n_listed;

	while (i-- > 0) {
		struct qp_series *series;

		if (i >= family->n_listed)
			continue;
		series = family->list->series[i];
		if (series && matches(series, label, value)) {
			qp_family_remove_series(family, series);
			n++;
		}
	}
	return n;
}

static size_t remove_matching(const struct quipu_priv_family *cell, uint64_t generation,
			      const char *name, const char *value)
{
	struct qp_family *family;
	size_t label, n = 0;

	if (!name || !value)
		return 0;
	qp_lock(&qp_catalog_lock);
	family = qp_family_live(cell, generation);
	label = family && !family->grid ? label_index(family, name) : SIZE_MAX;
	if (label != SIZE_MAX)
		n = remove_where(family, label, (quipu_str){ value, strlen(value) });
	qp_retire_help();
	qp_unlock(&qp_catalog_lock);
	qp_retire_pause();
	return n;
}

static size_t clear(const struct quipu_priv_family *cell, uint64_t generation)
{
	struct qp_family *family;
	size_t n = 0;

	qp_lock(&qp_catalog_lock);
	family = qp_family_live(cell, generation);
	if (family && !family->grid)
		n = remove_where(family, SIZE_MAX, (quipu_str){ "", 0 });
	qp_retire_help();
	qp_unlock(&qp_catalog_lock);
	qp_retire_pause();
	return n;
}

static void unregister(const struct quipu_priv_family *cell, uint64_t generation)
{
	struct qp_family *family;

	qp_lock(&qp_catalog_lock);
	family = qp_family_live(cell, generation);
	if (family)
		qp_family_remove(family);
	qp_retire_help();
	qp_unlock(&qp_catalog_lock);
	qp_retire_pause();
}

/* --- making ------------------------------------------------------------------------------------
 */

struct qp_family_ref qp_family_open(quipu_registry *registry, const struct qp_family_spec *spec)
{
	struct qp_family_ref ref = { NULL, 0 };
	struct qp_family *family = NULL;
	struct qp_where where;
	quipu_error error;

	if (!registry || !qp_library_init())
		return ref;
	qp_lock(&qp_catalog_lock);
	error = qp_family_new(registry, spec, &family, &where);
	if (!error)
		ref = (struct qp_family_ref){ family->cell, family->generation };
	qp_unlock(&qp_catalog_lock);
	if (error)
		qp_registry_note(registry, error, &where);
	return ref;
}

static struct qp_family_ref family_new(quipu_registry *registry, const quipu_opts *given,
				       quipu_kind kind)
{
	quipu_opts opts = qp_opts_complete(given);
	struct qp_family_spec spec = { kind, &opts, true, false, 0 };

	return qp_family_open(registry, &spec);
}

/* A family without labels and its one series. */
static struct qp_series *single_new(quipu_registry *registry, const quipu_opts *given,
				    quipu_kind kind)
{
	quipu_opts opts = qp_opts_complete(given);
	struct qp_family_spec spec = { kind, &opts, false, false, 0 };
	struct qp_family_ref ref = qp_family_open(registry, &spec);
	struct qp_series *series = qp_pin(ref.cell, ref.generation, NULL, 0);

	if (ref.cell && !series)
		unregister(ref.cell, ref.generation); /* a name without a series is no use */
	return series;
}

/* The axes' names are the labels'. The first series leads to all; the grid itself is pinned. */
static bool grid_new(quipu_registry *registry, const quipu_opts *given, quipu_kind kind,
		     struct qp_series *first)
{
	quipu_opts opts = qp_opts_complete(given);
	struct qp_family_spec spec = { kind, &opts, true, true, 0 };
	const char *names[QUIPU_MAX_AXES + 1] = { NULL };
	struct qp_family_ref ref;
	struct qp_family *family;
	size_t i;

	for (i = 0; opts.axes && i < opts.n_axes && i < QUIPU_MAX_AXES; i++)
		names[i] = opts.axes[i].name;
	opts.labels = names;
	ref = qp_family_open(registry, &spec);
	qp_lock(&qp_catalog_lock);
	family = qp_family_live(ref.cell, ref.generation);
	if (family)
		*first = *family->list->series[0];
	qp_unlock(&qp_catalog_lock);
	return family != NULL;
}

static struct quipu_priv_grid shape_of(const struct qp_series *first, const quipu_opts *given)
{
	quipu_opts opts = qp_opts_complete(given);
	struct quipu_priv_grid shape = { first->owner.bytes, (uint32_t)opts.n_axes, { 0 } };
	size_t i;

	for (i = 0; i < opts.n_axes; i++)
		shape.size[i] = (uint32_t)opts.axes[i].n_values;
	return shape;
}

/* --- the typed skins
 * --------------------------------------------------------------------------------- */

#define KIND(kind, KIND_NAME, offset_of)                                                           \
	static quipu_##kind kind##_or_sink(const struct qp_series *series)                         \
	{                                                                                          \
		if (!series)                                                                       \
			return (quipu_##kind){ 0 };                                                \
		return qp_##kind##_of(series);                                                     \
	}                                                                                          \
	quipu_##kind quipu_##kind##_new(quipu_registry *registry, const quipu_opts *opts)          \
	{                                                                                          \
		return kind##_or_sink(single_new(registry, opts, KIND_NAME));                      \
	}                                                                                          \
	quipu_##kind##_family quipu_##kind##_family_new(quipu_registry *registry,                  \
							const quipu_opts *opts)                    \
	{                                                                                          \
		struct qp_family_ref ref = family_new(registry, opts, KIND_NAME);                  \
                                                                                                   \
		return (quipu_##kind##_family){ ref.cell, ref.generation };                        \
	}                                                                                          \
	quipu_##kind quipu_##kind##_at(quipu_##kind##_family family, const char *const *values,    \
				       size_t n)                                                   \
	{                                                                                          \
		return kind##_or_sink(pin_at(family.family, family.generation, values, n));        \
	}                                                                                          \
	quipu_##kind quipu_##kind##_at_v(quipu_##kind##_family family, const quipu_str *values,    \
					 size_t n)                                                 \
	{                                                                                          \
		return kind##_or_sink(qp_pin(family.family, family.generation, values, n));        \
	}                                                                                          \
	quipu_##kind quipu_##kind##_with(quipu_##kind##_family family, const char *const *names,   \
					 const char *const *values)                                \
	{                                                                                          \
		return kind##_or_sink(pin_with(family.family, family.generation, names, values));  \
	}                                                                                          \
	void quipu_##kind##_release(quipu_##kind handle)                                           \
	{                                                                                          \
		qp_unpin(offset_of);                                                               \
	}                                                                                          \
	size_t quipu_##kind##_family_remove_n(quipu_##kind##_family family,                        \
					      const char *const *values, size_t n)                 \
	{                                                                                          \
		return remove_n(family.family, family.generation, values, n);                      \
	}                                                                                          \
	size_t quipu_##kind##_family_remove_matching(quipu_##kind##_family family,                 \
						     const char *name, const char *value)          \
	{                                                                                          \
		return remove_matching(family.family, family.generation, name, value);             \
	}                                                                                          \
	size_t quipu_##kind##_family_clear(quipu_##kind##_family family)                           \
	{                                                                                          \
		return clear(family.family, family.generation);                                    \
	}                                                                                          \
	void quipu_##kind##_family_unregister(quipu_##kind##_family family)                        \
	{                                                                                          \
		unregister(family.family, family.generation);                                      \
	}
KIND(counter, QUIPU_KIND_COUNTER, handle.offset)
KIND(float_counter, QUIPU_KIND_FLOAT_COUNTER, handle.offset)
KIND(updown, QUIPU_KIND_UPDOWN, handle.offset)
KIND(gauge, QUIPU_KIND_GAUGE, qp_shared_offset(handle.cell))
KIND(histogram, QUIPU_KIND_HISTOGRAM, handle.offset)
KIND(stateset, QUIPU_KIND_STATESET, qp_shared_offset(handle.cell))

#define GRID(kind, KIND_NAME)                                                                      \
	quipu_##kind##_grid quipu_##kind##_grid_new(quipu_registry *registry,                      \
						    const quipu_opts *opts)                        \
	{                                                                                          \
		struct qp_series first;                                                            \
                                                                                                   \
		if (!grid_new(registry, opts, KIND_NAME, &first))                                  \
			return (quipu_##kind##_grid){ 0 };                                         \
		return (quipu_##kind##_grid){ qp_##kind##_of(&first), shape_of(&first, opts) };    \
	}                                                                                          \
	void quipu_##kind##_grid_release(quipu_##kind##_grid grid)                                 \
	{                                                                                          \
		qp_unpin(grid.first.offset);                                                       \
	}
GRID(counter, QUIPU_KIND_COUNTER)
GRID(float_counter, QUIPU_KIND_FLOAT_COUNTER)
GRID(updown, QUIPU_KIND_UPDOWN)
GRID(histogram, QUIPU_KIND_HISTOGRAM)

/* --- info
 * ---------------------------------------------------------------------------------------------- */

static size_t count_labels(const quipu_label *labels)
{
	size_t n = 0;

	while (labels[n].name)
		n++;
	return n;
}

/* Asked before the family is made: it would stay behind without a series. */
static bool info_labels_fit(quipu_registry *registry, const char *name, const quipu_label *labels,
			    size_t n)
{
	quipu_error error = QUIPU_OK;
	struct qp_where where;
	size_t i;

	for (i = 0; i < n && !error; i++)
		error = qp_check_label(&labels[i], name ? name : "", &where);
	if (error && registry)
		qp_registry_note(registry, error, &where);
	return !error;
}

quipu_info quipu_info_new(quipu_registry *registry, const quipu_opts *given,
			  const quipu_label *labels, size_t n)
{
	quipu_opts opts = qp_opts_complete(given);
	struct qp_family_spec spec = { QUIPU_KIND_INFO, &opts, true, false, 0 };
	const char *names[QUIPU_MAX_LABELS + 2] = { NULL }; /* one too many is for the check */
	const char *values[QUIPU_MAX_LABELS + 1];
	const struct qp_series *series;
	struct qp_family_ref ref;
	size_t i;

	n = labels ? (n ? n : count_labels(labels)) : 0;
	if (!info_labels_fit(registry, opts.name, labels, n))
		return (quipu_info){ 0 };
	for (i = 0; i < n && i <= QUIPU_MAX_LABELS; i++) {
		names[i] = labels[i].name;
		values[i] = labels[i].value;
	}
	opts.labels = names;
	spec.has_labels = i > 0;
	ref = qp_family_open(registry, &spec);
	series = ref.cell ? pin_at(ref.cell, ref.generation, values, i) : NULL;
	return series ? qp_info_of(series) : (quipu_info){ 0 };
}

void quipu_info_release(quipu_info info)
{
	qp_unpin(info.offset);
}
