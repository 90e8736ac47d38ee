/* SPDX-License-Identifier: MIT */
/* options_test.c: command lines; every refusal names its culprit. */
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

TestSuite(options, .fini = done);

static enum options_result parse(char **argv)
{
	enum options_result result;
	size_t report_len;
	FILE *file;
	int argc = 0;

	done();
	while (argv[argc])
		argc++;
	file = open_memstream(&report, &report_len);
	result = options_parse(argc, argv, &options, file);
	fclose(file);
	return result;
}

#define PARSE(...) parse((char *[]){ (char[]){ "quipu-dispatch" }, __VA_ARGS__, NULL })

Test(options, defaults)
{
	cr_assert_eq(parse((char *[]){ (char[]){ "quipu-dispatch" }, NULL }), OPTIONS_OK);
	cr_assert_null(options.trace);
	cr_assert_null(options.listen);
	cr_assert_eq(options.threads, 8);
	cr_assert_eq(options.speed, 1);
	cr_assert_eq(options.seed, 1);
	cr_assert_eq(options.error_share, 0);
	cr_assert_eq(options.rate_limit_share, 0);
	cr_assert_eq(options.hedge_after, 0);
	cr_assert_eq(options.outage_every, 0);
	cr_assert_eq(options.names, QUIPU_LLM_NAMES_SHORT);
	cr_assert_eq(options.duration, 0);
	cr_assert_eq(options.linger, 0);
	cr_assert_eq(options.start_after_scrapes, 0);
	cr_assert_not(options.bad_lines_fatal);
}

Test(options, all)
{
	cr_assert_eq(PARSE("--trace", "a.csv", "--threads", "3", "--speed", "2.5", "--seed",
			   "18446744073709551615", "--listen", "[::1]:0", "--error-share", "0.25",
			   "--rate-limit-share=.75", "--duration", "1.5", "--linger", "7",
			   "--start-after-scrapes", "2", "--bad-lines", "fatal", "--hedge-after",
			   "2.5", "--outage-every", "64", "--names", "both"),
		     OPTIONS_OK, "%s", report);
	cr_assert_str_eq(options.trace, "a.csv");
	cr_assert_str_eq(options.listen, "[::1]:0");
	cr_assert_eq(options.threads, 3);
	cr_assert_eq(options.speed, 2.5);
	cr_assert_eq(options.seed, UINT64_MAX);
	cr_assert_eq(options.error_share, 0.25);
	cr_assert_eq(options.rate_limit_share, 0.75);
	cr_assert_eq(options.hedge_after, 2.5);
	cr_assert_eq(options.outage_every, 64);
	cr_assert_eq(options.names, QUIPU_LLM_NAMES_SHORT | QUIPU_LLM_NAMES_OTEL_1_41);
	cr_assert_eq(options.duration, 1.5);
	cr_assert_eq(options.linger, 7);
	cr_assert_eq(options.start_after_scrapes, 2);
	cr_assert(options.bad_lines_fatal);
}

Test(options, the_last_of_a_kind_counts)
{
	cr_assert_eq(PARSE("--speed", "60", "--bad-lines", "fatal", "--bad-lines", "skip",
			   "--speed", "max"),
		     OPTIONS_OK);
	cr_assert_eq(options.speed, 0);
	cr_assert_not(options.bad_lines_fatal);
}

Test(options, help)
{
	cr_assert_eq(PARSE("--help"), OPTIONS_HELP);
}

static void refused(const char *option, const char *value, const char *wanted)
{
	char message[256];

	cr_assert_eq(PARSE((char *)(uintptr_t)option, (char *)(uintptr_t)value), OPTIONS_BAD,
		     "%s %s", option, value);
	snprintf(message, sizeof message,
		 "quipu-dispatch: %s %s: %s\nquipu-dispatch: --help lists the options\n", option,
		 value, wanted);
	cr_assert_str_eq(report, message);
}

