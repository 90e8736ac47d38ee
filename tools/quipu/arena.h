/* SPDX-License-Identifier: MIT */
/*
 * arena.h: memory that lives as long as one exposition, and arrays that grow.
 *
 * The checker is a program of its own: without memory it says so and ends with status 1, so
 * nothing here returns NULL.
 */
#ifndef QX_ARENA_H
#define QX_ARENA_H

#include <stddef.h>

struct qx_chunk;

/* Zeroed is empty. */
struct qx_arena {
	struct qx_chunk *chunks; /* the newest first */
	size_t used;		 /* of the newest */
};

/* Zeroed, aligned for everything. */
void *qx_take(struct qx_arena *arena, size_t size);

/* A copy of len bytes and a NUL. */
char *qx_take_copy(struct qx_arena *arena, const char *data, size_t len);

void qx_arena_free(struct qx_arena *arena);

/* A zeroed array of its own, for free. */
void *qx_new(size_t count, size_t size);

/* Room for at least one element more than count, with realloc; *capacity is kept up to date. */
void *qx_grow(void *array, size_t count, size_t *capacity, size_t size);

#endif
