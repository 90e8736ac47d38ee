/* SPDX-License-Identifier: MIT */
/* dispatch_test.c: what is told besides calls: retries and so on, circuits, queues, loops, agents. */
#include "opened.h"

#include <pthread.h>
#include <sched.h>

TestSuite(dispatch, .init = open_kit, .fini = close_kit);

#define OPENAI "provider", "openai"

Test(dispatch, around_calls)
{
	const quipu_llm_route *other = quipu_llm_route_of(kit, "claude", "anthropic");

	quipu_llm_retry(route, QUIPU_LLM_TIMEOUT);
	quipu_llm_retry(route, QUIPU_LLM_TIMEOUT);
	quipu_llm_fallback(route, other);
	quipu_llm_hedge(route, QUIPU_LLM_HEDGE_WON);
	quipu_llm_rate_limited(route, QUIPU_LLM_LOCAL_TPM);
	quipu_llm_rate_limit_waited(route, 250 * MS);
	quipu_llm_stream_aborted(route, QUIPU_LLM_BY_UPSTREAM);
	EXPECT(2, "llm_retries_total", OPENAI, "reason", "timeout");
	EXPECT(1, "llm_fallbacks_total", "from", "gpt-4o", "to", "claude");
	EXPECT(1, "llm_hedges_total", OPENAI, "result", "won");
	EXPECT(0, "llm_hedges_total", OPENAI, "result", "lost");
	EXPECT(1, "llm_rate_limit_events_total", OPENAI, "kind", "local_tpm");
	EXPECT(0, "llm_rate_limit_events_total", OPENAI, "kind", "http_429");
	EXPECT(0.25, "llm_rate_limit_wait_seconds_sum", OPENAI);
	EXPECT(1, "llm_stream_aborts_total", OPENAI, "side", "upstream");
	EXPECT(0, "llm_stream_aborts_total", "provider", "anthropic", "side", "upstream");
}

Test(dispatch, nothing_into_sinks)
{
	struct text before = text_of(registry), after;
	quipu_llm_loop none = { NULL, 0, 0 };
	quipu_llm_turn turn = QUIPU_LLM_TURN_INIT;

	quipu_llm_retry(NULL, QUIPU_LLM_TIMEOUT);
	quipu_llm_fallback(route, NULL);
	quipu_llm_fallback(NULL, route);
	quipu_llm_hedge(NULL, QUIPU_LLM_HEDGE_WON);
	quipu_llm_rate_limited(NULL, QUIPU_LLM_LOCAL_TPM);
	quipu_llm_rate_limit_waited(NULL, 5);
	quipu_llm_stream_aborted(NULL, QUIPU_LLM_BY_CLIENT);
	quipu_llm_circuit_is(NULL, QUIPU_LLM_CIRCUIT_OPEN_STATE);
	quipu_llm_enqueued(NULL);
	quipu_llm_dequeued(NULL, 5);
	quipu_llm_abandoned(NULL);
	quipu_llm_tick(&none);
	quipu_llm_tick_at(&none, 5);
	quipu_llm_idle(&none);
	quipu_llm_turn_begin(&turn, NULL);
	quipu_llm_turn_step(&turn);
	quipu_llm_turn_end(&turn, QUIPU_LLM_OUTCOME_OK);
	quipu_llm_turn_end(&turn, QUIPU_LLM_OUTCOME_OK);
	quipu_llm_tool_ended(NULL, QUIPU_LLM_OUTCOME_OK, 5);
	quipu_llm_guarded(NULL, QUIPU_LLM_AT_TOOL, QUIPU_LLM_BLOCK);
	after = text_of(registry);
	cr_expect(text_equal(before, after));
	free(before.data);
	free(after.data);
}

/* --- circuits ------------------------------------------------------------------------------------ */

#define CIRCUIT "llm_circuit_state"

static void expect_circuit(const char *state)
{
	static const char *const states[] = { "closed", "open", "half_open" };

	for (size_t i = 0; i < N_OF(states); i++)
		EXPECT(strcmp(states[i], state) == 0, CIRCUIT, OPENAI, CIRCUIT, states[i]);
}

