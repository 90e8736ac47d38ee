/* SPDX-License-Identifier: MIT */
/*
 * alloc.h: where the library's metadata comes from; the only place that names an allocator.
 *
 * Values never do: they live in shards (shard.c), mapped, not allocated. When the program
 * runs on jemalloc, metadata gets an arena of its own there, apart from the program's memory
 * and exactly accountable; otherwise malloc. jemalloc is found, never forced.
 * Threads: any. Not from signal handlers.
 */
#ifndef QP_BASE_ALLOC_H
#define QP_BASE_ALLOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zeroed bytes, or NULL. */
void *qp_alloc(size_t size);

/* Grown or shrunk; what is new is not zeroed. NULL leaves the old block as it is. */
void *qp_realloc(void *block, size_t size);

void qp_free(void *block);

/* A copy of len bytes with a NUL behind them, or NULL. */
char *qp_copy(const char *data, size_t len);

/* Finds jemalloc and makes the arena; called once, before the first allocation. */
void qp_alloc_init(void);

/* A statistic of jemalloc by its name in mallctl, as of the last refresh; false: there is none,
 * or the program does not run on jemalloc, which refresh tells as well. */
bool qp_alloc_refresh(void);
bool qp_alloc_stat(const char *name, uint64_t *value);

/* The bytes of metadata now; false: not known, it shares the program's memory. */
bool qp_alloc_bytes(uint64_t *bytes);

#endif
