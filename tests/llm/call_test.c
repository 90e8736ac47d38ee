/* SPDX-License-Identifier: MIT */
/* call_test.c: what one call leaves behind, by scrapes. */
#include "opened.h"

TestSuite(call, .init = open_kit, .fini = close_kit);

#define TTFT "llm_time_to_first_token_seconds"
#define CHUNKS "llm_time_between_chunks_seconds"
#define PER_TOKEN "llm_time_per_output_token_seconds"

Test(call, a_streamed_success)
{
	quipu_llm_call call = QUIPU_LLM_CALL_INIT;

	quipu_llm_begin_at(&call, route, 1000 * MS);
	EXPECT(1, "llm_requests_in_flight", GPT);
	EXPECT(0, "llm_requests_total", GPT, "status", "success");
	quipu_llm_first_token_at(&call, 1200 * MS);
	quipu_llm_chunk_at(&call, 1210 * MS);
	quipu_llm_chunk_at(&call, 1300 * MS);
	quipu_llm_chunk_at(&call, 1350 * MS);
	quipu_llm_end_at(&call, QUIPU_LLM_OK,
			 QUIPU_LLM_USAGE(.input = 812, .output = 64, .cache_read = 700,
					 .cache_write = 12, .reasoning = 3,
					 .cost_microdollars = 1520),
			 1830 * MS);
	EXPECT(0, "llm_requests_in_flight", GPT);
	EXPECT(1, "llm_requests_total", GPT, "status", "success");
	EXPECT(1, "llm_request_duration_seconds_count", GPT);
	EXPECT(0.83, "llm_request_duration_seconds_sum", GPT);
	EXPECT(1, TTFT "_count", GPT);
	EXPECT(0.2, TTFT "_sum", GPT);
	EXPECT(2, CHUNKS "_count", GPT);
	EXPECT(0.09 + 0.05, CHUNKS "_sum", GPT);
	EXPECT(1, PER_TOKEN "_count", GPT);
	EXPECT(0.63 / 63, PER_TOKEN "_sum", GPT);
	EXPECT(812, "llm_tokens_total", GPT, "direction", "input");
	EXPECT(64, "llm_tokens_total", GPT, "direction", "output");
	EXPECT(700, "llm_tokens_total", GPT, "direction", "cache_read");
	EXPECT(12, "llm_tokens_total", GPT, "direction", "cache_write");
	EXPECT(3, "llm_tokens_total", GPT, "direction", "reasoning");
	EXPECT(812, "llm_request_tokens_sum", GPT, "direction", "input");
	EXPECT(64, "llm_request_tokens_sum", GPT, "direction", "output");
	EXPECT(0.00152, "llm_cost_dollars_total", GPT);
}

/* All three others, in all figures that any of them is in. */
static void expect_refused(const char *status, const char *type, int has_duration)
{
	EXPECT(1, "llm_requests_total", GPT, "status", status);
	EXPECT(0, "llm_requests_total", GPT, "status", "success");
	EXPECT(1, "llm_errors_total", GPT, "type", type);
	EXPECT(has_duration, "llm_request_duration_seconds_count", GPT);
	EXPECT(0, PER_TOKEN "_count", GPT);
	EXPECT(0, "llm_request_tokens_count", GPT, "direction", "input");
	EXPECT(0, "llm_request_tokens_count", GPT, "direction", "output");
	EXPECT(0, "llm_requests_in_flight", GPT);
}

Test(call, a_failed_one_has_a_duration)
{
	one_call(route, QUIPU_LLM_SERVER, NULL);
	expect_refused("error", "server", 1);
	EXPECT(0, "llm_tokens_total", GPT, "direction", "input");
}

Test(call, a_rate_limited_one_has_none)
{
	one_call(route, QUIPU_LLM_RATE_LIMITED, NULL);
	expect_refused("rate_limited", "rate_limited", 0);
}

/* Breakers and budgets refuse in no time. */
Test(call, those_that_were_not_sent_have_none)
{
	one_call(route, QUIPU_LLM_CIRCUIT_OPEN, NULL);
	expect_refused("error", "circuit_open", 0);
	one_call(route, QUIPU_LLM_REJECTED, NULL);
	EXPECT(1, "llm_errors_total", GPT, "type", "rejected");
	EXPECT(0, "llm_request_duration_seconds_count", GPT);
}

/* It was paid for all the same: what a call reports as used is counted however it ends. */
Test(call, a_cancelled_one_may_have_used_something)
{
	one_call(route, QUIPU_LLM_CANCELLED,
		 QUIPU_LLM_USAGE(.input = 10, .output = 5, .cost_microdollars = 7));
	expect_refused("cancelled", "cancelled", 0);
	EXPECT(10, "llm_tokens_total", GPT, "direction", "input");
	EXPECT(5, "llm_tokens_total", GPT, "direction", "output");
	EXPECT(7e-6, "llm_cost_dollars_total", GPT);
}

