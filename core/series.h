/* SPDX-License-Identifier: MIT */
/*
 * series.h: one series: a tuple of label values and the range of slots that holds its value.
 *
 * Writers:  under the catalog lock; values and hash never change after publication. The idle_
 *           fields belong to the one scrape that has them (idle.c).
 * Readers:  values, hash, offset: anybody who found the series in a read section, has it
 *           pinned, or holds a snapshot that lists it.
 * Reclamation: owner.h.
 */
#ifndef QP_SERIES_H
#define QP_SERIES_H

#include "owner.h"

#include <quipu/types.h>

struct qp_family;
struct qp_leaving;
struct qp_layout;
struct qp_recent;

struct qp_series {
	struct qp_owner owner; /* first: an owner is a series or a grid */
	uint64_t hash;
	struct qp_family *family;	/* NULL once the family is gone */
	const struct qp_layout *layout; /* the family's, for handles */
	uint32_t n_states;
	size_t index;		    /* in the family's list */
	struct qp_recent *recent;   /* summaries; by scrapes, under the catalog lock */
	struct qp_leaving *leaving; /* not NULL: it is on its way out (family_idle.c) */
	uint64_t idle_value;	    /* what the last look saw, in a form that shows change */
	uint64_t idle_since;	    /* when it last changed, monotonic ns; 0: never looked */
	double created;		    /* Unix seconds; what scrapes read lies together from here on */
	size_t n_values;
	quipu_str values[]; /* followed by their bytes */
};

/* A series with a copy of the values, without slots, layout and states; NULL when out of memory. */
struct qp_series *qp_series_new(struct qp_family *family, const quipu_str *values, size_t n,
				uint64_t hash);

/* Unix seconds since which its value has been growing: in a forked child not before the fork. */
double qp_series_since(const struct qp_series *series);
void qp_series_after_fork_child(void);

#endif
