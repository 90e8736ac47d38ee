/* SPDX-License-Identifier: MIT */
/* verbs.c: see verbs.h. The typed functions, so that verbs_covered finds them by name. */
#include "verbs.h"

#include <quipu/ffi.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SETS 64
#define N_LABELS 3

QUIPU_LABELS(call, model, provider, status);

/* One handle of each kind: live, of a removed series, or zero. */
struct handles {
	quipu_counter counter;
	quipu_float_counter real;
	quipu_updown updown;
	quipu_gauge gauge;
	quipu_histogram histogram, native, both;
	quipu_summary summary;
	quipu_stateset states;
};

static struct handles live, traced, removed, zero;

static struct {
	quipu_counter_grid counters;
	quipu_float_counter_grid reals;
	quipu_updown_grid updowns;
	quipu_histogram_grid histograms;
} grid;

struct families {
	quipu_counter_family counter;
	quipu_float_counter_family real;
	quipu_updown_family updown;
	quipu_gauge_family gauge;
	quipu_histogram_family histogram;
	quipu_summary_family summary;
	quipu_stateset_family states;
};

static struct families some, full;

static char text[SETS][N_LABELS][16];
static const char *const values[] = { "a", "b", "c" };

/* --- making ---------------------------------------------------------------------------------- */

/* NAMED("name", .option = …) */
#define NAMED(...) QUIPU_OPTS(.help = "x", .name = __VA_ARGS__)

static void make_handles(quipu_registry *registry)
{
	live.counter = quipu_counter_new(registry, NAMED("a_total"));
	live.real = quipu_float_counter_new(registry, NAMED("b_total"));
	live.updown = quipu_updown_new(registry, NAMED("c"));
	live.gauge = quipu_gauge_new(registry, NAMED("d"));
	live.histogram = quipu_histogram_new(registry, NAMED("e"));
	live.native = quipu_histogram_new(
		registry, NAMED("f", .native_factor = 1.1, .native_max = 10, .native_negative = 1));
	live.both = quipu_histogram_new(registry, NAMED("g", .bounds = quipu_default_bounds,
							.n_bounds = QUIPU_N_DEFAULT_BOUNDS,
							.native_factor = 1.1));
	live.summary = quipu_summary_new(registry, NAMED("h"));
	live.states = quipu_stateset_new(registry, NAMED("i", .states = values, .n_states = 3));
	traced.counter = quipu_counter_new(registry, NAMED("j_total", .exemplars = 1));
	traced.real = quipu_float_counter_new(registry, NAMED("k_total", .exemplars = 1));
	traced.histogram = quipu_histogram_new(registry, NAMED("l", .exemplars = 1));
	traced.native =
		quipu_histogram_new(registry, NAMED("m", .exemplars = 1, .native_factor = 1.1));
}

static void make_grids(quipu_registry *registry)
{
	static const quipu_axis axes[] = { { "x", values, 3 }, { "y", values, 2 } };

	grid.counters =
		quipu_counter_grid_new(registry, NAMED("n_total", .axes = axes, .n_axes = 2));
	grid.reals =
		quipu_float_counter_grid_new(registry, NAMED("o_total", .axes = axes, .n_axes = 2));
	grid.updowns = quipu_updown_grid_new(registry, NAMED("p", .axes = axes, .n_axes = 2));
	grid.histograms = quipu_histogram_grid_new(registry, NAMED("q", .axes = axes, .n_axes = 2));
}

#define FAMILY(kind, ...)                                                                          \
	quipu_##kind##_family_new(registry, QUIPU_OPTS(.help = "x", .labels = call_names,          \
						       .max_series = most, .name = __VA_ARGS__))

static struct families make_families(quipu_registry *registry, size_t most)
{
	int fits = most >= SETS;

	return (struct families){
		.counter = FAMILY(counter, fits ? "r_total" : "r_full_total", .exemplars = 1),
		.real = FAMILY(float_counter, fits ? "s_total" : "s_full_total", .exemplars = 1),
		.updown = FAMILY(updown, fits ? "t" : "t_full"),
		.gauge = FAMILY(gauge, fits ? "u" : "u_full"),
		.histogram = FAMILY(histogram, fits ? "v" : "v_full", .exemplars = 1),
		.summary = FAMILY(summary, fits ? "w" : "w_full"),
		.states = FAMILY(stateset, fits ? "y" : "y_full", .states = values, .n_states = 3)
	};
}

/* Pinned and removed: late writes go nowhere. */
static void make_removed(void)
{
#define REMOVED(name)                                                                              \
	removed.name = quipu_at(some.name, "late", "late", "late");                                \
	quipu_family_remove(some.name, "late", "late", "late")

	REMOVED(counter);
	REMOVED(real);
	REMOVED(updown);
	REMOVED(gauge);
	REMOVED(histogram);
	REMOVED(summary);
	REMOVED(states);
	removed.native = removed.both = removed.histogram;
}

