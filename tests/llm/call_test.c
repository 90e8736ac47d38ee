/* SPDX-License-Identifier: MIT */
/* call_test.c: what one call leaves behind, by scrapes. */
#include "unit/exposed.h"

#include <quipu/llm.h>

#define M "model", "gpt-4o", "provider", "openai"
#define MS 1000000u

static quipu_registry *registry;
static quipu_llm *kit;
static const quipu_llm_route *route;

static void begin(void)
{
	quipu_error error = QUIPU_ENOMEM;

	registry = quipu_registry_new(NULL);
	kit = quipu_llm_open(registry, NULL, &error);
	cr_assert_eq(error, QUIPU_OK);
	route = quipu_llm_route_of(kit, "gpt-4o", "openai");
	cr_assert(route);
}

static void end(void)
{
	expect_no_error(registry);
	quipu_llm_close(kit);
	expect_samples(registry, 0);
	quipu_registry_free(registry);
}

TestSuite(call, .init = begin, .fini = end);

Test(call, a_streamed_success)
{
	quipu_llm_call call = QUIPU_LLM_CALL_INIT;
	struct qt_exposition *shown;

	quipu_llm_begin_at(&call, route, 1000 * MS);
	shown = exposed(registry);
	cr_expect_eq(qt_value(shown, "llm_requests_in_flight", M, NULL), 1);
	qt_free(shown);
	quipu_llm_first_token_at(&call, 1200 * MS);
	quipu_llm_chunk_at(&call, 1200 * MS);
	quipu_llm_chunk_at(&call, 1300 * MS);
	quipu_llm_chunk_at(&call, 1350 * MS);
	quipu_llm_end_at(&call, QUIPU_LLM_OK,
			 QUIPU_LLM_USAGE(.input = 812, .output = 64, .cache_read = 700,
					 .reasoning = 3, .cost_microdollars = 1520),
			 1830 * MS);
	shown = exposed(registry);
	cr_expect_eq(qt_value(shown, "llm_requests_in_flight", M, NULL), 0);
	cr_expect_eq(qt_u64(shown, "llm_requests_total", M, "status", "success", NULL), 1);
	cr_expect_eq(qt_u64(shown, "llm_requests_total", M, "status", "error", NULL), 0);
	cr_expect_eq(qt_value(shown, "llm_request_duration_seconds_sum", M, NULL), 0.83);
	cr_expect_eq(qt_value(shown, "llm_time_to_first_token_seconds_sum", M, NULL), 0.2);
	cr_expect_eq(qt_u64(shown, "llm_time_between_chunks_seconds_count", M, NULL), 2);
	cr_expect_eq(qt_value(shown, "llm_time_between_chunks_seconds_sum", M, NULL), 0.1 + 0.05);
	cr_expect_eq(qt_value(shown, "llm_time_per_output_token_seconds_sum", M, NULL), 0.63 / 63);
	cr_expect_eq(qt_u64(shown, "llm_tokens_total", M, "direction", "input", NULL), 812);
	cr_expect_eq(qt_u64(shown, "llm_tokens_total", M, "direction", "output", NULL), 64);
	cr_expect_eq(qt_u64(shown, "llm_tokens_total", M, "direction", "cache_read", NULL), 700);
	cr_expect_eq(qt_u64(shown, "llm_tokens_total", M, "direction", "cache_write", NULL), 0);
	cr_expect_eq(qt_u64(shown, "llm_tokens_total", M, "direction", "reasoning", NULL), 3);
	cr_expect_eq(qt_value(shown, "llm_request_tokens_sum", M, "direction", "input", NULL), 812);
	cr_expect_eq(qt_value(shown, "llm_cost_dollars_total", M, NULL), 0.00152);
	qt_free(shown);
}
