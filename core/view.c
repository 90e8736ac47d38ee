/* SPDX-License-Identifier: MIT */
/* view.c: see view.h. */
#include "view.h"

#include "base/alloc.h"
#include "base/lock.h"
#include "exemplar_view.h"
#include "native_view.h"
#include "recent.h"
#include "series.h"

#include <string.h>

#define ROWS 32

struct qp_view {
	quipu_family_view family;
	quipu_series_view series;
	quipu_escaping escaping;
	bool created;
	bool const_plain; /* no constant label has a name to escape */
	bool begins;	  /* the family's series show when they began */
	size_t n_const;
	quipu_label_view labels[2 * QUIPU_MAX_LABELS + 1];
	uint64_t counts[QUIPU_MAX_BOUNDS + 1];
	struct qp_native_room room;
	quipu_native_view native;
	bool want_exemplars;
	struct qp_exemplar_room exemplars;
	double quantiles[QUIPU_MAX_QUANTILES];
	bool want_rows;
	bool in_rows; /* the family is shown so */
	struct qp_rows rows;
	struct qp_row row[ROWS];
};

static void set_const_labels(struct qp_view *view, const quipu_registry *registry)
{
	const quipu_str *names = qp_shown_labels(registry->const_shown, view->escaping, NULL);
	size_t i;

	view->n_const = registry->n_const_labels;
	view->const_plain = !registry->const_shown;
	for (i = 0; i < view->n_const; i++) {
		view->labels[i] = registry->const_views[i];
		if (names)
			view->labels[i].name = names[i];
	}
}

struct qp_view *qp_view_new(const quipu_registry *registry, quipu_escaping escaping, bool created)
{
	struct qp_view *view = qp_alloc(sizeof *view);

	if (!view)
		return NULL;
	view->escaping = escaping;
	view->created = created;
	set_const_labels(view, registry);
	return view;
}

void qp_view_free(struct qp_view *view)
{
	if (view) {
		qp_native_room_free(&view->room);
		qp_exemplar_room_free(&view->exemplars);
	}
	qp_free(view);
}

void qp_view_want_rows(struct qp_view *view)
{
	view->want_rows = true;
}

void qp_view_want_exemplars(struct qp_view *view)
{
	view->want_exemplars = true;
}

const quipu_family_view *qp_view_family(const struct qp_view *view)
{
	return &view->family;
}

const quipu_series_view *qp_view_series(const struct qp_view *view)
{
	return &view->series;
}

quipu_str qp_view_name(const struct qp_view *view, const struct qp_shown *shown, quipu_str name)
{
	return qp_shown_name(shown, view->escaping, name);
}

/* --- families ------------------------------------------------------------------------------ */

/* Room for what its series show, so that they can always be shown. */
static bool reserve(struct qp_view *view, const struct qp_family *family)
{
	if (family->observing.layout->has_native &&
	    !qp_native_room_reserve(&view->room, family->observing.layout->inlined.n_cells))
		return false;
	return !view->want_exemplars ||
	       qp_exemplar_room_reserve(&view->exemplars, family->observing.n_exemplars);
}

/* Names are the same in all series of a family, and are put in their places once. */
static void set_label_names(struct qp_view *view, const struct qp_shown *shown,
			    const quipu_str *registered, size_t n)
{
	const quipu_str *names = qp_shown_labels(shown, view->escaping, registered);
	size_t i;

	for (i = 0; i < n; i++)
		view->labels[view->n_const + i].name = names[i];
}

/* What is escaped is plain, and so is what has nothing to escape. */
static bool all_plain(const struct qp_view *view, const struct qp_shown *shown)
{
	return view->escaping != QUIPU_ESCAPE_NONE || (view->const_plain && !shown);
}

/* Only what grows has a beginning that matters. */
static bool grows(quipu_kind kind)
{
	return kind == QUIPU_KIND_COUNTER || kind == QUIPU_KIND_FLOAT_COUNTER ||
	       kind == QUIPU_KIND_HISTOGRAM || kind == QUIPU_KIND_SUMMARY;
}

/* What is kept as a whole number of small units is shown as the number of large ones. */
static quipu_kind shown_kind(const struct qp_family *family)
{
	return family->decimals ? QUIPU_KIND_FLOAT_COUNTER : family->kind;
}

/* Are its series single numbers, as they are kept, with labels and without exemplars? */
static bool fits_rows(const struct qp_view *view, const struct qp_family *family)
{
	return family->kind != QUIPU_KIND_HISTOGRAM && family->kind != QUIPU_KIND_SUMMARY &&
	       family->kind != QUIPU_KIND_STATESET && family->n_labels > 0 && !family->decimals &&
	       !(view->want_exemplars && family->observing.n_exemplars);
}

/* Its series show the same fields, so what is not shown stays zero. */
static void clear_series(struct qp_view *view, quipu_kind kind)
{
	view->begins = view->created && grows(kind);
	view->series = (quipu_series_view){ .labels = view->labels };
}