void verbs_make(quipu_registry *registry)
{
	int i;

	for (i = 0; i < SETS; i++) {
		snprintf(text[i][0], sizeof text[i][0], "model-%d", i % 8);
		snprintf(text[i][1], sizeof text[i][1], "provider-%d", i / 8 % 4);
		snprintf(text[i][2], sizeof text[i][2], "status-%d", i / 32);
	}
	make_handles(registry);
	make_grids(registry);
	some = make_families(registry, SETS + 1);
	full = make_families(registry, 2);
	make_removed();
	for (i = 0; i < SETS; i++)
		verbs_record((uint64_t)i);
}

/* --- kept handles ---------------------------------------------------------------------------- */

static void record_sums(const struct handles *to, uint64_t i)
{
	quipu_counter_inc(to->counter);
	quipu_counter_add(to->counter, i);
	quipu_counter_add(to->counter, UINT64_MAX); /* refused */
	quipu_float_counter_inc(to->real);
	quipu_float_counter_add(to->real, 0.5);
	quipu_float_counter_add(to->real, -0.0);
	quipu_float_counter_add(to->real, -1); /* refused */
	quipu_float_counter_add(to->real, NAN);
	quipu_updown_inc(to->updown);
	quipu_updown_dec(to->updown);
	quipu_updown_add(to->updown, (int64_t)i - 50);
}

static void record_shared(const struct handles *to, uint64_t i)
{
	quipu_gauge_set(to->gauge, (double)i);
	quipu_gauge_add(to->gauge, 2);
	quipu_gauge_inc(to->gauge);
	quipu_gauge_dec(to->gauge);
	quipu_stateset_select(to->states, (uint32_t)(i % 4)); /* the last is none */
	quipu_stateset_set(to->states, (uint32_t)(i % 3), (int)(i & 1));
}

static void record_values(const struct handles *to, uint64_t i)
{
	double value = (double)(i % 16) - 2;

	quipu_histogram_observe(to->histogram, value);
	quipu_histogram_observe(to->histogram, NAN); /* refused */
	quipu_histogram_observe_ns(to->histogram, i);
	quipu_histogram_observe(to->native, value);
	quipu_histogram_observe(to->native, INFINITY);
	quipu_histogram_observe(to->both, value);
	quipu_summary_observe(to->summary, value);
	quipu_summary_observe_ns(to->summary, i);
}

/* Those wanted were taken in verbs_make; of what lies in new buckets, at the warm-up. Refused: no
 * text makes an exemplar of more than 128 characters, or of a bad name. */
static void record_exemplars(const struct handles *to, uint64_t i)
{
	static const quipu_label bad[] = { { "not a name", "x" } };
	const quipu_exemplar *exemplar = i % 2 ? QUIPU_EXEMPLAR(.trace_id = "t")
					       : QUIPU_EXEMPLAR(.labels = bad, .n_labels = 1);

	quipu_counter_add_exemplar(to->counter, i, exemplar);
	quipu_float_counter_add_exemplar(to->real, 0.5, exemplar);
	quipu_histogram_observe_exemplar(to->histogram, (double)(i % 16), exemplar);
	quipu_histogram_observe_exemplar(to->native, (double)(i % 16), exemplar);
	quipu_counter_exemplar_wanted(to->counter, 1);
	quipu_float_counter_exemplar_wanted(to->real, 1);
	quipu_histogram_exemplar_wanted(to->histogram, (double)(i % 16));
}

static void record_grids(uint64_t i)
{
	const uint32_t at[] = { (uint32_t)(i % 4), (uint32_t)(i % 2) }; /* 3 is the sink */

	quipu_counter_inc(quipu_counter_grid_at(grid.counters, at, 2));
	quipu_float_counter_inc(quipu_float_counter_grid_at(grid.reals, at, 2));
	quipu_updown_inc(quipu_updown_grid_at(grid.updowns, at, 2));
	quipu_histogram_observe(quipu_histogram_grid_at(grid.histograms, at, 2), 1);
	quipu_counter_inc(quipu_counter_grid_at(grid.counters, at, 1)); /* too few: the sink */
}

/* --- the exported twins ---------------------------------------------------------------------- */

