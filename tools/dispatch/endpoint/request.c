/* SPDX-License-Identifier: MIT */
/* request.c: writes requests, prompts of filler words among them. */
#include "request.h"

#include "../random.h"

#include <inttypes.h>
#include <stdio.h>

#define N_WORDS 32

/* Short and common, so that each is one token with the blank before it. */
static const char *const words[N_WORDS] = {
	"the",	"time",	 "year", "people", "way",  "day",   "man",   "thing",
	"life", "hand",	 "part", "child",  "eye",  "place", "work",  "week",
	"case", "point", "home", "water",  "room", "area",  "money", "story",
	"fact", "month", "lot",	 "right",  "book", "night", "word",  "house",
};

static bool add_escaped(struct buffer *buffer, unsigned char c)
{
	char text[8];
	int len;

	if (c == '"' || c == '\\')
		len = snprintf(text, sizeof text, "\\%c", c);
	else if (c < 0x20)
		len = snprintf(text, sizeof text, "\\u%04x", c);
	else
		len = snprintf(text, sizeof text, "%c", c);
	return buffer_add(buffer, text, (size_t)len);
}

static bool add_string(struct buffer *buffer, const char *text)
{
	bool ok = buffer_add_text(buffer, "\"");

	for (; ok && *text; text++)
		ok = add_escaped(buffer, (unsigned char)*text);
	return ok && buffer_add_text(buffer, "\"");
}

/* Each draw of 64 bits is good for twelve words. */
static bool add_prompt(struct buffer *buffer, const struct request *request)
{
	uint32_t n = request->input < REQUEST_MOST_TOKENS ? request->input : REQUEST_MOST_TOKENS;
	uint64_t start = random_scatter(request->number), bits = 0;
	bool ok = buffer_add_text(buffer, "\"");
	uint32_t i;

	for (i = 0; ok && i < n; i++, bits /= N_WORDS) {
		if (i % 12 == 0)
			bits = random_bits(request->seed, start + i, RANDOM_INPUT);
		ok = (i == 0 || buffer_add_text(buffer, " ")) &&
		     buffer_add_text(buffer, words[bits % N_WORDS]);
	}
	return ok && buffer_add_text(buffer, "\"");
}

static bool add_max_tokens(struct buffer *buffer, uint32_t max_tokens)
{
	char text[40];

	if (!max_tokens)
		return true;
	snprintf(text, sizeof text, ",\"max_tokens\":%" PRIu32, max_tokens);
	return buffer_add_text(buffer, text);
}

static bool add_stream(struct buffer *buffer, bool stream)
{
	return !stream ||
	       buffer_add_text(buffer,
			       ",\"stream\":true,\"stream_options\":{\"include_usage\":true}");
}

bool request_write(struct buffer *buffer, const struct request *request)
{
	buffer_clear(buffer);
	return buffer_add_text(buffer, "{\"model\":") && add_string(buffer, request->model) &&
	       buffer_add_text(buffer, ",\"messages\":[{\"role\":\"user\",\"content\":") &&
	       add_prompt(buffer, request) && buffer_add_text(buffer, "}]") &&
	       add_max_tokens(buffer, request->max_tokens) && add_stream(buffer, request->stream) &&
	       buffer_add_text(buffer, "}");
}
