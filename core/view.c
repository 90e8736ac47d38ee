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

#define LITERAL(text) ((quipu_str){ text, sizeof text - 1 })

struct qp_view {
	quipu_family_view family;
	quipu_series_view series;
	quipu_escaping escaping;
	bool created;
	bool const_plain; /* no constant label has a name to escape */
	size_t n_const;
	quipu_label_view labels[2 * QUIPU_MAX_LABELS + 1];
	uint64_t counts[QUIPU_MAX_BOUNDS + 1];
	struct qp_native_room room;
	quipu_native_view native;
	bool want_exemplars;
	struct qp_exemplar_room exemplars;
	double quantiles[QUIPU_MAX_QUANTILES];
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

bool qp_view_set_family(struct qp_view *view, const struct qp_family *family)
{
	if (!reserve(view, family))
		return false;
	set_label_names(view, family->shown, family->label_names, family->n_labels);
	view->family = (quipu_family_view){
		.name = qp_view_name(view, family->shown, family->name),
		.help = family->help,
		.unit = qp_shown_unit(family->shown, view->escaping, family->unit),
		.kind = family->kind,
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

/* Only what grows has a beginning that matters; 0 where it is not wanted. */
static double created_of(const struct qp_view *view, const struct qp_series *series)
{
	switch (view->family.kind) {
	case QUIPU_KIND_COUNTER:
	case QUIPU_KIND_FLOAT_COUNTER:
	case QUIPU_KIND_HISTOGRAM:
	case QUIPU_KIND_SUMMARY:
		return view->created ? qp_series_since(series) : 0;
	default:
		return 0;
	}
}

static void begin_series(struct qp_view *view, double created)
{
	memset(&view->series, 0, sizeof view->series);
	view->series.labels = view->labels;
	view->series.n_labels = view->n_const;
	view->series.created = created;
}

static void add_values(struct qp_view *view, const quipu_str *values, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		view->labels[view->n_const + i].value = values[i];
	view->series.n_labels += n;
}

/* --- values ----------------------------------------------------------------------------------- */

/* Left to right, always in the same order (shard_sum.c says why). */
static void add_cells(struct qp_view *view, const struct qp_layout *layout,
		      const struct qp_cell *cells)
{
	uint32_t i;

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

static void set_value(struct qp_view *view, const struct qp_snapshot *snapshot,
		      const struct qp_family *family, uint32_t offset)
{
	switch (family->kind) {
	case QUIPU_KIND_COUNTER:
		view->series.integer = qp_snapshot_word(snapshot, offset);
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
	size_t i;

	begin_series(view, created_of(view, series));
	for (i = 0; i < series->n_values; i++)
		view->labels[view->n_const + i].value = qp_series_value(series, i);
	view->series.n_labels += series->n_values;
	show(view, snapshot, family, series);
}

void qp_view_set_overflow(struct qp_view *view, const struct qp_snapshot *snapshot,
			  const struct qp_family *family)
{
	const quipu_str name = LITERAL("otel_metric_overflow"), value = LITERAL("true");

	begin_series(view, created_of(view, family->overflow));
	view->labels[view->n_const].name = name;
	add_values(view, &value, 1);
	show(view, snapshot, family, family->overflow);
}

void qp_view_set_value(struct qp_view *view, const struct qp_family *family, double value)
{
	(void)family;
	begin_series(view, 0);
	view->series.real = value;
}

void qp_view_set_sample(struct qp_view *view, const struct qp_emitted *family,
			const struct qp_sample *sample)
{
	size_t i;

	begin_series(view, 0);
	add_values(view, sample->values, family->n_labels);
	view->series.integer = sample->integer;
	view->series.signed_integer = (int64_t)sample->integer;
	view->series.real = sample->real;
	if (family->kind != QUIPU_KIND_HISTOGRAM)
		return;
	view->series.counts = sample->counts;
	view->series.sum = sample->real;
	for (i = 0; i <= family->n_bounds; i++)
		view->series.count += sample->counts[i];
}
