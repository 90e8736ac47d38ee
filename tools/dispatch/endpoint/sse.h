/* SPDX-License-Identifier: MIT */
/*
 * sse.h: server-sent events, read as the bytes come in, wherever they are cut.
 *
 * Lines end in LF, CRLF or CR; an event is the data lines up to an empty line, joined by LF.
 * Comments and other fields are passed over; an event that has not ended does not count. Memory is
 * bounded: a line or an event over SSE_MOST is a fault, and nothing more is read.
 */
#ifndef ENDPOINT_SSE_H
#define ENDPOINT_SSE_H

#include "buffer.h"

#define SSE_MOST ((size_t)1 << 20)

/* Gets each event's data, not ended by NUL; it is gone after the call. */
typedef void sse_event(void *context, const char *data, size_t len);

struct sse {
	sse_event *event;
	void *context;
	struct buffer line; /* what has come of a line that has not ended */
	struct buffer data; /* of the event so far; an LF after each line */
	bool after_cr;
	bool begun; /* the first line is over: a byte order mark may come before it */
	bool failed;
};

/* Begins a new stream; the memory of the one before is used again. First: a zeroed struct. */
void sse_begin(struct sse *sse, sse_event *event, void *context);

/* Reads the bytes; false after a fault. */
bool sse_feed(struct sse *sse, const char *bytes, size_t len);

void sse_free(struct sse *sse);

#endif
