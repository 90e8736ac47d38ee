/* SPDX-License-Identifier: MIT */
/*
 * dispatch_options.c: any lines as the demo's command line: what is taken is within its limits, what is
 * not is said, and the options written out again are taken as the same.
 */
#include "demand.h"

#include "tools/dispatch/options.h"

#include <inttypes.h>
#include <math.h>

#define MOST 24

/* argv ends in NULL; each argument has memory of its own. */
struct command {
	char *argv[MOST + 2];
	int argc;
};

static void add(struct command *command, const char *text, size_t len)
{
	char *copy = exactly(NULL, len + 1);

	memcpy(copy, text, len);
	command->argv[command->argc++] = copy;
}

static void done(struct command *command)
{
	for (int i = 0; i < command->argc; i++)
		free(command->argv[i]);
}

static void split(struct command *command, const char *text, size_t len)
{
	add(command, "quipu-dispatch", 14);
	for (size_t at = 0; at < len && command->argc <= MOST;) {
		const char *feed = memchr(text + at, '\n', len - at);
		size_t end = feed ? (size_t)(feed - text) : len;

		add(command, text + at, end - at);
		at = end + 1;
	}
}

static enum options_result parse(struct command *command, struct options *options)
{
	char *report = NULL;
	size_t len;
	FILE *file = open_memstream(&report, &len);
	enum options_result result;

	demand(file, "memory is out");
	memset(options, 0, sizeof(*options));
	result = options_parse(command->argc, command->argv, options, file);
	fclose(file);
	demand((result == OPTIONS_BAD) == (len > 0), "bad, and nothing is said");
	free(report);
	return result;
}

static bool within(double value, double min, double max)
{
	return isfinite(value) && value >= min && value <= max;
}

static void check_limits(const struct options *options)
{
	demand(options->threads >= 1 && options->threads <= 1024, "threads");
	demand(options->speed == 0 || within(options->speed, 0.001, 1e6), "speed");
	demand(within(options->error_share, 0, 1) && within(options->rate_limit_share, 0, 1) &&
		       options->error_share + options->rate_limit_share <= 1,
	       "shares");
	demand(options->duration == 0 || within(options->duration, 0.001, 1e8), "duration");
	demand(within(options->linger, 0, 1e8), "linger");
	demand(within(options->hedge_after, 0, 1e6), "hedge-after");
	demand(!options->outage_every ||
		       (options->outage_every >= 64 && options->outage_every <= 1000000000),
	       "outage-every");
	demand(options->names == QUIPU_LLM_NAMES_SHORT ||
		       options->names == QUIPU_LLM_NAMES_OTEL_1_41 ||
		       options->names == (QUIPU_LLM_NAMES_SHORT | QUIPU_LLM_NAMES_OTEL_1_41),
	       "names");
	demand(!options->trace || *options->trace, "an empty trace");
	demand(!options->listen || *options->listen, "an empty address");
}

static void check_endpoint(const struct options_endpoint *endpoint)
{
	demand(!endpoint->url || endpoint->model, "a server without a model");
	demand(endpoint->url || !endpoint->given, "options of a server without one");
	demand(endpoint->in_flight >= 1 && endpoint->in_flight <= 100000, "calls at a time");
	demand(within(endpoint->timeout, 0.001, 86400), "timeout");
	demand(endpoint->price_input <= 1000000000000 && endpoint->price_output <= 1000000000000,
	       "prices");
}

static void put(struct command *command, const char *name, const char *value)
{
	char *text = exactly(NULL, strlen(name) + strlen(value) + 2);
	int n = sprintf(text, "%s=%s", name, value);

	add(command, text, (size_t)n);
	free(text);
}

static void put_real(struct command *command, const char *name, double value)
{
	char text[64];

	snprintf(text, sizeof(text), "%.17f", value);
	put(command, name, text);
}

static void put_whole(struct command *command, const char *name, uint64_t value)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	put(command, name, text);
}

static void write_again(struct command *command, const struct options *options)
{
	add(command, "quipu-dispatch", 14);
	put_whole(command, "--threads", options->threads);
	put_whole(command, "--seed", options->seed);
	put_whole(command, "--outage-every", options->outage_every);
	put_whole(command, "--start-after-scrapes", options->start_after_scrapes);
	put(command, "--bad-lines", options->bad_lines_fatal ? "fatal" : "skip");
	put_real(command, "--linger", options->linger);
	put_real(command, "--hedge-after", options->hedge_after);
	put(command, "--names",
	    options->names == QUIPU_LLM_NAMES_SHORT	  ? "short"
	    : options->names == QUIPU_LLM_NAMES_OTEL_1_41 ? "otel"
							  : "both");
	if (options->speed == 0)
		put(command, "--speed", "max");
	if (options->trace)
		put(command, "--trace", options->trace);
	if (options->listen)
		put(command, "--listen", options->listen);
}

static void check_again(const struct options *options)
{
	struct command command = { .argc = 0 };
	struct options again;

	write_again(&command, options);
	demand(parse(&command, &again) == OPTIONS_OK, "written again it is refused");
	demand(again.threads == options->threads && again.seed == options->seed &&
		       again.bad_lines_fatal == options->bad_lines_fatal &&
		       again.start_after_scrapes == options->start_after_scrapes &&
		       again.outage_every == options->outage_every && again.names == options->names,
	       "written again it is another");
	demand(fabs(again.linger - options->linger) < 1e-6, "linger");
	demand(fabs(again.hedge_after - options->hedge_after) < 1e-6, "hedge-after");
	demand(!options->trace || strcmp(again.trace, options->trace) == 0, "the trace");
	demand(!options->listen || strcmp(again.listen, options->listen) == 0, "the address");
	done(&command);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct command command = { .argc = 0 };
	char *exact = exactly(data, size);
	struct options options;

	split(&command, exact, size);
	if (parse(&command, &options) == OPTIONS_OK) {
		check_limits(&options);
		check_endpoint(&options.endpoint);
		check_again(&options);
	}
	done(&command);
	free(exact);
	return 0;
}
