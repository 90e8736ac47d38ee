/* SPDX-License-Identifier: MIT */
/*
 * scrape.c: from a registry to bytes, in pieces: callbacks, snapshot, walk, end.
 *
 * Writers and readers: the one thread that has the scrape. What it reads of others is the
 * snapshot's and the collection's business.
 *
 * The walk stops after any series and goes on later, so a scrape needs the snapshot and a
 * buffer that holds one series' text, whatever the body's size. What takes long before and after
 * the walk is cut in the same way: each call of quipu_scrape_read has a bounded amount of work
 * (work.h) to spend on whatever its turn is, and a small scrape is through all phases in one.
 */
#include "base/alloc.h"
#include "base/clock.h"
#include "callback.h"
#include "filter.h"
#include "idle.h"
#include "out.h"
#include "registry.h"
#include "scrape.h"
#include "self.h"
#include "snapshot.h"
#include "view.h"
#include "work.h"

#include <quipu/scrape.h>

#include <string.h>

#define DEFAULT_TIMEOUT_SECONDS 5.0
#define PIECE_BYTES (64u * 1024)

/* In units of work (work.h). */
#define WORK_OF_FAMILY 100 /* to list */
#define WORK_OF_STEP 250

enum phase { COLLECTING, OPENING, SUMMING, LOOKING, WALKING, ENDING, DONE, FAILED };

struct quipu_scrape {
	quipu_registry *registry;
	const quipu_format *format;
	void *state;
	quipu_out out;
	enum phase phase;
	quipu_error error; /* FAILED: why */
	uint64_t opened_ns, deadline_ns;
	struct qp_collection *collection;
	struct qp_snapshot snapshot;
	struct qp_idle_look look;
	size_t family, series; /* where the walk is, in the snapshot */
	struct qp_emitted *emitted;
	size_t sample; /* where it is, in the collectors' families */
	struct qp_view *view;
	struct qp_filter filter;
};

/* --- opening and closing --------------------------------------------------------------------- */

static quipu_scrape_opts complete(const quipu_scrape_opts *opts)
{
	quipu_scrape_opts all = { 0 };

	if (opts)
		memcpy(&all, opts, opts->size < sizeof all ? opts->size : sizeof all);
	if (!(all.timeout_seconds > 0) || all.timeout_seconds > 1e6)
		all.timeout_seconds = DEFAULT_TIMEOUT_SECONDS;
	return all;
}

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

static quipu_error open_scrape(quipu_scrape *scrape, const quipu_scrape_opts *opts)
{
	scrape->opened_ns = qp_now_ns();
	scrape->deadline_ns = scrape->opened_ns + (uint64_t)(opts->timeout_seconds * 1e9);
	scrape->state = qp_alloc(scrape->format->state_size);
	scrape->view =
		qp_view_new(scrape->registry, escaping_of(scrape->format, opts->escaping),
			    opts->created || (scrape->format->features & QUIPU_FORMAT_CREATED));
	if (!scrape->state || !scrape->view ||
	    !qp_filter_set(&scrape->filter, opts->names, opts->n_names))
		return QUIPU_ENOMEM;
	if (scrape->format->features & QUIPU_FORMAT_EXEMPLARS)
		qp_view_want_exemplars(scrape->view);
	return qp_collection_start(scrape->registry, opts->wake, opts->ctx, &scrape->collection);
}

quipu_scrape *quipu_scrape_open(quipu_registry *registry, const quipu_format *format,
				const quipu_scrape_opts *given, quipu_error *error)
{
	quipu_scrape_opts opts = complete(given);
	quipu_scrape *scrape = registry && qp_library_init() ? qp_alloc(sizeof *scrape) : NULL;
	quipu_error result = QUIPU_ENOMEM;

	if (scrape) {
		qp_self_count(QUIPU_SELF_scrapes);
		scrape->registry = registry;
		scrape->format = format ? format : &quipu_format_text;
		result = open_scrape(scrape, &opts);
		if (result) {
			quipu_scrape_close(scrape);
			scrape = NULL;
		}
	}
	if (error)
		*error = result;
	return scrape;
}

/* What the walk needs is given back as soon as the walk is over, not when the client has read. */
static void end_walk(quipu_scrape *scrape)
{
	qp_idle_end(&scrape->look);
	qp_snapshot_close(&scrape->snapshot);
	qp_collection_free(scrape->collection);
	scrape->collection = NULL;
	scrape->emitted = NULL;
}

void quipu_scrape_close(quipu_scrape *scrape)
{
	if (!scrape)
		return;
	end_walk(scrape);
	qp_self_took(qp_now_ns() - scrape->opened_ns);
	qp_out_free(&scrape->out);
	qp_view_free(scrape->view);
	qp_filter_free(&scrape->filter);
	qp_free(scrape->state);
	qp_free(scrape);
}

