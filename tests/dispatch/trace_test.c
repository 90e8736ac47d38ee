/* SPDX-License-Identifier: MIT */
/* trace_test.c: good traces, and every kind of bad line with its number and reason. */
#include "trace.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#define HEAD "TIMESTAMP,ContextTokens,GeneratedTokens\r\n"
#define FIRST "2023-11-16 18:17:03.9799600,4808,10"
#define SECOND "2023-11-16 18:17:04.0319600,3180,8"
#define THIRD "2023-11-16 18:17:04.0781490,110,27"

/* What came of the last reading. */
static struct workload workload;
static char *report;
static bool ok;

static void done(void)
{
	workload_free(&workload);
	free(report);
	report = NULL;
}

TestSuite(trace, .fini = done);

static void read_bytes(const char *bytes, size_t len, bool fatal)
{
	struct trace_opts opts = { .name = "t.csv", .fatal = fatal };
	FILE *file = tmpfile();
	size_t report_len;

	done();
	opts.report = open_memstream(&report, &report_len);
	cr_assert(file && opts.report);
	cr_assert_eq(fwrite(bytes, 1, len, file), len);
	rewind(file);
	ok = trace_read(file, &opts, &workload);
	fclose(file);
	fclose(opts.report);
}

static void read_text(const char *text)
{
	read_bytes(text, strlen(text), false);
}

static void expect_first_two(void)
{
	cr_assert(ok, "%s", report);
	cr_assert_str_empty(report);
	cr_assert_eq(workload.n, 2);
	cr_assert_eq(workload.calls[0].arrival_ns, 0);
	cr_assert_eq(workload.calls[0].input, 4808);
	cr_assert_eq(workload.calls[0].output, 10);
	cr_assert_eq(workload.calls[1].arrival_ns, 52000000);
	cr_assert_eq(workload.calls[1].input, 3180);
	cr_assert_eq(workload.calls[1].output, 8);
}

Test(trace, line_ends)
{
	read_text(HEAD FIRST "\r\n" SECOND "\r\n");
	expect_first_two();
	read_text("TIMESTAMP,ContextTokens,GeneratedTokens\n" FIRST "\n" SECOND "\n");
	expect_first_two();
	read_text(HEAD FIRST "\r\n" SECOND);
	expect_first_two();
	read_text(HEAD FIRST "\n" SECOND "\r");
	expect_first_two();
}

Test(trace, headers)
{
	read_text(FIRST "\r\n" SECOND "\r\n");
	expect_first_two();
	read_text("timestamp,contexttokens,generatedtokens\n" FIRST "\n" SECOND "\n");
	expect_first_two();
	read_text("\xef\xbb\xbf" HEAD FIRST "\r\n" SECOND);
	expect_first_two();
	read_text("\xef\xbb\xbf" FIRST "\r\n" SECOND);
	expect_first_two();
}

Test(trace, zones_of_the_2024_trace)
{
	read_text(HEAD "2023-11-16 18:17:03.979960+00:00,4808,10\r\n"
		       "2023-11-16 18:17:04.031960+00:00,3180,8");
	expect_first_two();
}

Test(trace, same_moment_is_in_order)
{
	read_text(HEAD FIRST "\n" FIRST "\n");
	cr_assert(ok);
	cr_assert_eq(workload.n, 2);
	cr_assert_eq(workload.calls[1].arrival_ns, 0);
}

Test(trace, greatest_tokens)
{
	read_text("2023-11-16 18:17:03,4294967295,0000000000000000000000007\n");
	cr_assert(ok, "%s", report);
	cr_assert_eq(workload.calls[0].input, UINT32_MAX);
	cr_assert_eq(workload.calls[0].output, 7);
}

/* A bad second call: skipped with its line number and reason, the others are read. */
static void expect_skipped(const char *line, size_t len, const char *reason)
{
	static const char before[] = HEAD FIRST "\r\n", after[] = "\r\n" THIRD "\r\n";
	char text[2048], wanted[256];
	size_t at = sizeof before - 1;

	memcpy(text, before, at);
	memcpy(text + at, line, len);
	memcpy(text + at + len, after, sizeof after - 1);
	read_bytes(text, at + len + sizeof after - 1, false);
	snprintf(wanted, sizeof wanted,
		 "t.csv:3: %s (skipped)\nt.csv: 1 bad line skipped, 2 calls read\n", reason);
	cr_assert(ok);
	cr_assert_str_eq(report, wanted, "%.*s gave %s", (int)len, line, report);
	cr_assert_eq(workload.n, 2);
	cr_assert_eq(workload.calls[1].output, 27);
	cr_assert_eq(workload.calls[1].arrival_ns, 98189000);
}

static void expect_bad(const char *line, const char *reason)
{
	expect_skipped(line, strlen(line), reason);
}

Test(trace, bad_number_of_fields)
{
	expect_bad("", "the line is empty");
	expect_bad(" ", "fewer than three fields");
	expect_bad("2023-11-16 18:17:04.0319600", "fewer than three fields");
	expect_bad("2023-11-16 18:17:04.0319600,3180", "fewer than three fields");
	expect_bad(SECOND ",", "more than three fields");
	expect_bad(SECOND ",1", "more than three fields");
}

