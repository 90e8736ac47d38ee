/* SPDX-License-Identifier: MIT */
/*
 * view.h: the neutral picture of one family and one series that formats see (format.h), drawn
 * from a snapshot or from what a collector made. One thread at a time.
 */
#ifndef QP_VIEW_H
#define QP_VIEW_H

#include "emitter.h"
#include "row.h"
#include "snapshot.h"

#include <quipu/format.h>

struct qp_view;

/* For one registry, whose constant labels come first in every series. created: show when series
 * began. NULL: out of memory. */
struct qp_view *qp_view_new(const quipu_registry *registry, quipu_escaping escaping, bool created);
void qp_view_free(struct qp_view *view);

/* Shows exemplars too, and so makes room for new ones. */
void qp_view_want_exemplars(struct qp_view *view);

/* A name as this view shows it. */
quipu_str qp_view_name(const struct qp_view *view, const struct qp_shown *shown, quipu_str name);

/* What was set last; valid until the next set. */
const quipu_family_view *qp_view_family(const struct qp_view *view);
const quipu_series_view *qp_view_series(const struct qp_view *view);

/* Recorded families, their series, and their overflow series. False: out of memory. */
bool qp_view_set_family(struct qp_view *view, const struct qp_family *family);
void qp_view_set_series(struct qp_view *view, const struct qp_snapshot *snapshot,
			const struct qp_family *family, struct qp_series *series);
void qp_view_set_overflow(struct qp_view *view, const struct qp_snapshot *snapshot,
			  const struct qp_family *family);

/* Rows, if the format takes them: most at most (at least 1), of the family's series from *next on,
 * which moves on as far as they go. Where it stays, the next series is to be shown on its own. */
void qp_view_want_rows(struct qp_view *view);
const struct qp_rows *qp_view_rows(struct qp_view *view, const struct qp_snapshot *snapshot,
				   const struct qp_snapshot_family *entry, size_t *next,
				   size_t most);

/* A callback's value. */
void qp_view_set_value(struct qp_view *view, double value);

/* Collectors' families and samples. */
void qp_view_set_emitted(struct qp_view *view, const struct qp_emitted *family);
void qp_view_set_sample(struct qp_view *view, const struct qp_emitted *family,
			const struct qp_sample *sample);

#endif
