/* SPDX-License-Identifier: MIT */
/*
 * profile.h: what has been recorded so far, for those that show or save it.
 *
 * Threads: any but one that is inside a hook; readers of the objects take turns (a lock of the
 * profiler's own). Everything that happened before the call is in what it gives. Allocates.
 */
#ifndef QC_PROFILE_H
#define QC_PROFILE_H

#include "kind.h"
#include "spread.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QC_MAX_FRAMES 8

/* A program or library as it was mapped when a site of it was seen; kept after a dlclose. */
struct qc_object {
	const char *path;     /* "" of what has none */
	const char *build_id; /* hexadecimal; "" where there is none */
};

/* Where a call of a hook returns to. */
struct qc_frame {
	unsigned object; /* index into the profile's objects */
	uint64_t offset; /* the return address less the object's load bias */
};

/* A place in the program where threads wait: innermost frame first. */
struct qc_site {
	enum qc_kind kind;
	const char *lock;  /* the name the program gave the lock; NULL: none */
	unsigned n_frames; /* 0: all of this kind that the table had no room for */
	struct qc_frame frames[QC_MAX_FRAMES];
	uint64_t waits;
	uint64_t ns; /* of all waits together */
	uint64_t max_ns;
	uint64_t busy; /* tries (trylock) that found it taken */
	uint64_t buckets[QC_N_BUCKETS];
};

struct qc_totals {
	uint64_t calls[QC_N_KINDS]; /* acquisitions and waits asked for while on */
	uint64_t early;		    /* calls before there was anything to record with */
	uint64_t overflowed;	    /* waits that went to the place of those without room */
	unsigned capacity;	    /* sites that there is room for */
};

struct qc_profile {
	size_t n_objects, n_sites;
	const struct qc_object *objects;
	struct qc_site *sites; /* any order; only such as have waits or busy */
	struct qc_totals totals;
};

/* NULL: out of memory. */
struct qc_profile *qc_profile_read(void);
void qc_profile_free(struct qc_profile *profile);

/* Whether anybody has waited; with no lock and no allocation. */
bool qc_profile_has_waits(void);

/* Whether any hook has been called at all. */
bool qc_profile_is_hit(void);

#endif
