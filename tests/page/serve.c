/* SPDX-License-Identifier: MIT */
/* serve.c: what the live page's tests look at: a registry of every type, with texts that a careless
 * page would run. serve ADDRESS SERIES PROFILER: prints the address; a line "step" makes the values
 * others, always the same ones, and is answered "stepped"; ends when its input does. PROFILER "locks":
 * the families of a contention profiler are there too, "only": and the LLM kit's are not. */
#include "locks.h"

#include <quipu/http.h>
#include <quipu/quipu.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOSTILE "<img src=x onerror=\"document.title='hit'\">"

QUIPU_LABELS(call, model, status);
QUIPU_LABELS(route, model, provider);
QUIPU_LABELS(ended, model, provider, status);
QUIPU_LABELS(token, model, provider, direction);
QUIPU_LABELS(path, path);
QUIPU_LABELS(item, item, zone);

static const char *const models[] = { "alpha", "beta", HOSTILE };
#define N_MODELS (sizeof(models) / sizeof(models[0]))

static struct {
	quipu_counter_family calls, requests, tokens, items;
	quipu_counter big;
	quipu_float_counter_family cost;
	quipu_gauge temperature;
	quipu_updown workers;
	quipu_updown_family in_flight;
	quipu_histogram_family latency, duration, first_token;
	quipu_histogram native;
	quipu_stateset door;
	quipu_summary wait;
	unsigned long n_items;
	uint64_t seed;
	unsigned steps;
	bool has_llm, has_locks;
} made;

/* From 0 to 1, always the same sequence. */
static double draw(void)
{
	made.seed = made.seed * 6364136223846793005u + 1442695040888963407u;
	return (double)(made.seed >> 11) / 9007199254740992.0;
}

/* --- families ---------------------------------------------------------------------------- */

static void make_hostile(quipu_registry *registry)
{
	static const char *const labels[] = { HOSTILE, NULL };
	quipu_gauge_family family = quipu_gauge_family_new(
		registry, QUIPU_OPTS(.name = HOSTILE, .labels = labels,
				     .help = "<script>document.title='hit'</script>"));

	quipu_set_at(family, 1, HOSTILE);
}

static void make_plain(quipu_registry *registry)
{
	static const double bounds[] = { 0.1, 0.25, 0.5, 1, 2.5, 5 };
	static const char *const states[] = { "closed", "open" };

	made.calls = quipu_counter_family_new(
		registry,
		QUIPU_OPTS(.name = "calls_total", .help = "Calls made.", .labels = call_names));
	made.big = quipu_counter_new(
		registry, QUIPU_OPTS(.name = "big_total", .help = "Beyond what doubles count."));
	made.temperature = quipu_gauge_new(
		registry, QUIPU_OPTS(.name = "temperature_celsius", .help = "How warm it is."));
	made.workers = quipu_updown_new(registry,
					QUIPU_OPTS(.name = "workers", .help = "Threads at work."));
	made.latency = quipu_histogram_family_new(
		registry, QUIPU_OPTS(.name = "latency_seconds", .help = "How long it takes.",
				     .unit = "seconds", .labels = path_names, .bounds = bounds,
				     .n_bounds = sizeof(bounds) / sizeof(bounds[0])));
	made.native = quipu_histogram_new(
		registry, QUIPU_OPTS(.name = "native_seconds", .help = "In native buckets.",
				     .unit = "seconds", .native_factor = 1.1));
	made.door = quipu_stateset_new(registry, QUIPU_OPTS(.name = "door", .help = "Its state.",
							    .states = states, .n_states = 2));
	made.wait = quipu_summary_new(registry, QUIPU_OPTS(.name = "wait_seconds",
							   .help = "Waiting.", .unit = "seconds"));
	make_hostile(registry);
}

