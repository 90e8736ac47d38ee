/* SPDX-License-Identifier: MIT */
/*
 * allocator.h: how jemalloc's own mutexes were waited for, where the program runs on it: each of
 * the process', and each of each arena. Those that nobody has taken are left out.
 */
#ifndef QC_ALLOCATOR_H
#define QC_ALLOCATOR_H

#include <stddef.h>
#include <stdint.h>

struct qc_allocator_mutex {
	char name[48]; /* "ctl", "arena 0 large"; "arena 0 bins" are those of all size classes */
	uint64_t ops, waits, spins, ns, max_ns;
};

struct qc_allocator {
	const char *name; /* "jemalloc"; NULL: not known */
	size_t n, room;
	struct qc_allocator_mutex *mutexes;
};

void qc_allocator_read(struct qc_allocator *allocator);
void qc_allocator_free(struct qc_allocator *allocator);

/* "arena_large" for "arena 12 large": the name of the same mutex of all arenas. */
void qc_allocator_class(const char *name, char class_name[48]);

#endif