Test(dispatch, a_circuit)
{
	const quipu_llm_route *same = quipu_llm_route_of(kit, "o3", "openai");

	quipu_llm_circuit_is(route, QUIPU_LLM_CIRCUIT_CLOSED_STATE);
	expect_circuit("closed");
	EXPECT(0, "llm_circuit_transitions_total", OPENAI, "to", "closed");
	quipu_llm_circuit_is(route, QUIPU_LLM_CIRCUIT_OPEN_STATE);
	quipu_llm_circuit_is(same, QUIPU_LLM_CIRCUIT_OPEN_STATE);
	expect_circuit("open");
	quipu_llm_circuit_is(same, QUIPU_LLM_CIRCUIT_HALF_OPEN_STATE);
	expect_circuit("half_open");
	quipu_llm_circuit_is(route, QUIPU_LLM_CIRCUIT_OPEN_STATE);
	quipu_llm_circuit_is(route, QUIPU_LLM_CIRCUIT_CLOSED_STATE);
	EXPECT(1, "llm_circuit_transitions_total", OPENAI, "to", "closed");
	EXPECT(2, "llm_circuit_transitions_total", OPENAI, "to", "open");
	EXPECT(1, "llm_circuit_transitions_total", OPENAI, "to", "half_open");
	EXPECT(1, CIRCUIT, "provider", "openai", CIRCUIT, "closed");
}

/* Every round both say the same, which neither said before: one change. They meet by spinning, so
 * that they come at the same moment; a barrier of the system would wake one after the other. */
#define N_ROUNDS 30000

static uint64_t arrived;

static void meet(uint64_t round)
{
	__atomic_fetch_add(&arrived, 1, __ATOMIC_SEQ_CST);
	for (int i = 1; __atomic_load_n(&arrived, __ATOMIC_SEQ_CST) < 2 * round; i++) {
		if (i % 1000 == 0)
			sched_yield();
	}
}

static void *say(void *nothing)
{
	for (unsigned i = 1; i <= N_ROUNDS; i++) {
		meet(i);
		quipu_llm_circuit_is(route, (quipu_llm_circuit)(i % QUIPU_LLM_N_CIRCUITS));
	}
	return nothing;
}

Test(dispatch, one_transition_when_two_say_it)
{
	pthread_t other;

	cr_assert_eq(pthread_create(&other, NULL, say, NULL), 0);
	say(NULL);
	pthread_join(other, NULL);
	EXPECT(N_ROUNDS / 3, "llm_circuit_transitions_total", OPENAI, "to", "open");
	EXPECT(N_ROUNDS / 3, "llm_circuit_transitions_total", OPENAI, "to", "half_open");
	EXPECT(N_ROUNDS / 3, "llm_circuit_transitions_total", OPENAI, "to", "closed");
	expect_circuit("closed");
}

/* --- queues and loops ---------------------------------------------------------------------------- */

Test(dispatch, a_queue)
{
	const quipu_llm_queue *queue = quipu_llm_queue_of(kit, "main");

	for (int i = 0; i < 5; i++)
		quipu_llm_enqueued(queue);
	quipu_llm_dequeued(queue, 20 * MS);
	quipu_llm_dequeued(queue, 30 * MS);
	quipu_llm_abandoned(queue);
	EXPECT(2, "llm_queue_depth", "queue", "main");
	EXPECT(2, "llm_queue_wait_seconds_count", "queue", "main");
	EXPECT(0.05, "llm_queue_wait_seconds_sum", "queue", "main");
	cr_expect_eq(quipu_llm_queue_of(kit, "main"), queue);
}

#define STALL "dispatch_loop_stall_seconds"

