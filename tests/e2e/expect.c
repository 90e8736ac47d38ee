/* SPDX-License-Identifier: MIT */
/*
 * expect.c: prints, as JSON, what a run of quipu-dispatch with these options must come to:
 * once through the workload, counted with plain additions. --trace, --seed and the shares
 * count; the other options are accepted, so that a test can give both programs the same ones.
 */
#include "options.h"
#include "tally.h"
#include "trace.h"

#include <inttypes.h>

static void print_totals(const struct totals *totals)
{
	int i;

	for (i = 0; i < PROVIDER_N_STATUSES; i++)
		printf("\"%s\": %" PRIu64 ", ", provider_statuses[i], totals->requests[i]);
	printf("\"input\": %" PRIu64 ", \"output\": %" PRIu64 ", ", totals->input, totals->output);
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
	struct provider provider;
	struct options options;
	struct tally tally;

	if (options_parse(argc, argv, &options, stderr) != OPTIONS_OK)
		return 2;
	if (!load(&options, &workload))
		return 1;
	provider = (struct provider){ options.seed, options.error_share, options.rate_limit_share };
	tally_count(&tally, &workload, &provider);
	print_tally(&tally);
	workload_free(&workload);
	return 0;
}
