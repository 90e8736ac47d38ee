/* SPDX-License-Identifier: MIT */
/*
 * llm.c: the LLM kit with threads that make calls, threads that ask for routes, and scrapes.
 *
 * P2, P3: calls, tokens, costs and errors lie between what was told before a scrape and what
 * was begun when it ended, never fall and are exact at rest; nothing in flight is ever less than
 * none; whatever names come, there are never more series than planned. P4: a histogram counts what
 * its buckets hold.
 */
#include "bracket.h"
#include "raw.h"
#include "torture.h"

#include <inttypes.h>
#include <quipu/llm.h>
#include <stdio.h>
#include <string.h>

#define COST 3333    /* of a call, in micro-dollars */
#define MAX_MODELS 8 /* of far more that are asked for */
#define MAX_PROVIDERS 2

static const struct torture defaults = {
	.name = "llm",
	.promises = "P2 P3 P4: the LLM kit under calls, look-ups and scrapes",
	.threads = 3,
	.seconds = 3,
};

static struct bracket calls;
static quipu_registry *registry;
static quipu_llm *kit;

/* Any model of any provider, mostly of those that have series already. */
static const quipu_llm_route *any_route(uint64_t *random)
{
	uint64_t bits = torture_random(random);
	char model[16], provider[16];

	snprintf(model, sizeof model, "m%" PRIu64, bits % 64 ? bits >> 8 & 7 : bits >> 8 & 0xffff);
	snprintf(provider, sizeof provider, "p%" PRIu64, bits >> 32 & 3);
	return quipu_llm_route_of(kit, model, provider);
}

static void one_call(const quipu_llm_route *route, uint64_t bits)
{
	quipu_llm_call call = QUIPU_LLM_CALL_INIT;
	uint64_t i;

	quipu_llm_begin_at(&call, route, 1000000);
	for (i = 0; i < (bits & 3); i++)
		quipu_llm_chunk_at(&call, 1000000 + (i + 1) * (bits & 0xffffff));
	quipu_llm_end_at(&call, bits >> 8 & 1 ? QUIPU_LLM_OK : QUIPU_LLM_TIMEOUT,
			 QUIPU_LLM_USAGE(.input = 7, .output = 9, .cost_microdollars = COST),
			 1000000 + (bits & 0x3ffffff) * 4);
}

static void *make_calls(void *stream)
{
	struct bracket_cell *cell = bracket_join(&calls);
	uint64_t random = torture_seed((uintptr_t)stream);

	while (!torture_stopped()) {
		bracket_start(cell, 1);
		one_call(any_route(&random), torture_random(&random));
		bracket_finish(cell, 1);
	}
	return NULL;
}

/* --- scrapes ------------------------------------------------------------------------------------- */

struct watches {
	struct bracket_watch requests, input, cost, errors;
	uint64_t errors_before;
};

struct sums {
	uint64_t requests, failed, input, cost, errors, series;
};

static void check_histogram(const struct raw_sample *sample)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < sample->n_counts; i++)
		sum += sample->counts[i];
	TORTURE_CHECK("P4", sum == sample->count, "%s counts %" PRIu64 ", its buckets %" PRIu64,
		      sample->family, sample->count, sum);
}

static void add(struct sums *sums, const struct raw_sample *sample)
{
	if (strcmp(sample->family, "llm_requests_total") == 0) {
		sums->requests += sample->integer;
		if (strcmp(sample->label[2], "error") == 0)
			sums->failed += sample->integer;
	} else if (strcmp(sample->family, "llm_errors_total") == 0) {
		sums->errors += sample->integer;
	} else if (strcmp(sample->family, "llm_tokens_total") == 0) {
		if (strcmp(sample->label[2], "input") == 0)
			sums->input += sample->integer;
	} else if (strcmp(sample->family, "llm_cost_dollars_total") == 0) {
		sums->cost += (uint64_t)(sample->real * 1e6 + 0.5);
	} else if (strcmp(sample->family, "llm_requests_in_flight") == 0) {
		sums->series++;
		TORTURE_CHECK("P3", sample->signed_integer >= 0, "%" PRId64 " calls in flight",
			      sample->signed_integer);
	} else if (sample->kind == QUIPU_KIND_HISTOGRAM) {
		check_histogram(sample);
	}
	TORTURE_CHECK("P5", !raw_is_overflow(sample) || sample->integer == 0,
		      "the overflow series of %s", sample->family);
}

