/* SPDX-License-Identifier: MIT */
/* misuse_test.c: what the rules do not allow is counted by its kind, and changes nothing else. */
#include "opened.h"

#include <stdio.h>

TestSuite(misuse, .init = open_kit, .fini = close_kit);

/* All but llm_misuse_total; to be freed. */
static char *all_else(void)
{
	struct text text = text_of(registry);
	static const char head[] = "# HELP llm_misuse_total";
	char *from = strstr(text.data, head), *to;

	if (from) {
		to = strstr(from + sizeof head - 1, "# HELP ");
		memmove(from, to ? to : text.data + text.len, to ? strlen(to) + 1 : 1);
	}
	cr_assert(from);
	return text.data;
}

/* Does it, and sees one more of this kind, none of another, and all else as before. */
#define EXPECT_ONLY(kind_, does)                                                                   \
	do {                                                                                       \
		char *before = all_else(), *after;                                                 \
		struct qt_exposition *then = exposed(registry);                                    \
		double n = qt_value(then, "llm_misuse_total", "kind", kind_, NULL);                \
		uint64_t sum = misuses();                                                          \
                                                                                                   \
		does;                                                                              \
		after = all_else();                                                                \
		EXPECT_MISUSE(n + 1, kind_);                                                       \
		cr_expect_eq(misuses(), sum + 1);                                                  \
		cr_expect_str_eq(before, after);                                                   \
		qt_free(then);                                                                     \
		free(before);                                                                      \
		free(after);                                                                       \
	} while (0)

static const quipu_llm_usage usage = { .size = sizeof usage, .input = 5, .output = 7 };

Test(misuse, none_at_first)
{
	cr_expect_eq(misuses(), 0);
#define KIND(name, text) EXPECT_MISUSE(0, text);
	QUIPU_LLM_MISUSE_MAP(KIND)
#undef KIND
}

Test(misuse, after_the_end)
{
	quipu_llm_call call = QUIPU_LLM_CALL_INIT;

	quipu_llm_begin(&call, route);
	quipu_llm_end(&call, QUIPU_LLM_OK, NULL);
	EXPECT_ONLY("ended_twice", quipu_llm_end(&call, QUIPU_LLM_OK, &usage));
	EXPECT_ONLY("ended_twice", quipu_llm_end(&call, QUIPU_LLM_TLS, NULL));
	EXPECT_ONLY("token_after_end", quipu_llm_first_token(&call));
	EXPECT_ONLY("token_after_end", quipu_llm_chunk(&call));
	quipu_llm_drop(&call);
	cr_expect_eq(misuses(), 4);
	EXPECT(0, "llm_requests_in_flight", GPT);
}

Test(misuse, before_the_beginning)
{
	quipu_llm_call call = QUIPU_LLM_CALL_INIT;

	EXPECT_ONLY("not_begun", quipu_llm_end(&call, QUIPU_LLM_OK, &usage));
	EXPECT_ONLY("not_begun", quipu_llm_first_token(&call));
	EXPECT_ONLY("not_begun", quipu_llm_chunk(&call));
	quipu_llm_drop(&call);
	cr_expect_eq(misuses(), 3);
}

Test(misuse, two_first_tokens)
{
	quipu_llm_call call = QUIPU_LLM_CALL_INIT;

	quipu_llm_begin_at(&call, route, 1000 * MS);
	quipu_llm_first_token_at(&call, 1100 * MS);
	EXPECT_ONLY("first_token_twice", quipu_llm_first_token_at(&call, 1200 * MS));
	quipu_llm_chunk_at(&call, 1300 * MS);
	EXPECT_ONLY("first_token_twice", quipu_llm_first_token_at(&call, 1400 * MS));
	quipu_llm_end_at(&call, QUIPU_LLM_OK, QUIPU_LLM_USAGE(.output = 2), 2100 * MS);
	EXPECT(1, "llm_time_per_output_token_seconds_sum", GPT); /* from the first of them */
}

