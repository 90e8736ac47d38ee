/* SPDX-License-Identifier: MIT */
/*
 * instructions.c: every hot path a known number of times, for a simulator to count.
 *
 * bench/instructions runs it under callgrind, which collects only inside the functions called
 * case_… and writes down what it has whenever one of them returns. Here we say, in the same order,
 * what those numbers are:
 *
 *   fact NAME TEXT   what the counts depend on, as it looks from inside the simulator
 *   loop NAME        SHORT repetitions to warm up, then SHORT, then LONG
 *   part NAME        the same with that many series: a scrape
 *   first NAME       the first call in a new thread, then the second
 *
 * So a count is a difference, and what is done once in a call of case_… is not in it. The loop
 * itself, "empty", is taken off the others. Handles and values lie in memory, as a program's do,
 * and are loaded anew each time; counter_local has its handle in a register. The timer's two clock
 * reads are here system calls (a simulator hides the vDSO): of them only the way to the kernel
 * counts, so that no machine's clock does. A look-up's choosing of its label set is in its count.
 */
#include <quipu/ffi.h>
#include <quipu/llm.h>
#include <quipu/quipu.h>

#include <gnu/libc-version.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SHORT 1000
#define LONG 2000
#define SETS 64

QUIPU_LABELS(call, model, provider, status);

/* What the cases record into. Its address is given away, so no compiler knows what is in it. */
static struct {
	quipu_counter counter, spread[SETS], removed, zero, traced;
	quipu_float_counter real;
	quipu_updown updown;
	quipu_gauge gauge;
	quipu_histogram histogram, native, both, traced_histogram, zero_histogram;
	quipu_summary summary;
	quipu_stateset states;
	quipu_counter_grid grid;
	quipu_counter_family family, full;
	quipu_histogram_family histograms;
	const quipu_exemplar *exemplar;
	uint64_t amount, ns;
	double value;
	uint32_t state, at[2];
	const char *labels[SETS][3];
	quipu_str strs[SETS][3];
	const char *refused[3];
	quipu_llm *llm;
	const quipu_llm_route *routes[2]; /* under the short names, and under both namings */
	const char *model, *provider;
	quipu_llm_call call;
} kept;

/* Registries with SHORT and with LONG series. */
static quipu_registry *counters[2], *histograms[2];

/* --- the cases ----------------------------------------------------------------------------- */

#define CASE(name) static __attribute__((noinline)) void case_##name(unsigned long n)

#define LOOP(name, before, record)                                                                 \
	CASE(name)                                                                                 \
	{                                                                                          \
		unsigned long i;                                                                   \
                                                                                                   \
		before;                                                                            \
		for (i = 0; i < n; i++) {                                                          \
			record;                                                                    \
			__asm__ volatile("" : : "r"(i) : "memory");                                \
		}                                                                                  \
	}

#define SET(i) kept.labels[(i) % SETS][0], kept.labels[(i) % SETS][1], kept.labels[(i) % SETS][2]
#define INC_TYPED(i)                                                                               \
	quipu_inc_with(kept.family, call, .model = kept.labels[(i) % SETS][0],                     \
		       .provider = kept.labels[(i) % SETS][1],                                     \
		       .status = kept.labels[(i) % SETS][2])
#define REFUSED kept.refused[0], kept.refused[1], kept.refused[2]

/* A call's whole life, with three chunks; the moments are known. */
static void llm_call(const quipu_llm_route *route)
{
	quipu_llm_begin_at(&kept.call, route, kept.ns);
	quipu_llm_first_token_at(&kept.call, 2 * kept.ns);
	quipu_llm_chunk_at(&kept.call, 2 * kept.ns);
	quipu_llm_chunk_at(&kept.call, 3 * kept.ns);
	quipu_llm_chunk_at(&kept.call, 4 * kept.ns);
	quipu_llm_end_at(&kept.call, QUIPU_LLM_OK,
			 QUIPU_LLM_USAGE(.input = 812, .output = 64, .cost_microdollars = 1520),
			 5 * kept.ns);
}

