/* SPDX-License-Identifier: MIT */
/* gunzip_zlib.c: gzip by zlib. */
#include "gunzip.h"

#include "arena.h"

#include <stdlib.h>
#include <zlib.h>

const bool gunzip_present = true;

struct plain {
	char *data;
	size_t len, capacity, most;
};

/* Unpacks one member; false if it is broken, cut off, or too large. */
static bool member(z_stream *stream, struct plain *plain)
{
	int code = Z_OK;

	while (code == Z_OK) {
		size_t room;

		plain->data = qx_grow(plain->data, plain->len, &plain->capacity, 1);
		room = plain->capacity - plain->len;
		stream->next_out = (unsigned char *)plain->data + plain->len;
		stream->avail_out = room < 1u << 30 ? (unsigned)room : 1u << 30;
		room = stream->avail_out;
		code = inflate(stream, Z_NO_FLUSH);
		plain->len += room - stream->avail_out;
		if (plain->len > plain->most)
			return false;
	}
	return code == Z_STREAM_END;
}

char *gunzip(const char *data, size_t len, size_t most, size_t *plain_len)
{
	struct plain plain = { .most = most };
	z_stream stream = { .next_in = (unsigned char *)(size_t)data, .avail_in = (unsigned)len };
	bool ok;

	if (len > 1u << 30 || inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK)
		return NULL;
	do {
		ok = member(&stream, &plain);
	} while (ok && stream.avail_in > 0 && inflateReset(&stream) == Z_OK);
	inflateEnd(&stream);
	*plain_len = plain.len;
	if (ok)
		return plain.data;
	free(plain.data);
	return NULL;
}