bool qp_view_set_family(struct qp_view *view, const struct qp_family *family)
{
	if (!reserve(view, family))
		return false;
	clear_series(view, family->kind);
	set_label_names(view, family->shown, family->label_names, family->n_labels);
	view->in_rows = view->want_rows && fits_rows(view, family);
	view->rows = (struct qp_rows){ .labels = view->labels,
				       .n_labels = view->n_const + family->n_labels,
				       .n_constant = view->n_const,
				       .row = view->row };
	view->family = (quipu_family_view){
		.name = qp_view_name(view, family->shown, family->name),
		.help = family->help,
		.unit = qp_shown_unit(family->shown, view->escaping, family->unit),
		.kind = shown_kind(family),
		.bounds = family->observing.layout->bounds,
		.n_bounds = family->observing.layout->n_bounds,
		.states = family->states,
		.n_states = family->n_states,
		.native = family->observing.layout->has_native &&
			  family->kind == QUIPU_KIND_HISTOGRAM,
		.quantiles = family->observing.quantiles,
		.n_quantiles = family->observing.n_quantiles,
		.plain = all_plain(view, family->shown),
	};
	return true;
}

static quipu_str str(const char *text)
{
	return (quipu_str){ text, strlen(text) };
}

void qp_view_set_emitted(struct qp_view *view, const struct qp_emitted *family)
{
	clear_series(view, family->kind);
	set_label_names(view, family->shown, family->label_names, family->n_labels);
	view->family = (quipu_family_view){
		.name = qp_view_name(view, family->shown, str(family->name)),
		.help = str(family->help),
		.unit = qp_shown_unit(family->shown, view->escaping, str(family->unit)),
		.kind = family->kind,
		.bounds = family->bounds,
		.n_bounds = family->n_bounds,
		.plain = all_plain(view, family->shown),
	};
}

/* --- labels ---------------------------------------------------------------------------------- */

static void set_labels(struct qp_view *view, const struct qp_series *series)
{
	quipu_label_view *label = view->labels + view->n_const;
	size_t i;

	for (i = 0; i < series->n_values; i++)
		label[i].value = qp_series_value(series, i);
	view->series.n_labels = view->n_const + series->n_values;
	view->series.created = view->begins ? qp_series_since(series) : 0;
}

/* --- values ----------------------------------------------------------------------------------- */

/* Left to right, always in the same order (shard_sum.c says why). */
static void add_cells(struct qp_view *view, const struct qp_layout *layout,
		      const struct qp_cell *cells)
{
	uint32_t i;

	view->series.count = 0;
	view->series.sum = 0;
	memset(view->counts, 0, (layout->n_bounds + 1) * sizeof view->counts[0]);
	for (i = 0; i < layout->inlined.n_cells; i++) {
		if (cells[i].count == 0)
			continue;
		view->counts[qp_layout_classic(layout, i)] += cells[i].count;
		view->series.count += cells[i].count;
		view->series.sum += cells[i].sum;
	}
}

static void set_cells(struct qp_view *view, const struct qp_family *family,
		      const struct qp_cell *cells)
{
	add_cells(view, family->observing.layout, cells);
	view->series.counts = view->counts;
	if (!view->family.native)
		return;
	qp_native_view(&view->room, family->observing.layout, cells, family->observing.max_buckets,
		       &view->native);
	view->series.native = &view->native;
}

static double real_of(uint64_t bits)
{
	double real;

	memcpy(&real, &bits, sizeof real);
	return real;
}

/* Correctly rounded up to 2^53, so that up to 10^15 the shortest decimal is the exact one; beyond,
 * each of the two steps is, so that it never falls. */
static double in_large_units(uint64_t small, unsigned decimals)
{
	double large = 1;

	while (decimals-- > 0)
		large *= 10; /* exact: 10^22 is the last power of 10 that a double has */
	return (double)small / large;
}

static void set_value(struct qp_view *view, const struct qp_snapshot *snapshot,
		      const struct qp_family *family, uint32_t offset)
{
	switch (family->kind) {
	case QUIPU_KIND_COUNTER:
		view->series.integer = qp_snapshot_word(snapshot, offset);
		if (family->decimals)
			view->series.real = in_large_units(view->series.integer, family->decimals);
		break;
	case QUIPU_KIND_FLOAT_COUNTER:
		view->series.real = qp_snapshot_real(snapshot, offset);
		break;
	case QUIPU_KIND_UPDOWN:
		view->series.signed_integer = qp_snapshot_updown(snapshot, offset);
		break;
	case QUIPU_KIND_HISTOGRAM:
	case QUIPU_KIND_SUMMARY:
		set_cells(view, family, qp_snapshot_cells(snapshot, offset));
		break;
	case QUIPU_KIND_STATESET:
		view->series.integer = qp_snapshot_shared(snapshot, offset);
		break;
	case QUIPU_KIND_GAUGE:
	case QUIPU_KIND_UNKNOWN:
		view->series.real = real_of(qp_snapshot_shared(snapshot, offset));
		break;
	case QUIPU_KIND_INFO:
		view->series.real = 1;
		break;
	}
}

