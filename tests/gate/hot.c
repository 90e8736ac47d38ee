/* SPDX-License-Identifier: MIT */
/* hot.c: a function for each verb on a kept handle, for hot_path to read what compilers make. */
#include <quipu/quipu.h>

#define HOT(name, parameters, record)                                                              \
	void hot_##name parameters;                                                                \
	void hot_##name parameters                                                                 \
	{                                                                                          \
		record;                                                                            \
	}

HOT(counter_inc, (quipu_counter h), quipu_inc(h))
HOT(counter_add, (quipu_counter h, uint64_t n), quipu_add(h, n))
HOT(float_counter_add, (quipu_float_counter h, double x), quipu_add(h, x))
HOT(updown_inc, (quipu_updown h), quipu_inc(h))
HOT(updown_dec, (quipu_updown h), quipu_dec(h))
HOT(updown_add, (quipu_updown h, int64_t n), quipu_add(h, n))
HOT(gauge_set, (quipu_gauge h, double x), quipu_set(h, x))
HOT(stateset_select, (quipu_stateset h, uint32_t i), quipu_select(h, i))
HOT(histogram_observe, (quipu_histogram h, double x), quipu_observe(h, x))
HOT(histogram_observe_ns, (quipu_histogram h, uint64_t ns), quipu_observe_ns(h, ns))
HOT(summary_observe, (quipu_summary h, double x), quipu_observe(h, x))
HOT(counter_grid, (const quipu_counter_grid *h, uint32_t i, uint32_t k),
    quipu_inc(quipu_grid_at(*h, i, k)))
HOT(histogram_grid, (const quipu_histogram_grid *h, uint32_t i, double x),
    quipu_observe(quipu_grid_at(*h, i), x))

#ifdef PLANTED
/* What hot_path must refuse; only for its own check. */
#include <stdlib.h>

HOT(planted_lock, (uint64_t * at), __atomic_fetch_add(at, 1, __ATOMIC_RELAXED))
HOT(planted_xchg, (uint64_t * at), *at = __atomic_exchange_n(at, *at, __ATOMIC_RELAXED))
HOT(planted_call, (quipu_counter h), free(getenv("HOME")); quipu_inc(h))
HOT(planted_tail_call, (void *at), free(at))
HOT(planted_pointer, (void (*f)(void)), f(); f())
HOT(planted_fence, (int *at), *at = 1; __atomic_thread_fence(__ATOMIC_SEQ_CST))
HOT(planted_loop, (volatile int *at), while (*at) *at = *at - 1)
HOT(planted_length, (quipu_counter h), quipu_inc(h); quipu_inc(h); quipu_inc(h))
HOT(planted_slow, (quipu_counter h), quipu_priv_counter_slow(h, 1))
HOT(planted_nothing, (quipu_counter h), (void)h)
#endif
