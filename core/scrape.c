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
#include "base/arithmetic.h"
#include "base/clock.h"
#include "callback.h"
#include "idle.h"
#include "registry.h"
#include "scrape.h"
#include "self.h"
#include "snapshot.h"
#include "walk.h"
#include "work.h"

#include <quipu/scrape.h>

#include <string.h>

#define DEFAULT_TIMEOUT_SECONDS 5.0
#define PIECE_BYTES (64u * 1024)

#define WORK_OF_FAMILY 100 /* to list, in units of work (work.h) */

enum phase { COLLECTING, OPENING, SUMMING, LOOKING, WALKING, ENDING, DONE, FAILED };

struct quipu_scrape {
	quipu_registry *registry;
	enum phase phase;
	quipu_error why; /* it has failed */
	uint64_t opened_ns, deadline_ns;
	struct qp_snapshot snapshot;
	struct qp_idle_look look;
	struct qp_walk walk;
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

static quipu_error open_scrape(quipu_scrape *scrape, const quipu_format *format,
			       const quipu_scrape_opts *opts)
{
	scrape->opened_ns = qp_now_ns();
	scrape->deadline_ns = scrape->opened_ns + (uint64_t)(opts->timeout_seconds * 1e9);
	if (!qp_walk_init(&scrape->walk, scrape->registry, format, opts))
		return QUIPU_ENOMEM;
	return qp_collection_start(scrape->registry, opts->wake, opts->ctx,
				   &scrape->walk.collection);
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
		result = open_scrape(scrape, format ? format : &quipu_format_text, &opts);
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
	qp_collection_free(scrape->walk.collection);
	scrape->walk.collection = NULL;
}

void quipu_scrape_close(quipu_scrape *scrape)
{
	uint64_t now;

	if (!scrape)
		return;
	end_walk(scrape);
	now = qp_now_ns();
	qp_self_took(now > scrape->opened_ns ? now - scrape->opened_ns : 0);
	qp_walk_free(&scrape->walk);
	qp_free(scrape);
}

/* --- reading ---------------------------------------------------------------------------------- */

static quipu_error collect(quipu_scrape *scrape)
{
	if (scrape->walk.collection) {
		if (qp_collection_orphaned(scrape->walk.collection))
			return QUIPU_EGONE;
		if (!qp_collection_done(scrape->walk.collection) &&
		    qp_now_ns() < scrape->deadline_ns)
			return QUIPU_EAGAIN;
		qp_collection_take(scrape->walk.collection, scrape->registry);
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

static void begin_walk(quipu_scrape *scrape)
{
	scrape->walk.snapshot = &scrape->snapshot;
	qp_walk_begin(&scrape->walk);
	scrape->phase = WALKING;
}

static quipu_error walk(quipu_scrape *scrape, size_t wanted, size_t *work)
{
	if (qp_walk_on(&scrape->walk, wanted < PIECE_BYTES ? wanted : PIECE_BYTES, work))
		scrape->phase = ENDING;
	return qp_out_failed(&scrape->walk.out) ? QUIPU_ENOMEM : QUIPU_OK;
}

/* With work of its own, so that but for very large scrapes nothing is held any more when the last
 * bytes are handed out: a client may take its time with them. */
static void put_away(quipu_scrape *scrape)
{
	size_t work = QP_WORK;

	if (!qp_collection_free_some(scrape->walk.collection, &work) ||
	    !qp_snapshot_close_some(&scrape->snapshot, &work))
		return;
	end_walk(scrape);
	scrape->phase = DONE;
}

/* What a snapshot lists that was open at a fork may be freed in the child (retire.h). */
static bool is_from_before_fork(const quipu_scrape *scrape)
{
	return scrape->phase >= SUMMING && scrape->phase <= ENDING &&
	       !qp_snapshot_is_open(&scrape->snapshot);
}

static void fail(quipu_scrape *scrape, quipu_error why)
{
	end_walk(scrape);
	scrape->phase = FAILED;
	scrape->why = why;
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
	if (error == QUIPU_ENOMEM || error == QUIPU_EGONE)
		fail(scrape, error);
	return error;
}

static quipu_error read_piece(quipu_scrape *scrape, void *buf, size_t cap, size_t *len)
{
	quipu_error error;

	*len = 0;
	if (is_from_before_fork(scrape))
		fail(scrape, QUIPU_EGONE);
	if (scrape->phase == FAILED)
		return scrape->why;
	error = advance(scrape, cap);
	if (error)
		return error;
	*len = qp_out_len(&scrape->walk.out);
	if (*len == 0 && scrape->phase == DONE)
		return QUIPU_END;
	*len = *len < cap ? *len : cap;
	memcpy(buf, qp_out_data(&scrape->walk.out), *len);
	qp_out_consume(&scrape->walk.out, *len);
	quipu_self_add(QUIPU_SELF_scrape_bytes, *len);
	return QUIPU_OK;
}

quipu_error quipu_scrape_read(quipu_scrape *scrape, void *buf, size_t cap, size_t *len)
{
	quipu_error error;
	fenv_t own;

	qp_arithmetic_begin(&own);
	error = read_piece(scrape, buf, cap, len);
	qp_arithmetic_end(&own);
	return error;
}

/* For callers in the library that may block (write.c). */
void qp_scrape_wait(quipu_scrape *scrape, quipu_error reason)
{
	const uint64_t busy_ns = 100000000;

	if (reason == QUIPU_EAGAIN)
		qp_collection_wait(scrape->walk.collection, scrape->deadline_ns);
	else
		qp_snapshot_wait(qp_now_ns() + busy_ns);
}
