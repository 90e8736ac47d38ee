/* SPDX-License-Identifier: MIT */
/*
 * reply.h: what a chat completions server says: whole answers, the chunks of streamed ones, errors.
 *
 * Only what is measured is looked at: whether a chunk carries a piece of the answer, the usage, why
 * the answer ended, and what kind of error it is. Nothing of it is kept but numbers and choices
 * of closed sets, so nothing a server sends can come out of here.
 */
#ifndef ENDPOINT_REPLY_H
#define ENDPOINT_REPLY_H

#include <quipu/llm.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reply {
	bool done;	       /* it says itself that it has ended */
	bool malformed;	       /* no JSON, or not in the shape of an answer */
	bool filtered;	       /* ended by a content filter */
	bool has_usage;	       /* with tokens of prompt and answer */
	bool has_error;	       /* an error in the place of an answer, or in the middle of one */
	quipu_llm_error error; /* what its code says; OTHER where that says nothing */
	uint64_t input;
	uint64_t output;
	uint64_t cache_read;
	uint64_t cache_write;
	uint64_t reasoning;
};

/* One event of a stream, "[DONE]" too; true when it carries a piece of the answer. What comes
 * after the end, or after something malformed, is passed over. */
bool reply_chunk(struct reply *reply, const char *data, size_t len);

/* A whole answer, or the body of an error. */
void reply_whole(struct reply *reply, const char *data, size_t len);

/* What is wrong with the answer that came with this HTTP status, if anything. */
quipu_llm_error reply_judge(const struct reply *reply, int status);

#endif
