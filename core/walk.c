/* SPDX-License-Identifier: MIT */
/* walk.c: see walk.h. */
#include "walk.h"

#include "base/alloc.h"
#include "format/rows.h"
#include "work.h"

#include <string.h>

#define WORK_OF_STEP 250 /* in units of work (work.h) */
#define BYTES_OF_ROW 64	 /* about, so that no more rows are made than are wanted */

/* --- making ---------------------------------------------------------------------------------- */

/* Names as they are need a format that can quote them. */
static quipu_escaping escaping_of(const quipu_format *format, quipu_escaping wanted)
{
	switch (wanted) {
	case QUIPU_ESCAPE_DOTS:
	case QUIPU_ESCAPE_VALUES:
		return wanted;
	case QUIPU_ESCAPE_NONE:
		return format->features & QUIPU_FORMAT_UTF8_NAMES ? QUIPU_ESCAPE_NONE
								  : QUIPU_ESCAPE_UNDERSCORES;
	default:
		return QUIPU_ESCAPE_UNDERSCORES;
	}
}

bool qp_walk_init(struct qp_walk *walk, const quipu_registry *registry, const quipu_format *format,
		  const quipu_scrape_opts *opts)
{
	walk->format = format;
	walk->state = qp_alloc(format->state_size);
	walk->view = qp_view_new(registry, escaping_of(format, opts->escaping),
				 opts->created || (format->features & QUIPU_FORMAT_CREATED));
	if (!walk->state || !walk->view ||
	    !qp_filter_set(&walk->filter, opts->names, opts->n_names))
		return false;
	walk->shown_family = qp_view_family(walk->view);
	walk->shown_series = qp_view_series(walk->view);
	walk->rows = qp_rows_of(format);
	if (walk->rows)
		qp_view_want_rows(walk->view);
	if (format->features & QUIPU_FORMAT_EXEMPLARS)
		qp_view_want_exemplars(walk->view);
	return true;
}

void qp_walk_free(struct qp_walk *walk)
{
	qp_out_free(&walk->out);
	qp_view_free(walk->view);
	qp_filter_free(&walk->filter);
	qp_free(walk->state);
}

/* --- collectors' families and registered ones ------------------------------------------------- */

/* What was registered since the collectors were checked goes before what they made. */
static void yield_to_registered(struct qp_walk *walk)
{
	struct qp_collection *collection = walk->collection;
	size_t i;

	for (i = 0; i < walk->snapshot->n_families && collection->families.first; i++) {
		const struct qp_family *family = walk->snapshot->families[i].family;

		if (family->generation > collection->generation)
			qp_emitted_yield(&collection->families, family);
	}
}

void qp_walk_begin(struct qp_walk *walk)
{
	if (walk->collection) {
		yield_to_registered(walk);
		walk->emitted = walk->collection->families.first;
	}
	if (walk->format->begin)
		walk->format->begin(walk->state, &walk->out);
}

static void write_family(struct qp_walk *walk)
{
	if (walk->format->family)
		walk->format->family(walk->state, &walk->out, walk->shown_family);
}

static void write_series(struct qp_walk *walk)
{
	walk->format->series(walk->state, &walk->out, walk->shown_family, walk->shown_series);
}

/* False: out of memory, and the scrape is over. */
static bool begin_family(struct qp_walk *walk, const struct qp_family *family)
{
	if (!qp_view_set_family(walk->view, family)) {
		qp_out_fail(&walk->out);
		return false;
	}
	walk->wide = family->range_bytes; /* about a nanosecond for each byte of cells */
	write_family(walk);
	return true;
}

static bool family_is_wanted(const struct qp_walk *walk, const struct qp_family *family)
{
	return qp_filter_wants(&walk->filter, family->kind, family->name,
			       qp_view_name(walk->view, family->shown, family->name));
}

static bool emitted_is_wanted(const struct qp_walk *walk, const struct qp_emitted *family)
{
	quipu_str name = { family->name, strlen(family->name) };

	return qp_filter_wants(&walk->filter, family->kind, name,
			       qp_view_name(walk->view, family->shown, name));
}

