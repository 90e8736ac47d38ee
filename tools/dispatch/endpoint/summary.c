/* SPDX-License-Identifier: MIT */
/* summary.c: see summary.h. */
#include "summary.h"

#include "../text.h"

#include <inttypes.h>
#include <string.h>

#define N_COLUMNS 12

struct line {
	struct text_number cell[N_COLUMNS];
};

static struct text_number words(const char *text)
{
	struct text_number cell;

	snprintf(cell.text, sizeof cell.text, "%s", text);
	return cell;
}

static struct text_number dollars(uint64_t microdollars)
{
	struct text_number cell;

	snprintf(cell.text, sizeof cell.text, "%" PRIu64 ".%06" PRIu64, microdollars / 1000000,
		 microdollars % 1000000);
	return cell;
}

static struct line make_head(void)
{
	static const char *const names[N_COLUMNS] = {
		"model",      "requests", "errors",    "limited",   "cancelled", "tokens in",
		"tokens out", "dollars",  "first p50", "first p95", "whole p50", "whole p95",
	};
	struct line line;
	int i;

	for (i = 0; i < N_COLUMNS; i++)
		line.cell[i] = words(names[i]);
	return line;
}

static uint64_t errors(const struct score_sum *score)
{
	return score_ended(score) - score->attempts[QUIPU_LLM_OK] -
	       score->attempts[QUIPU_LLM_RATE_LIMITED] - score->attempts[QUIPU_LLM_CANCELLED];
}

static struct line make_line(const char *model, const struct score_sum *score)
{
	return (struct line){ {
		words(model),
		text_count(score_ended(score)),
		text_count(errors(score)),
		text_count(score->attempts[QUIPU_LLM_RATE_LIMITED]),
		text_count(score->attempts[QUIPU_LLM_CANCELLED]),
		text_count(score->input),
		text_count(score->output),
		dollars(score->microdollars),
		text_seconds(spread_quantile(&score->first, 0.5)),
		text_seconds(spread_quantile(&score->first, 0.95)),
		text_seconds(spread_quantile(&score->duration, 0.5)),
		text_seconds(spread_quantile(&score->duration, 0.95)),
	} };
}

static int column_width(const struct line *lines, unsigned n, int column)
{
	size_t width = 0, len;
	unsigned i;

	for (i = 0; i < n; i++) {
		len = strlen(lines[i].cell[column].text);
		width = len > width ? len : width;
	}
	return (int)width;
}

static void print_line(FILE *out, const struct line *line, const int *width)
{
	int i;

	for (i = 0; i < N_COLUMNS; i++)
		fprintf(out, "%s%*s", i ? "  " : "", i ? width[i] : -width[i], line->cell[i].text);
	fputc('\n', out);
}

static void print_lines(FILE *out, const struct line *lines, unsigned n)
{
	int width[N_COLUMNS], i;
	unsigned line;

	for (i = 0; i < N_COLUMNS; i++)
		width[i] = column_width(lines, n, i);
	for (line = 0; line < n; line++)
		print_line(out, &lines[line], width);
}

/* Only what there was of it. */
static void print_errors(FILE *out, const struct score_sum *all)
{
	int i;

	for (i = 0; i < QUIPU_LLM_N_ERRORS; i++) {
		if (i != QUIPU_LLM_OK && all->attempts[i])
			fprintf(out, "  %s %s\n", text_count(all->attempts[i]).text,
				quipu_llm_error_name((quipu_llm_error)i));
	}
}

static void print_rest(FILE *out, const struct score_sum *all, double seconds)
{
	fprintf(out, "\n%s calls in %.1f s: %.1f calls/s, %s failed in the end\n",
		text_count(all->calls).text, seconds,
		seconds > 0 ? (double)all->calls / seconds : 0, text_count(all->failed).text);
	fprintf(out, "%s retries, %s fallbacks, %s hedges (%s used), %s answers without usage\n",
		text_count(all->retries).text, text_count(all->fallbacks).text,
		text_count(all->hedges).text, text_count(all->hedges_won).text,
		text_count(all->without_usage).text);
	if (score_ended(all) > all->attempts[QUIPU_LLM_OK])
		fputs("requests that did not succeed:\n", out);
	print_errors(out, all);
}

void summary_print(FILE *out, const struct summary_row *rows, unsigned n, double seconds)
{
	struct line lines[8];
	struct score_sum all = { 0 };
	unsigned i;

	lines[0] = make_head();
	for (i = 0; i < n && i < 6; i++) {
		lines[i + 1] = make_line(rows[i].model, &rows[i].score);
		score_sum_add_sum(&all, &rows[i].score);
	}
	lines[i + 1] = make_line("total", &all);
	print_lines(out, lines, i + 2);
	print_rest(out, &all, seconds);
}
