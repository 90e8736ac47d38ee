/* SPDX-License-Identifier: MIT */
/* shard_list.h: what shard.c and shard_sum.c share: the list itself. */
#ifndef QP_SHARD_LIST_H
#define QP_SHARD_LIST_H

#include <pthread.h>
#include <stdbool.h>

struct qp_shard {
	char *base;
	struct qp_shard *next; /* appended with release, read with acquire */
	bool wiped_on_fork;
	_Alignas(64) pthread_mutex_t own; /* robust; held by the owner until it ends */
};

/* The first of the list; has no owner and no mutex in use. */
extern struct qp_shard qp_overflow_shard;

#endif