static void call_sums(const struct handles *to, uint64_t i)
{
	quipu_ffi_counter_inc(to->counter);
	quipu_ffi_counter_add(to->counter, i);
	quipu_ffi_float_counter_inc(to->real);
	quipu_ffi_float_counter_add(to->real, 0.5);
	quipu_ffi_updown_inc(to->updown);
	quipu_ffi_updown_dec(to->updown);
	quipu_ffi_updown_add(to->updown, -2);
	quipu_ffi_gauge_set(to->gauge, 1);
	quipu_ffi_gauge_add(to->gauge, 1);
	quipu_ffi_gauge_inc(to->gauge);
	quipu_ffi_gauge_dec(to->gauge);
	quipu_ffi_stateset_select(to->states, (uint32_t)(i % 3));
	quipu_ffi_stateset_set(to->states, (uint32_t)(i % 3), (int)(i & 1));
}

static void call_values(const struct handles *to, uint64_t i)
{
	const quipu_exemplar *exemplar = QUIPU_EXEMPLAR(.trace_id = "t");

	quipu_ffi_histogram_observe(to->histogram, (double)(i % 16));
	quipu_ffi_histogram_observe_ns(to->histogram, i);
	quipu_ffi_summary_observe(to->summary, (double)i);
	quipu_ffi_summary_observe_ns(to->summary, i);
	quipu_ffi_counter_add_exemplar(to->counter, i, exemplar);
	quipu_ffi_float_counter_add_exemplar(to->real, 0.5, exemplar);
	quipu_ffi_histogram_observe_exemplar(to->histogram, (double)(i % 16), exemplar);
}

static void call_grids(uint64_t i)
{
	const uint32_t at[] = { (uint32_t)(i % 4), (uint32_t)(i % 2) };

	quipu_ffi_counter_inc(quipu_ffi_counter_grid_at(grid.counters, at, 2));
	quipu_ffi_float_counter_inc(quipu_ffi_float_counter_grid_at(grid.reals, at, 2));
	quipu_ffi_updown_inc(quipu_ffi_updown_grid_at(grid.updowns, at, 2));
	quipu_ffi_histogram_observe(quipu_ffi_histogram_grid_at(grid.histograms, at, 2), 1);
}

/* --- by label values ------------------------------------------------------------------------- */

#define BY_LABELS(verb, kind, name, amount)                                                        \
	quipu_##kind##_##verb##_at(to->name, amount, set, N_LABELS);                               \
	quipu_##kind##_##verb##_at_v(to->name, amount, strs, N_LABELS);                            \
	quipu_##kind##_##verb##_with(to->name, amount, call_names, set)

#define WITH_EXEMPLAR(verb, kind, name, amount)                                                    \
	quipu_##kind##_##verb##_exemplar_at(to->name, amount, exemplar, set, N_LABELS);            \
	quipu_##kind##_##verb##_exemplar_at_v(to->name, amount, exemplar, strs, N_LABELS)

static void record_by_labels(const struct families *to, uint64_t i)
{
	const char *const set[] = { text[i % SETS][0], text[i % SETS][1], text[i % SETS][2] };
	const quipu_str strs[] = { { set[0], strlen(set[0]) },
				   { set[1], strlen(set[1]) },
				   { set[2], strlen(set[2]) } };
	const quipu_exemplar *exemplar = QUIPU_EXEMPLAR(.trace_id = "t");

	BY_LABELS(add, counter, counter, i);
	BY_LABELS(add, float_counter, real, 0.5);
	BY_LABELS(add, updown, updown, -1);
	BY_LABELS(add, gauge, gauge, 1);
	BY_LABELS(set, gauge, gauge, (double)i);
	BY_LABELS(observe, histogram, histogram, (double)(i % 16));
	BY_LABELS(observe, summary, summary, (double)(i % 16));
	BY_LABELS(select, stateset, states, (uint32_t)(i % 3));
	WITH_EXEMPLAR(add, counter, counter, i);
	WITH_EXEMPLAR(add, float_counter, real, 0.5);
	WITH_EXEMPLAR(observe, histogram, histogram, 0.5);
}

/* --- all ------------------------------------------------------------------------------------- */

void verbs_record(uint64_t i)
{
	const struct handles *const all[] = { &live, &traced, &removed, &zero };
	size_t k;

	for (k = 0; k < sizeof all / sizeof *all; k++) {
		record_sums(all[k], i);
		record_shared(all[k], i);
		record_values(all[k], i);
		record_exemplars(all[k], i);
		call_sums(all[k], i);
		call_values(all[k], i);
	}
	record_grids(i);
	call_grids(i);
	record_by_labels(&some, i);
	record_by_labels(&full, i);
}

void verbs_record_timed(uint64_t i)
{
	quipu_timer timer = { quipu_now_ns() - i };

	quipu_timer_observe(timer, live.histogram);
	quipu_timer_observe(quipu_timer_start(), removed.histogram);
	quipu_timer_observe(timer, zero.histogram);
	quipu_ffi_timer_observe(quipu_ffi_timer_start(), live.histogram);
	{
		QUIPU_TIME_SCOPE(live.native);
	}
	quipu_set_to_now(live.gauge);
}
