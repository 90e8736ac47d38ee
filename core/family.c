/* SPDX-License-Identifier: MIT */
/* family.c: families: made, found again, unregistered. Their series: family_series.c. */
#include "family.h"

#include "base/alloc.h"
#include "base/lock.h"
#include "base/rcu.h"
#include "base/text.h"
#include "check.h"
#include "registry.h"
#include "shard.h"

#include <assert.h>
#include <string.h>

/* All below: under the catalog lock. Cells are never freed (F1), only used again. */
static struct quipu_priv_family *free_cells;
static uint64_t last_generation;

uint64_t qp_family_last_generation(void)
{
	assert(qp_lock_held(&qp_catalog_lock));
	return last_generation;
}

/* --- kinds --------------------------------------------------------------------------------- */

static enum qp_algebra algebra_of(quipu_kind kind)
{
	switch (kind) {
	case QUIPU_KIND_COUNTER:
		return QP_WORDS;
	case QUIPU_KIND_FLOAT_COUNTER:
		return QP_REALS;
	case QUIPU_KIND_UPDOWN:
		return QP_UPDOWN;
	case QUIPU_KIND_HISTOGRAM:
	case QUIPU_KIND_SUMMARY:
		return QP_CELLS;
	case QUIPU_KIND_GAUGE:
	case QUIPU_KIND_STATESET:
	case QUIPU_KIND_INFO:
	case QUIPU_KIND_UNKNOWN:
		break;
	}
	return QP_SHARED;
}

static uint32_t range_bytes_of(quipu_kind kind, const struct qp_layout *layout)
{
	if (qp_kind_has_cells(kind))
		return layout->inlined.n_cells * (uint32_t)sizeof(struct qp_cell);
	return kind == QUIPU_KIND_UPDOWN ? 16 : 8;
}

/* --- copying what the caller gave ------------------------------------------------------------ */

static bool copy_str(quipu_str *to, const char *from)
{
	to->len = from ? strlen(from) : 0;
	to->data = qp_copy(from, to->len);
	return to->data != NULL;
}

static void free_str(quipu_str *str)
{
	qp_free((void *)(uintptr_t)str->data);
}

static void add_label(struct qp_family *family, quipu_str name)
{
	bool is_long = name.len > QP_BLOCK_TEXT;

	family->label_names[family->n_labels] = name;
	family->label_blocks[family->n_labels++] = (struct qp_label_block){
		qp_block_exact(name.data, name.len),
		qp_block_masks[is_long ? QP_BLOCK_BYTES : name.len + 1],
	};
	family->long_names |= is_long;
}

static bool copy_texts(struct qp_family *family, const quipu_opts *opts)
{
	quipu_str name;
	size_t i;

	if (!copy_str(&family->help, opts->help) || !copy_str(&family->unit, opts->unit))
		return false;
	for (i = 0; opts->labels && opts->labels[i]; i++) {
		if (!copy_str(&name, opts->labels[i]))
			return false;
		add_label(family, name);
	}
	family->states = qp_alloc(opts->n_states * sizeof family->states[0]);
	if (!family->states)
		return false;
	for (i = 0; i < opts->n_states; i++) {
		family->n_states++;
		if (!copy_str(&family->states[i], opts->states[i]))
			return false;
	}
	return true;
}

static void family_free(struct qp_family *family)
{
	size_t i;

	free_str(&family->name);
	free_str(&family->help);
	free_str(&family->unit);
	for (i = 0; i < family->n_labels; i++)
		free_str(&family->label_names[i]);
	for (i = 0; i < family->n_states; i++)
		free_str(&family->states[i]);
	qp_free(family->states);
	qp_free(family->shown);
	qp_free(family->sketch);
	qp_free(family->list);
	qp_free(family);
}

/* --- what a family with labels has from the start -------------------------------------------- */

static bool make_overflow(struct qp_family *family)
{
	family->rejected = qp_alloc(sizeof *family->rejected);
	family->sketch = qp_alloc(family->n_labels * sizeof family->sketch[0]);
	if (!family->rejected || !family->sketch)
		return false;
	return qp_family_add_overflow(family) && qp_owner_take(family->rejected, QP_WORDS, 8);
}

/* Before publication nobody can have seen these: back at once, without the reaper. */
static void undo_owner(struct qp_owner *owner)
{
	if (owner)
		qp_owner_undo(owner);
}

