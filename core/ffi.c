/* SPDX-License-Identifier: MIT */
/* ffi.c: see ffi.h. Each function is one inline verb and nothing else. */
#include <quipu/ffi.h>

void quipu_ffi_counter_inc(quipu_counter counter)
{
	quipu_counter_inc(counter);
}

void quipu_ffi_counter_add(quipu_counter counter, uint64_t n)
{
	quipu_counter_add(counter, n);
}

void quipu_ffi_float_counter_inc(quipu_float_counter counter)
{
	quipu_float_counter_inc(counter);
}

void quipu_ffi_float_counter_add(quipu_float_counter counter, double n)
{
	quipu_float_counter_add(counter, n);
}

void quipu_ffi_updown_inc(quipu_updown updown)
{
	quipu_updown_inc(updown);
}

void quipu_ffi_updown_dec(quipu_updown updown)
{
	quipu_updown_dec(updown);
}

void quipu_ffi_updown_add(quipu_updown updown, int64_t n)
{
	quipu_updown_add(updown, n);
}

void quipu_ffi_gauge_set(quipu_gauge gauge, double value)
{
	quipu_gauge_set(gauge, value);
}

void quipu_ffi_gauge_add(quipu_gauge gauge, double amount)
{
	quipu_gauge_add(gauge, amount);
}

void quipu_ffi_gauge_inc(quipu_gauge gauge)
{
	quipu_gauge_inc(gauge);
}

void quipu_ffi_gauge_dec(quipu_gauge gauge)
{
	quipu_gauge_dec(gauge);
}

void quipu_ffi_stateset_select(quipu_stateset stateset, uint32_t i)
{
	quipu_stateset_select(stateset, i);
}

void quipu_ffi_stateset_set(quipu_stateset stateset, uint32_t i, int holds)
{
	quipu_stateset_set(stateset, i, holds);
}

void quipu_ffi_histogram_observe(quipu_histogram histogram, double value)
{
	quipu_histogram_observe(histogram, value);
}

void quipu_ffi_histogram_observe_ns(quipu_histogram histogram, uint64_t ns)
{
	quipu_histogram_observe_ns(histogram, ns);
}

void quipu_ffi_summary_observe(quipu_summary summary, double value)
{
	quipu_summary_observe(summary, value);
}

void quipu_ffi_summary_observe_ns(quipu_summary summary, uint64_t ns)
{
	quipu_summary_observe_ns(summary, ns);
}

void quipu_ffi_counter_add_exemplar(quipu_counter counter, uint64_t n,
				    const quipu_exemplar *exemplar)
{
	quipu_counter_add_exemplar(counter, n, exemplar);
}

void quipu_ffi_float_counter_add_exemplar(quipu_float_counter counter, double n,
					  const quipu_exemplar *exemplar)
{
	quipu_float_counter_add_exemplar(counter, n, exemplar);
}

void quipu_ffi_histogram_observe_exemplar(quipu_histogram histogram, double value,
					  const quipu_exemplar *exemplar)
{
	quipu_histogram_observe_exemplar(histogram, value, exemplar);
}

quipu_timer quipu_ffi_timer_start(void)
{
	return quipu_timer_start();
}

uint64_t quipu_ffi_timer_observe(quipu_timer timer, quipu_histogram histogram)
{
	return quipu_timer_observe(timer, histogram);
}

quipu_counter quipu_ffi_counter_grid_at(quipu_counter_grid grid, const uint32_t *at, uint32_t n)
{
	return quipu_counter_grid_at(grid, at, n);
}

quipu_float_counter quipu_ffi_float_counter_grid_at(quipu_float_counter_grid grid,
						    const uint32_t *at, uint32_t n)
{
	return quipu_float_counter_grid_at(grid, at, n);
}

quipu_updown quipu_ffi_updown_grid_at(quipu_updown_grid grid, const uint32_t *at, uint32_t n)
{
	return quipu_updown_grid_at(grid, at, n);
}

quipu_histogram quipu_ffi_histogram_grid_at(quipu_histogram_grid grid, const uint32_t *at,
					    uint32_t n)
{
	return quipu_histogram_grid_at(grid, at, n);
}
