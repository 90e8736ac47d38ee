/* SPDX-License-Identifier: MIT */
/*
 * timer.h: durations into histograms. Reading a clock costs more than recording; where you
 * have the duration already, give it to quipu_observe_ns.
 */
#ifndef QUIPU_TIMER_H
#define QUIPU_TIMER_H

#include <quipu/record.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct quipu_timer {
	uint64_t start_ns;
} quipu_timer;

/* Nanoseconds of the monotonic clock. Threads: any, also handlers. Cost: one clock read. */
uint64_t quipu_now_ns(void);

/* Starts measuring. Threads: any; a timer may be observed on another thread. */
static inline quipu_timer quipu_timer_start(void)
{
	quipu_timer timer = { quipu_now_ns() };

	return timer;
}

/* No duration is negative: 0 where the clock says less than at the start, which Linux's does not,
 * but a simulator's may. */
static inline uint64_t quipu_priv_elapsed_ns(quipu_timer timer)
{
	uint64_t ns = quipu_now_ns() - timer.start_ns;

	return QUIPU_PRIV_UNLIKELY(ns >> 63) ? 0 : ns;
}

/* Observes the time since the timer's start, in seconds, and returns it in nanoseconds.
 * May be called again for a later point. Cost: one clock read and an observation. */
static inline uint64_t quipu_timer_observe(quipu_timer timer, quipu_histogram histogram)
{
	uint64_t ns = quipu_priv_elapsed_ns(timer);

	quipu_histogram_observe_ns(histogram, ns);
	return ns;
}

struct quipu_priv_scope {
	quipu_timer timer;
	quipu_histogram histogram;
};

static inline void quipu_priv_scope_end(struct quipu_priv_scope *scope)
{
	quipu_timer_observe(scope->timer, scope->histogram);
}

/* Observes how long the rest of the enclosing block takes, however it is left. */
#define QUIPU_TIME_SCOPE(histogram) QUIPU_PRIV_TIME_SCOPE(histogram, __LINE__)
#define QUIPU_PRIV_TIME_SCOPE(histogram, line) QUIPU_PRIV_TIME_SCOPE_(histogram, line)
#define QUIPU_PRIV_TIME_SCOPE_(histogram, line)                                                    \
	__attribute__((cleanup(quipu_priv_scope_end),                                              \
		       unused)) struct quipu_priv_scope quipu_priv_scope_##line = {                \
		quipu_timer_start(), (histogram)                                                   \
	}

#ifdef __cplusplus
}
#endif
#endif