/* All combinations of the axes, the last axis running fastest, in one range. */
static bool make_grid(struct qp_family *family, const quipu_opts *opts)
{
	uint64_t n = 1, i;
	uint32_t axis;

	family->n_axes = (uint32_t)opts->n_axes;
	for (axis = 0; axis < family->n_axes; axis++) {
		family->axis_size[axis] = (uint32_t)opts->axes[axis].n_values;
		n *= family->axis_size[axis];
		if (n * family->range_bytes > INT32_MAX)
			n = INT32_MAX / family->range_bytes; /* more than there can be slots */
	}
	family->grid = qp_alloc(sizeof *family->grid);
	if (!family->grid ||
	    !qp_owner_take(family->grid, family->algebra, (uint32_t)n * family->range_bytes))
		return false;
	qp_owner_pin(family->grid); /* by the handle that is about to be given out */
	if (!qp_family_reserve(family, n))
		return false;
	for (i = 0; i < n; i++) {
		quipu_str values[QUIPU_MAX_AXES];
		uint64_t rest = i;

		for (axis = family->n_axes; axis-- > 0; rest /= family->axis_size[axis]) {
			const char *value = opts->axes[axis].values[rest % family->axis_size[axis]];

			values[axis] = (quipu_str){ value, strlen(value) };
		}
		if (!qp_family_add_cell(family, values,
					family->grid->offset + (uint32_t)i * family->range_bytes))
			return false;
	}
	return true;
}

/* --- making ----------------------------------------------------------------------------------- */

static void family_undo(struct qp_family *family)
{
	size_t i;

	for (i = 0; i < family->n_listed; i++)
		undo_owner(&family->list->series[i]->owner);
	undo_owner(family->grid);
	undo_owner(family->overflow ? &family->overflow->owner : NULL);
	undo_owner(family->rejected);
	qp_free(family->map.table);
	family_free(family);
}

static struct quipu_priv_family *take_cell(void)
{
	struct quipu_priv_family *cell = free_cells;

	if (!cell)
		return qp_alloc(sizeof *cell);
	free_cells = cell->next_free;
	return cell;
}

static size_t max_series_of(const quipu_registry *registry, const quipu_opts *opts)
{
	return opts->max_series ? opts->max_series : registry->max_series;
}

static uint64_t idle_ns_of(const quipu_opts *opts)
{
	return (uint64_t)(opts->idle_seconds * 1e9);
}

/* Everything but the name; false when memory or slots are out. */
static bool family_fill(struct qp_family *family, const struct qp_family_spec *spec)
{
	const quipu_opts *opts = spec->opts;

	family->kind = spec->kind;
	family->callback = spec->callback;
	if (!qp_observing_make(&family->observing, spec->kind, opts) || !copy_texts(family, opts))
		return false;
	family->algebra = algebra_of(spec->kind);
	family->range_bytes = range_bytes_of(spec->kind, family->observing.layout);
	family->idle_ns = idle_ns_of(opts);
	family->decimals = opts->decimals;
	family->max_series = max_series_of(family->registry, opts);
	if (spec->is_grid)
		return make_grid(family, opts);
	return !spec->has_labels || make_overflow(family);
}

static quipu_error family_make(quipu_registry *registry, const struct qp_family_spec *spec,
			       char *full_name, struct qp_family **made)
{
	struct qp_family *family = qp_alloc(sizeof *family);
	const quipu_str name = { full_name, strlen(full_name) };

	if (!family)
		return QUIPU_ENOMEM;
	family->registry = registry;
	if (!qp_registry_reserve(registry) || !family_fill(family, spec) ||
	    !qp_shown_make(&family->shown, name, family->label_names, family->n_labels) ||
	    !(family->cell = take_cell())) {
		family_undo(family);
		return qp_slots_space_left() ? QUIPU_ENOMEM : QUIPU_ESLOTS;
	}
	family->name = name;
	family->generation = ++last_generation;
	qp_registry_add(registry, family);
	qp_rcu_publish(&family->cell->live, family); /* pairs with qp_family_live */
	*made = family;
	return QUIPU_OK;
}

/* --- finding again ---------------------------------------------------------------------------- */

static bool equals(quipu_str a, const char *b)
{
	size_t len = b ? strlen(b) : 0;

	return a.len == len && (len == 0 || memcmp(a.data, b, len) == 0);
}

