/* SPDX-License-Identifier: MIT */
/*
 * v1_wrap.c: counters at the end of their range, by several threads, in every format.
 *
 * V1, P7: a counter is exact up to 2^64 - 1, beyond what a double can say, whichever threads'
 * shards it is spread over; the next increment begins at 0 again (record.h), which scrapers take for
 * a reset, and is the sum modulo 2^64 for ever after.
 */
#include "torture.h"

#include <inttypes.h>
#include <quipu/quipu.h>
#include <stdio.h>
#include <string.h>

static const struct torture defaults = {
	.name = "wrap",
	.promises = "P7 V1: counters at the end of their range",
};

static quipu_registry *registry;
static quipu_counter counter;
static uint64_t amount;

static void *add(void *arg)
{
	(void)arg;
	quipu_add(counter, amount);
	return NULL;
}

/* By another thread, in a shard that is not the main thread's. */
static void add_elsewhere(uint64_t n)
{
	pthread_t thread;

	amount = n;
	thread = torture_spawn(add, NULL);
	torture_join(thread);
}

struct text {
	char bytes[8192];
	size_t len;
};

static int keep(void *ctx, const char *data, size_t len)
{
	struct text *text = ctx;

	if (text->len + len >= sizeof text->bytes)
		return -1;
	memcpy(text->bytes + text->len, data, len);
	text->len += len;
	text->bytes[text->len] = '\0';
	return 0;
}

/* Formats that show integers as they are; protobuf has doubles. */
static void expect(const char *digits)
{
	static const quipu_format *const formats[] = { &quipu_format_text, &quipu_format_text_utf8,
						       &quipu_format_openmetrics,
						       &quipu_format_openmetrics_2,
						       &quipu_format_json };
	struct text text;
	char line[64];
	size_t i;

	for (i = 0; i < sizeof formats / sizeof *formats; i++) {
		text.len = 0;
		if (quipu_write(registry, formats[i], keep, &text) != QUIPU_OK)
			torture_broken("no scrape");
		snprintf(line, sizeof line,
			 formats[i] == &quipu_format_json ? "\"value\":%s," : "a_total %s\n",
			 digits);
		TORTURE_CHECK("V1", strstr(text.bytes, line), "%s does not show %s:\n%s",
			      formats[i]->name, digits, text.bytes);
	}
	snprintf(line, sizeof line, "%" PRIu64, quipu_read(counter));
	TORTURE_CHECK("V1", !strcmp(line, digits), "reading says %s, not %s", line, digits);
}

int main(int argc, char **argv)
{
	torture_begin(&defaults, argc, argv);
	registry = quipu_registry_new(NULL);
	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "a_total", .help = "A."));
	quipu_add(counter, UINT64_C(1) << 53);
	quipu_inc(counter);
	expect("9007199254740993"); /* 2^53 + 1, which no double is */
	add_elsewhere((UINT64_C(1) << 63) - 1);
	add_elsewhere((UINT64_C(1) << 63) - (UINT64_C(1) << 53) - 1);
	expect("18446744073709551615");
	quipu_inc(counter);
	expect("0");
	add_elsewhere(7);
	expect("7");
	quipu_add(counter,
		  INT64_MAX); /* 2^64 - 1 in all: this thread's own part begins again too */
	quipu_add(counter, INT64_MAX);
	quipu_inc(counter);
	expect("6");
	quipu_registry_free(registry);
	return torture_end("2^64");
}
