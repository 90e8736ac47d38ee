/* SPDX-License-Identifier: MIT */
/* index.c: open addressing, at most half full. */
#include "index.h"

#include "arena.h"

#include <stdlib.h>

static void put(struct qx_slot *slots, size_t size, struct qx_slot slot)
{
	size_t i = slot.hash & (size - 1);

	while (slots[i].entry)
		i = (i + 1) & (size - 1);
	slots[i] = slot;
}

static void enlarge(struct qx_index *index)
{
	size_t size = index->size ? index->size * 2 : 64;
	struct qx_slot *slots = qx_new(size, sizeof(*slots));

	for (size_t i = 0; i < index->size; i++) {
		if (index->slots[i].entry)
			put(slots, size, index->slots[i]);
	}
	free(index->slots);
	index->slots = slots;
	index->size = size;
}

void *qx_index_find(const struct qx_index *index, uint64_t hash,
		    bool (*same)(const void *entry, const void *key), const void *key)
{
	if (index->size == 0)
		return NULL;
	for (size_t i = hash & (index->size - 1); index->slots[i].entry;
	     i = (i + 1) & (index->size - 1)) {
		if (index->slots[i].hash == hash && same(index->slots[i].entry, key))
			return index->slots[i].entry;
	}
	return NULL;
}

void qx_index_add(struct qx_index *index, uint64_t hash, void *entry)
{
	if (index->n >= index->size / 2)
		enlarge(index);
	put(index->slots, index->size, (struct qx_slot){ hash, entry });
	index->n++;
}

void qx_index_free(struct qx_index *index)
{
	free(index->slots);
}
