/* SPDX-License-Identifier: MIT */
/* gzip.c: gzip by zlib: what every scraper takes (coding.h). */
#include "coding.h"

#include <stdlib.h>

#define ZLIB_CONST
#include <zlib.h>

/* A scrape shares the program's processors: speed before size. 2^15 bytes of window and this
 * memory level make 256 KiB; names and labels that repeat are never far. */
#define LEVEL 1
#define WINDOW_BITS (MAX_WBITS + 16) /* a gzip header and trailer */
#define MEMORY_LEVEL 8

static void *open_gzip(void)
{
	z_stream *stream = calloc(1, sizeof(*stream));

	if (stream && deflateInit2(stream, LEVEL, Z_DEFLATED, WINDOW_BITS, MEMORY_LEVEL,
				   Z_DEFAULT_STRATEGY) != Z_OK) {
		free(stream);
		return NULL;
	}
	return stream;
}

static void close_gzip(void *coder)
{
	if (coder)
		deflateEnd(coder);
	free(coder);
}

static bool step_gzip(void *coder, struct qp_flow *flow)
{
	z_stream *stream = coder;
	int result;

	stream->next_in = (const Bytef *)flow->in;
	stream->avail_in = (uInt)flow->in_len;
	stream->next_out = (Bytef *)flow->out;
	stream->avail_out = (uInt)flow->room;
	result = deflate(stream, flow->last ? Z_FINISH : Z_NO_FLUSH);
	flow->in = (const char *)stream->next_in;
	flow->in_len = stream->avail_in;
	flow->out = (char *)stream->next_out;
	flow->room = stream->avail_out;
	flow->done = result == Z_STREAM_END;
	return result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR;
}

const struct qp_coding qp_coding_gzip = {
	.name = "gzip",
	.open = open_gzip,
	.close = close_gzip,
	.step = step_gzip,
};
