/* SPDX-License-Identifier: MIT */
/* pool.c: blocks of the allocator's, each knowing the one before it. */
#include "pool.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct qc_pooled {
	struct qc_pooled *before;
	alignas(max_align_t) char data[];
};

void *qc_pool_new(struct qc_pool *pool, size_t size)
{
	struct qc_pooled *block;

	if (size > SIZE_MAX - sizeof(*block))
		return NULL;
	block = calloc(1, sizeof(*block) + size);
	if (!block)
		return NULL;
	block->before = pool->last;
	pool->last = block;
	return block->data;
}

char *qc_pool_copy(struct qc_pool *pool, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = qc_pool_new(pool, size);

	if (copy)
		memcpy(copy, text, size);
	return copy;
}

char *qc_pool_print(struct qc_pool *pool, const char *format, ...)
{
	char *printed = NULL, *copy = NULL;
	va_list list;
	int length;

	va_start(list, format);
	length = vasprintf(&printed, format, list);
	va_end(list);
	if (length < 0)
		return NULL;
	copy = qc_pool_copy(pool, printed);
	free(printed);
	return copy;
}

void qc_pool_free(struct qc_pool *pool)
{
	while (pool->last) {
		struct qc_pooled *block = pool->last;

		pool->last = block->before;
		free(block);
	}
}
