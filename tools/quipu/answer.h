/* SPDX-License-Identifier: MIT */
/* answer.h: an HTTP/1.1 answer, from its bytes: status, the fields that matter, the body. */
#ifndef ANSWER_H
#define ANSWER_H

#include <stdbool.h>
#include <stddef.h>

enum answer_state { ANSWER_INCOMPLETE, ANSWER_OK, ANSWER_BAD };

struct answer {
	int status;
	char content_type[256]; /* "" where there is none; printable ASCII, as all fields */
	char encoding[32];	/* Content-Encoding */
	bool chunked;
	bool has_length;
	size_t length;
	char *body; /* within the bytes */
	size_t body_len;
	const char *error; /* what is bad */
};

/*
 * Reads what has come so far; ended says that no more will. ANSWER_OK only when the body is
 * complete; chunks are then joined in place, so read those bytes no second time.
 */
enum answer_state answer_read(struct answer *answer, char *bytes, size_t len, bool ended);

#endif
