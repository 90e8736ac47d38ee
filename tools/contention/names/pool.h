/* SPDX-License-Identifier: MIT */
/* pool.h: memory that is given back all at once. */
#ifndef QC_POOL_H
#define QC_POOL_H

#include <stddef.h>

struct qc_pooled;

struct qc_pool {
	struct qc_pooled *last; /* NULL at first */
};

/* Zeroed; NULL: out of memory. */
void *qc_pool_new(struct qc_pool *pool, size_t size);
char *qc_pool_copy(struct qc_pool *pool, const char *text);
__attribute__((format(printf, 2, 3))) char *qc_pool_print(struct qc_pool *pool, const char *format,
							  ...);

void qc_pool_free(struct qc_pool *pool);

#endif