/* --- walking ------------------------------------------------------------------------------------
 */

/* What was registered since the collectors were checked goes before what they made. */
static void yield_to_registered(quipu_scrape *scrape)
{
	struct qp_collection *collection = scrape->collection;
	size_t i;

	for (i = 0; i < scrape->snapshot.n_families && collection->families.first; i++) {
		const struct qp_family *family = scrape->snapshot.families[i].family;

		if (family->generation > collection->generation)
			qp_emitted_yield(&collection->families, family);
	}
}

static void begin_walk(quipu_scrape *scrape)
{
	if (scrape->collection) {
		yield_to_registered(scrape);
		scrape->emitted = scrape->collection->families.first;
	}
	scrape->phase = WALKING;
	if (scrape->format->begin)
		scrape->format->begin(scrape->state, &scrape->out);
}

static void write_family(quipu_scrape *scrape)
{
	if (scrape->format->family)
		scrape->format->family(scrape->state, &scrape->out, qp_view_family(scrape->view));
}

static void write_series(quipu_scrape *scrape)
{
	scrape->format->series(scrape->state, &scrape->out, qp_view_family(scrape->view),
			       qp_view_series(scrape->view));
}

/* False: out of memory, and the scrape is over. */
static bool begin_family(quipu_scrape *scrape, const struct qp_family *family)
{
	if (!qp_view_set_family(scrape->view, family)) {
		qp_out_fail(&scrape->out);
		return false;
	}
	write_family(scrape);
	return true;
}

static bool family_is_wanted(const quipu_scrape *scrape, const struct qp_family *family)
{
	return qp_filter_wants(&scrape->filter, family->kind, family->name,
			       qp_view_name(scrape->view, family->shown, family->name));
}

static bool emitted_is_wanted(const quipu_scrape *scrape, const struct qp_emitted *family)
{
	quipu_str name = { family->name, strlen(family->name) };

	return qp_filter_wants(&scrape->filter, family->kind, name,
			       qp_view_name(scrape->view, family->shown, name));
}

/* A family whose value a callback makes: one series, or nothing if it was late. */
static void step_callback(quipu_scrape *scrape, const struct qp_family *family)
{
	double value;

	scrape->family++;
	if (!qp_collection_value(scrape->collection, family->callback, &value))
		return;
	if (!begin_family(scrape, family))
		return;
	qp_view_set_value(scrape->view, family, value);
	write_series(scrape);
}

/* The overflow series comes last, and only once there was something to record in it. */
static void step_last(quipu_scrape *scrape, const struct qp_family *family)
{
	scrape->family++;
	scrape->series = 0;
	if (!family->rejected || qp_snapshot_word(&scrape->snapshot, family->rejected->offset) == 0)
		return;
	qp_view_set_overflow(scrape->view, &scrape->snapshot, family);
	write_series(scrape);
}

/* One step in a recorded family: its head, one series, or its end. */
static void step_family(quipu_scrape *scrape)
{
	const struct qp_snapshot_family *entry = &scrape->snapshot.families[scrape->family];
	struct qp_series *series;

	if (scrape->series == 0 && !family_is_wanted(scrape, entry->family)) {
		scrape->family++;
		return;
	}
	if (entry->family->callback) {
		step_callback(scrape, entry->family);
		return;
	}
	if (scrape->series == 0 && !begin_family(scrape, entry->family))
		return;
	if (scrape->series == entry->n_series) {
		step_last(scrape, entry->family);
		return;
	}
	series = qp_snapshot_series(entry, scrape->series++);
	if (!series)
		return;
	qp_view_set_series(scrape->view, &scrape->snapshot, entry->family, series);
	write_series(scrape);
}

/* The same in a collector's family. */
static void step_emitted(quipu_scrape *scrape)
{
	struct qp_emitted *family = scrape->emitted;

	if (scrape->sample == 0 && !emitted_is_wanted(scrape, family)) {
		scrape->emitted = family->next;
		return;
	}
	if (scrape->sample == 0) {
		qp_view_set_emitted(scrape->view, family);
		write_family(scrape);
	}
	if (scrape->sample == family->n_samples) {
		scrape->emitted = family->next;
		scrape->sample = 0;
		return;
	}
	qp_view_set_sample(scrape->view, family, &family->samples[scrape->sample++]);
	write_series(scrape);
}

/* Whose turn is it by name? */
static bool emitted_is_next(quipu_scrape *scrape)
{
	const struct qp_family *family;

	if (!scrape->emitted || scrape->series > 0)
		return false;
	if (scrape->sample > 0 || scrape->family == scrape->snapshot.n_families)
		return true;
	family = scrape->snapshot.families[scrape->family].family;
	return strcmp(scrape->emitted->name, family->name.data) < 0;
}