Test(options, bad_values)
{
	static const char *const bad[] = { "", "x", "-1", "1x", " 1", "+1", "nan", "inf", "1e999" };
	static const struct {
		const char *option, *wanted;
	} numbers[] = {
		{ "--threads", "want a whole number from 1 to 1024" },
		{ "--speed", "want a number from 0.001 to 1000000, or max" },
		{ "--seed", "want a whole number, 0 to 2^64-1" },
		{ "--error-share", "want a number from 0 to 1" },
		{ "--rate-limit-share", "want a number from 0 to 1" },
		{ "--hedge-after", "want a number of seconds, 0 to 1000000" },
		{ "--outage-every", "want 0, or a whole number from 64 to 1000000000" },
		{ "--duration", "want a number of seconds, 0.001 to 100000000" },
		{ "--linger", "want a number of seconds, 0 to 100000000" },
		{ "--start-after-scrapes", "want a whole number from 0 to 1000000" },
	};
	size_t i, k;

	for (i = 0; i < sizeof numbers / sizeof *numbers; i++)
		for (k = 0; k < sizeof bad / sizeof *bad; k++)
			refused(numbers[i].option, bad[k], numbers[i].wanted);
}

Test(options, out_of_range)
{
	refused("--threads", "0", "want a whole number from 1 to 1024");
	refused("--threads", "1025", "want a whole number from 1 to 1024");
	refused("--threads", "18446744073709551617", "want a whole number from 1 to 1024");
	refused("--seed", "18446744073709551616", "want a whole number, 0 to 2^64-1");
	refused("--speed", "0", "want a number from 0.001 to 1000000, or max");
	refused("--speed", "Max", "want a number from 0.001 to 1000000, or max");
	refused("--error-share", "1.01", "want a number from 0 to 1");
	refused("--duration", "0", "want a number of seconds, 0.001 to 100000000");
	refused("--outage-every", "63", "want 0, or a whole number from 64 to 1000000000");
	refused("--names", "long", "want short, otel or both");
	refused("--contention", "yes", "want on or off");
	refused("--bad-lines", "ignore", "want skip or fatal");
	refused("--trace", "", "want the name of a file");
	refused("--listen", "", "want an address, as 127.0.0.1:2222");
}

static void expect_report(const char *start)
{
	cr_assert(!strncmp(report, start, strlen(start)), "%s", report);
}

Test(options, bad_words)
{
	cr_assert_eq(PARSE("--error-share", "0.6", "--rate-limit-share", "0.6"), OPTIONS_BAD);
	expect_report("quipu-dispatch: --error-share and --rate-limit-share: more than 1");
	cr_assert_eq(PARSE("--colour"), OPTIONS_BAD);
	expect_report("quipu-dispatch: --colour: no such option");
	cr_assert_eq(PARSE("--s", "1"), OPTIONS_BAD);
	expect_report("quipu-dispatch: --s: no such option, or short for several");
	cr_assert_eq(PARSE("-x"), OPTIONS_BAD);
	expect_report("quipu-dispatch: -x: no such option");
	cr_assert_eq(PARSE("--seed"), OPTIONS_BAD);
	expect_report("quipu-dispatch: --seed: wants a value after it");
	cr_assert_eq(PARSE("--help=all"), OPTIONS_BAD);
	expect_report("quipu-dispatch: --help=all: takes no value");
	cr_assert_eq(PARSE("trace.csv"), OPTIONS_BAD);
	expect_report("quipu-dispatch: trace.csv: takes no arguments");
}

Test(options, help_names_every_option)
{
	static const char *const names[] = {
		"--trace FILE",
		"--bad-lines skip|fatal",
		"--threads N",
		"--speed X|max",
		"--seed N",
		"--error-share P",
		"--rate-limit-share P",
		"--hedge-after SECONDS",
		"--outage-every CALLS",
		"--names short|otel|both",
		"--contention on|off",
		"--duration SECONDS",
		"--linger SECONDS",
		"--listen ADDR:PORT",
		"--start-after-scrapes K",
		"--help",
	};
	size_t i, help_len;
	FILE *file;

	file = open_memstream(&report, &help_len);
	options_help(file);
	fclose(file);
	for (i = 0; i < sizeof names / sizeof *names; i++)
		cr_assert(strstr(report, names[i]), "%s", names[i]);
}

Test(options, policy)
{
	struct policy policy;

	cr_assert_eq(PARSE("--seed", "3", "--error-share", "0.5", "--rate-limit-share", "0.25",
			   "--hedge-after", "1.5", "--outage-every", "100"),
		     OPTIONS_OK);
	policy = options_policy(&options);
	cr_assert_eq(policy.provider.seed, 3);
	cr_assert_eq(policy.provider.error_share, 0.5);
	cr_assert_eq(policy.provider.rate_limit_share, 0.25);
	cr_assert_eq(policy.hedge_after_ns, UINT64_C(1500000000));
	cr_assert_eq(policy.outage_every, 100);
}
