/* SPDX-License-Identifier: MIT */
/* same.cc: what same.c writes in C, in C++; same_code compares the instructions. */
#include <quipu/quipu.hpp>

#define SAME(name, parameters, record)                                                             \
	extern "C" void same_##name parameters;                                                    \
	extern "C" void same_##name parameters                                                     \
	{                                                                                          \
		record;                                                                            \
	}

#ifdef PLANTED
/* What same_code must find; only for its own check. */
#define WORSE(h) ((h).inc(), (h).inc())
#else
#define WORSE(h) (h).inc()
#endif

using view = std::string_view;

SAME(counter_inc, (quipu::counter h), WORSE(h))
SAME(counter_add, (quipu::counter h, uint64_t n), h.add(n))
SAME(float_counter_add, (quipu::float_counter h, double x), h.add(x))
SAME(updown_inc, (quipu::updown h), h.inc())
SAME(updown_dec, (quipu::updown h), h.dec())
SAME(gauge_set, (quipu::gauge h, double x), h.set(x))
SAME(stateset_select, (quipu::stateset h, uint32_t i), h.select(i))
SAME(histogram_observe, (quipu::histogram h, double x), h.observe(x))
SAME(histogram_observe_ns, (quipu::histogram h, uint64_t ns), h.observe_ns(ns))
SAME(summary_observe, (quipu::summary h, double x), h.observe(x))
SAME(kept_inc, (const quipu::kept<quipu::counter> &h), h.inc())
SAME(inc_at_literals, (quipu::counter_family f), f.inc_at("gpt-4o", "success"))
SAME(observe_at_literals, (quipu::histogram_family f, double x),
     f.observe_at(x, "gpt-4o", "success"))
SAME(inc_at_views, (quipu::counter_family f, view model, view status), f.inc_at(model, status))
