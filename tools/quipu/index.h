/* SPDX-License-Identifier: MIT */
/* index.h: a hash table of pointers, so that names and label sets are found at once. */
#ifndef QX_INDEX_H
#define QX_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct qx_slot {
	uint64_t hash;
	void *entry; /* NULL: free */
};

/* Zeroed is empty. */
struct qx_index {
	struct qx_slot *slots;
	size_t size; /* a power of two, or 0 */
	size_t n;
};

/* The entry with this hash for which same(entry, key) holds, or NULL. */
void *qx_index_find(const struct qx_index *index, uint64_t hash,
		    bool (*same)(const void *entry, const void *key), const void *key);

void qx_index_add(struct qx_index *index, uint64_t hash, void *entry);

void qx_index_free(struct qx_index *index);

#endif
