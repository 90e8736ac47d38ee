/* SPDX-License-Identifier: MIT */
/* buffer.c: see buffer.h. */
#include "buffer.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 256

static bool grow(struct buffer *buffer, size_t wanted)
{
	size_t room = buffer->room ? buffer->room : FIRST_ROOM;
	char *data;

	while (room < wanted)
		room *= 2;
	data = realloc(buffer->data, room);
	if (!data)
		return false;
	buffer->data = data;
	buffer->room = room;
	return true;
}

bool buffer_add(struct buffer *buffer, const char *data, size_t len)
{
	if (len > buffer->most - buffer->len)
		return false;
	if (buffer->len + len > buffer->room && !grow(buffer, buffer->len + len))
		return false;
	if (len)
		memcpy(buffer->data + buffer->len, data, len);
	buffer->len += len;
	return true;
}

bool buffer_add_text(struct buffer *buffer, const char *text)
{
	return buffer_add(buffer, text, strlen(text));
}

void buffer_clear(struct buffer *buffer)
{
	buffer->len = 0;
}

void buffer_free(struct buffer *buffer)
{
	free(buffer->data);
	*buffer = (struct buffer){ .most = buffer->most };
}