static void show_quantiles(struct qp_view *view, const struct qp_snapshot *snapshot,
			   const struct qp_family *family, struct qp_series *series)
{
	const struct qp_cell *cells = qp_snapshot_cells(snapshot, series->owner.offset);

	qp_lock(&qp_catalog_lock);
	qp_recent_quantiles(&qp_series_front(series)->recent, family->observing.layout, cells,
			    snapshot->opened_ns, family->observing.window_ns,
			    family->observing.quantiles, family->observing.n_quantiles,
			    view->quantiles);
	qp_unlock(&qp_catalog_lock);
	view->series.quantile_values = view->quantiles;
}

static void show_exemplars(struct qp_view *view, const struct qp_family *family, uint32_t offset)
{
	view->series.n_exemplars = qp_exemplar_view(&view->exemplars, family->observing.layout,
						    offset, family->observing.n_exemplars);
	view->series.exemplars = view->exemplars.views;
}

static void show(struct qp_view *view, const struct qp_snapshot *snapshot,
		 const struct qp_family *family, struct qp_series *series)
{
	set_value(view, snapshot, family, series->owner.offset);
	if (family->kind == QUIPU_KIND_SUMMARY)
		show_quantiles(view, snapshot, family, series);
	if (family->observing.n_exemplars && view->want_exemplars)
		show_exemplars(view, family, series->owner.offset);
}

void qp_view_set_series(struct qp_view *view, const struct qp_snapshot *snapshot,
			const struct qp_family *family, struct qp_series *series)
{
	set_labels(view, series);
	show(view, snapshot, family, series);
}

static inline void set_row_value(struct qp_row *row, const struct qp_snapshot *snapshot,
				 quipu_kind kind, uint32_t offset)
{
	switch (kind) {
	case QUIPU_KIND_COUNTER:
		row->value.integer = qp_snapshot_word(snapshot, offset);
		break;
	case QUIPU_KIND_FLOAT_COUNTER:
		row->value.real = qp_snapshot_real(snapshot, offset);
		break;
	case QUIPU_KIND_UPDOWN:
		row->value.signed_integer = qp_snapshot_updown(snapshot, offset);
		break;
	case QUIPU_KIND_INFO:
		row->value.real = 1;
		break;
	default:
		row->value.real = real_of(qp_snapshot_shared(snapshot, offset));
		break;
	}
}

const struct qp_rows *qp_view_rows(struct qp_view *view, const struct qp_snapshot *snapshot,
				   const struct qp_snapshot_family *entry, size_t *next,
				   size_t most)
{
	size_t left = entry->n_series - *next, end;
	struct qp_row *row = view->row;

	most = most < ROWS ? most : ROWS;
	end = *next + (left < most ? left : most);

	for (; view->in_rows && *next < end; ++*next) {
		const struct qp_series *series = qp_snapshot_series(entry, *next);

		if (!series)
			continue;
		if (!series->plain)
			break;
		row->values = qp_series_text(series);
		row->ends = series->ends;
		row->created = view->begins ? qp_series_since(series) : 0;
		set_row_value(row++, snapshot, view->family.kind, series->owner.offset);
	}
	view->rows.n = (size_t)(row - view->row);
	return &view->rows;
}

/* Its one label is another than the family's. */
void qp_view_set_overflow(struct qp_view *view, const struct qp_snapshot *snapshot,
			  const struct qp_family *family)
{
	static const quipu_label_view label = { { "otel_metric_overflow", 20 }, { "true", 4 } };

	set_labels(view, family->overflow);
	view->labels[view->n_const] = label;
	view->series.n_labels = view->n_const + 1;
	show(view, snapshot, family, family->overflow);
}

void qp_view_set_value(struct qp_view *view, double value)
{
	view->series.n_labels = view->n_const;
	view->series.real = value;
}

void qp_view_set_sample(struct qp_view *view, const struct qp_emitted *family,
			const struct qp_sample *sample)
{
	size_t i;

	for (i = 0; i < family->n_labels; i++)
		view->labels[view->n_const + i].value = sample->values[i];
	view->series.n_labels = view->n_const + family->n_labels;
	view->series.integer = sample->integer;
	view->series.signed_integer = (int64_t)sample->integer;
	view->series.real = sample->real;
	if (family->kind != QUIPU_KIND_HISTOGRAM)
		return;
	view->series.counts = sample->counts;
	view->series.count = 0;
	view->series.sum = sample->real;
	for (i = 0; i <= family->n_bounds; i++)
		view->series.count += sample->counts[i];
}
