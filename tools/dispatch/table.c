/* SPDX-License-Identifier: MIT */
/* table.c: the totals of a run, read back from the handles that recorded it. */
#include "table.h"

#include "text.h"

#include <string.h>

#define N_COLUMNS 11
#define N_NAMES 2 /* the columns at the left, aligned to the left */
#define N_ROWS (1 + PROVIDER_N_ROUTES + 1)

struct row {
	struct text_number cell[N_COLUMNS];
};

static struct text_number words(const char *text)
{
	struct text_number cell;

	snprintf(cell.text, sizeof cell.text, "%s", text);
	return cell;
}

static struct row make_head(void)
{
	static const char *const names[N_COLUMNS] = { "model",	    "provider", "requests",
						      "errors",	    "limited",	"tokens in",
						      "tokens out", "mean",	"p95",
						      "first",	    "cost" };
	struct row row;
	int i;

	for (i = 0; i < N_COLUMNS; i++)
		row.cell[i] = words(names[i]);
	return row;
}

static double mean(double sum, uint64_t n)
{
	return n ? sum / (double)n : -1;
}

static struct row make_row(const char *model, const char *provider, const struct totals *totals)
{
	return (struct row){ {
		words(model),
		words(provider),
		text_count(totals_requests(totals)),
		text_count(totals->requests[QUIPU_LLM_STATUS_ERROR]),
		text_count(totals->requests[QUIPU_LLM_STATUS_RATE_LIMITED]),
		text_count(totals->tokens[QUIPU_LLM_INPUT_TOKENS]),
		text_count(totals->tokens[QUIPU_LLM_OUTPUT_TOKENS]),
		text_seconds(mean(totals->seconds, totals->observed)),
		text_seconds(totals_quantile(totals, 0.95)),
		text_seconds(mean(totals->first_seconds, totals->first_tokens)),
		text_dollars(totals->microdollars),
	} };
}

static int column_width(const struct row *rows, int column)
{
	size_t width = 0, len;
	unsigned i;

	for (i = 0; i < N_ROWS; i++) {
		len = strlen(rows[i].cell[column].text);
		width = len > width ? len : width;
	}
	return (int)width;
}

static void print_row(FILE *out, const struct row *row, const int *width)
{
	int i;

	for (i = 0; i < N_COLUMNS; i++)
		fprintf(out, "%s%*s", i ? "  " : "", i < N_NAMES ? -width[i] : width[i],
			row->cell[i].text);
	fputc('\n', out);
}

static void print_rule(FILE *out, const int *width)
{
	int i, len = 2 * (N_COLUMNS - 1);

	for (i = 0; i < N_COLUMNS; i++)
		len += width[i];
	while (len-- > 0)
		fputc('-', out);
	fputc('\n', out);
}

static void print_rows(FILE *out, const struct row *rows)
{
	int width[N_COLUMNS];
	unsigned i;

	for (i = 0; i < N_COLUMNS; i++)
		width[i] = column_width(rows, (int)i);
	for (i = 0; i < N_ROWS; i++) {
		if (i == 1 || i == N_ROWS - 1)
			print_rule(out, width);
		print_row(out, &rows[i], width);
	}
}

void table_print(FILE *out, const struct readings *readings)
{
	struct totals sum = readings_sum(readings);
	struct row rows[N_ROWS];
	unsigned i;

	rows[0] = make_head();
	for (i = 0; i < PROVIDER_N_ROUTES; i++)
		rows[i + 1] = make_row(provider_routes[i].model, provider_routes[i].provider,
				       &readings->route[i]);
	rows[N_ROWS - 1] = make_row("total", "", &sum);
	print_rows(out, rows);
}
