/* SPDX-License-Identifier: MIT */
/*
 * places.h: the addresses of a saved run as places in sources. Each is looked up once, and kept.
 */
#ifndef CONTEND_PLACES_H
#define CONTEND_PLACES_H

#include "contention/profile.h"

struct location {
	const char *function; /* NULL: not known */
	const char *called;   /* the same without its arguments, as people say it */
	const char *file;     /* NULL: not known */
	unsigned line;
	bool wrapper;	    /* but the way to a lock */
	const char *object; /* the last component of its path */
	const char *site;   /* "pool.c:123", or "server+0x1199", the address that the call
			  * returns to, where that is all that is known */
};

/* Several where calls were inlined, the innermost first; one at least. */
struct place_list {
	struct location *places;
	size_t n;
};

struct places;

struct place_wishes {
	bool no_names;		/* addresses only */
	const char *debug_path; /* as of qc_names_open */
};

struct places *places_open(const struct place_wishes *wishes);
void places_free(struct places *places);

/* Lives as long as the places. */
struct place_list places_of(struct places *places, const struct qc_object *object, uint64_t offset);

/* The first reason why a place has no line, or NULL. */
const char *places_trouble(const struct places *places);

/* What comes after the last slash. */
const char *last_component(const char *path);

#endif
