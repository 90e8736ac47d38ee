/* SPDX-License-Identifier: MIT */
/* options.c: reads the command line; every refusal names the option and what it wants. */
#include "options.h"

#include "options_values.h"
#include "workers.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PROGRAM "quipu-dispatch"

/* Stores an option's value; returns NULL, or what it should have been. */
typedef const char *(*option_set)(struct options *options, const char *text);

/* X(name, setter, argument, help); help goes on in a new column after each \n */
#define OPTION_MAP(X)                                                                              \
	X("trace", set_trace, "FILE",                                                              \
	  "replay this trace: CSV with TIMESTAMP,ContextTokens,GeneratedTokens\n"                  \
	  "(Azure LLM inference trace); without it a workload is generated")                       \
	X("bad-lines", set_bad_lines, "skip|fatal",                                                \
	  "what a bad line of the trace is: reported and skipped (default),\n"                     \
	  "or reported and the end")                                                               \
	X("threads", set_threads, "N",                                                             \
	  "workers, each with one call on its way at a time (default 8)")                          \
	X("speed", set_speed, "X|max",                                                             \
	  "replay arrivals and latencies X times faster (default 1); max:\n"                       \
	  "flat out, latencies are recorded but not waited for")                                   \
	X("seed", set_seed, "N",                                                                   \
	  "same seed, same totals, whatever the number of threads (default 1)")                    \
	X("error-share", set_error_share, "P",                                                     \
	  "share of attempts (and of agents' tools) that fail, 0 to 1\n"                           \
	  "(default 0)")                                                                           \
	X("rate-limit-share", set_rate_limit_share, "P",                                           \
	  "share of attempts that are refused, 0 to 1 (default 0)")                                \
	X("hedge-after", set_hedge_after, "SECONDS",                                               \
	  "make a second attempt beside one that takes longer (default 0:\n"                       \
	  "never)")                                                                                \
	X("outage-every", set_outage_every, "CALLS",                                               \
	  "a provider is out once in so many calls, and its circuit breaker\n"                     \
	  "opens (64 or more; default 0: never)")                                                  \
	X("names", set_names, "short|otel|both",                                                   \
	  "names of the metrics: llm_requests_total, OpenTelemetry's\n"                            \
	  "gen_ai_client_operation_duration_seconds, or both (default\n"                           \
	  "short)")                                                                                \
	X("contention", set_contention, "on|off",                                                  \
	  "waits for locks as metrics, by place, and on the live page (default\n"                  \
	  "off); wants libquipu-contend.so in LD_PRELOAD")                                         \
	X("duration", set_duration, "SECONDS",                                                     \
	  "run this long, beginning the workload again where it ends\n"                            \
	  "(default: once through)")                                                               \
	X("linger", set_linger, "SECONDS", "keep serving after the last call (default 0)")         \
	X("listen", set_listen, "ADDR:PORT",                                                       \
	  "where to serve /metrics (default 127.0.0.1:2222; port 0: any free one)")                \
	X("start-after-scrapes", set_start_after_scrapes, "K",                                     \
	  "hold the load until K scrapes have come, so that a scraper sees\n"                      \
	  "the start from zero (default 0)")

static const char *set_trace(struct options *options, const char *text)
{
	options->trace = text;
	return *text ? NULL : "want the name of a file";
}

static const char *set_listen(struct options *options, const char *text)
{
	options->listen = text;
	return *text ? NULL : "want an address, as 127.0.0.1:2222";
}

static const char *set_bad_lines(struct options *options, const char *text)
{
	options->bad_lines_fatal = !strcmp(text, "fatal");
	return options->bad_lines_fatal || !strcmp(text, "skip") ? NULL : "want skip or fatal";
}

static const char *set_threads(struct options *options, const char *text)
{
	uint64_t threads;

	if (!options_whole(text, WORKERS_MAX, &threads) || !threads)
		return "want a whole number from 1 to 1024";
	options->threads = (unsigned)threads;
	return NULL;
}

static const char *set_seed(struct options *options, const char *text)
{
	return options_whole(text, UINT64_MAX, &options->seed) ? NULL
							       : "want a whole number, 0 to 2^64-1";
}

static const char *set_start_after_scrapes(struct options *options, const char *text)
{
	uint64_t scrapes;

	if (!options_whole(text, 1000000, &scrapes))
		return "want a whole number from 0 to 1000000";
	options->start_after_scrapes = (unsigned long)scrapes;
	return NULL;
}

static const char *set_speed(struct options *options, const char *text)
{
	options->speed = 0;
	if (!strcmp(text, "max") || options_real(text, 0.001, 1e6, &options->speed))
		return NULL;
	return "want a number from 0.001 to 1000000, or max";
}

static const char *set_error_share(struct options *options, const char *text)
{
	return options_real(text, 0, 1, &options->error_share) ? NULL : "want a number from 0 to 1";
}