Test(misuse, begun_again_without_an_end)
{
	const quipu_llm_route *other = quipu_llm_route_of(kit, "claude", "anthropic");
	quipu_llm_call call = QUIPU_LLM_CALL_INIT;

	quipu_llm_begin(&call, route);
	quipu_llm_begin(&call, other);
	EXPECT_MISUSE(1, "never_ended");
	EXPECT(0, "llm_requests_in_flight", GPT);
	EXPECT(1, "llm_requests_in_flight", "model", "claude", "provider", "anthropic");
	EXPECT_ONLY("never_ended", quipu_llm_begin(&call, other));
	quipu_llm_end(&call, QUIPU_LLM_OK, NULL);
	EXPECT(0, "llm_requests_in_flight", "model", "claude", "provider", "anthropic");
	EXPECT(0, "llm_requests_total", GPT, "status", "cancelled");
	cr_expect_eq(misuses(), 2);
}

static void leave_a_scope(int end)
{
	QUIPU_LLM_SCOPED(call);

	quipu_llm_begin(&call, route);
	if (end)
		quipu_llm_end(&call, QUIPU_LLM_OK, NULL);
}

static void never_begin(void)
{
	QUIPU_LLM_SCOPED(call);

	(void)call;
}

Test(misuse, left_its_scope_without_an_end)
{
	leave_a_scope(1);
	never_begin();
	cr_expect_eq(misuses(), 0);
	leave_a_scope(0);
	EXPECT_MISUSE(1, "never_ended");
	EXPECT(1, "llm_requests_total", GPT, "status", "cancelled");
	EXPECT(1, "llm_errors_total", GPT, "type", "cancelled");
	EXPECT(0, "llm_requests_in_flight", GPT);
}

/* Whatever is in the memory of a call: it is taken for one that was not begun. */
Test(misuse, garbage)
{
	uint64_t seed = 88172645463325252u, n = 0;
	union {
		quipu_llm_call call;
		quipu_llm_turn turn;
		uint64_t words[5];
	} any;

	for (int i = 0; i < 1000; i++) {
		for (int k = 0; k < 5; k++) {
			seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
			any.words[k] = i % 4 == 0 ? UINT64_MAX : i % 4 == 1 ? seed & 7 : seed;
		}
		quipu_llm_end(&any.call, QUIPU_LLM_OK, &usage);
		quipu_llm_chunk(&any.call);
		quipu_llm_first_token(&any.call);
		quipu_llm_turn_end(&any.turn, QUIPU_LLM_OUTCOME_OK);
		quipu_llm_turn_step(&any.turn);
		quipu_llm_drop(&any.call);
		n += 5;
	}
	EXPECT_MISUSE(n, "not_begun");
	cr_expect_eq(misuses(), n);
	quipu_llm_begin(&any.call, route);
	quipu_llm_end(&any.call, QUIPU_LLM_OK, NULL);
	EXPECT(1, "llm_requests_total", GPT, "status", "success");
	EXPECT(0, "llm_requests_in_flight", GPT);
	cr_expect_eq(misuses(), n);
}

#define BAD(type, n) ((type)(n))

