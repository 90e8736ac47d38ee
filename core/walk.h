/* SPDX-License-Identifier: MIT */
/*
 * walk.h: from a snapshot and what collectors made to bytes, family by family, by name.
 *
 * It stops after any series and goes on later. A removed series or a family that is not wanted
 * takes a step too, and gives no bytes. One thread at a time.
 */
#ifndef QP_WALK_H
#define QP_WALK_H

#include "callback.h"
#include "filter.h"
#include "out.h"
#include "row.h"
#include "snapshot.h"
#include "view.h"

#include <quipu/scrape.h>

struct qp_walk {
	const quipu_format *format;
	qp_rows_function *rows; /* the format's, or NULL */
	void *state;
	quipu_out out; /* where the bytes go */
	struct qp_view *view;
	const quipu_family_view *shown_family; /* the view's, */
	const quipu_series_view *shown_series; /* as they are now */
	struct qp_filter filter;

	/* the scrape's; the second NULL: no callbacks */
	const struct qp_snapshot *snapshot;
	struct qp_collection *collection;

	size_t family, series; /* where it is, in the snapshot */
	size_t wide;	       /* how much more work a series of this family is than a small one */
	struct qp_emitted *emitted;
	size_t sample; /* where it is, in the collectors' families */

	size_t wanted; /* this call's bytes, and the work that it has left */
	size_t *work;
};

/* All zero bytes before; false: out of memory. Free it in any case. */
bool qp_walk_init(struct qp_walk *walk, const quipu_registry *registry, const quipu_format *format,
		  const quipu_scrape_opts *opts);
void qp_walk_free(struct qp_walk *walk);

/* Begins, once snapshot and collection are complete. */
void qp_walk_begin(struct qp_walk *walk);

/* Goes on until wanted bytes are there, or as far as work.h lets it, or memory is out, which out
 * tells; true: that was all. */
bool qp_walk_on(struct qp_walk *walk, size_t wanted, size_t *work);

#endif
