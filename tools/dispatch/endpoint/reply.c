/* SPDX-License-Identifier: MIT */
/* reply.c: reads answers; members that are not known are passed over, in any order. */
#include "reply.h"

#include "json.h"

#define MOST_TOKENS (UINT64_C(1) << 32)

typedef void member_reader(struct json *json, struct span key, struct reply *reply);

/* A value that may be null, or what is none of ours. */
static bool passed(struct json *json, char wanted)
{
	if (json_peek(json) == wanted)
		return false;
	json_skip(json);
	return true;
}

static void each_member(struct json *json, member_reader *read, struct reply *reply)
{
	struct span key;
	bool first = true;

	if (passed(json, '{') || !json_object(json))
		return;
	while (json_member(json, &first, &key))
		read(json, key, reply);
}

/* --- usage -------------------------------------------------------------------------------- */

/* No answer has more tokens than MOST_TOKENS; sums of what a server could claim would wrap. */
static void read_count(struct json *json, uint64_t *count)
{
	if (json_peek(json) == 'n')
		json_skip(json);
	else if (json_whole(json, count) && *count > MOST_TOKENS)
		json->failed = true;
}

static void read_input_detail(struct json *json, struct span key, struct reply *reply)
{
	if (span_is(key, "cached_tokens"))
		read_count(json, &reply->cache_read);
	else if (span_is(key, "cache_write_tokens"))
		read_count(json, &reply->cache_write);
	else
		json_skip(json);
}

static void read_output_detail(struct json *json, struct span key, struct reply *reply)
{
	if (span_is(key, "reasoning_tokens"))
		read_count(json, &reply->reasoning);
	else
		json_skip(json);
}

static void read_usage_member(struct json *json, struct span key, struct reply *reply)
{
	if (span_is(key, "prompt_tokens"))
		read_count(json, &reply->input);
	else if (span_is(key, "completion_tokens"))
		read_count(json, &reply->output);
	else if (span_is(key, "prompt_tokens_details"))
		each_member(json, read_input_detail, reply);
	else if (span_is(key, "completion_tokens_details"))
		each_member(json, read_output_detail, reply);
	else
		json_skip(json);
}

static void read_usage(struct json *json, struct reply *reply)
{
	if (passed(json, '{'))
		return;
	reply->has_usage = true;
	each_member(json, read_usage_member, reply);
}

/* --- choices ------------------------------------------------------------------------------ */

/* The members of a message, or of a piece of one, that make the answer. */
static bool carries(struct span key)
{
	static const char *const names[] = { "content", "reasoning_content", "reasoning",
					     "refusal", "tool_calls",	     "function_call" };
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		if (span_is(key, names[i]))
			return true;
	}
	return false;
}

/* Whether there is anything in it: not null, not "", not [], not {}. */
static bool read_content(struct json *json)
{
	char kind = json_peek(json);
	const char *start = json->at;

	json_skip(json);
	return kind != 'n' && !json->failed && json->at - start > 2;
}

static bool read_message(struct json *json)
{
	struct span key;
	bool first = true, content = false;

	if (passed(json, '{') || !json_object(json))
		return false;
	while (json_member(json, &first, &key)) {
		if (carries(key))
			content = read_content(json) || content;
		else
			json_skip(json);
	}
	return content;
}

static void read_finish(struct json *json, struct reply *reply)
{
	struct span reason;

	if (!passed(json, '"') && json_string(json, &reason))
		reply->filtered = reply->filtered || span_is(reason, "content_filter");
}

static bool read_choice(struct json *json, struct reply *reply)
{
	struct span key;
	bool first = true, content = false;

	if (!json_object(json))
		return false;
	while (json_member(json, &first, &key)) {
		if (span_is(key, "delta") || span_is(key, "message"))
			content = read_message(json) || content;
		else if (span_is(key, "finish_reason"))
			read_finish(json, reply);
		else
			json_skip(json);
	}
	return content;
}

static bool read_choices(struct json *json, struct reply *reply)
{
	bool first = true, content = false;

	if (passed(json, '[') || !json_array(json))
		return false;
	while (json_element(json, &first))
		content = read_choice(json, reply) || content;
	return content;
}

/* --- errors ------------------------------------------------------------------------------- */

