/* SPDX-License-Identifier: MIT */
/*
 * record.cc: what recording costs, beside what it must be compared with, in one run.
 *
 * On 1 and 2 threads: an empty loop, a thread-local add, a locked add (own cell, shared
 * cell), a mutex, a clock read; then every way of recording. Times are CPU time per operation
 * of one thread, so that neighbours on a busy machine disturb little. Built twice from this
 * source: with the shared library and with the static one.
 */
#include <benchmark/benchmark.h>
#include <quipu/llm.h>
#include <quipu/quipu.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <mutex>
#include <random>

#ifndef BENCH_LINKAGE
#define BENCH_LINKAGE "unknown"
#endif

QUIPU_LABELS(call_labels, model, provider, status);

namespace
{

constexpr size_t kValues = 16384; /* a power of two */
constexpr size_t kSets = 64;
constexpr size_t kLine = 128;

double values[kValues];	       /* log-uniform, over all eleven default buckets and +Inf */
uint64_t nanoseconds[kValues]; /* the same */
const char *label[kSets][3];
quipu_str label_str[kSets][3];

quipu_counter counter;
quipu_counter spread[kSets]; /* one for each label set */
quipu_float_counter float_counter;
quipu_updown updown;
quipu_gauge gauge;
quipu_histogram histogram, native, both, traced;
quipu_summary summary;
quipu_counter traced_counter;
quipu_counter_family family;
quipu_histogram_family histogram_family;
quipu_counter_grid grid;
quipu_llm *kit, *kit_of_both;
const quipu_llm_route *route, *route_of_both;

/* --- preparation --------------------------------------------------------------------------- */

void make_values()
{
	std::mt19937_64 random(20231);
	std::uniform_real_distribution<double> exponent(std::log(0.0025), std::log(12.0));

	for (size_t i = 0; i < kValues; i++) {
		values[i] = std::exp(exponent(random));
		nanoseconds[i] = static_cast<uint64_t>(values[i] * 1e9);
	}
}

/* At an address of its own, at any alignment, as strings in a program are. */
const char *place(const char *text, std::mt19937_64 &random)
{
	size_t len = std::strlen(text) + 1, skew = random() % 64;
	char *memory = static_cast<char *>(std::malloc(len + skew + random() % 512));

	std::memcpy(memory + skew, text, len);
	return memory + skew;
}

/* 8 models, 4 providers, 2 statuses. */
void make_labels()
{
	static const char *const models[] = { "gpt-4o",	      "gpt-4o-mini",   "claude-3-5-sonnet",
					      "claude-haiku", "llama-3.1-70b", "llama-3.1-8b",
					      "mixtral-8x7b", "gemini-1.5-pro" };
	static const char *const providers[] = { "openai", "anthropic", "azure", "self-hosted" };
	static const char *const statuses[] = { "success", "rate_limited" };
	std::mt19937_64 random(7);

	for (size_t i = 0; i < kSets; i++) {
		label[i][0] = place(models[i % 8], random);
		label[i][1] = place(providers[i / 8 % 4], random);
		label[i][2] = place(statuses[i / 32], random);
		for (size_t j = 0; j < 3; j++)
			label_str[i][j] = quipu_str{ label[i][j], std::strlen(label[i][j]) };
	}
}

void make_grid(quipu_registry *registry)
{
	static const char *const rows[] = { "a", "b", "c", "d", "e", "f", "g", "h" };
	static const quipu_axis axes[] = { { "row", rows, 8 }, { "column", rows, 8 } };

	grid = quipu_counter_grid_new(registry,
				      QUIPU_OPTS(.name = "bench_grid_total", .help = "A grid.",
						 .axes = axes, .n_axes = 2));
}

bool make_metrics()
{
	quipu_registry *registry = quipu_default_registry();

	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "bench_total", .help = "Counts."));
	float_counter = quipu_float_counter_new(
		registry, QUIPU_OPTS(.name = "bench_float_total", .help = "Adds."));
	updown = quipu_updown_new(registry, QUIPU_OPTS(.name = "bench_now", .help = "Ups, downs."));
	gauge = quipu_gauge_new(registry, QUIPU_OPTS(.name = "bench_gauge", .help = "Sets."));
	histogram = quipu_histogram_new(registry,
					QUIPU_OPTS(.name = "bench_seconds", .help = "Observes."));
	native = quipu_histogram_new(registry,
				     QUIPU_OPTS(.name = "bench_native_seconds",
						.help = "Native buckets.", .native_factor = 1.1));
	both = quipu_histogram_new(
		registry, QUIPU_OPTS(.name = "bench_both_seconds", .help = "Both kinds of buckets.",
				     .bounds = quipu_default_bounds,
				     .n_bounds = QUIPU_N_DEFAULT_BOUNDS, .native_factor = 1.1));
	traced = quipu_histogram_new(registry,
				     QUIPU_OPTS(.name = "bench_traced_seconds",
						.help = "With exemplars.", .exemplars = 1));
	traced_counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "bench_traced_total",
								.help = "Traced.", .exemplars = 1));
	summary = quipu_summary_new(
		registry, QUIPU_OPTS(.name = "bench_summary_seconds", .help = "Quantiles."));
	family = quipu_counter_family_new(registry, QUIPU_OPTS(.name = "bench_labelled_total",
							       .help = "Looks up.",
							       .labels = call_labels_names));
	histogram_family = quipu_histogram_family_new(
		registry, QUIPU_OPTS(.name = "bench_labelled_seconds", .help = "Looks up.",
				     .labels = call_labels_names));
	for (size_t i = 0; i < kSets; i++)
		spread[i] = quipu_at(family, label[i][0], label[i][1], label[i][2]);
	make_grid(registry);
	return quipu_registry_status(registry, nullptr) == QUIPU_OK;
}

