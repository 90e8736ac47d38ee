/* SPDX-License-Identifier: MIT */
/* reply_test.c: answers, their chunks and errors; and the JSON they are made of. */
#include "endpoint/json.h"
#include "endpoint/reply.h"

#include <criterion/criterion.h>

static struct reply reply;

static bool chunk(const char *text)
{
	return reply_chunk(&reply, text, strlen(text));
}

static void whole(const char *text)
{
	reply = (struct reply){ 0 };
	reply_whole(&reply, text, strlen(text));
}

static bool valid(const char *text)
{
	struct json json = json_of(text, strlen(text));

	return json_skip(&json) && json_end(&json);
}

Test(json, grammar)
{
	static const char *const good[] = { "{}",
					    "[]",
					    " [ 1 , -2.5e+3 ,0] ",
					    "\"\\u00e9\\n\"",
					    "{\"a\":{}}",
					    "true",
					    "false",
					    "null",
					    "0.5",
					    "[[[]]]",
					    "1E5" };
	static const char *const bad[] = { "",	     "{",     "[1,]", "{\"a\":1,}", "01",
					   "1.",     "-",     "+1",   ".5",	    "tru",
					   "[1 2]",  "{a:1}", "\"",   "\"\\x\"",    "\"\\u12g4\"",
					   "\"\n\"", "[] []", "1e",   "nul",	    "NaN",
					   "]" };
	size_t i;

	for (i = 0; i < sizeof good / sizeof *good; i++)
		cr_expect(valid(good[i]), "%s", good[i]);
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		cr_expect_not(valid(bad[i]), "%s", bad[i]);
}

Test(json, depth)
{
	char deep[201];

	memset(deep, '[', 64);
	memset(deep + 64, ']', 64);
	deep[128] = '\0';
	cr_assert(valid(deep));
	memset(deep, '[', 65);
	memset(deep + 65, ']', 65);
	deep[130] = '\0';
	cr_assert_not(valid(deep));
}

static bool whole_number(const char *text, uint64_t *value)
{
	struct json json = json_of(text, strlen(text));

	return json_whole(&json, value) && json_end(&json);
}

Test(json, whole_numbers)
{
	uint64_t value;

	cr_assert(whole_number("0", &value) && value == 0);
	cr_assert(whole_number("9007199254740992", &value) && value == UINT64_C(1) << 53);
	cr_assert_not(whole_number("9007199254740993", &value));
	cr_assert_not(whole_number("99999999999999999999999999", &value));
	cr_assert_not(whole_number("-1", &value));
	cr_assert_not(whole_number("1.0", &value));
	cr_assert_not(whole_number("1e3", &value));
	cr_assert_not(whole_number("007", &value));
	cr_assert_not(whole_number("\"7\"", &value));
}

TestSuite(reply);

Test(reply, stream)
{
	cr_assert_not(
		chunk("{\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}"));
	cr_assert(chunk("{\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}"));
	cr_assert_not(chunk("{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}"));
	cr_assert_eq(reply_judge(&reply, 200), QUIPU_LLM_BROKEN_STREAM);
	cr_assert_not(
		chunk("{\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":6,"
		      "\"prompt_tokens_details\":{\"cached_tokens\":4,\"x\":null},"
		      "\"completion_tokens_details\":{\"reasoning_tokens\":3}}}"));
	cr_assert_not(chunk("[DONE]"));
	cr_assert(reply.done && reply.has_usage && !reply.malformed);
	cr_assert_eq(reply.input, 5);
	cr_assert_eq(reply.output, 6);
	cr_assert_eq(reply.cache_read, 4);
	cr_assert_eq(reply.reasoning, 3);
	cr_assert_eq(reply_judge(&reply, 200), QUIPU_LLM_OK);
}

Test(reply, what_makes_a_token)
{
	cr_assert(chunk("{\"choices\":[{\"delta\":{\"reasoning_content\":\"h\"}}]}"));
	cr_assert(chunk("{\"choices\":[{\"delta\":{\"tool_calls\":[{}]}}]}"));
	cr_assert(chunk("{\"choices\":[{\"delta\":{}},{\"delta\":{\"refusal\":\"no\"}}]}"));
	cr_assert_not(chunk("{\"choices\":[{\"delta\":{\"content\":null,\"tool_calls\":[]}}]}"));
	cr_assert_not(chunk("{\"choices\":[{\"delta\":null}]}"));
	cr_assert_not(chunk("{\"choices\":null}"));
	cr_assert_not(chunk(""));
	cr_assert_not(reply.malformed);
}

