/* SPDX-License-Identifier: MIT */
/* table.c: the totals of a run, read back from the handles that recorded it. */
#include "table.h"

#include "text.h"

static void print_rule(FILE *out)
{
	int i;

	for (i = 0; i < 97; i++)
		fputc('-', out);
	fputc('\n', out);
}

static void print_head(FILE *out)
{
	fprintf(out, "%-14s %-10s %10s %8s %8s %13s %12s %8s %8s\n", "model", "provider",
		"requests", "errors", "limited", "tokens in", "tokens out", "mean", "p95");
	print_rule(out);
}

static void print_row(FILE *out, const char *model, const char *provider,
		      const struct totals *totals)
{
	double mean = totals->observed ? totals->seconds / (double)totals->observed : -1;

	fprintf(out, "%-14s %-10s %10s %8s %8s %13s %12s %8s %8s\n", model, provider,
		text_count(totals_requests(totals)).text,
		text_count(totals->requests[PROVIDER_ERROR]).text,
		text_count(totals->requests[PROVIDER_RATE_LIMITED]).text,
		text_count(totals->input).text, text_count(totals->output).text,
		text_seconds(mean).text, text_seconds(totals_quantile(totals, 0.95)).text);
}

void table_print(FILE *out, const struct metrics *metrics)
{
	struct totals sum = { 0 }, one;
	unsigned i;

	print_head(out);
	for (i = 0; i < PROVIDER_N_ROUTES; i++) {
		one = metrics_read(metrics, i);
		totals_add(&sum, &one);
		print_row(out, provider_routes[i].model, provider_routes[i].provider, &one);
	}
	print_rule(out);
	print_row(out, "total", "", &sum);
}
