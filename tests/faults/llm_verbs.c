/* SPDX-License-Identifier: MIT */
/* llm_verbs.c: see llm_verbs.h. */
#include "llm_verbs.h"

#include <quipu/llm.h>

static quipu_llm *kit;
static const quipu_llm_queue *queue;
static const quipu_llm_agent *agent;
static const quipu_llm_tool *tool;
static quipu_llm_loop loop;
static quipu_llm_call moved; /* may be ended by another thread than it was begun by */

void llm_verbs_make(quipu_registry *registry)
{
	const quipu_llm_opts opts = { .size = sizeof opts,
				      .max_models = 2,
				      .names = QUIPU_LLM_NAMES_SHORT | QUIPU_LLM_NAMES_OTEL_1_41 };

	kit = quipu_llm_open(registry, &opts, NULL);
	queue = quipu_llm_queue_of(kit, "main");
	agent = quipu_llm_agent_of(kit, "planner");
	tool = quipu_llm_tool_of(kit, "search");
	loop = quipu_llm_loop_of(kit, "main", 5);
}

/* One that was there before, and one that is "other"; of which only the look-up is to cost. */
static const quipu_llm_route *route_of(uint64_t i)
{
	static const char *const models[] = { "a", "b", "beyond the limit", "\xff" };

	return quipu_llm_route_of(kit, models[i % 4], i % 2 ? "openai" : "anthropic");
}

/* With every error, and with a trace each time. */
static void record_call(const quipu_llm_route *route, uint64_t i)
{
	quipu_llm_error error = (quipu_llm_error)(i % 2 ? 0 : i / 2 % QUIPU_LLM_N_ERRORS);
	quipu_llm_call call = QUIPU_LLM_CALL_INIT;

	quipu_llm_begin_at(&call, route, i);
	quipu_llm_first_token_at(&call, i + 5);
	quipu_llm_chunk_at(&call, i + 5);
	quipu_llm_chunk_at(&call, i + 500);
	quipu_llm_end_at(&call, error,
			 QUIPU_LLM_USAGE(.input = i, .output = 7, .cache_read = i, .cache_write = i,
					 .reasoning = i, .cost_microdollars = i, .trace_id = "t"),
			 i + 1000);
	/* misuse of a call whose route is known */
	quipu_llm_end_at(&call, QUIPU_LLM_OK, NULL, i);
	quipu_llm_chunk_at(&call, i);
	quipu_llm_begin_at(&moved, route, i);
}

static void record_around(const quipu_llm_route *route, uint64_t i)
{
	quipu_llm_turn turn = QUIPU_LLM_TURN_INIT;

	quipu_llm_retry(route, (quipu_llm_error)(1 + i % (QUIPU_LLM_N_ERRORS - 1)));
	quipu_llm_fallback(route, route_of(i + 1));
	quipu_llm_hedge(route, QUIPU_LLM_HEDGE_WON);
	quipu_llm_rate_limited(route, QUIPU_LLM_HTTP_429);
	quipu_llm_rate_limit_waited(route, i);
	quipu_llm_stream_aborted(route, QUIPU_LLM_BY_CLIENT);
	quipu_llm_circuit_is(route, (quipu_llm_circuit)(i % QUIPU_LLM_N_CIRCUITS));
	quipu_llm_enqueued(queue);
	quipu_llm_dequeued(queue, i);
	quipu_llm_enqueued(queue);
	quipu_llm_abandoned(queue);
	quipu_llm_tick_at(&loop, 10 * i);
	quipu_llm_tool_ended(tool, QUIPU_LLM_OUTCOME_OK, i);
	quipu_llm_turn_begin_at(&turn, agent, i);
	quipu_llm_turn_end_at(&turn, QUIPU_LLM_OUTCOME_OK, i + 1000);
	quipu_llm_guarded(kit, QUIPU_LLM_AT_INPUT, QUIPU_LLM_ALLOW);
	quipu_llm_guarded(kit, QUIPU_LLM_AT_INPUT, QUIPU_LLM_N_DECISIONS);
}

void llm_verbs_record(uint64_t i)
{
	record_call(route_of(i), i);
	record_call(NULL, i);
	record_around(route_of(i), i);
}

void llm_verbs_record_timed(uint64_t i)
{
	quipu_llm_call call = QUIPU_LLM_CALL_INIT;
	quipu_llm_turn turn = QUIPU_LLM_TURN_INIT;

	quipu_llm_begin(&call, route_of(i));
	quipu_llm_first_token(&call);
	quipu_llm_chunk(&call);
	quipu_llm_end(&call, QUIPU_LLM_OK, NULL);
	quipu_llm_drop(&call);
	quipu_llm_drop(&moved);
	quipu_llm_turn_begin(&turn, agent);
	quipu_llm_turn_step(&turn);
	quipu_llm_turn_end(&turn, QUIPU_LLM_OUTCOME_OK);
	quipu_llm_tick(&loop);
	quipu_llm_idle(&loop);
}
