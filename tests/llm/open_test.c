/* SPDX-License-Identifier: MIT */
/* open_test.c: opening and closing, what is refused, and forks. */
#include "opened.h"
#include "llm/route.h"
#include "support/sanitized.h"

#include <sys/wait.h>

#define OPTS(...) (&(quipu_llm_opts){ .size = sizeof(quipu_llm_opts), __VA_ARGS__ })

static void refused(const quipu_llm_opts *opts, quipu_error expected, const char *culprit)
{
	quipu_error error = QUIPU_OK;

	cr_expect_null(quipu_llm_open(registry, opts, &error));
	cr_expect_eq(error, expected);
	expect_status(registry, expected, culprit);
	cr_expect_null(quipu_llm_open(registry, opts, NULL));
	quipu_registry_clear_status(registry);
}

Test(open, once_for_a_registry, .init = open_kit, .fini = close_kit)
{
	quipu_registry *other = quipu_registry_new(NULL);
	quipu_llm *second;
	quipu_error error;

	refused(NULL, QUIPU_EDUPLICATE, "kit");
	one_call(route, QUIPU_LLM_OK, NULL);
	EXPECT(1, "llm_requests_total", GPT, "status", "success");
	second = quipu_llm_open(other, NULL, &error);
	cr_expect(second);
	cr_expect_eq(error, QUIPU_OK);
	cr_expect_neq(quipu_llm_route_of(second, "gpt-4o", "openai"), route);
	quipu_llm_close(second);
	quipu_registry_free(other);
	EXPECT(1, "llm_requests_total", GPT, "status", "success");
}

Test(open, again_after_closing, .init = open_kit, .fini = close_kit)
{
	for (int i = 0; i < 3; i++) {
		one_call(route, QUIPU_LLM_OK, NULL);
		EXPECT(1, "llm_requests_total", GPT, "status", "success");
		quipu_llm_close(kit);
		expect_samples(registry, 0);
		kit = quipu_llm_open(registry, NULL, NULL);
		route = quipu_llm_route_of(kit, "gpt-4o", "openai");
		cr_assert(route);
	}
	EXPECT(0, "llm_requests_total", GPT, "status", "success");
}

/* All slots come back: so many kits at once there is no room for. */
Test(open, nothing_is_left_of_a_thousand)
{
	registry = quipu_registry_new(NULL);
	for (int i = 0; i < 200; i++) {
		kit = quipu_llm_open(registry, OPTS(.names = 3), NULL);
		cr_assert(kit);
		for (char model[] = "a"; *model < 'k'; ++*model)
			cr_assert(quipu_llm_route_of(kit, model, "openai"));
		quipu_llm_close(kit);
		settle();
	}
	expect_no_error(registry);
	cr_expect_lt(self_figure("slot_bytes"), UINT64_C(4) << 20);
	quipu_registry_free(registry);
}

Test(open, what_is_refused)
{
	static const char *many[4098];

	for (int i = 0; i < 4097; i++)
		many[i] = "m";
	registry = quipu_registry_new(NULL);
	refused(OPTS(.names = 4), QUIPU_EOPTION, "names");
	refused(OPTS(.max_models = 4097), QUIPU_EOPTION, "max_models");
	refused(OPTS(.max_providers = 257), QUIPU_EOPTION, "max_providers");
	refused(OPTS(.max_names = 4097), QUIPU_EOPTION, "max_names");
	refused(OPTS(.models = many), QUIPU_EOPTION, "models");
	refused(OPTS(.providers = many), QUIPU_EOPTION, "providers");
	expect_samples(registry, 0);
	quipu_counter_new(registry, QUIPU_OPTS(.name = "tool_duration_seconds_sum", .help = "X."));
	refused(NULL, QUIPU_EDUPLICATE, "tool_duration_seconds");
	expect_samples(registry, 1);
	quipu_registry_free(registry);
	{
		quipu_error error = QUIPU_OK;

		cr_expect_null(quipu_llm_open(NULL, NULL, &error));
		cr_expect_eq(error, QUIPU_ENOMEM);
	}
	quipu_llm_close(NULL);
}

Test(open, the_most_that_there_may_be)
{
	open_with(OPTS(.max_models = 4096, .max_providers = 256, .max_names = 4096, .names = 3));
	close_kit();
}

Test(open, options_of_an_older_program)
{
	quipu_llm_opts older = { .size = offsetof(quipu_llm_opts, max_models), .names = 99 };

	open_with(&older);
	close_kit();
}

