/* SPDX-License-Identifier: MIT */
/* sse.c: cuts a stream into lines and lines into events. */
#include "sse.h"

#include "span.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

void sse_begin(struct sse *sse, sse_event *event, void *context)
{
	sse->event = event;
	sse->context = context;
	sse->line.most = sse->data.most = SSE_MOST;
	buffer_clear(&sse->line);
	buffer_clear(&sse->data);
	sse->after_cr = sse->begun = sse->failed = false;
}

void sse_free(struct sse *sse)
{
	buffer_free(&sse->line);
	buffer_free(&sse->data);
}

static struct span first_line_text(struct span line)
{
	size_t mark = strlen(BYTE_ORDER_MARK);

	if (line.len >= mark && !memcmp(line.at, BYTE_ORDER_MARK, mark))
		return (struct span){ line.at + mark, line.len - mark };
	return line;
}

/* Cuts a line at its first colon; one blank after it belongs to neither side. */
static void split_field(struct span line, struct span *name, struct span *value)
{
	const char *colon = line.len ? memchr(line.at, ':', line.len) : NULL;

	*name = line;
	*value = (struct span){ "", 0 };
	if (!colon)
		return;
	name->len = (size_t)(colon - line.at);
	*value = (struct span){ colon + 1, line.len - name->len - 1 };
	if (value->len && *value->at == ' ') {
		value->at++;
		value->len--;
	}
}

static void event_over(struct sse *sse)
{
	if (sse->data.len) /* without the LF after its last line */
		sse->event(sse->context, sse->data.data, sse->data.len - 1);
	buffer_clear(&sse->data);
}

static void field(struct sse *sse, struct span line)
{
	struct span name, value;

	split_field(line, &name, &value);
	if (span_is(name, "data"))
		sse->failed = !buffer_add(&sse->data, value.at, value.len) ||
			      !buffer_add(&sse->data, "\n", 1);
}

static void line_over(struct sse *sse)
{
	struct span line = { sse->line.data ? sse->line.data : "", sse->line.len };

	if (!sse->begun)
		line = first_line_text(line);
	sse->begun = true;
	if (line.len)
		field(sse, line);
	else
		event_over(sse);
	buffer_clear(&sse->line);
}

static size_t until_line_end(const char *bytes, size_t len)
{
	size_t n = 0;

	while (n < len && bytes[n] != '\n' && bytes[n] != '\r')
		n++;
	return n;
}

/* Reads up to the end of a line, or all; returns how much that was. */
static size_t feed_line(struct sse *sse, const char *bytes, size_t len)
{
	size_t n = until_line_end(bytes, len);

	if (!buffer_add(&sse->line, bytes, n)) {
		sse->failed = true;
		return n;
	}
	if (n == len)
		return n;
	sse->after_cr = bytes[n] == '\r';
	line_over(sse);
	return n + 1;
}

bool sse_feed(struct sse *sse, const char *bytes, size_t len)
{
	size_t n = 0;

	while (n < len && !sse->failed) {
		if (sse->after_cr && bytes[n] == '\n')
			n++; /* the rest of a CRLF */
		sse->after_cr = false;
		n += feed_line(sse, bytes + n, len - n);
	}
	return !sse->failed;
}
