/* SPDX-License-Identifier: MIT */
/*
 * count.h: a count that one thread makes and others look at.
 *
 * Writers:     one thread
 * Readers:     any
 * Publication: one word, which orders nothing else: all is relaxed
 * Reclamation: its owner's
 */
#ifndef ENDPOINT_COUNT_H
#define ENDPOINT_COUNT_H

#include <stdatomic.h>
#include <stdint.h>

static inline uint64_t count_of(const atomic_uint_fast64_t *count)
{
	/* relaxed: see above */
	return atomic_load_explicit(count, memory_order_relaxed);
}

static inline void count_add(atomic_uint_fast64_t *count, uint64_t n)
{
	/* relaxed: only this thread writes, so nothing comes between load and store */
	atomic_store_explicit(count, count_of(count) + n, memory_order_relaxed);
}

#endif
