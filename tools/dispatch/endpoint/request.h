/* SPDX-License-Identifier: MIT */
/* request.h: the JSON of a chat completions request. */
#ifndef ENDPOINT_REQUEST_H
#define ENDPOINT_REQUEST_H

#include "buffer.h"

#include <stdint.h>

/* A prompt has no more tokens than this, whatever a trace asks for. */
#define REQUEST_MOST_TOKENS 1000000

struct request {
	const char *model;
	uint64_t seed;
	uint64_t number;     /* of the call: its prompt follows from it and the seed */
	uint32_t input;	     /* tokens of the prompt, about */
	uint32_t max_tokens; /* 0: none is named */
	bool stream;
};

/*
 * Writes it into the buffer, in the place of what is there. The prompt is words that common
 * tokenizers take for one token each. False when memory is out.
 */
bool request_write(struct buffer *buffer, const struct request *request);

#endif