bool make_kits()
{
	kit = quipu_llm_open(quipu_default_registry(), nullptr, nullptr);
	kit_of_both = quipu_llm_open(
		quipu_registry_new(nullptr),
		QUIPU_LLM_OPTS(.names = QUIPU_LLM_NAMES_SHORT | QUIPU_LLM_NAMES_OTEL_1_41),
		nullptr);
	route = quipu_llm_route_of(kit, "gpt-4o", "openai");
	route_of_both = quipu_llm_route_of(kit_of_both, "gpt-4o", "openai");
	return route && route_of_both;
}

/* --- what to compare with -------------------------------------------------------------------- */

__thread uint64_t local_word __attribute__((tls_model("initial-exec")));

struct alignas(kLine) Cell {
	uint64_t word;
};
Cell cells[64];
Cell shared_cell;

struct alignas(kLine) Locked {
	std::mutex mutex;
	uint64_t word;
};
Locked locked[64];
Locked shared_locked;

size_t own(const benchmark::State &state)
{
	return static_cast<size_t>(state.thread_index()) % 64;
}

/* The assembly keeps the compiler from counting to the end at once. */
void empty_loop(benchmark::State &state)
{
	for (auto _ : state)
		__asm__ volatile("");
}

/* What the histogram benchmarks do besides observing. */
void read_values(benchmark::State &state)
{
	size_t i = 0;

	for (auto _ : state)
		benchmark::DoNotOptimize(values[i++ % kValues]);
}

/* What the grid benchmark does besides recording. */
void make_indices(benchmark::State &state)
{
	uint32_t i = 0;

	for (auto _ : state) {
		__asm__ volatile("" : : "r"(i % 8), "r"(i / 8 % 8));
		i++;
	}
}

/* What the look-up benchmarks do besides looking up. */
void read_labels(benchmark::State &state)
{
	size_t i = 0;

	for (auto _ : state) {
		const char *const *set = label[i++ % kSets];

		benchmark::DoNotOptimize(set[0]);
		benchmark::DoNotOptimize(set[1]);
		benchmark::DoNotOptimize(set[2]);
	}
}

/* Plain C++, made to happen on each turn. */
void thread_local_add(benchmark::State &state)
{
	for (auto _ : state) {
		local_word++;
		__asm__ volatile("" : "+m"(local_word));
	}
}

void locked_add_own(benchmark::State &state)
{
	uint64_t *word = &cells[own(state)].word;

	for (auto _ : state)
		__atomic_fetch_add(word, 1, __ATOMIC_SEQ_CST);
}

/* The result is used: lock xadd rather than lock add. */
void lock_xadd_own(benchmark::State &state)
{
	uint64_t *word = &cells[own(state)].word;

	for (auto _ : state)
		benchmark::DoNotOptimize(__atomic_fetch_add(word, 1, __ATOMIC_SEQ_CST));
}

