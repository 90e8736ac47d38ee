/* SPDX-License-Identifier: MIT */
/*
 * read_answer.c: any bytes as an HTTP answer: the body lies within them, and an answer that is
 * complete is so however much has come after it was looked at before.
 */
#include "demand.h"

#include "answer.h"

static char *copy(const uint8_t *data, size_t size)
{
	char *exact = malloc(size ? size : 1);

	if (size > 0)
		memcpy(exact, data, size);
	return exact;
}

static void check(const struct answer *answer, enum answer_state state, const char *bytes,
		  size_t size, bool ended)
{
	demand(!ended || state != ANSWER_INCOMPLETE, "incomplete although no more will come");
	demand((state == ANSWER_BAD) == (answer->error != NULL), "bad without a reason");
	if (state != ANSWER_OK)
		return;
	demand(answer->body >= bytes && answer->body + answer->body_len <= bytes + size,
	       "a body outside of the bytes");
	demand(answer->status >= 0 && answer->status <= 999, "a status of more than three digits");
}

static enum answer_state read_once(const uint8_t *data, size_t size, bool ended)
{
	char *bytes = copy(data, size);
	struct answer answer;
	enum answer_state state = answer_read(&answer, bytes, size, ended);

	check(&answer, state, bytes, size, ended);
	free(bytes);
	return state;
}

/* Piece by piece in the same place, as they come. */
static enum answer_state read_growing(const uint8_t *data, size_t size)
{
	char *bytes = copy(data, size);
	enum answer_state state = ANSWER_INCOMPLETE;
	struct answer answer;

	for (size_t len = 0; len < size && state == ANSWER_INCOMPLETE; len += 1 + len / 4) {
		state = answer_read(&answer, bytes, len, false);
		check(&answer, state, bytes, len, false);
	}
	if (state == ANSWER_INCOMPLETE)
		state = answer_read(&answer, bytes, size, true);
	free(bytes);
	return state;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum answer_state whole = read_once(data, size, true);
	enum answer_state open = read_once(data, size, false);

	demand(open == whole || open == ANSWER_INCOMPLETE, "another verdict while more may come");
	demand(read_growing(data, size) != ANSWER_INCOMPLETE, "never done");
	return 0;
}