#define LOOPS(X)                                                                                   \
	X(empty, , )                                                                               \
	X(counter, , quipu_inc(kept.counter))                                                      \
	X(counter_local, quipu_counter local = kept.counter, quipu_inc(local))                     \
	X(counter_add, , quipu_add(kept.counter, kept.amount))                                     \
	X(counter_spread, , quipu_inc(kept.spread[i % SETS]))                                      \
	X(counter_called, , quipu_ffi_counter_inc(kept.counter))                                   \
	X(float_counter, , quipu_add(kept.real, kept.value))                                       \
	X(updown, , quipu_inc(kept.updown))                                                        \
	X(gauge_set, , quipu_set(kept.gauge, kept.value))                                          \
	X(gauge_add, , quipu_add(kept.gauge, kept.value))                                          \
	X(stateset, , quipu_select(kept.states, kept.state))                                       \
	X(histogram, , quipu_observe(kept.histogram, kept.value))                                  \
	X(histogram_ns, , quipu_observe_ns(kept.histogram, kept.ns))                               \
	X(histogram_called, , quipu_ffi_histogram_observe(kept.histogram, kept.value))             \
	X(native, , quipu_observe(kept.native, kept.value))                                        \
	X(both_kinds, , quipu_observe(kept.both, kept.value))                                      \
	X(summary, , quipu_observe(kept.summary, kept.value))                                      \
	X(timer, , quipu_timer_observe(quipu_timer_start(), kept.histogram))                       \
	X(grid, , quipu_inc(quipu_grid_at(kept.grid, kept.at[0], kept.at[1])))                     \
	X(exemplar_counter, , quipu_inc_exemplar(kept.traced, kept.exemplar))                      \
	X(exemplar_histogram, ,                                                                    \
	  quipu_observe_exemplar(kept.traced_histogram, kept.value, kept.exemplar))                \
	X(removed, , quipu_inc(kept.removed))                                                      \
	X(zero_counter, , quipu_inc(kept.zero))                                                    \
	X(zero_histogram, , quipu_observe(kept.zero_histogram, kept.value))                        \
	X(lookup, , quipu_inc_at(kept.family, SET(i)))                                             \
	X(lookup_lengths, , quipu_inc_at_v(kept.family, kept.strs[i % SETS], 3))                   \
	X(lookup_typed, , INC_TYPED(i))                                                            \
	X(lookup_histogram, , quipu_observe_at(kept.histograms, kept.value, SET(i)))               \
	X(lookup_refused, , quipu_inc_at(kept.full, REFUSED))                                      \
	X(llm_call, , llm_call(kept.routes[0]))                                                    \
	X(llm_call_both, , llm_call(kept.routes[1]))                                               \
	X(llm_route_of, , quipu_llm_route_of(kept.llm, kept.model, kept.provider))

LOOPS(LOOP)

static int swallow(void *ctx, const char *data, size_t len)
{
	(void)ctx;
	(void)data;
	(void)len;
	return 0;
}

