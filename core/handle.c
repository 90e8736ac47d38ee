/* SPDX-License-Identifier: MIT */
/*
 * handle.c: the typed functions that make, find, release and remove (metric.h), each a thin
 * skin over an untyped one here, in pin.c or in remove.c.
 */
#include "handle.h"

#include "base/lock.h"
#include "check.h"
#include "pin.h"
#include "remove.h"

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
		qp_unregister(ref.cell, ref.generation); /* a name without a series is no use */
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

/* --- the typed skins -------------------------------------------------------------------------- */

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
		return kind##_or_sink(qp_pin_at(family.family, family.generation, values, n));     \
	}                                                                                          \
	quipu_##kind quipu_##kind##_at_v(quipu_##kind##_family family, const quipu_str *values,    \
					 size_t n)                                                 \
	{                                                                                          \
		return kind##_or_sink(qp_pin(family.family, family.generation, values, n));        \
	}                                                                                          \
	quipu_##kind quipu_##kind##_with(quipu_##kind##_family family, const char *const *names,   \
					 const char *const *values)                                \
	{                                                                                          \
		return kind##_or_sink(                                                             \
			qp_pin_with(family.family, family.generation, names, values));             \
	}                                                                                          \
	void quipu_##kind##_release(quipu_##kind handle)                                           \
	{                                                                                          \
		qp_unpin(offset_of);                                                               \
	}                                                                                          \
	size_t quipu_##kind##_family_remove_n(quipu_##kind##_family family,                        \
					      const char *const *values, size_t n)                 \
	{                                                                                          \
		return qp_remove(family.family, family.generation, values, n);                     \
	}                                                                                          \
	size_t quipu_##kind##_family_remove_matching(quipu_##kind##_family family,                 \
						     const char *name, const char *value)          \
	{                                                                                          \
		return qp_remove_matching(family.family, family.generation, name, value);          \
	}                                                                                          \
	size_t quipu_##kind##_family_clear(quipu_##kind##_family family)                           \
	{                                                                                          \
		return qp_remove_all(family.family, family.generation);                            \
	}                                                                                          \
	void quipu_##kind##_family_unregister(quipu_##kind##_family family)                        \
	{                                                                                          \
		qp_unregister(family.family, family.generation);                                   \
	}
KIND(counter, QUIPU_KIND_COUNTER, handle.offset)
KIND(float_counter, QUIPU_KIND_FLOAT_COUNTER, handle.offset)
KIND(updown, QUIPU_KIND_UPDOWN, handle.offset)
KIND(gauge, QUIPU_KIND_GAUGE, qp_shared_offset(handle.cell))
KIND(histogram, QUIPU_KIND_HISTOGRAM, handle.offset)
KIND(summary, QUIPU_KIND_SUMMARY, handle.cells.offset)
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