static const char *set_rate_limit_share(struct options *options, const char *text)
{
	return options_real(text, 0, 1, &options->rate_limit_share) ? NULL
								    : "want a number from 0 to 1";
}

static const char *set_hedge_after(struct options *options, const char *text)
{
	return options_real(text, 0, 1e6, &options->hedge_after)
		       ? NULL
		       : "want a number of seconds, 0 to 1000000";
}

static const char *set_outage_every(struct options *options, const char *text)
{
	bool good = options_whole(text, 1000000000, &options->outage_every);

	if (good && (!options->outage_every || options->outage_every >= 64))
		return NULL;
	return "want 0, or a whole number from 64 to 1000000000";
}

static const char *set_names(struct options *options, const char *text)
{
	static const char *const names[] = { "short", "otel", "both" };
	static const unsigned bits[] = { QUIPU_LLM_NAMES_SHORT, QUIPU_LLM_NAMES_OTEL_1_41,
					 QUIPU_LLM_NAMES_SHORT | QUIPU_LLM_NAMES_OTEL_1_41 };
	size_t i;

	for (i = 0; i < 3; i++)
		if (!strcmp(text, names[i])) {
			options->names = bits[i];
			return NULL;
		}
	return "want short, otel or both";
}

static const char *set_contention(struct options *options, const char *text)
{
	options->contention = !strcmp(text, "on");
	return options->contention || !strcmp(text, "off") ? NULL : "want on or off";
}

static const char *set_duration(struct options *options, const char *text)
{
	return options_real(text, 0.001, 1e8, &options->duration)
		       ? NULL
		       : "want a number of seconds, 0.001 to 100000000";
}

static const char *set_linger(struct options *options, const char *text)
{
	return options_real(text, 0, 1e8, &options->linger)
		       ? NULL
		       : "want a number of seconds, 0 to 100000000";
}

static const struct option_spec {
	const char *name;
	option_set set;
	const char *argument;
	const char *help;
} specs[] = {
#define OPTION_SPEC(name, set, argument, help) { name, set, argument, help },
	OPTION_MAP(OPTION_SPEC) OPTIONS_ENDPOINT_MAP(OPTION_SPEC)
#undef OPTION_SPEC
};
#define N_SPECS (sizeof specs / sizeof *specs)

/* Those before are for the simulated providers, or for both. */
#define OPTION_ONE(...) +1
#define FIRST_OF_ENDPOINT (0 OPTION_MAP(OPTION_ONE))

/* What getopt_long returns: --help, or OPTION_LISTED and the option's place in the list. (Two
 * options of one value would be one to it, and a prefix of both no longer ambiguous.) */
enum {
	OPTION_HELP = 256,
	OPTION_LISTED,
	OPTION_BEFORE_FIRST = OPTION_LISTED - 1,
#define OPTION_ENUM(name, set, argument, help) OPTION_##set,
	OPTION_MAP(OPTION_ENUM) OPTIONS_ENDPOINT_MAP(OPTION_ENUM)
#undef OPTION_ENUM
};