#define SCRAPE(kind, format)                                                                       \
	CASE(kind##_##format)                                                                      \
	{                                                                                          \
		quipu_write(kind[n == LONG], &quipu_format_##format, swallow, NULL);               \
	}

#define SCRAPES(X)                                                                                 \
	X(counters, text)                                                                          \
	X(counters, openmetrics)                                                                   \
	X(counters, protobuf)                                                                      \
	X(histograms, text)                                                                        \
	X(histograms, openmetrics)                                                                 \
	X(histograms, protobuf)

SCRAPES(SCRAPE)

/* In a thread that has not recorded before: into a new shard, into that of one that has ended, and
 * the first look-up. */
#define FIRSTS(X)                                                                                  \
	X(thread_new, , quipu_inc(kept.counter))                                                   \
	X(thread_again, , quipu_inc(kept.counter))                                                 \
	X(thread_lookup, , quipu_inc_at(kept.family, SET(i)))

FIRSTS(LOOP)

/* --- set-up -------------------------------------------------------------------------------- */

/* The library's seed for hashes (the linker sends it here): the same tables in every run. */
ssize_t __wrap_getrandom(void *buffer, size_t len, unsigned flags);
ssize_t __wrap_getrandom(void *buffer, size_t len, unsigned flags)
{
	(void)flags;
	memset(buffer, 42, len);
	return (ssize_t)len;
}

/* NAMED("name", .option = …) */
#define NAMED(...) QUIPU_OPTS(.help = "Counted.", .name = __VA_ARGS__)

static void make_handles(quipu_registry *registry)
{
	static const char *const values[] = { "a", "b", "c" };
	static const quipu_axis axes[] = { { "x", values, 3 }, { "y", values, 3 } };

	kept.counter = quipu_counter_new(registry, NAMED("a_total"));
	kept.real = quipu_float_counter_new(registry, NAMED("b_total"));
	kept.updown = quipu_updown_new(registry, NAMED("c"));
	kept.gauge = quipu_gauge_new(registry, NAMED("d"));
	kept.histogram = quipu_histogram_new(registry, NAMED("e"));
	kept.native = quipu_histogram_new(registry, NAMED("f", .native_factor = 1.1));
	kept.both = quipu_histogram_new(registry, NAMED("g", .bounds = quipu_default_bounds,
							.n_bounds = QUIPU_N_DEFAULT_BOUNDS,
							.native_factor = 1.1));
	kept.summary = quipu_summary_new(registry, NAMED("h"));
	kept.states = quipu_stateset_new(registry, NAMED("i", .states = values, .n_states = 3));
	kept.grid = quipu_counter_grid_new(registry, NAMED("j_total", .axes = axes, .n_axes = 2));
}

/* Places for exemplars that are taken, so that no other is wanted. */
static void make_traced(quipu_registry *registry)
{
	static const quipu_exemplar exemplar = { .size = sizeof exemplar, .trace_id = "t" };

	kept.exemplar = &exemplar;
	kept.traced = quipu_counter_new(registry, NAMED("k_total", .exemplars = 1));
	kept.traced_histogram = quipu_histogram_new(registry, NAMED("l", .exemplars = 1));
	quipu_inc_exemplar(kept.traced, &exemplar);
	quipu_observe_exemplar(kept.traced_histogram, 0.3, &exemplar);
}

/* The label sets of README.md, up to 64. */
static void make_labels(void)
{
	static const char *const model[] = { "gpt-4o",	     "gpt-4o-mini",   "claude-3-5-sonnet",
					     "claude-haiku", "llama-3.1-70b", "llama-3.1-8b",
					     "mixtral-8x7b", "gemini-1.5-pro" };
	static const char *const provider[] = { "openai", "anthropic", "azure", "self-hosted" };
	static const char *const status[] = { "success", "rate_limited" };
	size_t i, k;

	for (i = 0; i < SETS; i++) {
		kept.labels[i][0] = model[i % 8];
		kept.labels[i][1] = provider[i / 8 % 4];
		kept.labels[i][2] = status[i / 32];
		for (k = 0; k < 3; k++)
			kept.strs[i][k] =
				(quipu_str){ kept.labels[i][k], strlen(kept.labels[i][k]) };
	}
	memcpy(kept.refused, kept.labels[SETS - 1], sizeof kept.refused);
}

static void make_families(quipu_registry *registry)
{
	size_t i;

	make_labels();
	kept.family = quipu_counter_family_new(registry, NAMED("m_total", .labels = call_names));
	kept.histograms = quipu_histogram_family_new(registry, NAMED("n", .labels = call_names));
	kept.full = quipu_counter_family_new(
		registry, NAMED("o_total", .labels = call_names, .max_series = 4));
	for (i = 0; i < SETS; i++) {
		kept.spread[i] = quipu_at(kept.family, SET(i));
		quipu_observe_at(kept.histograms, 0.3, SET(i));
		quipu_inc_at(kept.full, SET(i));
	}
	kept.removed = quipu_at(kept.family, "a", "removed", "one");
	quipu_family_remove(kept.family, "a", "removed", "one");
}

/* Both kinds with n series; contents as in README.md. */
static void make_scraped(size_t n, quipu_registry **counter_registry,
			 quipu_registry **histogram_registry)
{
	quipu_counter_family c;
	quipu_histogram_family h;
	char text[3][32];
	size_t i, k;

	*counter_registry = quipu_registry_new(QUIPU_REGISTRY_OPTS(.max_series = n));
	*histogram_registry = quipu_registry_new(QUIPU_REGISTRY_OPTS(.max_series = n));
	c = quipu_counter_family_new(*counter_registry,
				     NAMED("llm_requests_total", .labels = call_names));
	h = quipu_histogram_family_new(*histogram_registry,
				       NAMED("llm_request_duration_seconds", .labels = call_names));
	for (i = 0; i < n; i++) {
		snprintf(text[0], sizeof text[0], "model-%zu", i % 100);
		snprintf(text[1], sizeof text[1], "provider-%zu", i / 100 % 10);
		snprintf(text[2], sizeof text[2], "status-%zu", i / 1000);
		quipu_add_at(c, 1 + 7 * i, text[0], text[1], text[2]);
		for (k = 0; k < 12; k++)
			quipu_observe_at(h, 0.004 * (double)(1u << k) * (1 + (double)(i % 7) * 0.1),
					 text[0], text[1], text[2]);
	}
}

static quipu_llm *make_kit(unsigned names)
{
	return quipu_llm_open(quipu_registry_new(NULL),
			      &(quipu_llm_opts){ .size = sizeof(quipu_llm_opts), .names = names },
			      NULL);
}

static void make_llm(void)
{
	kept.model = "claude-3-5-sonnet";
	kept.provider = "anthropic";
	kept.llm = make_kit(QUIPU_LLM_NAMES_SHORT);
	kept.routes[0] = quipu_llm_route_of(kept.llm, kept.model, kept.provider);
	kept.routes[1] =
		quipu_llm_route_of(make_kit(QUIPU_LLM_NAMES_SHORT | QUIPU_LLM_NAMES_OTEL_1_41),
				   kept.model, kept.provider);
}

static int make(void)
{
	quipu_registry *registry = quipu_registry_new(NULL);

	kept.amount = 7;
	kept.ns = 300000000;
	kept.value = 0.3;
	kept.state = kept.at[0] = 1;
	kept.at[1] = 2;
	make_handles(registry);
	make_traced(registry);
	make_families(registry);
	make_llm();
	make_scraped(SHORT, &counters[0], &histograms[0]);
	make_scraped(LONG, &counters[1], &histograms[1]);
	__asm__ volatile("" : : "r"(&kept) : "memory");
	return quipu_registry_status(registry, NULL) == QUIPU_OK &&
	       quipu_registry_status(counters[1], NULL) == QUIPU_OK &&
	       quipu_registry_status(histograms[1], NULL) == QUIPU_OK;
}

/* --- running ------------------------------------------------------------------------------- */

typedef void run_fn(unsigned long n);

static void run(const char *how, const char *name, run_fn *counted)
{
	printf("%s %s\n", how, name);
	counted(SHORT);
	counted(SHORT);
	counted(LONG);
}

static void *call_twice(void *counted)
{
	run_fn *const *function = counted;

	(*function)(1);
	(*function)(1);
	return NULL;
}

static void run_in_thread(const char *name, run_fn *counted)
{
	pthread_t thread;

	printf("first %s\n", name);
	if (pthread_create(&thread, NULL, call_twice, &counted) || pthread_join(thread, NULL))
		abort();
}

static void print_facts(void)
{
#if defined(__clang__)
	printf("fact compiler clang %d\n", __clang_major__);
#else
	printf("fact compiler gcc %d\n", __GNUC__);
#endif
#if defined(__OPTIMIZE__)
	printf("fact optimized yes\n");
#else
	printf("fact optimized no\n");
#endif
	printf("fact libc glibc %s\n", gnu_get_libc_version());
#if defined(__x86_64__)
	__builtin_cpu_init();
	printf("fact processor x86_64%s%s\n", __builtin_cpu_supports("avx") ? " avx" : "",
	       __builtin_cpu_supports("avx2") ? " avx2" : "");
#else
	printf("fact processor aarch64\n");
#endif
	/* liburcu's readers fence where the kernel cannot (MEMBARRIER_CMD_PRIVATE_EXPEDITED) */
	printf("fact membarrier %s\n",
	       syscall(SYS_membarrier, 0, 0, 0) & 8 ? "expedited" : "not expedited");
}

int main(void)
{
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	print_facts();
	if (!make()) {
		fprintf(stderr, "bench_instructions: set-up failed\n");
		return 1;
	}
#define RUN_LOOP(name, before, record) run("loop", #name, case_##name);
	LOOPS(RUN_LOOP)
#define RUN_SCRAPE(kind, format) run("part", #kind "_" #format, case_##kind##_##format);
	SCRAPES(RUN_SCRAPE)
#define RUN_FIRST(name, before, record) run_in_thread(#name, case_##name);
	FIRSTS(RUN_FIRST)
	return 0;
}
