/* SPDX-License-Identifier: MIT */
/* atomic.h: atomic operations with their memory order in the name. Each use carries its reason. */
#ifndef QC_ATOMIC_H
#define QC_ATOMIC_H

#define qc_load_relaxed(at) __atomic_load_n((at), __ATOMIC_RELAXED) /* order in the name */
#define qc_load_acquire(at) __atomic_load_n((at), __ATOMIC_ACQUIRE) /* order in the name */
#define qc_store_relaxed(at, v)                                                                    \
	__atomic_store_n((at), (v), __ATOMIC_RELAXED) /* order in the name */
#define qc_store_release(at, v)                                                                    \
	__atomic_store_n((at), (v), __ATOMIC_RELEASE) /* order in the name */
#define qc_add_relaxed(at, v)                                                                      \
	__atomic_fetch_add((at), (v), __ATOMIC_RELAXED) /* order in the name */
#define qc_cas_relaxed(at, old, v)                                                                 \
	__atomic_compare_exchange_n((at), (old), (v), 0, __ATOMIC_RELAXED,                         \
				    __ATOMIC_RELAXED) /* order in the name */
#define qc_cas_release(at, old, v)                                                                 \
	__atomic_compare_exchange_n((at), (old), (v), 0, __ATOMIC_RELEASE,                         \
				    __ATOMIC_RELAXED) /* order in the name */

/* Order towards a signal handler on this same thread; no instruction. */
#define qc_handler_fence() __atomic_signal_fence(__ATOMIC_SEQ_CST)

#define qc_likely(x) __builtin_expect(!!(x), 1)
#define qc_unlikely(x) __builtin_expect(!!(x), 0)

#endif
