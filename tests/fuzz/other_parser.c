/* SPDX-License-Identifier: MIT */
/* other_parser.c: see other_parser.h. */
#include "other_parser.h"

#include <string.h>

static struct other_stream *stream_of(http_parser *parser)
{
	return parser->data;
}

/* The bytes lie in one block, so that what continues a slice follows it. */
static void extend(struct slice *slice, const char *at, size_t len)
{
	if (!slice->text)
		slice->text = at;
	slice->len = (size_t)(at - slice->text) + len;
}

static int on_begin(http_parser *parser)
{
	struct other_stream *stream = stream_of(parser);
	size_t start = stream->request.end;

	memset(&stream->request, 0, sizeof(stream->request));
	stream->request.start = start;
	stream->in_value = true;
	return 0;
}

static int on_url(http_parser *parser, const char *at, size_t len)
{
	extend(&stream_of(parser)->request.target, at, len);
	return 0;
}

/* Returns an error where there are more than fit. */
static int on_field(http_parser *parser, const char *at, size_t len)
{
	struct other_stream *stream = stream_of(parser);
	struct other_request *request = &stream->request;

	request->n_fields += stream->in_value;
	stream->in_value = false;
	if (request->n_fields > OTHER_FIELDS)
		return 1;
	extend(&request->names[request->n_fields - 1], at, len);
	return 0;
}

static int on_value(http_parser *parser, const char *at, size_t len)
{
	struct other_stream *stream = stream_of(parser);
	struct other_request *request = &stream->request;

	request->folded = request->folded || stream->in_value;
	stream->in_value = true;
	if (!request->folded)
		extend(&request->values[request->n_fields - 1], at, len);
	return 0;
}

static int on_head(http_parser *parser)
{
	struct other_request *request = &stream_of(parser)->request;

	request->method = http_method_str((enum http_method)parser->method);
	request->major = parser->http_major;
	request->minor = parser->http_minor;
	request->upgrade = parser->upgrade;
	request->keep = http_should_keep_alive(parser);
	request->chunked = parser->flags & F_CHUNKED;
	if (parser->flags & F_CONTENTLENGTH)
		request->length = parser->content_length;
	parser->upgrade = 0;
	http_parser_pause(parser, 1);
	return 0;
}

void other_begin(struct other_stream *stream, const char *bytes, size_t len)
{
	memset(stream, 0, sizeof(*stream));
	http_parser_init(&stream->parser, HTTP_REQUEST);
	stream->parser.data = stream;
	stream->bytes = bytes;
	stream->len = len;
}

enum other_result other_next(struct other_stream *stream)
{
	static const http_parser_settings settings = {
		.on_message_begin = on_begin,
		.on_url = on_url,
		.on_header_field = on_field,
		.on_header_value = on_value,
		.on_headers_complete = on_head,
	};
	enum http_errno error;

	if (HTTP_PARSER_ERRNO(&stream->parser) == HPE_PAUSED)
		http_parser_pause(&stream->parser, 0);
	if (stream->at == stream->len)
		return OTHER_INCOMPLETE; /* no bytes would mean the end of the stream */
	stream->at += http_parser_execute(&stream->parser, &settings, stream->bytes + stream->at,
					  stream->len - stream->at);
	error = HTTP_PARSER_ERRNO(&stream->parser);
	if (error == HPE_OK)
		return OTHER_INCOMPLETE;
	if (error != HPE_PAUSED) {
		stream->error = http_errno_name(error);
		return OTHER_ERROR;
	}
	stream->request.end = stream->at + 1; /* it stops before the last line feed */
	return OTHER_REQUEST;
}