Test(reply, nothing_counts_after_the_end)
{
	chunk("[DONE]");
	cr_assert_not(chunk("{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}"));
	chunk("nonsense");
	cr_assert_eq(reply_judge(&reply, 200), QUIPU_LLM_OK);
}

Test(reply, malformed)
{
	static const char *const bad[] = { "x",
					   "[]",
					   "{}",
					   "{\"a\":1}",
					   "{\"choices\":[1]}",
					   "{\"choices\":[{\"delta\":{\"content\":\"a\"}}]",
					   "{\"usage\":{\"prompt_tokens\":-1}}",
					   "[DONE" };
	size_t i;

	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		reply = (struct reply){ 0 };
		cr_expect_not(chunk(bad[i]));
		cr_expect(reply.malformed, "%s", bad[i]);
		cr_expect_eq(reply_judge(&reply, 200), QUIPU_LLM_MALFORMED, "%s", bad[i]);
	}
}

/* Such a number in one answer is none that was ever used; a few of them would wrap a counter. */
Test(reply, more_tokens_than_there_are)
{
	chunk("{\"usage\":{\"prompt_tokens\":4294967296,\"completion_tokens\":4294967296}}");
	cr_assert(!reply.malformed && reply.has_usage);
	cr_assert_eq(reply.input, UINT64_C(1) << 32);
	chunk("{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":4294967297}}");
	cr_assert(reply.malformed);
	cr_assert_eq(reply.input, UINT64_C(1) << 32);
	whole("{\"choices\":[],\"usage\":{\"prompt_tokens_details\":{\"cached_tokens\":4294967297}}"
	      "}");
	cr_assert_eq(reply_judge(&reply, 200), QUIPU_LLM_MALFORMED);
	cr_assert_not(reply.has_usage);
}

/* Half an object counts for nothing. */
Test(reply, usage_of_a_broken_chunk)
{
	chunk("{\"usage\":{\"prompt_tokens\":5},\"choices\":[}");
	cr_assert(reply.malformed && !reply.has_usage);
	cr_assert_eq(reply.input, 0);
}

Test(reply, whole_answers)
{
	whole("{\"choices\":[{\"message\":{\"content\":\"a\"}}],\"usage\":{\"prompt_tokens\":1}}");
	cr_assert_eq(reply_judge(&reply, 200), QUIPU_LLM_OK);
	cr_assert_eq(reply.input, 1);
	whole("<html>");
	cr_assert_eq(reply_judge(&reply, 200), QUIPU_LLM_MALFORMED);
	cr_assert_eq(reply_judge(&reply, 502), QUIPU_LLM_SERVER);
	whole("{\"choices\":[{\"finish_reason\":\"content_filter\"}]}");
	cr_assert_eq(reply_judge(&reply, 200), QUIPU_LLM_CONTENT_FILTER);
}

Test(reply, errors)
{
	whole("{\"error\":{\"type\":\"invalid_request_error\",\"code\":\"context_length_exceeded\"}"
	      "}");
	cr_assert_eq(reply_judge(&reply, 400), QUIPU_LLM_TOO_LARGE);
	cr_assert_eq(reply_judge(&reply, 200), QUIPU_LLM_TOO_LARGE);
	cr_assert_eq(reply_judge(&reply, 401), QUIPU_LLM_AUTH);
	whole("{\"error\":{\"code\":null,\"type\":\"overloaded_error\"}}");
	cr_assert_eq(reply_judge(&reply, 500), QUIPU_LLM_OVERLOADED);
	whole("{\"error\":\"loading\"}");
	cr_assert_eq(reply_judge(&reply, 503), QUIPU_LLM_OVERLOADED);
	cr_assert_eq(reply_judge(&reply, 200), QUIPU_LLM_SERVER);
	whole("{\"error\":null,\"choices\":[]}");
	cr_assert_eq(reply_judge(&reply, 200), QUIPU_LLM_OK);
	cr_assert_neq(reply_judge(&reply, 302), QUIPU_LLM_OK);
}
