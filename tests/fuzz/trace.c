/* SPDX-License-Identifier: MIT */
/*
 * trace.c: any bytes as a trace. Every line is a call, the header, or has a fault that is reported;
 * arrivals begin at 0 and never go back; the calls, written as a trace, read as the same calls;
 * and the first fault is fatal where faults are.
 */
#include "demand.h"

#include "trace.h"

#include <inttypes.h>
#include <strings.h>
#include <time.h>

/* What came of reading once. */
struct reading {
	struct workload workload;
	char *report;
	size_t report_len;
	bool ok;
};

static struct reading read_bytes(const char *bytes, size_t len, bool fatal)
{
	struct reading reading = { .ok = false };
	struct trace_opts opts = { .name = "t", .fatal = fatal };
	FILE *file =
		len > 0 ? fmemopen((char *)(uintptr_t)bytes, len, "r") : fopen("/dev/null", "r");

	opts.report = open_memstream(&reading.report, &reading.report_len);
	demand(file && opts.report, "memory is out");
	reading.ok = trace_read(file, &opts, &reading.workload);
	fclose(file);
	fclose(opts.report);
	return reading;
}

static void done(struct reading *reading)
{
	workload_free(&reading->workload);
	free(reading->report);
}

/* Lines as the trace has them: the last one may lack its end. */
static size_t count_lines(const char *bytes, size_t len)
{
	size_t n = len > 0 && bytes[len - 1] != '\n';

	for (size_t i = 0; i < len; i++)
		n += bytes[i] == '\n';
	return n;
}

static size_t count_in(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *at = strstr(text, what); at; at = strstr(at + 1, what))
		n++;
	return n;
}

static bool has_header(const char *bytes, size_t len)
{
	static const char mark[] = "\xef\xbb\xbf",
			  header[] = "TIMESTAMP,ContextTokens,GeneratedTokens";
	size_t skip = len >= 3 && memcmp(bytes, mark, 3) == 0 ? 3 : 0, n = sizeof(header) - 1;

	return len - skip >= n && strncasecmp(bytes + skip, header, n) == 0 &&
	       (len - skip == n || bytes[skip + n] == '\n' ||
		(bytes[skip + n] == '\r' && (len - skip == n + 1 || bytes[skip + n + 1] == '\n')));
}

static void check_calls(const struct workload *workload)
{
	for (size_t i = 0; i < workload->n; i++)
		demand(workload->calls[i].arrival_ns >=
			       (i == 0 ? 0 : workload->calls[i - 1].arrival_ns),
		       "arrivals go back");
	demand(workload->n == 0 || workload->calls[0].arrival_ns == 0, "the first is not at 0");
}

/* The same calls, from 1970 on. */
static char *write_trace(const struct workload *workload, size_t *len)
{
	char *text = NULL;
	FILE *file = open_memstream(&text, len);

	demand(file, "memory is out");
	for (size_t i = 0; i < workload->n; i++) {
		const struct call *call = &workload->calls[i];
		time_t second = (time_t)(call->arrival_ns / 1000000000);
		char date[32];
		struct tm tm;

		strftime(date, sizeof(date), "%Y-%m-%d %H:%M:%S", gmtime_r(&second, &tm));
		fprintf(file, "%s.%09" PRIu64 ",%u,%u\r\n", date, call->arrival_ns % 1000000000,
			call->input, call->output);
	}
	fclose(file);
	return text;
}

static void check_written(const struct workload *workload)
{
	size_t len;
	char *text = write_trace(workload, &len);
	struct reading again = read_bytes(text, len, true);

	demand(again.ok && again.report_len == 0, "what was read is not read again");
	demand(again.workload.n == workload->n, "another number of calls");
	for (size_t i = 0; i < workload->n; i++) {
		const struct call *a = &workload->calls[i], *b = &again.workload.calls[i];

		demand(a->arrival_ns == b->arrival_ns && a->input == b->input &&
			       a->output == b->output,
		       "another call");
	}
	done(&again);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *exact = exactly(data, size);
	struct reading reading = read_bytes(exact, size, false);
	struct reading strict = read_bytes(exact, size, true);
	size_t bad = count_in(reading.report, " (skipped)\n");

	check_calls(&reading.workload);
	demand(reading.workload.n + bad + has_header(exact, size) == count_lines(exact, size),
	       "a line is neither a call nor bad");
	demand(reading.ok == (reading.workload.n > 0), "when it is read");
	demand(strict.ok == (reading.ok && bad == 0), "when a fault is fatal");
	demand(strict.workload.n <= reading.workload.n, "more calls where faults are fatal");
	if (reading.ok)
		check_written(&reading.workload);
	done(&reading);
	done(&strict);
	free(exact);
	return 0;
}
