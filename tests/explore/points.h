/* SPDX-License-Identifier: MIT */
/*
 * points.h: put in front of every file of the core (-include): an atomic operation is a point of
 * the scheduler and then itself. A macro's own name inside it is the builtin.
 */
#ifndef TESTS_EXPLORE_POINTS_H
#define TESTS_EXPLORE_POINTS_H

enum explore_use { EXPLORE_READS, EXPLORE_WRITES };

/* Before a word is used: another thread may run first. what and where are for the story. */
void explore_point(const volatile void *at, enum explore_use use, const char *what,
		   const char *where);

#define EXPLORE_BEFORE(at, use, what) explore_point((at), use, what, __func__)

#ifndef EXPLORE_NO_POINTS
#define __atomic_load_n(at, order)                                                                 \
	__extension__({                                                                            \
		__typeof__(at) explore_at = (at);                                                  \
		EXPLORE_BEFORE(explore_at, EXPLORE_READS, "a load of " #at);                       \
		__atomic_load_n(explore_at, order);                                                \
	})
#define __atomic_store_n(at, value, order)                                                         \
	__extension__({                                                                            \
		__typeof__(at) explore_at = (at);                                                  \
		__typeof__(*explore_at) explore_value = (value);                                   \
		EXPLORE_BEFORE(explore_at, EXPLORE_WRITES, "a store to " #at);                     \
		__atomic_store_n(explore_at, explore_value, order);                                \
	})
#define EXPLORE_CHANGE(change, at, value, order)                                                   \
	__extension__({                                                                            \
		__typeof__(at) explore_at = (at);                                                  \
		__typeof__(*explore_at) explore_value = (value);                                   \
		EXPLORE_BEFORE(explore_at, EXPLORE_WRITES, "a change of " #at);                    \
		change(explore_at, explore_value, order);                                          \
	})
#define __atomic_exchange_n(at, value, order) EXPLORE_CHANGE(__atomic_exchange_n, at, value, order)
#define __atomic_fetch_add(at, value, order) EXPLORE_CHANGE(__atomic_fetch_add, at, value, order)
#define __atomic_fetch_or(at, value, order) EXPLORE_CHANGE(__atomic_fetch_or, at, value, order)
#define __atomic_fetch_and(at, value, order) EXPLORE_CHANGE(__atomic_fetch_and, at, value, order)
#define __atomic_compare_exchange_n(at, old, value, weak, yes, no)                                 \
	__extension__({                                                                            \
		__typeof__(at) explore_at = (at);                                                  \
		EXPLORE_BEFORE(explore_at, EXPLORE_WRITES, "a compare-and-swap of " #at);          \
		__atomic_compare_exchange_n(explore_at, old, value, weak, yes, no);                \
	})
#endif

#endif