static const struct option long_options[] = {
#define OPTION_LONG(name, set, argument, help)                                                     \
	{ name, sizeof argument > 1 ? required_argument : no_argument, NULL, OPTION_##set },
	OPTION_MAP(OPTION_LONG) OPTIONS_ENDPOINT_MAP(OPTION_LONG)
#undef OPTION_LONG
		{ "help", no_argument, NULL, OPTION_HELP },
	{ NULL, 0, NULL, 0 },
};

static enum options_result refuse(FILE *report, const char *culprit, const char *value,
				  const char *reason)
{
	fprintf(report, PROGRAM ": %s%s%s: %s\n", culprit, value ? " " : "", value ? value : "",
		reason);
	fprintf(report, PROGRAM ": --help lists the options\n");
	return OPTIONS_BAD;
}

static enum options_result set_listed(struct options *options, int index, FILE *report)
{
	const struct option_spec *spec = &specs[index];
	const char *wanted = spec->set(options, optarg);
	char culprit[64];

	if (index > FIRST_OF_ENDPOINT && !options->endpoint.given)
		options->endpoint.given = spec->name;
	if (!wanted)
		return OPTIONS_OK;
	snprintf(culprit, sizeof culprit, "--%s", spec->name);
	return refuse(report, culprit, optarg, wanted);
}

static enum options_result refuse_unknown(char **argv, FILE *report)
{
	char culprit[] = { '-', (char)optopt, '\0' };

	if (optopt > 0 && optopt < OPTION_HELP)
		return refuse(report, culprit, NULL, "no such option");
	if (optopt >= OPTION_HELP)
		return refuse(report, argv[optind - 1], NULL, "takes no value");
	return refuse(report, argv[optind - 1], NULL, "no such option, or short for several");
}

static enum options_result parse_next(int argc, char **argv, struct options *options, FILE *report,
				      bool *more)
{
	int option = getopt_long(argc, argv, ":", long_options, NULL);

	*more = option != -1;
	switch (option) {
	case -1:
		return OPTIONS_OK;
	case OPTION_HELP:
		return OPTIONS_HELP;
	case ':':
		return refuse(report, argv[optind - 1], NULL, "wants a value after it");
	case '?':
		return refuse_unknown(argv, report);
	default:
		return set_listed(options, option - OPTION_LISTED, report);
	}
}

static enum options_result check_endpoint(const struct options *options, FILE *report)
{
	const char *name, *wrong = options_endpoint_check(options, &name);
	char culprit[64];

	if (!wrong)
		return OPTIONS_OK;
	snprintf(culprit, sizeof culprit, "--%s", name);
	return refuse(report, culprit, NULL, wrong);
}

static enum options_result check(const struct options *options, FILE *report)
{
	if (options->error_share + options->rate_limit_share > 1)
		return refuse(report, "--error-share and --rate-limit-share", NULL,
			      "more than 1 together");
	return check_endpoint(options, report);
}

enum options_result options_parse(int argc, char **argv, struct options *options, FILE *report)
{
	enum options_result result = OPTIONS_OK;
	bool more = true;

	*options = (struct options){
		.threads = 8, .speed = 1, .seed = 1, .names = QUIPU_LLM_NAMES_SHORT
	};
	options->endpoint = options_endpoint_default();
	opterr = 0;
	optind = 0; /* begin anew: tests parse several command lines */
	while (more && result == OPTIONS_OK)
		result = parse_next(argc, argv, options, report, &more);
	if (result == OPTIONS_OK && optind < argc)
		return refuse(report, argv[optind], NULL, "takes no arguments, only options");
	return result == OPTIONS_OK ? check(options, report) : result;
}

struct policy options_policy(const struct options *options)
{
	return (struct policy){
		.provider = { options->seed, options->error_share, options->rate_limit_share },
		.hedge_after_ns = (uint64_t)(options->hedge_after * 1e9),
		.outage_every = options->outage_every,
	};
}

static void help_option(FILE *out, const struct option_spec *spec)
{
	char left[40];
	const char *line = spec->help, *end;

	snprintf(left, sizeof left, "--%s %s", spec->name, spec->argument);
	while ((end = strchr(line, '\n'))) {
		fprintf(out, "  %-27s%.*s\n", left, (int)(end - line), line);
		*left = '\0';
		line = end + 1;
	}
	fprintf(out, "  %-27s%s\n", left, line);
}

static void help_listed(FILE *out, size_t i)
{
	if (i == FIRST_OF_ENDPOINT)
		fputs("\nCalls to a real server, its load and its measurements:\n", out);
	help_option(out, &specs[i]);
}

static const char endpoint_notes[] =
	"An API key for --endpoint is taken from the environment, QUIPU_DISPATCH_API_KEY or, "
	"where\n"
	"that is not set, OPENAI_API_KEY (set and empty: no key), and sent as a bearer token to "
	"that\n"
	"server alone. Prompts are filler words, about as many tokens as the workload says. What "
	"is\n"
	"measured is in the LLM kit's metrics (quipu/llm.h); answers that do not tell their usage "
	"add\n"
	"no tokens and no cost.\n\n";

void options_help(FILE *out)
{
	size_t i;

	fputs("usage: " PROGRAM " [OPTION]...\n"
	      "A dispatcher that sends LLM calls from several threads, to simulated providers or "
	      "(with\n"
	      "--endpoint) to a real server, records them with quipu and serves the metrics to\n"
	      "Prometheus.\n\n",
	      out);
	for (i = 0; i < N_SPECS; i++)
		help_listed(out, i);
	fprintf(out, "  %-27s%s\n\n", "--help", "print this and end");
	fputs(endpoint_notes, out);
	fputs("What is recorded is the LLM kit's metric set (quipu/llm.h), all of its series by "
	      "route at\n"
	      "zero from the start: requests by status (success, error, rate_limited, cancelled),\n"
	      "durations (simulated, whatever the speed), first tokens, chunks, tokens, cost, "
	      "errors by\n"
	      "type, retries, fallbacks, hedges, rate limits, circuit breakers, the queue, the "
	      "dispatch\n"
	      "loop, agents, tools and guards. An attempt that fails is made again: every call of "
	      "the\n"
	      "trace ends with one answer, unless four attempts fail.\n\n"
	      "The first line on standard output is \"listening on http://ADDR:PORT\": open it for "
	      "the\n"
	      "live page. A table of totals follows when the load ends, also after Ctrl-C. "
	      "Progress goes\n"
	      "to standard error. Exit status: 0 done, 1 cannot run (address, trace, memory), 2 "
	      "bad\n"
	      "option.\n",
	      out);
}
