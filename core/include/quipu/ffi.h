/* SPDX-License-Identifier: MIT */
/*
 * ffi.h: the inline verbs of record.h, exemplar.h and timer.h as exported functions, for
 * languages that call C but do not compile its headers (Python's ctypes, Java, .NET, Lua). C and
 * C++ programs do not need it: the inline verbs are the same and cost less.
 *
 * Each function does what the verb of its name without ffi_ does, in its words: Threads, Cost
 * and Fails are that verb's, plus one call. Handles are passed by value, as everywhere:
 *
 *   quipu_counter, quipu_float_counter, quipu_updown   one uint32_t
 *   quipu_gauge                                        one pointer
 *   quipu_histogram, quipu_summary                     a pointer and two uint32_t
 *   quipu_stateset                                     a pointer and one uint32_t
 *   quipu_timer                                        one uint64_t
 *
 * All other functions of the library are exported as they are.
 */
#ifndef QUIPU_FFI_H
#define QUIPU_FFI_H

#include <quipu/exemplar.h>
#include <quipu/timer.h>
#include <quipu/types.h>

#ifdef __cplusplus
extern "C" {
#endif

void quipu_ffi_counter_inc(quipu_counter counter);
void quipu_ffi_counter_add(quipu_counter counter, uint64_t n);

void quipu_ffi_float_counter_inc(quipu_float_counter counter);
void quipu_ffi_float_counter_add(quipu_float_counter counter, double n);

void quipu_ffi_updown_inc(quipu_updown updown);
void quipu_ffi_updown_dec(quipu_updown updown);
void quipu_ffi_updown_add(quipu_updown updown, int64_t n);

void quipu_ffi_gauge_set(quipu_gauge gauge, double value);
void quipu_ffi_gauge_add(quipu_gauge gauge, double amount);
void quipu_ffi_gauge_inc(quipu_gauge gauge);
void quipu_ffi_gauge_dec(quipu_gauge gauge);

void quipu_ffi_stateset_select(quipu_stateset stateset, uint32_t i);
void quipu_ffi_stateset_set(quipu_stateset stateset, uint32_t i, int holds);

void quipu_ffi_histogram_observe(quipu_histogram histogram, double value);
void quipu_ffi_histogram_observe_ns(quipu_histogram histogram, uint64_t ns);

void quipu_ffi_summary_observe(quipu_summary summary, double value);
void quipu_ffi_summary_observe_ns(quipu_summary summary, uint64_t ns);

void quipu_ffi_counter_add_exemplar(quipu_counter counter, uint64_t n,
				    const quipu_exemplar *exemplar);
void quipu_ffi_float_counter_add_exemplar(quipu_float_counter counter, double n,
					  const quipu_exemplar *exemplar);
void quipu_ffi_histogram_observe_exemplar(quipu_histogram histogram, double value,
					  const quipu_exemplar *exemplar);

quipu_timer quipu_ffi_timer_start(void);
uint64_t quipu_ffi_timer_observe(quipu_timer timer, quipu_histogram histogram);

/* at: n indices, one for each axis of the grid. */
quipu_counter quipu_ffi_counter_grid_at(quipu_counter_grid grid, const uint32_t *at, uint32_t n);
quipu_float_counter quipu_ffi_float_counter_grid_at(quipu_float_counter_grid grid,
						    const uint32_t *at, uint32_t n);
quipu_updown quipu_ffi_updown_grid_at(quipu_updown_grid grid, const uint32_t *at, uint32_t n);
quipu_histogram quipu_ffi_histogram_grid_at(quipu_histogram_grid grid, const uint32_t *at,
					    uint32_t n);

#ifdef __cplusplus
}
#endif
#endif
