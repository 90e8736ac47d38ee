/* SPDX-License-Identifier: MIT */
/* show.c: prints what a registry with the kit shows when everything of it has been used. */
#include <quipu/llm.h>
#include <quipu/quipu.h>

#include <stdio.h>

static int print(void *out, const char *data, size_t len)
{
	return fwrite(data, 1, len, out) == len ? 0 : -1;
}

static void call(quipu_llm *kit, quipu_llm_operation operation, quipu_llm_error error)
{
	quipu_llm_call call = QUIPU_LLM_CALL_INIT;

	quipu_llm_begin(&call, quipu_llm_route_for(kit, operation, "gpt-4o", "openai"));
	quipu_llm_chunk(&call);
	quipu_llm_chunk(&call);
	quipu_llm_end(&call, error,
		      QUIPU_LLM_USAGE(.input = 812, .output = 64, .cost_microdollars = 1520));
}

static void use_all(quipu_llm *kit)
{
	const quipu_llm_route *route = quipu_llm_route_of(kit, "gpt-4o", "openai");
	quipu_llm_loop loop = quipu_llm_loop_of(kit, "main", 0);
	quipu_llm_turn turn = QUIPU_LLM_TURN_INIT;

	for (int i = 0; i < QUIPU_LLM_N_OPERATIONS; i++)
		call(kit, (quipu_llm_operation)i, QUIPU_LLM_OK);
	for (int i = 1; i < QUIPU_LLM_N_ERRORS; i++) {
		call(kit, QUIPU_LLM_CHAT, (quipu_llm_error)i);
		quipu_llm_retry(route, (quipu_llm_error)i);
	}
	quipu_llm_fallback(route, quipu_llm_route_of(kit, "claude", "anthropic"));
	quipu_llm_enqueued(quipu_llm_queue_of(kit, "main"));
	quipu_llm_tick(&loop);
	quipu_llm_tick(&loop);
	quipu_llm_turn_begin(&turn, quipu_llm_agent_of(kit, "planner"));
	quipu_llm_turn_end(&turn, QUIPU_LLM_OUTCOME_OK);
	quipu_llm_tool_ended(quipu_llm_tool_of(kit, "search"), QUIPU_LLM_OUTCOME_OK, 5000000);
}

/* show FORMAT */
int main(int argc, char **argv)
{
	const quipu_llm_opts opts = { .size = sizeof(opts),
				      .names = QUIPU_LLM_NAMES_SHORT | QUIPU_LLM_NAMES_OTEL_1_41 };
	quipu_registry *registry = quipu_default_registry();
	const quipu_format *format = argc == 2 ? quipu_format_find(argv[1]) : NULL;
	quipu_llm *kit = quipu_llm_open(registry, &opts, NULL);

	if (!kit || !format)
		return 2;
	use_all(kit);
	if (quipu_write(registry, format, print, stdout) != QUIPU_OK)
		return 1;
	quipu_llm_close(kit);
	return 0;
}
