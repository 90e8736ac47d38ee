/* SPDX-License-Identifier: MIT */
/* otel_test.c: both namings at once show the same calls. */
#include "opened.h"

#include <math.h>
#include <stdio.h>

static void open_both(void)
{
	open_with(&(quipu_llm_opts){ .size = sizeof(quipu_llm_opts),
				     .names = QUIPU_LLM_NAMES_SHORT | QUIPU_LLM_NAMES_OTEL_1_41 });
}

TestSuite(otel, .init = open_both, .fini = close_kit);

#define DURATION "gen_ai_client_operation_duration_seconds"
#define TOKENS "gen_ai_client_token_usage"
#define FIRST "gen_ai_client_operation_time_to_first_chunk_seconds"
#define CHUNK "gen_ai_client_operation_time_per_output_chunk_seconds"
#define CHAT(model)                                                                                \
	"gen_ai_operation_name", "chat", "gen_ai_provider_name", "openai", "gen_ai_request_model", \
		model

Test(otel, one_call)
{
	quipu_llm_call call = QUIPU_LLM_CALL_INIT;

	quipu_llm_begin_at(&call, route, 1000 * MS);
	quipu_llm_chunk_at(&call, 1200 * MS);
	quipu_llm_chunk_at(&call, 1300 * MS);
	quipu_llm_end_at(&call, QUIPU_LLM_OK, QUIPU_LLM_USAGE(.input = 812, .output = 64),
			 1830 * MS);
	EXPECT(0.83, DURATION "_sum", CHAT("gpt-4o"));
	EXPECT(0.2, FIRST "_sum", CHAT("gpt-4o"));
	EXPECT(0.1, CHUNK "_sum", CHAT("gpt-4o"));
	EXPECT(812, TOKENS "_sum", CHAT("gpt-4o"), "gen_ai_token_type", "input");
	EXPECT(64, TOKENS "_sum", CHAT("gpt-4o"), "gen_ai_token_type", "output");
}

Test(otel, operations_are_apart_here_and_together_there)
{
	one_call(quipu_llm_route_for(kit, QUIPU_LLM_EMBEDDINGS, "gpt-4o", "openai"), QUIPU_LLM_OK,
		 QUIPU_LLM_USAGE(.input = 7));
	one_call(route, QUIPU_LLM_OK, NULL);
	EXPECT(1, DURATION "_count", CHAT("gpt-4o"));
	EXPECT(1, DURATION "_count", "gen_ai_operation_name", "embeddings", "gen_ai_provider_name",
	       "openai", "gen_ai_request_model", "gpt-4o");
	EXPECT(2, "llm_requests_total", GPT, "status", "success");
	EXPECT(0, TOKENS "_count", "gen_ai_operation_name", "embeddings", "gen_ai_provider_name",
	       "openai", "gen_ai_request_model", "gpt-4o", "gen_ai_token_type", "output");
}

/* Any calls, of two models, with any ends. */
static void any_calls(int n)
{
	const quipu_llm_route *routes[] = { route, quipu_llm_route_of(kit, "o3", "openai") };
	uint32_t seed = 12345;

	for (int i = 0; i < n; i++) {
		quipu_llm_call call = QUIPU_LLM_CALL_INIT;
		uint64_t now = 1000 * MS;
		unsigned error;

		seed = seed * 1664525 + 1013904223;
		error = seed >> 8 & 1 ? 0 : (seed >> 10) % QUIPU_LLM_N_ERRORS;
		quipu_llm_begin_at(&call, routes[seed >> 20 & 1], now);
		for (uint32_t k = seed >> 21 & 7; k > 0; k--)
			quipu_llm_chunk_at(&call, now += (seed >> 24) * MS);
		quipu_llm_end_at(&call, (quipu_llm_error)error,
				 QUIPU_LLM_USAGE(.input = seed & 63, .output = seed >> 6 & 63),
				 now + (seed & 1023) * MS);
	}
}

/* Two sums of the same numbers, perhaps in another order: buckets are added up one after another. */
static void expect_near(double a, double b, const char *what)
{
	cr_expect_leq(fabs(a - b), 1e-9 * fabs(a), "%s: %.17g and %.17g", what, a, b);
}

/* The same histogram under two names: count, sum. */
static void expect_same(const struct qt_exposition *shown, const char *model, const char *ours,
			const char *theirs)
{
	static const char *const parts[] = { "_count", "_sum" };
	char a[128], b[128];

	for (size_t i = 0; i < N_OF(parts); i++) {
		snprintf(a, sizeof a, "%s%s", ours, parts[i]);
		snprintf(b, sizeof b, "%s%s", theirs, parts[i]);
		expect_near(qt_value(shown, a, "model", model, "provider", "openai", NULL),
			    qt_value(shown, b, CHAT(model), NULL), a);
	}
}

static void expect_same_tokens(const struct qt_exposition *shown, const char *model,
			       const char *direction)
{
	cr_expect_eq(qt_value(shown, "llm_request_tokens_count", "model", model, "provider",
			      "openai", "direction", direction, NULL),
		     qt_value(shown, TOKENS "_count", CHAT(model), "gen_ai_token_type", direction,
			      NULL));
	cr_expect_eq(
		qt_value(shown, "llm_request_tokens_sum", "model", model, "provider", "openai",
			 "direction", direction, NULL),
		qt_value(shown, TOKENS "_sum", CHAT(model), "gen_ai_token_type", direction, NULL));
}

/* Every call that has ended is in their duration, which our requests and errors count. */
static void expect_same_calls(const struct qt_exposition *shown, const char *model)
{
	static const char *const types[] = {
#define TEXT(name, text) text,
		QUIPU_LLM_ERROR_MAP(TEXT)
#undef TEXT
	};

	cr_expect_eq(qt_sum_u64(shown, "llm_requests_total", "model", model, NULL),
		     qt_sum_u64(shown, DURATION "_count", "gen_ai_request_model", model, NULL));
	cr_expect_eq(qt_value(shown, "llm_requests_total", "model", model, "provider", "openai",
			      "status", "success", NULL),
		     qt_value(shown, DURATION "_count", CHAT(model), NULL));
	for (size_t i = 1; i < N_OF(types); i++)
		cr_expect_eq(qt_sum_u64(shown, "llm_errors_total", "model", model, "type", types[i],
					NULL),
			     qt_sum_u64(shown, DURATION "_count", "gen_ai_request_model", model,
					"error_type", types[i], NULL),
			     "%s", types[i]);
}

Test(otel, any_calls_are_the_same_under_both_namings)
{
	static const char *const models[] = { "gpt-4o", "o3" };
	struct qt_exposition *shown;

	any_calls(2000);
	shown = exposed(registry);
	for (size_t i = 0; i < N_OF(models); i++) {
		expect_same(shown, models[i], "llm_time_to_first_token_seconds", FIRST);
		expect_same(shown, models[i], "llm_time_between_chunks_seconds", CHUNK);
		expect_same_tokens(shown, models[i], "input");
		expect_same_tokens(shown, models[i], "output");
		expect_same_calls(shown, models[i]);
	}
	cr_expect_eq(qt_sum_u64(shown, "llm_requests_total", NULL), 2000);
	cr_expect_gt(qt_sum_u64(shown, "llm_errors_total", NULL), 500);
	qt_free(shown);
}