Test(dispatch, a_loop_stalls_where_a_turn_takes_too_long)
{
	quipu_llm_loop loop = quipu_llm_loop_of(kit, "main", 10 * MS);

	quipu_llm_tick_at(&loop, 1000 * MS);
	quipu_llm_tick_at(&loop, 1010 * MS);
	EXPECT(0, STALL "_count", "loop", "main");
	quipu_llm_tick_at(&loop, 1060 * MS);
	EXPECT(1, STALL "_count", "loop", "main");
	EXPECT(0.05, STALL "_sum", "loop", "main");
	quipu_llm_idle(&loop);
	quipu_llm_tick_at(&loop, 9000 * MS);
	quipu_llm_tick_at(&loop, 8000 * MS); /* nor where the clock goes back */
	EXPECT(1, STALL "_count", "loop", "main");
	EXPECT(5, "dispatch_loop_iterations_total", "loop", "main");
}

Test(dispatch, loops_of_one_name_add_up)
{
	quipu_llm_loop one = quipu_llm_loop_of(kit, "worker", 10 * MS);
	quipu_llm_loop two = quipu_llm_loop_of(kit, "worker", 20 * MS);

	quipu_llm_tick(&one);
	quipu_llm_tick(&two);
	quipu_llm_tick_at(&two, two.last_ns + 15 * MS);
	EXPECT(3, "dispatch_loop_iterations_total", "loop", "worker");
	EXPECT(0, STALL "_count", "loop", "worker");
}

/* --- agents, tools, guards ----------------------------------------------------------------------- */

Test(dispatch, turns_of_an_agent)
{
	const quipu_llm_agent *agent = quipu_llm_agent_of(kit, "planner");
	quipu_llm_turn turn = QUIPU_LLM_TURN_INIT;
	struct qt_exposition *shown;

	quipu_llm_turn_begin(&turn, agent);
	for (int i = 0; i < 4; i++)
		quipu_llm_turn_step(&turn);
	usleep(2000);
	quipu_llm_turn_end(&turn, QUIPU_LLM_OUTCOME_TIMEOUT);
	quipu_llm_turn_begin(&turn, agent);
	quipu_llm_turn_end(&turn, QUIPU_LLM_OUTCOME_OK);
	EXPECT(1, "agent_turns_total", "agent", "planner", "outcome", "timeout");
	EXPECT(1, "agent_turns_total", "agent", "planner", "outcome", "ok");
	EXPECT(2, "agent_steps_per_turn_count", "agent", "planner");
	EXPECT(4, "agent_steps_per_turn_sum", "agent", "planner");
	shown = exposed(registry);
	cr_expect_geq(qt_value(shown, "agent_turn_duration_seconds_sum", "agent", "planner", NULL),
		      0.002);
	qt_free(shown);
}

/* What a program's own clock tells, backwards too. */
Test(dispatch, turns_at_moments)
{
	const quipu_llm_agent *agent = quipu_llm_agent_of(kit, "planner");
	quipu_llm_turn turn = QUIPU_LLM_TURN_INIT;

	quipu_llm_turn_begin_at(&turn, agent, 5000000000);
	quipu_llm_turn_end_at(&turn, QUIPU_LLM_OUTCOME_OK, 7500000000);
	quipu_llm_turn_begin_at(&turn, agent, 5000000000);
	quipu_llm_turn_end_at(&turn, QUIPU_LLM_OUTCOME_OK, 4000000000);
	EXPECT(2, "agent_turn_duration_seconds_count", "agent", "planner");
	EXPECT(2.5, "agent_turn_duration_seconds_sum", "agent", "planner");
}

Test(dispatch, tools_and_guards)
{
	const quipu_llm_tool *tool = quipu_llm_tool_of(kit, "search");

	quipu_llm_tool_ended(tool, QUIPU_LLM_OUTCOME_ERROR, 1500 * MS);
	quipu_llm_guarded(kit, QUIPU_LLM_AT_OUTPUT, QUIPU_LLM_MODIFY);
	EXPECT(1, "tool_invocations_total", "tool", "search", "outcome", "error");
	EXPECT(1.5, "tool_duration_seconds_sum", "tool", "search");
	EXPECT(1, "guard_decisions_total", "stage", "output", "decision", "modify");
	EXPECT(0, "guard_decisions_total", "stage", "input", "decision", "modify");
}
