/* SPDX-License-Identifier: MIT */
/* parse_memory.c: the strict parser's memory: one list of chunks, freed together. */
#include "parse_internal.h"

#include <stdlib.h>

#define CHUNK_SIZE ((size_t)64 * 1024)

struct qt_chunk {
	struct qt_chunk *next;
	size_t used;
	size_t size;
	max_align_t data[];
};

/* Tests have no use for an out-of-memory path of their own oracle. */
static void *or_abort(void *block)
{
	if (!block)
		abort();
	return block;
}

static struct qt_chunk *new_chunk(struct qt_exposition *exposition, size_t size)
{
	struct qt_chunk *chunk = or_abort(malloc(sizeof(*chunk) + size));

	chunk->next = exposition->chunks;
	chunk->used = 0;
	chunk->size = size;
	exposition->chunks = chunk;
	return chunk;
}

void *qt_take(struct qt_exposition *exposition, size_t size)
{
	size_t align = sizeof(max_align_t);
	struct qt_chunk *chunk = exposition->chunks;
	char *place;

	size = (size + align - 1) / align * align;
	if (!chunk || chunk->size - chunk->used < size)
		chunk = new_chunk(exposition, size > CHUNK_SIZE ? size : CHUNK_SIZE);
	place = (char *)chunk->data + chunk->used;
	chunk->used += size;
	return place;
}

void *qt_grow(void *array, size_t count, size_t *capacity, size_t size)
{
	if (count < *capacity)
		return array;
	*capacity = *capacity ? *capacity * 2 : 64;
	return or_abort(realloc(array, *capacity * size));
}

void qt_free(struct qt_exposition *exposition)
{
	struct qt_chunk *next;

	if (!exposition)
		return;
	for (struct qt_chunk *chunk = exposition->chunks; chunk; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	free(exposition->families);
	free(exposition->samples);
	free(exposition);
}