Test(call, every_error_is_in_one_status_and_of_its_own_type)
{
	static const char *const types[] = {
#define TEXT(name, text) text,
		QUIPU_LLM_ERROR_MAP(TEXT)
#undef TEXT
	};

	for (size_t i = 0; i < QUIPU_LLM_N_ERRORS; i++) {
		one_call(route, (quipu_llm_error)i, NULL);
		cr_expect_str_eq(quipu_llm_error_name((quipu_llm_error)i), types[i]);
		if (i != QUIPU_LLM_OK)
			EXPECT(1, "llm_errors_total", GPT, "type", types[i]);
	}
	EXPECT(1, "llm_requests_total", GPT, "status", "success");
	EXPECT(1, "llm_requests_total", GPT, "status", "rate_limited");
	EXPECT(1, "llm_requests_total", GPT, "status", "cancelled");
	EXPECT(QUIPU_LLM_N_ERRORS - 3, "llm_requests_total", GPT, "status", "error");
	EXPECT(QUIPU_LLM_N_ERRORS - 4, "llm_request_duration_seconds_count", GPT);
	cr_expect_str_eq(quipu_llm_error_name(QUIPU_LLM_N_ERRORS), "other");
	cr_expect_str_eq(quipu_llm_error_name((quipu_llm_error)-1), "other");
}

/* --- tokens ------------------------------------------------------------------------------------ */

Test(call, the_first_chunk_is_the_first_token_if_none_was_told)
{
	quipu_llm_call call = QUIPU_LLM_CALL_INIT;

	quipu_llm_begin_at(&call, route, 1000 * MS);
	quipu_llm_chunk_at(&call, 1250 * MS);
	EXPECT(0.25, TTFT "_sum", GPT);
	quipu_llm_chunk_at(&call, 1500 * MS);
	EXPECT(1, TTFT "_count", GPT);
	EXPECT(1, CHUNKS "_count", GPT);
	EXPECT(0.25, CHUNKS "_sum", GPT);
	quipu_llm_end_at(&call, QUIPU_LLM_OK, QUIPU_LLM_USAGE(.output = 11), 2250 * MS);
	EXPECT(0.1, PER_TOKEN "_sum", GPT);
	EXPECT(0, "llm_request_tokens_count", GPT, "direction", "input");
	EXPECT(1, "llm_request_tokens_count", GPT, "direction", "output");
}

/* The oracle counts in whole nanoseconds. Some gaps are below every bound, some beyond all. */
static void expect_bounds_to_the_nanosecond(void)
{
	static const struct {
		const char *le;
		uint64_t ns;
	} bounds[] = { { "0.001", 1000000 },  { "0.0025", 2500000 }, { "0.005", 5000000 },
		       { "0.01", 10000000 },  { "0.025", 25000000 }, { "0.05", 50000000 },
		       { "0.075", 75000000 }, { "0.1", 100000000 },  { "0.15", 150000000 },
		       { "0.2", 200000000 },  { "0.3", 300000000 },  { "0.4", 400000000 },
		       { "0.5", 500000000 },  { "0.75", 750000000 }, { "1", 1000000000 },
		       { "2.5", 2500000000 }, { "5", 5000000000 },   { "10", 10000000000 } };
	static const uint64_t others[] = { 0, 1, 3600000 * MS, 3600000 * MS + 1, 70000000 * MS };
	const size_t n = sizeof(bounds) / sizeof(bounds[0]);
	const size_t n_others = sizeof(others) / sizeof(others[0]);
	quipu_llm_call call = QUIPU_LLM_CALL_INIT;
	uint64_t now = 1000 * MS;
	size_t i;

	quipu_llm_begin_at(&call, route, now);
	quipu_llm_chunk_at(&call, now);
	for (i = 0; i < n; i++) {
		quipu_llm_chunk_at(&call, now += bounds[i].ns);
		quipu_llm_chunk_at(&call, now += bounds[i].ns + 1);
	}
	for (i = 0; i < n_others; i++)
		quipu_llm_chunk_at(&call, now += others[i]);
	quipu_llm_end_at(&call, QUIPU_LLM_OK, QUIPU_LLM_USAGE(.output = 1), now);
	for (i = 0; i < n;
	     i++) /* of each bound before both, of this one the first, and 0 and 1 ns */
		EXPECT(2 * i + 1 + 2, CHUNKS "_bucket", GPT, "le", bounds[i].le);
	EXPECT(2 * n + n_others, CHUNKS "_bucket", GPT, "le", "+Inf");
}

