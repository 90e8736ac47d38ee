/* SPDX-License-Identifier: MIT */
/*
 * series.h: families of series with the contents that bench/README.md prescribes, in quipu.
 */
#ifndef BENCH_SERIES_H
#define BENCH_SERIES_H

#include <quipu/quipu.h>

/* Native ones: buckets of factor 1.1 from 1 ms to 100 s. */
enum bench_kind { BENCH_COUNTERS, BENCH_HISTOGRAMS, BENCH_NATIVES };

/* One, and many: their names in this order, for bench_word. */
extern const char *const bench_kind[], *const bench_kinds[];

struct bench_family {
	enum bench_kind kind;
	quipu_counter_family counters;
	quipu_histogram_family histograms;
};

/* One of several: the number is a part of its name, where it is not 0. Ends the program if it
 * cannot be made. */
struct bench_family bench_family_new(quipu_registry *registry, enum bench_kind kind, size_t number,
				     size_t series, double idle_seconds);

/* Kept handles of n series of one kind. */
struct bench_series {
	enum bench_kind kind;
	size_t n;
	quipu_counter *counters;
	quipu_histogram *histograms;
};

/* Room for them, which is touched: making series later adds nothing to it. */
struct bench_series bench_series_new(enum bench_kind kind, size_t n);

/* Makes series i in this family, with its stated value. */
void bench_make(struct bench_series *all, const struct bench_family *family, size_t i);

/* A family of n counters, each with its stated value, of which nobody needs the handles. */
void bench_make_counters(quipu_registry *registry, size_t n);

/* One record in each of them; and their handles given back, so that series may expire. */
void bench_touch(const struct bench_series *all);
void bench_release(const struct bench_series *all);

/* A figure that the library counts about itself (self.h). */
uint64_t bench_self(const char *name);

/* Ends the program where something went wrong in the registry, or there is no room for so much. */
void bench_check(quipu_registry *registry);

#endif