static bool same_names(const quipu_str *names, size_t n, const char *const *others)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (!others || !others[i] || !equals(names[i], others[i]))
			return false;
	}
	return !others || !others[n];
}

static bool same_states(const struct qp_family *family, const quipu_opts *opts)
{
	size_t i;

	for (i = 0; i < family->n_states && i < opts->n_states; i++) {
		if (!equals(family->states[i], opts->states[i]))
			return false;
	}
	return family->n_states == opts->n_states;
}

/* Asked for again with the same meaning? Then it is the same family, not a clash. */
static bool same_family(const struct qp_family *family, const struct qp_family_spec *spec)
{
	return family->kind == spec->kind && !family->callback && !spec->callback &&
	       !family->grid && !spec->is_grid && (family->n_labels > 0) == spec->has_labels &&
	       equals(family->help, spec->opts->help) && equals(family->unit, spec->opts->unit) &&
	       same_names(family->label_names, family->n_labels, spec->opts->labels) &&
	       same_states(family, spec->opts) &&
	       qp_observing_is(&family->observing, spec->kind, spec->opts) &&
	       family->max_series == max_series_of(family->registry, spec->opts) &&
	       family->idle_ns == idle_ns_of(spec->opts) &&
	       family->decimals == spec->opts->decimals;
}

static quipu_error find_or_make(quipu_registry *registry, const struct qp_family_spec *spec,
				char *full, struct qp_family **family, struct qp_where *where)
{
	struct qp_family *other;
	quipu_error error;
	size_t at;

	error = qp_check_family(spec, full, registry->const_labels, registry->n_const_labels,
				where);
	if (error)
		return error;
	other = qp_registry_find(registry, full, strlen(full), &at);
	if (other && same_family(other, spec)) {
		*family = other;
		return QUIPU_OK;
	}
	error = other ? qp_fail(QUIPU_EDUPLICATE, where, "metric \"%.200s\"", full)
		      : qp_check_clash(&registry->claims, spec->kind, full, where);
	if (error)
		return error;
	error = family_make(registry, spec, full, family);
	return error ? qp_fail(error, where, "metric \"%.200s\"", full) : QUIPU_OK;
}

quipu_error qp_family_new(quipu_registry *registry, const struct qp_family_spec *spec,
			  struct qp_family **family, struct qp_where *where)
{
	quipu_error error;
	char *full;

	assert(qp_lock_held(&qp_catalog_lock));
	*family = NULL;
	if (!spec->opts->name)
		return qp_fail(QUIPU_ENAME, where, "a metric without a name");
	full = qp_registry_full_name(registry, spec->opts->name,
				     qp_name_suffix(spec->kind, spec->opts->name));
	if (!full)
		return qp_fail(QUIPU_ENOMEM, where, "metric \"%.200s\"", spec->opts->name);
	error = find_or_make(registry, spec, full, family, where);
	if (error || (*family)->name.data != full)
		qp_free(full); /* else the family has it now */
	return error;
}

/* --- unregistering ---------------------------------------------------------------------------- */

/* No handle, no scrape and no recorder can reach it any more. Catalog lock held. */
static void reclaim(struct qp_retired *retired)
{
	struct qp_family *family = (struct qp_family *)retired;

	family->cell->next_free = free_cells;
	free_cells = family->cell;
	family_free(family);
}

static void remove_owner(struct qp_owner *owner)
{
	if (owner)
		qp_owner_remove(owner);
}

void qp_family_remove(struct qp_family *family)
{
	size_t i;

	assert(qp_lock_held(&qp_catalog_lock));
	qp_registry_drop(family->registry, family);
	qp_rcu_publish(&family->cell->live, NULL); /* pairs with qp_family_live */
	/* who came before finds no map: nor that it is full, which would be a rejection (lookup.c) */
	family->max_series = SIZE_MAX;
	qp_family_set_full(family);
	qp_map_retire(&family->map);
	qp_family_forget_all(family);
	for (i = 0; i < family->n_listed; i++) {
		if (family->list->series[i])
			qp_owner_remove(&family->list->series[i]->owner);
	}
	if (family->overflow)
		qp_owner_remove(&family->overflow->owner);
	remove_owner(family->rejected);
	remove_owner(family->grid);
	qp_retire(&family->retired, reclaim, QP_AFTER_SNAPSHOTS);
}
