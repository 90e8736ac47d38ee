/* SPDX-License-Identifier: MIT */
/*
 * expect.c: prints, as JSON, what a run of quipu-dispatch with these options must come to: once
 * through the workload, counted with plain additions. --trace, --seed and what makes the policy
 * count; the other options are accepted, so that a test can give both programs the same ones.
 */
#include "options.h"
#include "tally.h"
#include "trace.h"

#include <inttypes.h>

static const char *const statuses[] = {
#define TEXT(name, text) text,
	QUIPU_LLM_STATUS_MAP(TEXT)
};
static const char *const directions[] = { QUIPU_LLM_DIRECTION_MAP(TEXT) };
#undef TEXT

static void print_totals(const struct totals *totals)
{
	int i;

	for (i = 0; i < QUIPU_LLM_N_STATUSES; i++)
		printf("\"%s\": %" PRIu64 ", ", statuses[i], totals->requests[i]);
	for (i = 0; i < QUIPU_LLM_N_DIRECTIONS; i++)
		printf("\"%s\": %" PRIu64 ", ", directions[i], totals->tokens[i]);
	printf("\"microdollars\": %" PRIu64 ", ", totals->microdollars);
	printf("\"count\": %" PRIu64 ", \"sum\": %.17g, \"buckets\": [", totals->observed,
	       totals->seconds);
	for (i = 0; i <= TOTALS_N_BOUNDS; i++)
		printf("%s%" PRIu64, i ? ", " : "", totals->buckets[i]);
	printf("]");
}

static void print_tally(const struct tally *tally)
{
	int i;

	printf("{\"bounds\": [");
	for (i = 0; i < TOTALS_N_BOUNDS; i++)
		printf("%s%.17g", i ? ", " : "", totals_bounds[i]);
	printf("], \"routes\": [\n");
	for (i = 0; i < PROVIDER_N_ROUTES; i++) {
		printf("{\"model\": \"%s\", \"provider\": \"%s\", ", provider_routes[i].model,
		       provider_routes[i].provider);
		print_totals(&tally->route[i]);
		printf("}%s\n", i + 1 < PROVIDER_N_ROUTES ? "," : "");
	}
	printf("]}\n");
}

static bool load(const struct options *options, struct workload *workload)
{
	struct trace_opts trace = { options->trace, stderr, options->bad_lines_fatal };

	if (options->trace)
		return trace_load(&trace, workload);
	return workload_generate(workload, options->seed);
}

int main(int argc, char **argv)
{
	struct workload workload = { 0 };
	struct policy policy;
	struct options options;
	struct tally tally;

	if (options_parse(argc, argv, &options, stderr) != OPTIONS_OK)
		return 2;
	if (!load(&options, &workload))
		return 1;
	policy = options_policy(&options);
	tally_count(&tally, &workload, &policy);
	print_tally(&tally);
	workload_free(&workload);
	return 0;
}