static void step(quipu_scrape *scrape)
{
	if (emitted_is_next(scrape)) {
		step_emitted(scrape);
	} else if (scrape->family < scrape->snapshot.n_families) {
		step_family(scrape);
	} else {
		if (scrape->format->end)
			scrape->format->end(scrape->state, &scrape->out);
		scrape->phase = ENDING;
	}
}

/* --- reading
 * -------------------------------------------------------------------------------------- */

static quipu_error collect(quipu_scrape *scrape)
{
	if (scrape->collection) {
		if (!qp_collection_done(scrape->collection) && qp_now_ns() < scrape->deadline_ns)
			return QUIPU_EAGAIN;
		qp_collection_take(scrape->collection, scrape->registry);
	}
	scrape->phase = OPENING;
	return QUIPU_OK;
}

static quipu_error open_snapshot(quipu_scrape *scrape, size_t *work)
{
	quipu_error error = qp_snapshot_open(&scrape->snapshot, scrape->registry);

	if (error)
		return error;
	qp_work_spend(work, scrape->snapshot.n_families * WORK_OF_FAMILY);
	scrape->phase = SUMMING;
	return QUIPU_OK;
}

/* A series with many cells takes longer, about a nanosecond for each byte of them. */
static size_t work_of_step(const quipu_scrape *scrape)
{
	size_t work = WORK_OF_STEP;

	if (scrape->family < scrape->snapshot.n_families)
		work += scrape->snapshot.families[scrape->family].family->range_bytes;
	return work;
}

/* Removed series and families that are not shown take steps and give no bytes. */
static quipu_error walk(quipu_scrape *scrape, size_t wanted, size_t *work)
{
	if (wanted > PIECE_BYTES)
		wanted = PIECE_BYTES;
	while (scrape->phase == WALKING && qp_out_len(&scrape->out) < wanted && *work > 0 &&
	       !qp_out_failed(&scrape->out)) {
		qp_work_spend(work, work_of_step(scrape));
		step(scrape);
	}
	return qp_out_failed(&scrape->out) ? QUIPU_ENOMEM : QUIPU_OK;
}

/* With work of its own, so that but for very large scrapes nothing is held any more when the last
 * bytes are handed out: a client may take its time with them. */
static void put_away(quipu_scrape *scrape)
{
	size_t work = QP_WORK;

	scrape->emitted = NULL;
	if (!qp_collection_free_some(scrape->collection, &work) ||
	    !qp_snapshot_close_some(&scrape->snapshot, &work))
		return;
	end_walk(scrape);
	scrape->phase = DONE;
}

static quipu_error advance(quipu_scrape *scrape, size_t wanted)
{
	size_t work = QP_WORK;
	quipu_error error = QUIPU_OK;

	if (scrape->phase == COLLECTING)
		error = collect(scrape);
	if (!error && scrape->phase == OPENING)
		error = open_snapshot(scrape, &work);
	if (scrape->phase == SUMMING && qp_snapshot_sum(&scrape->snapshot, &work))
		scrape->phase = LOOKING;
	if (scrape->phase == LOOKING && qp_idle_look(&scrape->look, &scrape->snapshot, &work))
		begin_walk(scrape);
	if (scrape->phase == WALKING)
		error = walk(scrape, wanted, &work);
	if (scrape->phase == ENDING)
		put_away(scrape);
	if (error == QUIPU_ENOMEM) {
		end_walk(scrape);
		scrape->phase = FAILED;
	}
	return error;
}

quipu_error quipu_scrape_read(quipu_scrape *scrape, void *buf, size_t cap, size_t *len)
{
	quipu_error error;

	*len = 0;
	if (scrape->phase == FAILED)
		return QUIPU_ENOMEM;
	error = advance(scrape, cap);
	if (error)
		return error;
	*len = qp_out_len(&scrape->out);
	if (*len == 0 && scrape->phase == DONE)
		return QUIPU_END;
	*len = *len < cap ? *len : cap;
	memcpy(buf, qp_out_data(&scrape->out), *len);
	qp_out_consume(&scrape->out, *len);
	quipu_self_add(QUIPU_SELF_scrape_bytes, *len);
	return QUIPU_OK;
}

/* For callers in the library that may block (write.c). */
void qp_scrape_wait(quipu_scrape *scrape, quipu_error reason)
{
	const uint64_t busy_ns = 100000000;

	if (reason == QUIPU_EAGAIN)
		qp_collection_wait(scrape->collection, scrape->deadline_ns);
	else
		qp_snapshot_wait(qp_now_ns() + busy_ns);
}
