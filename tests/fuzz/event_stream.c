/* SPDX-License-Identifier: MIT */
/*
 * event_stream.c: any bytes as a stream of events, cut anywhere: the same events as at once, and the
 * same as a reader finds that has the whole stream and goes through it line by line. What the events
 * make of an answer is the same, too.
 */
#include "demand.h"

#include "tools/dispatch/endpoint/reply.h"
#include "tools/dispatch/endpoint/sse.h"

#define MOST_EVENTS 4096

struct events {
	size_t n;
	size_t len[MOST_EVENTS];
	struct buffer data; /* of all of them, one after the other */
	struct reply reply;
	unsigned pieces; /* of the answer */
};

static void keep(void *context, const char *data, size_t len)
{
	struct events *events = context;
	char *exact = exactly(data, len);

	demand(events->n < MOST_EVENTS, "more events than lines");
	events->len[events->n++] = len;
	demand(buffer_add(&events->data, data, len), "memory is out");
	events->pieces += reply_chunk(&events->reply, exact, len);
	free(exact);
}

static void begin(struct events *events)
{
	memset(events, 0, sizeof *events);
	events->data.most = (size_t)1 << 24;
}

/* step: so many bytes at a time; 0: as many as the input says. */
static void feed(struct events *events, const uint8_t *data, size_t size, size_t step)
{
	struct sse sse = { 0 };
	size_t at = 0, n;
	char *exact;

	begin(events);
	sse_begin(&sse, keep, events);
	while (at < size) {
		n = step ? step : 1 + (size_t)data[at] % 7;
		n = n < size - at ? n : size - at;
		exact = exactly(data + at, n);
		demand(sse_feed(&sse, exact, n), "a short stream is a fault");
		free(exact);
		at += n;
	}
	sse_free(&sse);
}

/* --- the other reader -------------------------------------------------------------------------- */

struct lines {
	const uint8_t *at, *end;
};

/* Cuts off a line that has its end: CRLF, LF or CR. */
static bool next_line(struct lines *lines, struct lines *line)
{
	const uint8_t *c = lines->at;

	while (c < lines->end && *c != '\r' && *c != '\n')
		c++;
	if (c == lines->end)
		return false;
	*line = (struct lines){ lines->at, c };
	lines->at = c + 1;
	if (*c == '\r' && lines->at < lines->end && *lines->at == '\n')
		lines->at++;
	return true;
}

/* What a line adds to the data of an event. */
static void add_line(struct buffer *data, struct lines line)
{
	size_t len = (size_t)(line.end - line.at);
	const char *value = (const char *)line.at + 4;

	if (len < 4 || memcmp(line.at, "data", 4) != 0 || (len > 4 && *value != ':'))
		return;
	len -= len > 4 ? 5 : 4;
	value += value < (const char *)line.end;
	if (len > 0 && *value == ' ') {
		value++;
		len--;
	}
	demand(buffer_add(data, value, len) && buffer_add(data, "\n", 1), "memory is out");
}

static void read_at_once(struct events *events, const uint8_t *data, size_t size)
{
	struct lines rest = { data, data + size }, line;
	struct buffer event = { .most = (size_t)1 << 24 };

	begin(events);
	if (size >= 3 && !memcmp(data, "\xef\xbb\xbf", 3))
		rest.at += 3;
	while (next_line(&rest, &line)) {
		if (line.at < line.end) {
			add_line(&event, line);
			continue;
		}
		if (event.len > 0)
			keep(events, event.data, event.len - 1);
		buffer_clear(&event);
	}
	buffer_free(&event);
}

/* --- beside each other --------------------------------------------------------------------------- */

static bool same_reply(const struct reply *a, const struct reply *b)
{
	return a->done == b->done && a->malformed == b->malformed && a->filtered == b->filtered &&
	       a->has_usage == b->has_usage && a->has_error == b->has_error &&
	       a->error == b->error && a->input == b->input && a->output == b->output &&
	       a->cache_read == b->cache_read && a->cache_write == b->cache_write &&
	       a->reasoning == b->reasoning;
}

static void check_same(struct events *got, const struct events *wanted)
{
	demand(got->n == wanted->n && !memcmp(got->len, wanted->len, got->n * sizeof *got->len),
	       "other events");
	demand(got->data.len == wanted->data.len, "other data");
	demand(!got->data.len || !memcmp(got->data.data, wanted->data.data, got->data.len),
	       "other data");
	demand(got->pieces == wanted->pieces && same_reply(&got->reply, &wanted->reply),
	       "another answer");
	buffer_free(&got->data);
}

static void check_reply(const struct events *events)
{
	const struct reply *reply = &events->reply;

	demand(!reply->done || !reply->malformed, "ended, and malformed");
	demand(reply->has_usage || reply->input + reply->output + reply->cache_read +
						   reply->cache_write + reply->reasoning ==
					   0,
	       "tokens without usage");
	demand(events->pieces <= events->n, "more pieces than events");
	demand(reply->done || reply_judge(reply, 200) != QUIPU_LLM_OK, "well without an end");
	demand(reply_judge(reply, 500) != QUIPU_LLM_OK, "well, and refused");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct events wanted, got;
	size_t step;

	if (size > MOST_EVENTS)
		return 0;
	read_at_once(&wanted, data, size);
	check_reply(&wanted);
	for (step = 0; step < 4; step++) {
		feed(&got, data, size, step);
		check_same(&got, &wanted);
	}
	feed(&got, data, size, size + 1);
	check_same(&got, &wanted);
	buffer_free(&wanted.data);
	return 0;
}