static void make_llm(quipu_registry *registry)
{
	made.requests = quipu_counter_family_new(
		registry,
		QUIPU_OPTS(.name = "llm_requests_total", .help = "Ended.", .labels = ended_names));
	made.duration = quipu_histogram_family_new(
		registry, QUIPU_OPTS(.name = "llm_request_duration_seconds", .help = "Duration.",
				     .unit = "seconds", .labels = route_names));
	made.first_token = quipu_histogram_family_new(
		registry,
		QUIPU_OPTS(.name = "llm_time_to_first_token_seconds", .help = "First token.",
			   .unit = "seconds", .labels = route_names));
	made.tokens = quipu_counter_family_new(
		registry,
		QUIPU_OPTS(.name = "llm_tokens_total", .help = "Tokens.", .labels = token_names));
	made.in_flight = quipu_updown_family_new(
		registry, QUIPU_OPTS(.name = "llm_requests_in_flight", .help = "In flight.",
				     .labels = route_names));
	made.cost = quipu_float_counter_family_new(
		registry, QUIPU_OPTS(.name = "llm_cost_dollars_total", .help = "Cost.",
				     .unit = "dollars", .labels = route_names));
}

static void make_items(quipu_registry *registry, unsigned long n)
{
	made.n_items = n;
	made.items = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "items_total", .help = "Items.", .labels = item_names,
				     .max_series = n + 1));
}

/* --- values ------------------------------------------------------------------------------ */

static void step_llm(const char *model, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		double took = 0.05 + 4 * draw() * draw();

		quipu_inc_at(made.requests, model, "one", draw() < 0.1 ? "error" : "success");
		quipu_observe_at(made.duration, took, model, "one");
		quipu_observe_at(made.first_token, took * 0.2, model, "one");
	}
	quipu_add_at(made.tokens, 900 * n, model, "one", "input");
	quipu_add_at(made.tokens, 150 * n, model, "one", "output");
	quipu_add_at(made.cost, 0.0125 * n, model, "one");
	quipu_inc_at(made.in_flight, model, "one");
}

static void step_items(void)
{
	for (unsigned long i = 0; i < made.n_items; i++) {
		char number[32];

		snprintf(number, sizeof(number), "%lu", i);
		quipu_add_at(made.items, i, number, i % 2 ? "odd" : "even");
	}
}

static void step(void)
{
	for (unsigned i = 0; i < N_MODELS; i++) {
		quipu_add_at(made.calls, 10 * (i + 1), models[i], "success");
		quipu_add_at(made.calls, i, models[i], "error");
		if (made.has_llm)
			step_llm(models[i], 40 + 20 * i);
	}
	if (made.has_locks)
		locks_step();
	for (int i = 0; i < 200; i++) {
		quipu_observe_at(made.latency, 3 * draw() * draw(), i % 3 ? "/a" : "/b");
		quipu_observe(made.native, 0.01 + 2 * draw() * draw());
		quipu_observe(made.wait, draw());
	}
	quipu_add(made.big, made.steps == 0 ? (UINT64_C(1) << 60) + 1 : 7);
	quipu_set(made.temperature, 21.5 + 0.25 * made.steps);
	quipu_inc(made.workers);
	quipu_select(made.door, made.steps % 2);
	step_items();
	made.steps++;
}

int main(int argc, char **argv)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	const char *address = argc > 1 ? argv[1] : "127.0.0.1:0";
	const char *profiler = argc > 3 ? argv[3] : "";
	char line[32];
	quipu_http *server;

	make_plain(registry);
	made.has_llm = strcmp(profiler, "only") != 0;
	made.has_locks = strcmp(profiler, "") != 0;
	if (made.has_llm)
		make_llm(registry);
	if (made.has_locks)
		locks_make(registry);
	make_items(registry, argc > 2 ? strtoul(argv[2], NULL, 10) : 0);
	step();
	server = quipu_http_start(registry, QUIPU_HTTP_OPTS(.listen = address), NULL);
	if (!server) {
		fprintf(stderr, "%s\n", quipu_http_error());
		return 1;
	}
	printf("http://%s\n", quipu_http_address(server));
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		if (strcmp(line, "step\n") != 0)
			continue;
		step();
		puts("stepped");
		fflush(stdout);
	}
	quipu_http_stop(server);
	return 0;
}