static const struct code {
	const char *text;
	quipu_llm_error error;
} codes[] = {
	{ "context_length_exceeded", QUIPU_LLM_TOO_LARGE },
	{ "string_above_max_length", QUIPU_LLM_TOO_LARGE },
	{ "content_filter", QUIPU_LLM_CONTENT_FILTER },
	{ "content_policy_violation", QUIPU_LLM_CONTENT_FILTER },
	{ "rate_limit_exceeded", QUIPU_LLM_RATE_LIMITED },
	{ "rate_limit_error", QUIPU_LLM_RATE_LIMITED },
	{ "insufficient_quota", QUIPU_LLM_RATE_LIMITED },
	{ "invalid_api_key", QUIPU_LLM_AUTH },
	{ "authentication_error", QUIPU_LLM_AUTH },
	{ "model_not_found", QUIPU_LLM_NOT_FOUND },
	{ "overloaded_error", QUIPU_LLM_OVERLOADED },
	{ "server_error", QUIPU_LLM_SERVER },
	{ "timeout", QUIPU_LLM_TIMEOUT },
};

static void read_code(struct json *json, struct reply *reply)
{
	struct span text;
	size_t i;

	if (passed(json, '"') || !json_string(json, &text))
		return;
	for (i = 0; i < sizeof codes / sizeof *codes; i++) {
		if (span_is(text, codes[i].text))
			reply->error = codes[i].error;
	}
}

/* The code says more than the type, whichever of them comes first. */
static void read_error_member(struct json *json, struct span key, struct reply *reply)
{
	if (span_is(key, "code") || (span_is(key, "type") && reply->error == QUIPU_LLM_OTHER))
		read_code(json, reply);
	else
		json_skip(json);
}

static void read_error(struct json *json, struct reply *reply)
{
	if (json_peek(json) == 'n') {
		json_skip(json);
		return;
	}
	reply->has_error = true;
	reply->error = QUIPU_LLM_OTHER;
	each_member(json, read_error_member, reply);
}

/* --- the whole ---------------------------------------------------------------------------- */

static bool read_answer(struct json *json, struct reply *reply, bool *known)
{
	struct span key;
	bool first = true, content = false;

	json_object(json);
	while (json_member(json, &first, &key)) {
		*known = *known || span_is(key, "choices") || span_is(key, "usage") ||
			 span_is(key, "error");
		if (span_is(key, "choices"))
			content = read_choices(json, reply) || content;
		else if (span_is(key, "usage"))
			read_usage(json, reply);
		else if (span_is(key, "error"))
			read_error(json, reply);
		else
			json_skip(json);
	}
	return content;
}

static bool read_text(struct reply *reply, const char *data, size_t len)
{
	struct json json = json_of(data, len);
	struct reply read = *reply;
	bool known = false;
	bool content = read_answer(&json, &read, &known);

	if (json_end(&json) && known) {
		*reply = read;
		return content;
	}
	reply->malformed = true; /* what was read of it counts for nothing */
	return false;
}

bool reply_chunk(struct reply *reply, const char *data, size_t len)
{
	if (!len || reply->done || reply->malformed)
		return false;
	reply->done = len == 6 && !memcmp(data, "[DONE]", 6);
	return !reply->done && read_text(reply, data, len);
}

void reply_whole(struct reply *reply, const char *data, size_t len)
{
	read_text(reply, data, len);
	reply->done = !reply->malformed;
}

static quipu_llm_error judge_refusal(const struct reply *reply, int status)
{
	quipu_llm_error error = quipu_llm_error_of_http(status);
	bool vague = error == QUIPU_LLM_INVALID_REQUEST || error == QUIPU_LLM_OTHER ||
		     error == QUIPU_LLM_SERVER;

	if (vague && reply->has_error && reply->error != QUIPU_LLM_OTHER)
		return reply->error;
	return error == QUIPU_LLM_OK ? QUIPU_LLM_OTHER : error;
}

quipu_llm_error reply_judge(const struct reply *reply, int status)
{
	if (status < 200 || status > 299)
		return judge_refusal(reply, status);
	if (reply->has_error)
		return reply->error == QUIPU_LLM_OTHER ? QUIPU_LLM_SERVER : reply->error;
	if (reply->malformed)
		return QUIPU_LLM_MALFORMED;
	if (!reply->done)
		return QUIPU_LLM_BROKEN_STREAM;
	return reply->filtered ? QUIPU_LLM_CONTENT_FILTER : QUIPU_LLM_OK;
}