Test(trace, bad_time)
{
	static const char shape[] = "TIMESTAMP is not written like 2023-11-16 18:17:03.9799600";
	static const char range[] = "TIMESTAMP names a day or time that does not exist";

	expect_bad(",3180,8", shape);
	expect_bad("yesterday,3180,8", shape);
	expect_bad("1700158624,3180,8", shape);
	expect_bad("TIMESTAMP,3180,8", shape);
	expect_bad("2023-02-30 18:17:04,3180,8", range);
	expect_bad("2023-11-16 25:17:04,3180,8", range);
	expect_bad("2023-11-16 18:17:03.9799599,3180,8",
		   "TIMESTAMP is earlier than the call before");
}

Test(trace, bad_tokens)
{
	static const char input[] = "ContextTokens is not a whole number";
	static const char output[] = "GeneratedTokens is not a whole number";
	static const char input_size[] = "ContextTokens is over 4294967295";
	static const char output_size[] = "GeneratedTokens is over 4294967295";

	expect_bad("2023-11-16 18:17:04,,8", input);
	expect_bad("2023-11-16 18:17:04,-1,8", input);
	expect_bad("2023-11-16 18:17:04,+1,8", input);
	expect_bad("2023-11-16 18:17:04,1.5,8", input);
	expect_bad("2023-11-16 18:17:04,1e3,8", input);
	expect_bad("2023-11-16 18:17:04, 31,8", input);
	expect_bad("2023-11-16 18:17:04,many,8", input);
	expect_bad("2023-11-16 18:17:04,4294967296,8", input_size);
	expect_bad("2023-11-16 18:17:04,18446744073709551617,8", input_size);
	expect_bad("2023-11-16 18:17:04,99999999999999999999999999999999999,8", input_size);
	expect_bad("2023-11-16 18:17:04,3180,", output);
	expect_bad("2023-11-16 18:17:04,3180,8 ", output);
	expect_bad("2023-11-16 18:17:04,3180,4294967296", output_size);
}

Test(trace, bad_bytes)
{
	static const char nul[] = "2023-11-16 18:17:04,31\0800,8";
	char line[1024];

	expect_skipped(nul, sizeof nul - 1, "ContextTokens is not a whole number");
	memset(line, '1', sizeof line);
	expect_skipped(line, 255, "fewer than three fields");
	expect_skipped(line, 256, "the line is longer than 255 bytes");
	expect_skipped(line, sizeof line, "the line is longer than 255 bytes");
}

Test(trace, bad_header_is_the_first_line_only)
{
	read_text("time,in,out\n" FIRST "\n");
	cr_assert(ok);
	cr_assert_eq(workload.n, 1);
	cr_assert(strstr(report, "t.csv:1: the first line is neither "), "%s", report);
	read_text("2023-11-16 18:17:03,x,1\n" FIRST "\n");
	cr_assert(strstr(report, "t.csv:1: ContextTokens is not a whole number"), "%s", report);
	expect_bad("TIMESTAMP,ContextTokens,GeneratedTokens",
		   "ContextTokens is not a whole number");
}

Test(trace, a_bad_line_does_not_set_the_clock)
{
	read_text("2023-11-16 18:17:00,x,1\n" FIRST "\n2023-11-16 18:17:59,1,x\n" SECOND "\n");
	cr_assert(ok);
	cr_assert_eq(workload.n, 2);
	cr_assert_eq(workload.calls[0].arrival_ns, 0);
	cr_assert_eq(workload.calls[1].arrival_ns, 52000000);
	cr_assert(strstr(report, "t.csv: 2 bad lines skipped, 2 calls read\n"), "%s", report);
}

Test(trace, fatal_stops_at_the_first_bad_line)
{
	static const char text[] = HEAD FIRST "\nbad\n" SECOND "\nworse\n";

	read_bytes(text, sizeof text - 1, true);
	cr_assert_not(ok);
	cr_assert_str_eq(report, "t.csv:3: fewer than three fields\n");
}

Test(trace, without_a_call)
{
	static const char *const empty[] = { "", HEAD, "TIMESTAMP,ContextTokens,GeneratedTokens" };
	size_t i;

	for (i = 0; i < sizeof empty / sizeof *empty; i++) {
		read_text(empty[i]);
		cr_assert_not(ok);
		cr_assert_str_eq(report, "t.csv: there is no call in it\n");
	}
	read_text("\n");
	cr_assert_not(ok);
	cr_assert_str_eq(report, "t.csv:1: the line is empty (skipped)\n"
				 "t.csv: 1 bad line skipped, 0 calls read\n"
				 "t.csv: there is no call in it\n");
}

Test(trace, unreadable)
{
	struct trace_opts opts = { .name = "no/such/trace.csv" };
	size_t report_len;

	opts.report = open_memstream(&report, &report_len);
	cr_assert_not(trace_load(&opts, &workload));
	opts.name = "/";
	cr_assert_not(trace_load(&opts, &workload));
	fclose(opts.report);
	cr_assert_str_eq(report, "no/such/trace.csv: No such file or directory\n"
				 "/: Is a directory\n");
}
