/* SPDX-License-Identifier: MIT */
/*
 * observing.h: how the series of a family keep what they observe and what scrapes show of it, as
 * its options say. Never changes once the family is made.
 */
#ifndef QP_OBSERVING_H
#define QP_OBSERVING_H

#include "buckets.h"

#include <quipu/collect.h>

struct qp_observing {
	const struct qp_layout *layout; /* layout 0 where there are no cells */
	unsigned max_buckets;		/* native ones, in a scrape */
	uint32_t n_exemplars;		/* places in each series; 0: none */
	uint64_t window_ns;		/* summaries */
	size_t n_quantiles;
	double quantiles[QUIPU_MAX_QUANTILES];
};

/* Do series of this kind observe values into cells? */
static inline bool qp_kind_has_cells(quipu_kind kind)
{
	return kind == QUIPU_KIND_HISTOGRAM || kind == QUIPU_KIND_SUMMARY;
}

/* The native buckets that (legal) options ask for, defaults filled in; false: none. */
bool qp_native_wanted(quipu_kind kind, const quipu_opts *opts, struct qp_native_spec *native);

/* From (legal) options. Catalog lock held. False: out of memory, or of layouts. */
bool qp_observing_make(struct qp_observing *observing, quipu_kind kind, const quipu_opts *opts);

/* Would these options make the same? Makes nothing. Catalog lock held. */
bool qp_observing_is(const struct qp_observing *observing, quipu_kind kind, const quipu_opts *opts);

#endif