Test(open, a_prefix_and_constant_labels)
{
	registry = quipu_registry_new(
		QUIPU_REGISTRY_OPTS(.prefix = "app_", .const_labels = (const quipu_label[]){
							      { "zone", "a" }, { 0 } }));
	kit = quipu_llm_open(registry, NULL, NULL);
	one_call(quipu_llm_route_of(kit, "gpt-4o", "openai"), QUIPU_LLM_OK, NULL);
	EXPECT(1, "app_llm_requests_total", "zone", "a", GPT, "status", "success");
	close_kit();
}

static int shows_native(void)
{
	struct text text = { calloc(1, 1), 0 };
	int shows;

	one_call(route, QUIPU_LLM_OK, NULL);
	cr_assert_eq(quipu_write(registry, &quipu_format_json, text_append, &text), QUIPU_OK);
	shows = strstr(text.data, "\"schema\"") != NULL;
	free(text.data);
	return shows;
}

Test(open, native_buckets_or_not)
{
	open_kit();
	cr_expect(shows_native());
	close_kit();
	open_with(OPTS(.no_native = 1));
	cr_expect_not(shows_native());
	close_kit();
}

/* --- forks --------------------------------------------------------------------------------------- */

/* In the child: a call from before the fork, one from after it, both in all figures but one. Read
 * without a scrape, which would start a thread, as tables that grow do: ThreadSanitizer takes none
 * after a fork. */
static int in_child(quipu_llm_call *call)
{
	quipu_llm_call own = QUIPU_LLM_CALL_INIT, again = *call;

	quipu_llm_begin(&own, route);
	quipu_llm_end(call, QUIPU_LLM_OK, QUIPU_LLM_USAGE(.input = 3));
	quipu_llm_begin(&again, route); /* never ended here */
	if (!QT_TSAN && !quipu_llm_route_of(kit, "new in the child", "openai"))
		return 2;
	return quipu_read(route->in_flight) != 2 ||
	       quipu_read(route->requests[QUIPU_LLM_STATUS_SUCCESS]) != 1 ||
	       quipu_read(route->tokens[QUIPU_LLM_INPUT_TOKENS]) != 3 ||
	       quipu_read(kit->misuse[QUIPU_LLM_MISUSE_NEVER_ENDED]) != 1;
}

/* Is the circuit in this state, and was told so often that it went there? */
static bool circuit_is(quipu_llm_circuit state, uint64_t transitions)
{
	return *route->provider->circuit.cell == UINT64_C(1) << state &&
	       quipu_read(route->provider->circuit_transitions[state]) == transitions;
}

/* What was open in the parent begins closed, and to say so is no news. */
static int circuits_in_child(void)
{
	if (!circuit_is(QUIPU_LLM_CIRCUIT_CLOSED_STATE, 0))
		return 2;
	quipu_llm_circuit_is(route, QUIPU_LLM_CIRCUIT_CLOSED_STATE);
	if (!circuit_is(QUIPU_LLM_CIRCUIT_CLOSED_STATE, 0))
		return 3;
	quipu_llm_circuit_is(route, QUIPU_LLM_CIRCUIT_HALF_OPEN_STATE);
	return circuit_is(QUIPU_LLM_CIRCUIT_HALF_OPEN_STATE, 1) ? 0 : 4;
}

Test(open, circuits_of_a_forked_child_begin_closed, .init = open_kit, .fini = close_kit)
{
	int status = -1;
	pid_t child;

	quipu_llm_circuit_is(route, QUIPU_LLM_CIRCUIT_OPEN_STATE);
	child = fork();
	cr_assert_geq(child, 0);
	if (child == 0)
		_exit(circuits_in_child());
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_expect_eq(status, 0);
	cr_expect(circuit_is(QUIPU_LLM_CIRCUIT_OPEN_STATE, 1), "the parent's is as it was");
}

Test(open, a_forked_child_begins_at_zero_and_goes_on, .init = open_kit, .fini = close_kit)
{
	quipu_llm_call call = QUIPU_LLM_CALL_INIT;
	int status = -1;
	pid_t child;

	one_call(route, QUIPU_LLM_OK, QUIPU_LLM_USAGE(.input = 3));
	quipu_llm_begin(&call, route);
	child = fork();
	cr_assert_geq(child, 0);
	if (child == 0)
		_exit(in_child(&call));
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_expect_eq(status, 0);
	EXPECT(1, "llm_requests_in_flight", GPT);
	quipu_llm_end(&call, QUIPU_LLM_OK, NULL);
	EXPECT(0, "llm_requests_in_flight", GPT);
	EXPECT(2, "llm_requests_total", GPT, "status", "success");
}