Test(misuse, what_is_not_in_its_set)
{
	const quipu_llm_tool *tool = quipu_llm_tool_of(kit, "search");

	EXPECT_ONLY("bad_argument", quipu_llm_retry(route, QUIPU_LLM_OK));
	for (unsigned bad = 18; bad; bad = bad == 18 ? UINT32_MAX : 0) {
		EXPECT_ONLY("bad_argument", quipu_llm_retry(route, BAD(quipu_llm_error, bad)));
		EXPECT_ONLY("bad_argument",
			    quipu_llm_hedge(route, BAD(quipu_llm_hedge_result, bad)));
		EXPECT_ONLY("bad_argument",
			    quipu_llm_rate_limited(route, BAD(quipu_llm_rate_limit, bad)));
		EXPECT_ONLY("bad_argument",
			    quipu_llm_stream_aborted(route, BAD(quipu_llm_side, bad)));
		EXPECT_ONLY("bad_argument",
			    quipu_llm_circuit_is(route, BAD(quipu_llm_circuit, bad)));
		EXPECT_ONLY("bad_argument",
			    quipu_llm_tool_ended(tool, BAD(quipu_llm_outcome, bad), 5));
		EXPECT_ONLY("bad_argument",
			    quipu_llm_guarded(kit, BAD(quipu_llm_stage, bad), QUIPU_LLM_ALLOW));
		EXPECT_ONLY("bad_argument", quipu_llm_guarded(kit, QUIPU_LLM_AT_INPUT,
							      BAD(quipu_llm_decision, bad)));
		EXPECT_ONLY("bad_argument", cr_expect_null(quipu_llm_route_for(
						    kit, BAD(quipu_llm_operation, bad), "a", "b")));
	}
}

Test(misuse, an_end_that_is_not_in_its_set_is_an_end)
{
	const quipu_llm_agent *agent = quipu_llm_agent_of(kit, "planner");
	quipu_llm_turn turn = QUIPU_LLM_TURN_INIT;

	one_call(route, BAD(quipu_llm_error, QUIPU_LLM_N_ERRORS), NULL);
	EXPECT(1, "llm_errors_total", GPT, "type", "other");
	EXPECT(0, "llm_requests_in_flight", GPT);
	quipu_llm_turn_begin(&turn, agent);
	quipu_llm_turn_end(&turn, BAD(quipu_llm_outcome, 4));
	EXPECT(1, "agent_turns_total", "agent", "planner", "outcome", "error");
	EXPECT_MISUSE(2, "bad_argument");
}

Test(misuse, of_turns)
{
	const quipu_llm_agent *agent = quipu_llm_agent_of(kit, "planner");
	quipu_llm_turn turn = QUIPU_LLM_TURN_INIT;

	EXPECT_ONLY("not_begun", quipu_llm_turn_step(&turn));
	EXPECT_ONLY("not_begun", quipu_llm_turn_end(&turn, QUIPU_LLM_OUTCOME_OK));
	quipu_llm_turn_begin(&turn, agent);
	EXPECT_ONLY("never_ended", quipu_llm_turn_begin(&turn, agent));
	quipu_llm_turn_end(&turn, QUIPU_LLM_OUTCOME_OK);
	EXPECT_ONLY("ended_twice", quipu_llm_turn_end(&turn, QUIPU_LLM_OUTCOME_OK));
	EXPECT_ONLY("token_after_end", quipu_llm_turn_step(&turn));
	EXPECT(1, "agent_turns_total", "agent", "planner", "outcome", "ok");
}

/* A call of which nothing is known counts in the kit that was opened last. */
Test(misuse, of_an_unknown_kit)
{
	quipu_registry *mine = registry, *other = quipu_registry_new(NULL);
	quipu_llm *second = quipu_llm_open(other, NULL, NULL);
	quipu_llm_call call = QUIPU_LLM_CALL_INIT;

	quipu_llm_chunk(&call);
	registry = other;
	EXPECT_MISUSE(1, "not_begun");
	registry = mine;
	EXPECT_MISUSE(0, "not_begun");
	quipu_llm_close(second);
	quipu_registry_free(other);
	quipu_llm_chunk(&call);
	EXPECT_MISUSE(1, "not_begun");
}

Test(misuse, without_any_kit)
{
	quipu_llm_call call = QUIPU_LLM_CALL_INIT;

	quipu_llm_close(kit);
	quipu_llm_chunk(&call);
	quipu_llm_end(&call, QUIPU_LLM_OK, NULL);
	kit = quipu_llm_open(registry, NULL, NULL);
	cr_expect_eq(misuses(), 0);
}