/* A family whose value a callback makes: one series, or nothing if it was late. */
static void step_callback(struct qp_walk *walk, const struct qp_family *family)
{
	double value;

	walk->family++;
	if (!qp_collection_value(walk->collection, family->callback, &value))
		return;
	if (!begin_family(walk, family))
		return;
	qp_view_set_value(walk->view, value);
	write_series(walk);
}

/* The overflow series comes last, and only once there was something to record in it. */
static void step_last(struct qp_walk *walk, const struct qp_family *family)
{
	walk->family++;
	walk->series = 0;
	if (!family->rejected || qp_snapshot_word(walk->snapshot, family->rejected->offset) == 0)
		return;
	qp_view_set_overflow(walk->view, walk->snapshot, family);
	write_series(walk);
}

static void spend(struct qp_walk *walk, size_t steps)
{
	qp_work_spend(walk->work, steps * (WORK_OF_STEP + walk->wide));
}

static size_t most_rows(const struct qp_walk *walk)
{
	size_t len = qp_out_len(&walk->out);

	return len < walk->wanted ? (walk->wanted - len) / BYTES_OF_ROW + 1 : 1;
}

/* False: the next series is not one for rows. */
static bool step_rows(struct qp_walk *walk, const struct qp_snapshot_family *entry)
{
	size_t before = walk->series;
	const struct qp_rows *rows =
		qp_view_rows(walk->view, walk->snapshot, entry, &walk->series, most_rows(walk));

	if (rows->n)
		walk->rows(walk->state, &walk->out, walk->shown_family, rows);
	spend(walk, walk->series - before);
	return walk->series > before;
}

static void step_series(struct qp_walk *walk, const struct qp_snapshot_family *entry)
{
	struct qp_series *series = qp_snapshot_series(entry, walk->series++);

	spend(walk, 1);
	if (!series)
		return;
	qp_view_set_series(walk->view, walk->snapshot, entry->family, series);
	write_series(walk);
}

/* The next in a recorded family: its head, some series, or its end. */
static void step_family(struct qp_walk *walk)
{
	const struct qp_snapshot_family *entry = &walk->snapshot->families[walk->family];

	if (walk->series == 0 && !family_is_wanted(walk, entry->family)) {
		walk->family++;
		return;
	}
	if (entry->family->callback) {
		step_callback(walk, entry->family);
		return;
	}
	if (walk->series == 0 && !begin_family(walk, entry->family))
		return;
	if (walk->series == entry->n_series)
		step_last(walk, entry->family);
	else if (!step_rows(walk, entry))
		step_series(walk, entry);
}

/* The same in a collector's family. */
static void step_emitted(struct qp_walk *walk)
{
	struct qp_emitted *family = walk->emitted;

	if (walk->sample == 0 && !emitted_is_wanted(walk, family)) {
		walk->emitted = family->next;
		return;
	}
	if (walk->sample == 0) {
		qp_view_set_emitted(walk->view, family);
		write_family(walk);
	}
	if (walk->sample == family->n_samples) {
		walk->emitted = family->next;
		walk->sample = 0;
		return;
	}
	qp_view_set_sample(walk->view, family, &family->samples[walk->sample++]);
	write_series(walk);
}

/* Whose turn is it by name? */
static bool emitted_is_next(struct qp_walk *walk)
{
	const struct qp_family *family;

	if (!walk->emitted || walk->series > 0)
		return false;
	if (walk->sample > 0 || walk->family == walk->snapshot->n_families)
		return true;
	family = walk->snapshot->families[walk->family].family;
	return strcmp(walk->emitted->name, family->name.data) < 0;
}

/* True: that was the last. */
static bool step(struct qp_walk *walk)
{
	if (emitted_is_next(walk)) {
		step_emitted(walk);
	} else if (walk->family < walk->snapshot->n_families) {
		step_family(walk);
	} else {
		if (walk->format->end)
			walk->format->end(walk->state, &walk->out);
		return true;
	}
	return false;
}

bool qp_walk_on(struct qp_walk *walk, size_t wanted, size_t *work)
{
	bool done = false;

	walk->wanted = wanted;
	walk->work = work;
	while (!done && *work > 0 && qp_out_len(&walk->out) < wanted &&
	       !qp_out_failed(&walk->out)) {
		spend(walk, 1);
		done = step(walk);
	}
	return done;
}
