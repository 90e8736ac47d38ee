/* SPDX-License-Identifier: MIT */
/*
 * series.h: one series: a tuple of label values and the range of slots that holds its value.
 *
 * A program may have a million of them, so a series is one block of few bytes, with its values'
 * text at the end. What only some kinds and families need lies in front of it.
 *
 * Writers:  under the catalog lock; values never change after publication. The idle_ fields belong
 *           to the one scrape that has them (idle.c).
 * Readers:  values, offset: anybody who found the series in a read section, has it pinned, or
 *           holds a snapshot that lists it.
 * Reclamation: owner.h.
 *
 * Y1. The QP_SERIES_BEFORE bytes before any of its values belong to the series and never change
 *     while anybody may read it: encoders copy short values sixteen bytes at a time.
 * Y2. From the beginning of any of its values, and from its ends, so many bytes can be read too:
 *     look-ups compare them as blocks.
 */
#ifndef QP_SERIES_H
#define QP_SERIES_H

#include "base/block.h"
#include "base/same.h"
#include "owner.h"

#include <quipu/types.h>

struct qp_leaving;
struct qp_layout;
struct qp_recent;

#define QP_SERIES_BEFORE 16

struct qp_series {
	struct qp_owner owner; /* first: an owner is a series or a grid */
	union {
		const struct qp_layout *layout; /* the family's, for handles */
		size_t n_states;		/* instead: statesets */
	};
	double created; /* Unix seconds */
	uint8_t n_values;
	bool wide : 1;	/* ends are of 4 bytes each; else all of them fit in a byte */
	bool plain : 1; /* not wide, and no value has a quote, a backslash or a line feed */
	uint8_t ends[]; /* where each value ends in their text, which follows */
};

/* In front of a series of a summary, and of one that may expire. */
struct qp_series_front {
	struct qp_front front;	    /* first */
	struct qp_recent *recent;   /* summaries; by scrapes, under the catalog lock */
	struct qp_leaving *leaving; /* not NULL: it is on its way out (family_idle.c) */
	uint64_t idle_value;	    /* what the last look saw, in a form that shows change */
	uint64_t idle_since;	    /* when it last changed, monotonic ns; 0: never looked */
};

/* A series with a copy of the values, without slots, layout and states; NULL when out of memory. */
struct qp_series *qp_series_new(const quipu_str *values, size_t n, uint64_t hash, bool has_front);

/* NULL: it has none. */
static inline struct qp_series_front *qp_series_front(struct qp_series *series)
{
	return series->owner.in_front ? (struct qp_series_front *)(void *)series - 1 : NULL;
}

/* --- values -------------------------------------------------------------------------------- */

static inline const char *qp_series_text(const struct qp_series *series)
{
	return (const char *)series->ends + ((size_t)series->n_values << (series->wide ? 2 : 0));
}

static inline size_t qp_series_end(const struct qp_series *series, size_t i)
{
	uint32_t end;

	if (!series->wide)
		return series->ends[i];
	memcpy(&end, series->ends + 4 * i, sizeof end);
	return end;
}

/* Not 0: of its n ends, 8 at most and a byte each, one is not what it is in `ends`, from the lowest
 * byte on. */
static inline uint64_t qp_series_ends_differ(const struct qp_series *series, uint64_t ends,
					     size_t n)
{
	uint64_t own;

	memcpy(&own, series->ends, sizeof own);
	return (own ^ ends) << (64 - 8 * n);
}

static inline quipu_str qp_series_value(const struct qp_series *series, size_t i)
{
	size_t begin = i ? qp_series_end(series, i - 1) : 0;

	return (quipu_str){ qp_series_text(series) + begin, qp_series_end(series, i) - begin };
}

/* Are these its values? As many as it has. */
static inline bool qp_series_has(const struct qp_series *series, const quipu_str *values)
{
	const char *text = qp_series_text(series);
	size_t begin = 0, i;

	for (i = 0; i < series->n_values; i++) {
		size_t end = qp_series_end(series, i);

		if (values[i].len != end - begin ||
		    !qp_same(text + begin, values[i].data, end - begin))
			return false;
		begin = end;
	}
	return true;
}

/* --- since when ----------------------------------------------------------------------------- */

/* Unix seconds since which its value has been growing: in a forked child not before the fork. */
double qp_series_since(const struct qp_series *series);
void qp_series_after_fork_child(void);

#endif
