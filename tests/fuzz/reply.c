/* SPDX-License-Identifier: MIT */
/*
 * reply.c: any bytes as a whole answer: one that is taken is so with blanks around it, and not when
 * its end is missing, when more comes after it, or as a part of something else.
 */
#include "demand.h"

#include "tools/dispatch/endpoint/reply.h"

static struct reply read_exactly(const void *data, size_t size)
{
	char *exact = exactly(data, size);
	struct reply reply = { 0 };

	reply_whole(&reply, exact, size);
	free(exact);
	return reply;
}

static struct reply read_between(const char *before, const uint8_t *data, size_t size,
				 const char *after)
{
	size_t front = strlen(before), back = strlen(after);
	char *text = exactly(NULL, front + size + back);
	struct reply reply = { 0 };

	memcpy(text, before, front);
	memcpy(text + front, data, size);
	memcpy(text + front + size, after, back);
	reply_whole(&reply, text, front + size + back);
	free(text);
	return reply;
}

static bool taken(struct reply reply)
{
	demand(reply.done != reply.malformed, "neither taken nor refused, or both");
	return reply.done;
}

static size_t without_blanks(const uint8_t *data, size_t size)
{
	while (size > 0 && memchr(" \t\r\n", data[size - 1], 4))
		size--;
	return size;
}

static void check_taken(const uint8_t *data, size_t size, struct reply reply)
{
	struct reply again = read_between(" \n", data, size, "\t\r");

	demand(taken(again) && again.input == reply.input && again.output == reply.output &&
		       again.has_usage == reply.has_usage && again.error == reply.error,
	       "another answer with blanks around it");
	demand(reply.input <= UINT64_C(1) << 53 && reply.output <= UINT64_C(1) << 53,
	       "more tokens than a number can tell");
	demand(!taken(read_exactly(data, without_blanks(data, size) - 1)), "taken without its end");
	demand(!taken(read_between("", data, size, "}")), "taken with more after it");
	demand(!taken(read_between("", data, size, "{}")), "taken twice");
	demand(!taken(read_between("[", data, size, "]")), "taken as part of a list");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reply reply = read_exactly(data, size);

	if (taken(reply))
		check_taken(data, size, reply);
	demand(reply_judge(&reply, 404) != QUIPU_LLM_OK, "well, and refused");
	demand(taken(reply) || reply_judge(&reply, 200) != QUIPU_LLM_OK, "well, and malformed");
	return 0;
}
