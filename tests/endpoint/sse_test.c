/* SPDX-License-Identifier: MIT */
/* sse_test.c: events, wherever the stream is cut. */
#include "endpoint/sse.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

static struct sse sse;
static struct buffer seen = { .most = 1 << 22 };

static void done(void)
{
	sse_free(&sse);
	buffer_free(&seen);
}

TestSuite(sse, .fini = done);

/* Each event between brackets. */
static void keep(void *context, const char *data, size_t len)
{
	cr_assert_eq(context, &seen);
	cr_assert(buffer_add(&seen, "[", 1) && buffer_add(&seen, data, len) &&
		  buffer_add(&seen, "]", 1));
}

static bool feed_in_steps(const char *text, size_t len, size_t step)
{
	size_t at, n;
	bool ok = true;

	sse_begin(&sse, keep, &seen);
	buffer_clear(&seen);
	for (at = 0; ok && at < len; at += n) {
		n = len - at < step ? len - at : step;
		ok = sse_feed(&sse, text + at, n);
	}
	return ok;
}

static void expect(const char *text, const char *events)
{
	size_t len = strlen(text), step;

	for (step = 1; step <= len; step++) {
		cr_assert(feed_in_steps(text, len, step));
		cr_assert(seen.len == strlen(events) && !memcmp(seen.data, events, seen.len),
			  "%s in steps of %zu: %.*s", text, step, (int)seen.len, seen.data);
	}
}

Test(sse, events)
{
	expect("data: one\n\ndata: two\n\n", "[one][two]");
	expect("data: a\ndata: b\n\n", "[a\nb]");
	expect("data:no blank\n\ndata:  two blanks\n\n", "[no blank][ two blanks]");
	expect("data\n\n", "[]");
	expect("data:\ndata:\n\n", "[\n]");
	expect("data: a:b\n\n", "[a:b]");
}

Test(sse, line_ends)
{
	expect("data: a\r\n\r\ndata: b\r\n\r\n", "[a][b]");
	expect("data: a\r\rdata: b\r\r", "[a][b]");
	expect("data: a\n\r\ndata: b\r\n\n", "[a][b]");
	expect("data: a\r\n\ndata: b\n\r", "[a][b]");
}

Test(sse, what_is_passed_over)
{
	expect(": comment\n\n:\n\ndata: a\n: within\nid: 3\nretry: 5\nevent: x\n\n", "[a]");
	expect("\n\n\ndata: a\n\n\n\n", "[a]");
	expect("dat: a\ndata2: b\n data: c\nDATA: d\n\n", "");
	expect("data: not ended\n", "");
	expect("data: not ended", "");
}

Test(sse, byte_order_mark)
{
	expect("\xef\xbb\xbf"
	       "data: a\n\n",
	       "[a]");
	expect("\n\xef\xbb\xbf"
	       "data: a\n\n",
	       "");
	expect("\xef\xbb\xbf\xef\xbb\xbf"
	       "data: a\n\n",
	       "");
}

Test(sse, nul_is_a_byte)
{
	static const char text[] = "data: a\0b\n\n";

	cr_assert(feed_in_steps(text, sizeof text - 1, 3));
	cr_assert_eq(seen.len, 5);
	cr_assert_eq(memcmp(seen.data, "[a\0b]", 5), 0);
}

static bool feed_many(const char *text, size_t times)
{
	bool ok = true;

	sse_begin(&sse, keep, &seen);
	while (ok && times-- > 0)
		ok = sse_feed(&sse, text, strlen(text));
	return ok;
}

Test(sse, memory_is_bounded)
{
	cr_assert(feed_many("0123456789abcdef", SSE_MOST / 16), "a line of the longest");
	cr_assert_not(sse_feed(&sse, "x", 1), "and one byte more");
	cr_assert_not(sse_feed(&sse, "\n\ndata: a\n\n", 11), "after a fault nothing is read");
	cr_assert_eq(seen.len, 0);
	cr_assert(feed_many("data: 12345678901\n", SSE_MOST / 12), "an event of the longest");
	cr_assert_not(feed_many("data: 12345678901\n", SSE_MOST / 12 + 1), "and one line more");
	cr_assert_leq(sse.line.room + sse.data.room, 4 * SSE_MOST);
}

Test(sse, begins_anew)
{
	cr_assert_not(feed_in_steps("data: x", 7, 7) && feed_many("0123456789abcdef", SSE_MOST));
	expect("data: a\n\n", "[a]");
}
