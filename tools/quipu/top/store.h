/* SPDX-License-Identifier: MIT */
/*
 * store.h: what the target's scrapes have said so far.
 *
 * It has what the last scrape had, and no more: what disappears is freed, so that memory is
 * bounded by the target's size, at most STORE_SERIES series in STORE_FAMILIES families; what is
 * beyond is counted. Histories of single series are kept for STORE_HISTORIES of them, families have
 * theirs in any case.
 */
#ifndef TOP_STORE_H
#define TOP_STORE_H

#include "family.h"

#define STORE_FAMILIES 20000
#define STORE_SERIES 200000
#define STORE_HISTORIES 20000

struct store {
	double slot_seconds; /* of histories: the interval, at least a second */
	double origin;	     /* when the first scrape was */
	int64_t slot;	     /* the newest */
	unsigned scrapes;
	struct family **families; /* in order of appearance */
	size_t n_families, capacity;
	size_t n_series, n_unkept, n_points;
	size_t n_beyond,
		series_beyond; /* families of the last scrape beyond the limit, and theirs */
	size_t n_histories;
	struct qx_index by_name, by_labels;
};

void store_init(struct store *store, double interval);
void store_free(struct store *store);

/* time: seconds of a clock that goes forward, when the scrape was asked for. */
void store_update(struct store *store, const struct qx_exposition *exposition, double time);

/* NULL if there is none. */
struct family *store_find(const struct store *store, const char *name);
struct family *store_family(const struct store *store, uint64_t key);

#endif