void lock_xadd_shared(benchmark::State &state)
{
	for (auto _ : state)
		benchmark::DoNotOptimize(
			__atomic_fetch_add(&shared_cell.word, 1, __ATOMIC_SEQ_CST));
}

void mutex_add(benchmark::State &state, Locked &cell)
{
	for (auto _ : state) {
		std::lock_guard<std::mutex> guard(cell.mutex);

		benchmark::DoNotOptimize(cell.word++);
	}
}

void mutex_own(benchmark::State &state)
{
	mutex_add(state, locked[own(state)]);
}

void mutex_shared(benchmark::State &state)
{
	mutex_add(state, shared_locked);
}

void read_clock(benchmark::State &state)
{
	struct timespec now;

	for (auto _ : state) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		benchmark::DoNotOptimize(now);
	}
}

/* --- kept handles ----------------------------------------------------------------------------- */

void counter_inc(benchmark::State &state)
{
	const quipu_counter kept = counter;

	for (auto _ : state)
		quipu_inc(kept);
}

/* Not the same word again and again, which this processor need not even load. */
void counter_inc_spread(benchmark::State &state)
{
	size_t i = 0;

	for (auto _ : state)
		quipu_inc(spread[i++ % kSets]);
}

void float_counter_add(benchmark::State &state)
{
	const quipu_float_counter kept = float_counter;

	for (auto _ : state)
		quipu_add(kept, 0.5);
}

void updown_inc_dec(benchmark::State &state)
{
	const quipu_updown kept = updown;

	for (auto _ : state) {
		quipu_inc(kept);
		quipu_dec(kept);
	}
}

void gauge_set(benchmark::State &state)
{
	const quipu_gauge kept = gauge;
	size_t i = 0;

	for (auto _ : state)
		quipu_set(kept, values[i++ % kValues]);
}

void gauge_add(benchmark::State &state)
{
	const quipu_gauge kept = gauge;

	for (auto _ : state)
		quipu_add(kept, 1.0);
}

void histogram_observe(benchmark::State &state)
{
	const quipu_histogram kept = histogram;
	size_t i = 0;

	for (auto _ : state)
		quipu_observe(kept, values[i++ % kValues]);
}

void native_observe(benchmark::State &state)
{
	const quipu_histogram kept = native;
	size_t i = 0;

	for (auto _ : state)
		quipu_observe(kept, values[i++ % kValues]);
}

void both_observe(benchmark::State &state)
{
	const quipu_histogram kept = both;
	size_t i = 0;

	for (auto _ : state)
		quipu_observe(kept, values[i++ % kValues]);
}

void summary_observe(benchmark::State &state)
{
	const quipu_summary kept = summary;
	size_t i = 0;

	for (auto _ : state)
		quipu_observe(kept, values[i++ % kValues]);
}

