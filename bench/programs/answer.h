/* SPDX-License-Identifier: MIT */
/*
 * answer.h: reads an HTTP/1.x answer as it comes, whoever sends it: with a length, in chunks or as
 * far as the connection's end. Counts the bytes of the body and keeps none of them.
 */
#ifndef BENCH_ANSWER_H
#define BENCH_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#define BENCH_HEAD_MOST 8192

enum bench_progress { BENCH_MORE, BENCH_WHOLE, BENCH_WRONG };

struct bench_answer {
	enum { HEAD, BODY_OF_LENGTH, BODY_TO_END, CHUNK_SIZE, CHUNK, CHUNK_END, TRAILER } state;
	int status;
	bool encoded; /* has a Content-Encoding */
	bool closes;  /* the connection cannot be used again */
	size_t bytes; /* of the body so far */
	size_t left;  /* of the body, or of this chunk */
	size_t line;  /* of the line that is being read, without its end; HEAD: bytes of head */
	char head[BENCH_HEAD_MOST + 1];
};

void bench_answer_begin(struct bench_answer *answer);

/* More of it, all of which is this answer's. WRONG also where bytes come after its end. */
enum bench_progress bench_answer_feed(struct bench_answer *answer, const char *data, size_t len);

/* The connection has ended. */
enum bench_progress bench_answer_end(const struct bench_answer *answer);

#endif
