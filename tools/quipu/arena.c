/* SPDX-License-Identifier: MIT */
/* arena.c: chunks that double up to a limit; the first is small, for short expositions. */
#include "arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CHUNK 4096
#define LARGEST_CHUNK (4u << 20)

struct qx_chunk {
	struct qx_chunk *next;
	size_t size;
	alignas(max_align_t) char data[];
};

static void *must(void *memory)
{
	if (memory)
		return memory;
	fputs("quipu: out of memory\n", stderr);
	exit(1);
}

static size_t next_size(const struct qx_arena *arena, size_t wanted)
{
	size_t size = arena->chunks ? arena->chunks->size * 2 : FIRST_CHUNK;

	if (size > LARGEST_CHUNK)
		size = LARGEST_CHUNK;
	return size > wanted ? size : wanted;
}

static void add_chunk(struct qx_arena *arena, size_t wanted)
{
	size_t size = next_size(arena, wanted);
	struct qx_chunk *chunk = must(calloc(1, sizeof(*chunk) + size));

	chunk->size = size;
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	arena->used = 0;
}

void *qx_take(struct qx_arena *arena, size_t size)
{
	void *memory;

	if (size > SIZE_MAX / 2)
		must(NULL);
	size = (size + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);
	if (!arena->chunks || arena->chunks->size - arena->used < size)
		add_chunk(arena, size);
	memory = arena->chunks->data + arena->used;
	arena->used += size;
	return memory;
}

char *qx_take_copy(struct qx_arena *arena, const char *data, size_t len)
{
	char *copy = qx_take(arena, len + 1);

	if (len > 0)
		memcpy(copy, data, len);
	return copy;
}

void qx_arena_free(struct qx_arena *arena)
{
	while (arena->chunks) {
		struct qx_chunk *chunk = arena->chunks;

		arena->chunks = chunk->next;
		free(chunk);
	}
}

void *qx_new(size_t count, size_t size)
{
	return must(calloc(count ? count : 1, size));
}

void *qx_grow(void *array, size_t count, size_t *capacity, size_t size)
{
	if (count < *capacity)
		return array;
	*capacity = *capacity ? *capacity * 2 : 16;
	return must(reallocarray(array, *capacity, size));
}
