/* SPDX-License-Identifier: MIT */
/* options_test.c: the options of calls to a server; every refusal names its culprit. */
#include "options.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

static struct options options;
static char *report;

static void done(void)
{
	free(report);
	report = NULL;
}

TestSuite(endpoint_options, .fini = done);

static enum options_result parse(char **argv)
{
	enum options_result result;
	size_t len;
	FILE *file;
	int argc = 0;

	done();
	while (argv[argc])
		argc++;
	file = open_memstream(&report, &len);
	result = options_parse(argc, argv, &options, file);
	fclose(file);
	return result;
}

#define PARSE(...) parse((char *[]){ (char[]){ "quipu-dispatch" }, __VA_ARGS__, NULL })
#define ENDPOINT "--endpoint", "http://127.0.0.1", "--model", "m"

Test(endpoint_options, defaults)
{
	cr_assert_eq(PARSE(ENDPOINT), OPTIONS_OK);
	cr_assert_str_eq(options.endpoint.url, "http://127.0.0.1");
	cr_assert_str_eq(options.endpoint.model, "m");
	cr_assert_eq(options.endpoint.in_flight, 16);
	cr_assert_eq(options.endpoint.retries, 3);
	cr_assert_eq(options.endpoint.backoff_ms, 500);
	cr_assert_eq(options.endpoint.timeout, 300);
	cr_assert_eq(options.endpoint.connect_timeout, 10);
	cr_assert_eq(options.endpoint.circuit_failures, 20);
	cr_assert_not(options.endpoint.no_stream || options.endpoint.insecure_key);
	cr_assert_null(options.endpoint.fallback);
}

Test(endpoint_options, all)
{
	cr_assert_eq(PARSE(ENDPOINT, "--fallback", "f", "--provider=p", "--in-flight", "500",
			   "--calls", "9", "--max-tokens", "64", "--no-stream", "--retries", "0",
			   "--backoff", "20", "--timeout", "1.5", "--connect-timeout", "2",
			   "--hedge", "300", "--rpm", "60", "--tpm", "90000", "--price-input",
			   "0.15", "--price-output", "10", "--circuit-failures", "0",
			   "--circuit-rest", "9", "--ca-file", "c.pem", "--insecure-key"),
		     OPTIONS_OK);
	cr_assert_str_eq(options.endpoint.fallback, "f");
	cr_assert_str_eq(options.endpoint.provider, "p");
	cr_assert_str_eq(options.endpoint.ca_file, "c.pem");
	cr_assert_eq(options.endpoint.in_flight, 500);
	cr_assert_eq(options.endpoint.calls, 9);
	cr_assert_eq(options.endpoint.max_tokens, 64);
	cr_assert_eq(options.endpoint.retries, 0);
	cr_assert_eq(options.endpoint.backoff_ms, 20);
	cr_assert_eq(options.endpoint.timeout, 1.5);
	cr_assert_eq(options.endpoint.connect_timeout, 2);
	cr_assert_eq(options.endpoint.hedge_ms, 300);
	cr_assert_eq(options.endpoint.rpm, 60);
	cr_assert_eq(options.endpoint.tpm, 90000);
	cr_assert_eq(options.endpoint.price_input, 150000);
	cr_assert_eq(options.endpoint.price_output, 10000000);
	cr_assert_eq(options.endpoint.circuit_failures, 0);
	cr_assert_eq(options.endpoint.circuit_rest, 9);
	cr_assert(options.endpoint.no_stream && options.endpoint.insecure_key);
}

/* Refused, and the report begins like this. */
#define REFUSED(begin, ...)                                                                        \
	do {                                                                                       \
		cr_assert_eq(PARSE(__VA_ARGS__), OPTIONS_BAD);                                     \
		cr_assert(!strncmp(report, "quipu-dispatch: " begin,                               \
				   strlen("quipu-dispatch: " begin)),                              \
			  "%s", report);                                                           \
	} while (0)

Test(endpoint_options, bad_values)
{
	REFUSED("--in-flight 0: want", ENDPOINT, "--in-flight", "0");
	REFUSED("--in-flight 100001: want", ENDPOINT, "--in-flight", "100001");
	REFUSED("--calls 0: want", ENDPOINT, "--calls", "0");
	REFUSED("--max-tokens 4294967296: want", ENDPOINT, "--max-tokens", "4294967296");
	REFUSED("--retries 101: want", ENDPOINT, "--retries", "101");
	REFUSED("--backoff -1: want", ENDPOINT, "--backoff", "-1");
	REFUSED("--timeout 0: want", ENDPOINT, "--timeout", "0");
	REFUSED("--hedge 1.5: want", ENDPOINT, "--hedge", "1.5");
	REFUSED("--rpm x: want", ENDPOINT, "--rpm", "x");
	REFUSED("--price-input 0.1234567: want", ENDPOINT, "--price-input", "0.1234567");
	REFUSED("--model : want", "--endpoint", "http://h", "--model", "");
	REFUSED("--no-stream=1: takes no value", ENDPOINT, "--no-stream=1");
}

Test(endpoint_options, together)
{
	REFUSED("--endpoint: want --model", "--endpoint", "http://127.0.0.1");
	REFUSED("--model: is for calls to a server", "--model", "m");
	REFUSED("--rpm: is for calls to a server", "--rpm", "5", "--model", "m");
	REFUSED("--endpoint: a server has its own", ENDPOINT, "--error-share", "0.5");
	REFUSED("--endpoint: want --hedge MS", ENDPOINT, "--hedge-after", "0.5");
}
