/* SPDX-License-Identifier: MIT */
/*
 * stream_report.c: our reader of streams as a program, for a driver in another language. Each
 * question is a line "LENGTH STEP", then LENGTH bytes, read STEP at a time. The answer is a line of
 * what the whole came to, and before it one for each event: '=' and its data in hexadecimal digits.
 */
#include "endpoint/reply.h"
#include "endpoint/sse.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define MOST 1000000

struct report {
	struct reply reply;
	unsigned pieces;
};

static void report_event(void *context, const char *data, size_t len)
{
	struct report *report = context;
	size_t i;

	report->pieces += reply_chunk(&report->reply, data, len);
	putchar('=');
	for (i = 0; i < len; i++)
		printf("%02x", (unsigned char)data[i]);
	putchar('\n');
}

static void report_whole(const struct report *report)
{
	const struct reply *reply = &report->reply;

	printf("%d %d %d %d %d %u %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
	       reply->done, reply->malformed, reply->has_usage, reply->has_error, reply->filtered,
	       report->pieces, reply->input, reply->output, reply->cache_read, reply->cache_write,
	       reply->reasoning);
	fflush(stdout);
}

static void answer(const char *bytes, size_t len, size_t step)
{
	struct report report = { 0 };
	struct sse sse = { 0 };
	size_t at, n;

	sse_begin(&sse, report_event, &report);
	for (at = 0; at < len; at += n) {
		n = len - at < step ? len - at : step;
		if (!sse_feed(&sse, bytes + at, n))
			break;
	}
	sse_free(&sse);
	report_whole(&report);
}

int main(void)
{
	static char bytes[MOST];
	size_t len, step;

	while (scanf("%zu %zu", &len, &step) == 2) {
		if (getchar() != '\n' || len > MOST || !step || fread(bytes, 1, len, stdin) != len)
			return 1;
		answer(bytes, len, step);
	}
	return 0;
}