/* Nobody scrapes, so nearly always the exemplar is not wanted: what it costs then. */
void histogram_exemplar(benchmark::State &state)
{
	const quipu_histogram kept = traced;
	size_t i = 0;

	for (auto _ : state)
		quipu_observe_exemplar(
			kept, values[i++ % kValues],
			QUIPU_EXEMPLAR(.trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"));
}

void counter_exemplar(benchmark::State &state)
{
	const quipu_counter kept = traced_counter;

	for (auto _ : state)
		quipu_inc_exemplar(kept,
				   QUIPU_EXEMPLAR(.trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"));
}

void histogram_observe_ns(benchmark::State &state)
{
	const quipu_histogram kept = histogram;
	size_t i = 0;

	for (auto _ : state)
		quipu_observe_ns(kept, nanoseconds[i++ % kValues]);
}

void grid_inc(benchmark::State &state)
{
	const quipu_counter_grid kept = grid;
	uint32_t i = 0;

	for (auto _ : state) {
		quipu_inc(quipu_grid_at(kept, i % 8, i / 8 % 8));
		i++;
	}
}

void time_scope(benchmark::State &state)
{
	const quipu_histogram kept = histogram;

	for (auto _ : state) {
		QUIPU_TIME_SCOPE(kept);
	}
}

/* --- by label values -------------------------------------------------------------------------- */

void lookup_inc(benchmark::State &state)
{
	size_t i = 0;

	for (auto _ : state) {
		const char *const *set = label[i++ % kSets];

		quipu_inc_at(family, set[0], set[1], set[2]);
	}
}

void lookup_inc_v(benchmark::State &state)
{
	size_t i = 0;

	for (auto _ : state)
		quipu_inc_at_v(family, label_str[i++ % kSets], 3);
}

void lookup_inc_typed(benchmark::State &state)
{
	size_t i = 0;

	for (auto _ : state) {
		const char *const *set = label[i++ % kSets];

		quipu_inc_with(family, call_labels, .model = set[0], .provider = set[1],
			       .status = set[2]);
	}
}

void lookup_observe(benchmark::State &state)
{
	size_t i = 0;

	for (auto _ : state) {
		const char *const *set = label[i % kSets];

		quipu_observe_at(histogram_family, values[i++ % kValues], set[0], set[1], set[2]);
	}
}

/* From its beginning to its end, with a first token, three chunks, usage and cost; without the clock,
 * which a call reads six times. */
void live_a_call(const quipu_llm_route *on, size_t i)
{
	const uint64_t took_ns = nanoseconds[i % kValues];
	quipu_llm_call call = QUIPU_LLM_CALL_INIT;

	quipu_llm_begin_at(&call, on, 0);
	quipu_llm_first_token_at(&call, took_ns / 8);
	for (uint64_t chunk = 2; chunk <= 4; chunk++)
		quipu_llm_chunk_at(&call, took_ns / 8 * chunk);
	quipu_llm_end_at(&call, QUIPU_LLM_OK,
			 QUIPU_LLM_USAGE(.input = i % 4096, .output = 2 + i % 512,
					 .cost_microdollars = i % 5000),
			 took_ns);
}

void llm_call(benchmark::State &state)
{
	size_t i = 0;

	for (auto _ : state)
		live_a_call(route, i++);
}

void llm_call_both(benchmark::State &state)
{
	size_t i = 0;

	for (auto _ : state)
		live_a_call(route_of_both, i++);
}

void llm_route(benchmark::State &state)
{
	for (auto _ : state)
		benchmark::DoNotOptimize(quipu_llm_route_of(kit, "gpt-4o", "openai"));
}

#define RECORD_BENCHMARK(name) BENCHMARK(name)->Threads(1)->Threads(2)
RECORD_BENCHMARK(empty_loop);
RECORD_BENCHMARK(read_values);
RECORD_BENCHMARK(read_labels);
RECORD_BENCHMARK(make_indices);
RECORD_BENCHMARK(thread_local_add);
RECORD_BENCHMARK(locked_add_own);
RECORD_BENCHMARK(lock_xadd_own);
RECORD_BENCHMARK(lock_xadd_shared);
RECORD_BENCHMARK(mutex_own);
RECORD_BENCHMARK(mutex_shared);
RECORD_BENCHMARK(read_clock);
RECORD_BENCHMARK(counter_inc);
RECORD_BENCHMARK(counter_inc_spread);
RECORD_BENCHMARK(float_counter_add);
RECORD_BENCHMARK(updown_inc_dec);
RECORD_BENCHMARK(gauge_set);
RECORD_BENCHMARK(gauge_add);
RECORD_BENCHMARK(histogram_observe);
RECORD_BENCHMARK(histogram_observe_ns);
RECORD_BENCHMARK(native_observe);
RECORD_BENCHMARK(both_observe);
RECORD_BENCHMARK(summary_observe);
RECORD_BENCHMARK(histogram_exemplar);
RECORD_BENCHMARK(counter_exemplar);
RECORD_BENCHMARK(grid_inc);
RECORD_BENCHMARK(time_scope);
RECORD_BENCHMARK(lookup_inc);
RECORD_BENCHMARK(lookup_inc_v);
RECORD_BENCHMARK(lookup_inc_typed);
RECORD_BENCHMARK(lookup_observe);
RECORD_BENCHMARK(llm_call);
RECORD_BENCHMARK(llm_call_both);
RECORD_BENCHMARK(llm_route);

} /* namespace */

int main(int argc, char **argv)
{
	make_values();
	make_labels();
	if (!make_metrics() || !make_kits())
		return 1;
	benchmark::AddCustomContext("linkage", BENCH_LINKAGE);
	benchmark::AddCustomContext("compiler", __VERSION__);
	benchmark::Initialize(&argc, argv);
	if (benchmark::ReportUnrecognizedArguments(argc, argv))
		return 1;
	benchmark::RunSpecifiedBenchmarks();
	return 0;
}
