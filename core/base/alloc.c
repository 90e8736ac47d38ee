/* SPDX-License-Identifier: MIT */
/* alloc.c: see alloc.h. */
#include "alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* jemalloc's non-standard calls, present only if the program brought it along. */
extern void *mallocx(size_t size, int flags) __attribute__((weak));
extern void *rallocx(void *block, size_t size, int flags) __attribute__((weak));
extern void dallocx(void *block, int flags) __attribute__((weak));
extern int mallctl(const char *name, void *old, size_t *old_len, void *new, size_t new_len)
	__attribute__((weak));

/* Their flags, as documented; not from a header, so that none is needed. */
#define ZEROED 0x40
#define NO_THREAD_CACHE (1 << 8)
#define ARENA(index) ((int)((index) + 1) << 20)

static int arena_flags; /* 0: plain malloc */
static unsigned arena;

void qp_alloc_init(void)
{
	size_t len = sizeof arena;

	if (!mallocx || !rallocx || !dallocx || !mallctl)
		return;
	if (mallctl("arenas.create", &arena, &len, NULL, 0) == 0)
		arena_flags = ARENA(arena) | NO_THREAD_CACHE;
}

void *qp_alloc(size_t size)
{
	if (arena_flags)
		return mallocx(size ? size : 1, arena_flags | ZEROED);
	return calloc(1, size ? size : 1);
}

void *qp_realloc(void *block, size_t size)
{
	if (!arena_flags)
		return realloc(block, size ? size : 1);
	if (!block)
		return mallocx(size ? size : 1, arena_flags);
	return rallocx(block, size ? size : 1, arena_flags);
}

void qp_free(void *block)
{
	if (!block)
		return;
	if (arena_flags)
		dallocx(block, NO_THREAD_CACHE);
	else
		free(block);
}

char *qp_copy(const char *data, size_t len)
{
	char *copy = qp_alloc(len + 1);

	if (copy && len)
		memcpy(copy, data, len);
	return copy;
}

/* --- statistics -------------------------------------------------------------------------- */

bool qp_alloc_refresh(void)
{
	uint64_t epoch = 1;
	size_t len = sizeof epoch;

	return mallctl && mallctl("epoch", &epoch, &len, &epoch, len) == 0;
}

/* They are of 8 bytes or of 4; a wrong length is refused. */
bool qp_alloc_stat(const char *name, uint64_t *value)
{
	uint32_t small;
	size_t len = sizeof *value;

	if (!mallctl)
		return false;
	if (mallctl(name, value, &len, NULL, 0) == 0)
		return true;
	len = sizeof small;
	if (mallctl(name, &small, &len, NULL, 0) != 0)
		return false;
	*value = small;
	return true;
}

bool qp_alloc_bytes(uint64_t *bytes)
{
	uint64_t small, large;
	char name[64];

	if (!arena_flags || !qp_alloc_refresh())
		return false;
	snprintf(name, sizeof name, "stats.arenas.%u.small.allocated", arena);
	if (!qp_alloc_stat(name, &small))
		return false;
	snprintf(name, sizeof name, "stats.arenas.%u.large.allocated", arena);
	if (!qp_alloc_stat(name, &large))
		return false;
	*bytes = small + large;
	return true;
}
