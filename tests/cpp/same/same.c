/* SPDX-License-Identifier: MIT */
/* same.c: what same.cc writes in C++, in C; same_code compares the instructions. */
#include <quipu/quipu.h>

#define SAME(name, parameters, record)                                                             \
	void same_##name parameters;                                                               \
	void same_##name parameters                                                                \
	{                                                                                          \
		record;                                                                            \
	}
#define VALUES(...)                                                                                \
	(const quipu_str[]){ __VA_ARGS__ },                                                        \
		sizeof((const quipu_str[]){ __VA_ARGS__ }) / sizeof(quipu_str)
#define LITERAL(text)                                                                              \
	{                                                                                          \
		text, sizeof text - 1                                                              \
	}

SAME(counter_inc, (quipu_counter h), quipu_inc(h))
SAME(counter_add, (quipu_counter h, uint64_t n), quipu_add(h, n))
SAME(float_counter_add, (quipu_float_counter h, double x), quipu_add(h, x))
SAME(updown_inc, (quipu_updown h), quipu_inc(h))
SAME(updown_dec, (quipu_updown h), quipu_dec(h))
SAME(gauge_set, (quipu_gauge h, double x), quipu_set(h, x))
SAME(stateset_select, (quipu_stateset h, uint32_t i), quipu_select(h, i))
SAME(histogram_observe, (quipu_histogram h, double x), quipu_observe(h, x))
SAME(histogram_observe_ns, (quipu_histogram h, uint64_t ns), quipu_observe_ns(h, ns))
SAME(summary_observe, (quipu_summary h, double x), quipu_observe(h, x))
SAME(kept_inc, (const quipu_counter *h), quipu_inc(*h))
SAME(inc_at_literals, (quipu_counter_family f),
     quipu_inc_at_v(f, VALUES(LITERAL("gpt-4o"), LITERAL("success"))))
SAME(observe_at_literals, (quipu_histogram_family f, double x),
     quipu_observe_at_v(f, x, VALUES(LITERAL("gpt-4o"), LITERAL("success"))))
/* a view is 16 bytes in two registers, as two words are */
SAME(inc_at_views, (quipu_counter_family f, size_t n1, const char *s1, size_t n2, const char *s2),
     quipu_inc_at_v(f, VALUES({ s1 ? s1 : "", n1 }, { s2 ? s2 : "", n2 })))