static struct sums sums_of(struct raw_scrape *scrape)
{
	struct sums sums = { 0 };
	size_t i;

	raw_take(scrape, registry);
	for (i = 0; i < scrape->n; i++)
		add(&sums, &scrape->samples[i]);
	TORTURE_CHECK("P5", sums.series <= (MAX_MODELS + 1) * (MAX_PROVIDERS + 1),
		      "%" PRIu64 " routes", sums.series);
	return sums;
}

/* All are so many of each call. */
static void scrape_once(struct raw_scrape *scrape, struct watches *watches)
{
	struct sums sums;

	bracket_open(&watches->requests);
	bracket_open(&watches->input);
	bracket_open(&watches->cost);
	sums = sums_of(scrape);
	TORTURE_BRACKET("P2", bracket_close(&watches->requests, sums.requests));
	TORTURE_CHECK("P2", sums.input % 7 == 0 && sums.cost % COST == 0,
		      "%" PRIu64 " tokens, %" PRIu64 " micro-dollars", sums.input, sums.cost);
	TORTURE_BRACKET("P2", bracket_close(&watches->input, sums.input / 7));
	TORTURE_BRACKET("P2", bracket_close(&watches->cost, sums.cost / COST));
	TORTURE_CHECK("P3", sums.errors >= watches->errors_before, "errors fell");
	watches->errors_before = sums.errors;
}

static void watch(struct watches *watches)
{
	memset(watches, 0, sizeof *watches);
	bracket_watch(&watches->requests, &calls, "requests");
	bracket_watch(&watches->input, &calls, "input tokens");
	bracket_watch(&watches->cost, &calls, "costs");
}

static void *scrape_for_ever(void *arg)
{
	struct raw_scrape scrape = { 0 };
	struct watches watches;

	watch(&watches);
	while (!torture_stopped())
		scrape_once(&scrape, &watches);
	raw_free(&scrape);
	/* relaxed: read after the join */
	__atomic_fetch_add((uint64_t *)arg, watches.requests.scrapes, __ATOMIC_RELAXED);
	return NULL;
}

static void check_rest(void)
{
	struct raw_scrape scrape = { 0 };
	struct watches watches;
	struct sums sums;

	watch(&watches);
	scrape_once(&scrape, &watches);
	sums = sums_of(&scrape);
	TORTURE_BRACKET("P2", bracket_final(&watches.requests, sums.requests));
	TORTURE_BRACKET("P2", bracket_final(&watches.cost, sums.cost / COST));
	TORTURE_CHECK("P2", sums.errors == sums.failed, "%" PRIu64 " errors of %" PRIu64,
		      sums.errors, sums.failed);
	TORTURE_CHECK("P5", sums.series > MAX_MODELS, "only %" PRIu64 " routes", sums.series);
	raw_free(&scrape);
}

int main(int argc, char **argv)
{
	pthread_t threads[64 + 2];
	uint64_t scrapes = 0;
	uintptr_t i, n;

	torture_begin(&defaults, argc, argv);
	n = torture.threads < 64 ? torture.threads : 64;
	bracket_init(&calls, n);
	registry = quipu_registry_new(NULL);
	kit = quipu_llm_open(registry,
			     &(quipu_llm_opts){ .size = sizeof(quipu_llm_opts),
						.max_models = MAX_MODELS,
						.max_providers = MAX_PROVIDERS },
			     NULL);
	if (!kit)
		torture_broken("no kit");
	for (i = 0; i < n; i++)
		threads[i] = torture_spawn(make_calls, (void *)(i + 1));
	threads[n] = torture_spawn(scrape_for_ever, &scrapes);
	threads[n + 1] = torture_spawn(scrape_for_ever, &scrapes);
	torture_run_for_a_while();
	for (i = 0; i < n + 2; i++)
		torture_join(threads[i]);
	check_rest();
	qt_figure("calls", bracket_done(&calls));
	qt_figure("scrapes", scrapes);
	quipu_llm_close(kit);
	quipu_registry_free(registry);
	i = bracket_done(&calls);
	bracket_free(&calls);
	return torture_end("%" PRIuPTR " calls, %" PRIu64 " scrapes", i, scrapes);
}
