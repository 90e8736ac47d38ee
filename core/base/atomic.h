/* SPDX-License-Identifier: MIT */
/*
 * atomic.h: atomic operations with their memory order in the name.
 *
 * A grep for one of these lists every order in use; each use carries its reason. No fences:
 * ThreadSanitizer does not understand them, and none are needed.
 */
#ifndef QP_BASE_ATOMIC_H
#define QP_BASE_ATOMIC_H

#define qp_load_relaxed(at) __atomic_load_n((at), __ATOMIC_RELAXED) /* order in the name */
#define qp_load_acquire(at) __atomic_load_n((at), __ATOMIC_ACQUIRE) /* order in the name */
#define qp_store_relaxed(at, v)                                                                    \
	__atomic_store_n((at), (v), __ATOMIC_RELAXED) /* order in the name */
#define qp_store_release(at, v)                                                                    \
	__atomic_store_n((at), (v), __ATOMIC_RELEASE) /* order in the name */
#define qp_add_relaxed(at, v)                                                                      \
	__atomic_fetch_add((at), (v), __ATOMIC_RELAXED) /* order in the name */
#define qp_exchange_relaxed(at, v)                                                                 \
	__atomic_exchange_n((at), (v), __ATOMIC_RELAXED) /* order in the name */
#define qp_exchange_acquire(at, v) __atomic_exchange_n((at), (v), __ATOMIC_ACQUIRE) /* likewise */
#define qp_exchange_release(at, v) __atomic_exchange_n((at), (v), __ATOMIC_RELEASE) /* likewise */
#define qp_cas_relaxed(at, old, v)                                                                 \
	__atomic_compare_exchange_n((at), (old), (v), 1, __ATOMIC_RELAXED,                         \
				    __ATOMIC_RELAXED) /* order in the name */

#define qp_cas_acquire(at, old, v)                                                                 \
	__atomic_compare_exchange_n((at), (old), (v), 0, __ATOMIC_ACQUIRE,                         \
				    __ATOMIC_RELAXED) /* order in the name */

#if defined(__SANITIZE_THREAD__)
#define QP_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define QP_TSAN 1
#endif
#endif
#ifndef QP_TSAN
#define QP_TSAN 0
#endif

#define qp_likely(x) __builtin_expect(!!(x), 1)
#define qp_unlikely(x) __builtin_expect(!!(x), 0)
#define QP_INLINE static inline __attribute__((always_inline))
#define QP_HIDDEN __attribute__((visibility("hidden"))) /* addressed directly, not by a table */
/* b if the condition holds, else a: computed where it could not be predicted, without a branch. */
#define QP_CHOOSE(condition, a, b)                                                                 \
	__extension__({                                                                            \
		__typeof__(a) chosen = (condition) ? (b) : (a);                                    \
                                                                                                   \
		__asm__("" : "+r"(chosen)); /* what is known of it ends here */                    \
		chosen;                                                                            \
	})
#define qp_prefetch(at) __builtin_prefetch(at)

/* Before a loop whose number of turns, up to n, is often a constant: no loop then. */
#if defined(__clang__)
#define QP_UNROLL(n) /* as it does by itself */
#else
#define QP_PRAGMA(text) _Pragma(#text)
#define QP_UNROLL(n) QP_PRAGMA(GCC unroll n)
#endif

#endif
