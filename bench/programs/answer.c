/* SPDX-License-Identifier: MIT */
/* answer.c: see answer.h. */
#include "answer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void bench_answer_begin(struct bench_answer *answer)
{
	answer->state = HEAD;
	answer->encoded = answer->closes = false;
	answer->status = 0;
	answer->bytes = answer->left = answer->line = 0;
}

/* --- head ---------------------------------------------------------------------------------- */

/* The value of a field of this line, or NULL. */
static const char *value_of(const char *line, const char *name)
{
	size_t len = strlen(name);

	if (strncasecmp(line, name, len) != 0 || line[len] != ':')
		return NULL;
	line += len + 1;
	return line + strspn(line, " \t");
}

static void read_field(struct bench_answer *answer, const char *line)
{
	const char *value;

	if ((value = value_of(line, "Content-Length")) && answer->state == BODY_TO_END) {
		answer->state = BODY_OF_LENGTH;
		answer->left = strtoull(value, NULL, 10);
	} else if ((value = value_of(line, "Transfer-Encoding")) &&
		   strncasecmp(value, "chunked", 7) == 0) {
		answer->state = CHUNK_SIZE;
	} else if ((value = value_of(line, "Connection"))) {
		answer->closes = strncasecmp(value, "close", 5) == 0;
	} else if ((value = value_of(line, "Content-Encoding"))) {
		answer->encoded = strncasecmp(value, "identity", 8) != 0;
	}
}

/* The head is whole and ends in an empty line. */
static bool read_head(struct bench_answer *answer)
{
	const char *line = answer->head;

	if (strncmp(line, "HTTP/1.", 7) != 0 || strlen(line) < 12 || line[8] != ' ')
		return false;
	answer->status = atoi(line + 9);
	answer->closes = line[7] == '0';
	answer->state = BODY_TO_END;
	answer->left = 0;
	while ((line = strstr(line, "\r\n")) && line[2]) {
		line += 2;
		read_field(answer, line);
	}
	answer->closes = answer->closes || answer->state == BODY_TO_END;
	answer->line = 0;
	return true;
}

/* Returns how much of data belongs to the head; more than len: it is wrong. */
static size_t feed_head(struct bench_answer *answer, const char *data, size_t len)
{
	size_t had = answer->line, room = BENCH_HEAD_MOST - had, took = len < room ? len : room;
	const char *end;

	memcpy(answer->head + had, data, took);
	answer->line += took;
	answer->head[answer->line] = '\0';
	end = strstr(answer->head, "\r\n\r\n");
	if (!end)
		return answer->line == BENCH_HEAD_MOST ? SIZE_MAX : took;
	took = (size_t)(end + 4 - answer->head) - had;
	answer->head[had + took] = '\0';
	return read_head(answer) ? took : SIZE_MAX;
}

/* --- body ---------------------------------------------------------------------------------- */

static size_t feed_body(struct bench_answer *answer, size_t len)
{
	size_t took = len;

	if (answer->state != BODY_TO_END) {
		took = len < answer->left ? len : answer->left;
		answer->left -= took;
	}
	answer->bytes += took;
	if (answer->state == CHUNK && answer->left == 0)
		answer->state = CHUNK_END;
	return took;
}

/* A line between chunks, byte by byte: it may be torn anywhere. */
static bool feed_line(struct bench_answer *answer, char byte)
{
	if (byte == '\r')
		return true;
	if (byte != '\n') {
		if (answer->line < BENCH_HEAD_MOST)
			answer->head[answer->line++] = byte;
		return true;
	}
	answer->head[answer->line] = '\0';
	if (answer->state == CHUNK_SIZE) {
		char *end;

		answer->left = strtoull(answer->head, &end, 16);
		if (end == answer->head)
			return false;
		answer->state = answer->left ? CHUNK : TRAILER;
	} else if (answer->state == CHUNK_END) {
		answer->state = CHUNK_SIZE;
	} else if (answer->line == 0) {
		answer->state = BODY_OF_LENGTH; /* of which nothing is left */
	}
	answer->line = 0;
	return true;
}

enum bench_progress bench_answer_feed(struct bench_answer *answer, const char *data, size_t len)
{
	while (len > 0) {
		size_t took = 1;

		if (answer->state == HEAD)
			took = feed_head(answer, data, len);
		else if (answer->state == CHUNK || answer->state == BODY_TO_END ||
			 (answer->state == BODY_OF_LENGTH && answer->left > 0))
			took = feed_body(answer, len);
		else if (answer->state == BODY_OF_LENGTH || !feed_line(answer, *data))
			return BENCH_WRONG;
		if (took > len)
			return BENCH_WRONG;
		data += took;
		len -= took;
	}
	return answer->state == BODY_OF_LENGTH && answer->left == 0 ? BENCH_WHOLE : BENCH_MORE;
}

enum bench_progress bench_answer_end(const struct bench_answer *answer)
{
	return answer->state == BODY_TO_END ? BENCH_WHOLE : BENCH_WRONG;
}
