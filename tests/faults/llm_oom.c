/* SPDX-License-Identifier: MIT */
/*
 * llm_oom.c: the LLM kit with every request to the system refused, once and for good.
 *
 * M1 and M2, P2: what could not be made is NULL and a sink, and what could be made counts
 * everything; opened or asked for again with memory it is whole, and nothing is left of it.
 */
#include "lives.h"
#include "raw.h"
#include "torture.h"
#include "wrap.h"

#include <inttypes.h>
#include <quipu/llm.h>
#include <stdlib.h>
#include <string.h>

#define MOST_LIVES 20000

static const struct torture defaults = {
	.name = "llm_oom",
	.promises = "P2 M1 M2: every request of the kit to the system refused",
};

static const int ways[] = { 0, 1 }; /* for good */

static quipu_registry *registry;

static quipu_llm *open_kit(quipu_error *error)
{
	static const char *const models[] = { "gpt-4o", "claude", NULL };
	const quipu_llm_opts opts = { .size = sizeof opts,
				      .models = models,
				      .names = QUIPU_LLM_NAMES_SHORT | QUIPU_LLM_NAMES_OTEL_1_41 };

	return quipu_llm_open(registry, &opts, error);
}

/* Everything that takes memory; NULL is a sink. Returns the route. */
static const quipu_llm_route *use(quipu_llm *kit)
{
	const quipu_llm_route *route = quipu_llm_route_of(kit, "gpt-4o", "openai");
	quipu_llm_loop loop = quipu_llm_loop_of(kit, "main", 5);
	quipu_llm_turn turn = QUIPU_LLM_TURN_INIT;
	quipu_llm_call call = QUIPU_LLM_CALL_INIT;

	quipu_llm_begin(&call, route);
	quipu_llm_end(&call, QUIPU_LLM_OK, QUIPU_LLM_USAGE(.input = 5));
	quipu_llm_begin(&call, route);
	quipu_llm_end(&call, QUIPU_LLM_TLS, NULL);
	quipu_llm_retry(route, QUIPU_LLM_TLS);
	quipu_llm_enqueued(quipu_llm_queue_of(kit, "main"));
	quipu_llm_tick_at(&loop, 5);
	quipu_llm_turn_begin(&turn, quipu_llm_agent_of(kit, "planner"));
	quipu_llm_turn_end(&turn, QUIPU_LLM_OUTCOME_OK);
	quipu_llm_tool_ended(quipu_llm_tool_of(kit, "search"), QUIPU_LLM_OUTCOME_OK, 5);
	quipu_llm_guarded(kit, QUIPU_LLM_AT_INPUT, QUIPU_LLM_ALLOW);
	return route;
}

static uint64_t calls_shown(void)
{
	struct raw_scrape scrape = { 0 };
	uint64_t sum = 0;
	size_t i;

	raw_take(&scrape, registry);
	for (i = 0; i < scrape.n; i++)
		sum += strcmp(scrape.samples[i].family, "llm_requests_total") == 0
			       ? scrape.samples[i].integer
			       : 0;
	raw_free(&scrape);
	return sum;
}

/* With memory again everything is to be had, and the totals are exact. */
static void check(quipu_llm *kit, const quipu_llm_route *route)
{
	uint64_t before = route ? 2 : 0;
	quipu_error error = QUIPU_OK;

	if (!kit) {
		quipu_registry_clear_status(registry);
		kit = open_kit(&error);
	}
	TORTURE_CHECK("M1", kit, "no kit with memory: %s", quipu_strerror(error));
	TORTURE_CHECK("P2", calls_shown() == before, "%" PRIu64 " calls instead of %" PRIu64,
		      calls_shown(), before);
	TORTURE_CHECK("M1", use(kit), "no route with memory");
	TORTURE_CHECK("P2", calls_shown() == before + 2, "%" PRIu64 " calls instead of %" PRIu64,
		      calls_shown(), before + 2);
	quipu_llm_close(kit);
	TORTURE_CHECK("M1", calls_shown() == 0, "something is left of the kit");
}

static void live(const void *way, uint64_t n)
{
	const quipu_llm_route *route;
	quipu_error error = QUIPU_OK;
	uint64_t failed;
	quipu_llm *kit;

	registry = quipu_registry_new(NULL);
	wrap_fail(n, *(const int *)way);
	kit = open_kit(&error);
	route = use(kit);
	failed = wrap_end();
	TORTURE_CHECK("M1", (kit != NULL) == (error == QUIPU_OK), "no kit, and no error");
	TORTURE_CHECK("M1", kit || failed, "no kit for no reason: %s", quipu_strerror(error));
	check(kit, route);
	quipu_registry_free(registry);
	exit(failed ? 0 : LIVES_NOTHING_REFUSED);
}

int main(int argc, char **argv)
{
	uint64_t lives = 0;
	size_t i;

	torture_begin(&defaults, argc, argv);
	for (i = 0; i < sizeof ways / sizeof *ways; i++) {
		const struct lives one = { i ? "for good" : "once", live,      &ways[i], 1 + i,
					   qt_watched() ? 23 : 1,   MOST_LIVES };

		lives += lives_run(&one);
	}
	return torture_end("%" PRIu64 " lives", lives);
}