Test(call, bounds_hold_to_the_nanosecond)
{
	expect_bounds_to_the_nanosecond();
}

Test(call, bounds_hold_without_native_buckets)
{
	close_kit();
	open_with(&(quipu_llm_opts){ .size = sizeof(quipu_llm_opts), .no_native = 1 });
	expect_bounds_to_the_nanosecond();
}

/* Also what is beyond the largest bound of tokens, and what is the largest. */
Test(call, sizes_are_in_the_bucket_they_end)
{
	static const uint64_t sizes[] = { 1, 4, 5, 67108864, 67108865, UINT64_C(1) << 40 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		one_call(route, QUIPU_LLM_OK, QUIPU_LLM_USAGE(.input = sizes[i]));
	EXPECT(1, "llm_request_tokens_bucket", GPT, "direction", "input", "le", "1");
	EXPECT(2, "llm_request_tokens_bucket", GPT, "direction", "input", "le", "4");
	EXPECT(3, "llm_request_tokens_bucket", GPT, "direction", "input", "le", "16");
	EXPECT(4, "llm_request_tokens_bucket", GPT, "direction", "input", "le", "6.7108864e+07");
	EXPECT(6, "llm_request_tokens_bucket", GPT, "direction", "input", "le", "+Inf");
}

Test(call, one_token_has_no_next_one)
{
	quipu_llm_call call = QUIPU_LLM_CALL_INIT;

	quipu_llm_begin_at(&call, route, 1000 * MS);
	quipu_llm_first_token_at(&call, 1250 * MS);
	quipu_llm_end_at(&call, QUIPU_LLM_OK, QUIPU_LLM_USAGE(.output = 1), 2250 * MS);
	EXPECT(0, PER_TOKEN "_count", GPT);
}

Test(call, without_a_first_token_there_is_no_time_per_token)
{
	one_call(route, QUIPU_LLM_OK, QUIPU_LLM_USAGE(.output = 100));
	EXPECT(0, PER_TOKEN "_count", GPT);
	EXPECT(0, TTFT "_count", GPT);
}

Test(call, begun_anew_it_knows_nothing_of_before)
{
	quipu_llm_call call = QUIPU_LLM_CALL_INIT;

	quipu_llm_begin_at(&call, route, 1000 * MS);
	quipu_llm_chunk_at(&call, 1250 * MS);
	quipu_llm_end_at(&call, QUIPU_LLM_OK, NULL, 2000 * MS);
	quipu_llm_begin_at(&call, route, 5000 * MS);
	quipu_llm_chunk_at(&call, 5500 * MS);
	quipu_llm_end_at(&call, QUIPU_LLM_OK, QUIPU_LLM_USAGE(.output = 2), 6000 * MS);
	EXPECT(0.75, TTFT "_sum", GPT);
	EXPECT(0, CHUNKS "_count", GPT);
	EXPECT(0.5, PER_TOKEN "_sum", GPT);
	cr_expect_eq(misuses(), 0);
}

Test(call, times_per_token_are_whole_nanoseconds)
{
	quipu_llm_call call = QUIPU_LLM_CALL_INIT;

	quipu_llm_begin_at(&call, route, 1000 * MS);
	quipu_llm_first_token_at(&call, 1100 * MS);
	quipu_llm_end_at(&call, QUIPU_LLM_OK, QUIPU_LLM_USAGE(.output = 4), 1100 * MS + 11);
	EXPECT(3e-9, PER_TOKEN "_sum", GPT);
}

/* A clock that was set, or told by somebody else. */
Test(call, moments_that_nobody_can_have_seen)
{
	quipu_llm_call call = QUIPU_LLM_CALL_INIT;

	quipu_llm_begin_at(&call, route, UINT64_C(1) << 63);
	quipu_llm_first_token_at(&call, 0);
	quipu_llm_end_at(&call, QUIPU_LLM_OK, QUIPU_LLM_USAGE(.output = 2), INT64_MAX);
	EXPECT(1, PER_TOKEN "_count", GPT);
	EXPECT(0x1p62 / 1e9, PER_TOKEN "_sum", GPT);
	EXPECT(1, TTFT "_count", GPT);
	EXPECT(1, "llm_request_duration_seconds_count", GPT);
}

/* --- edges --------------------------------------------------------------------------------------- */

Test(call, a_clock_that_goes_back_makes_no_negative_time)
{
	quipu_llm_call call = QUIPU_LLM_CALL_INIT;

	quipu_llm_begin_at(&call, route, 1000 * MS);
	quipu_llm_chunk_at(&call, 900 * MS);
	quipu_llm_chunk_at(&call, 800 * MS);
	quipu_llm_end_at(&call, QUIPU_LLM_OK, QUIPU_LLM_USAGE(.output = 5), 700 * MS);
	EXPECT(0, "llm_request_duration_seconds_sum", GPT);
	EXPECT(0, TTFT "_sum", GPT);
	EXPECT(0, CHUNKS "_sum", GPT);
	EXPECT(0, PER_TOKEN "_sum", GPT);
	EXPECT(1, "llm_request_duration_seconds_count", GPT);
}

Test(call, a_call_may_be_moved)
{
	quipu_llm_call call = QUIPU_LLM_CALL_INIT, moved;

	quipu_llm_begin_at(&call, route, 1000 * MS);
	moved = call;
	memset(&call, 0xa5, sizeof call);
	quipu_llm_end_at(&moved, QUIPU_LLM_OK, NULL, 2000 * MS);
	EXPECT(1, "llm_requests_total", GPT, "status", "success");
	EXPECT(0, "llm_requests_in_flight", GPT);
	cr_expect_eq(misuses(), 0);
}

/* An older program's usage, and a newer one's. */
Test(call, a_usage_of_another_size)
{
	struct {
		quipu_llm_usage usage;
		uint64_t more[4];
	} longer = { .usage = { .size = sizeof longer, .input = 3, .output = 4 },
		     .more = { 99, 99, 99, 99 } };
	quipu_llm_usage shorter = { .size = offsetof(quipu_llm_usage, output),
				    .input = 5,
				    .output = 1000,
				    .trace_id = (const char *)1 };

	one_call(route, QUIPU_LLM_OK, &longer.usage);
	one_call(route, QUIPU_LLM_OK, &shorter);
	EXPECT(8, "llm_tokens_total", GPT, "direction", "input");
	EXPECT(4, "llm_tokens_total", GPT, "direction", "output");
}

Test(call, with_the_clock)
{
	quipu_llm_call call = QUIPU_LLM_CALL_INIT;
	struct qt_exposition *shown;

	quipu_llm_begin(&call, route);
	quipu_llm_first_token(&call);
	quipu_llm_chunk(&call);
	usleep(2000);
	quipu_llm_chunk(&call);
	quipu_llm_end(&call, QUIPU_LLM_OK, QUIPU_LLM_USAGE(.output = 3));
	shown = exposed(registry);
	cr_expect_geq(qt_value(shown, CHUNKS "_sum", GPT, NULL), 0.002);
	cr_expect_geq(qt_value(shown, "llm_request_duration_seconds_sum", GPT, NULL), 0.002);
	cr_expect_geq(qt_value(shown, PER_TOKEN "_sum", GPT, NULL), 0.001);
	cr_expect_lt(qt_value(shown, "llm_request_duration_seconds_sum", GPT, NULL), 100);
	qt_free(shown);
}

/* A sink takes everything and counts nothing. */
Test(call, without_a_route)
{
	quipu_llm_call call = QUIPU_LLM_CALL_INIT;

	quipu_llm_begin(&call, NULL);
	quipu_llm_first_token(&call);
	quipu_llm_first_token(&call);
	quipu_llm_chunk(&call);
	quipu_llm_chunk(&call);
	quipu_llm_end(&call, (quipu_llm_error)-1, QUIPU_LLM_USAGE(.input = 1, .trace_id = "abc"));
	quipu_llm_end(&call, QUIPU_LLM_OK, NULL);
	quipu_llm_begin(&call, NULL);
	quipu_llm_begin(&call, NULL);
	quipu_llm_drop(&call);
	cr_expect_eq(misuses(), 0);
	EXPECT(0, "llm_requests_total", GPT, "status", "success");
}

/* --- exemplars ----------------------------------------------------------------------------------- */

static struct text open_metrics(void)
{
	struct text text = { calloc(1, 1), 0 };

	cr_assert_eq(quipu_write(registry, &quipu_format_openmetrics, text_append, &text),
		     QUIPU_OK);
	return text;
}

Test(call, leads_to_its_trace)
{
	struct text text;
	const char *at;

	free(open_metrics().data);
	one_call(route, QUIPU_LLM_OK, QUIPU_LLM_USAGE(.trace_id = "5b8aa5a2d2c872e8"));
	one_call(route, QUIPU_LLM_OK, QUIPU_LLM_USAGE(.trace_id = "later"));
	one_call(route, QUIPU_LLM_OK, NULL);
	text = open_metrics();
	at = strstr(text.data, "status=\"success\"} 3 # {trace_id=\"5b8aa5a2d2c872e8\"} 1");
	cr_expect(at, "%s", text.data);
	at = strstr(text.data, "le=\"1.28\"} 3 # {trace_id=\"5b8aa5a2d2c872e8\"} 0.83");
	cr_expect(at, "%s", text.data);
	cr_expect_not(strstr(text.data, "later"));
	free(text.data);
}
