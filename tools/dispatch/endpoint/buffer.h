/* SPDX-License-Identifier: MIT */
/* buffer.h: bytes that come piece by piece, up to a limit. */
#ifndef ENDPOINT_BUFFER_H
#define ENDPOINT_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

/* Zero, but for its limit, is an empty one. */
struct buffer {
	size_t most;
	size_t len;
	size_t room;
	char *data;
};

/* Puts bytes at the end. False, and nothing has changed: over the limit, or out of memory. */
bool buffer_add(struct buffer *buffer, const char *data, size_t len);

/* The same for a text that ends in NUL. */
bool buffer_add_text(struct buffer *buffer, const char *text);

/* Empties it and keeps its memory. */
void buffer_clear(struct buffer *buffer);

/* Empties it and gives its memory back. */
void buffer_free(struct buffer *buffer);

#endif
