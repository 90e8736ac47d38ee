/* SPDX-License-Identifier: MIT */
/* calls_view.c: the table of LLM calls: how many, how they end, how long they take, what they
 * cost. */
#include "views.h"

#include <math.h>

enum {
	MODEL,
	PROVIDER,
	CALLS,
	FAILING,
	FLIGHT,
	P50,
	P95,
	P99,
	FIRST,
	INPUT,
	OUTPUT,
	DOLLARS,
	COLUMNS,
};

#define HOUR 3600
#define SOME 0.01
#define MANY 0.05

static struct table columns(const struct calls *calls, int width)
{
	struct column all[COLUMNS] = {
		[MODEL] = { "LLM", 16, 32, 0, true },
		[PROVIDER] = { "PROVIDER", 9, 16, 8, true },
		[CALLS] = { "CALLS/s", 7, 8, 1, false },
		[FAILING] = { "FAIL%", 5, 6, 1, false },
		[FLIGHT] = { "NOW", 5, 6, 6, false },
		[P50] = { "P50", 6, 7, 2, false },
		[P95] = { "P95", 6, 7, 1, false },
		[P99] = { "P99", 6, 7, 5, false },
		[FIRST] = { "TTFT95", calls->has_first_token ? 6 : 0, 7, 4, false },
		[INPUT] = { "IN/s", 6, 8, 9, false },
		[OUTPUT] = { "OUT/s", 6, 8, 3, false },
		[DOLLARS] = { "$/h", calls->has_cost ? 6 : 0, 8, 2, false },
	};

	return table_fit(all, COLUMNS, width);
}

static enum ink failing_ink(double share)
{
	if (share >= MANY)
		return INK_BAD;
	return share >= SOME ? INK_WARN : INK_PLAIN;
}

static void number(const struct table *table, struct canvas *canvas, int y, int column,
		   double value, enum unit unit)
{
	char text[FIGURE_SIZE];

	figure_or_dash(value, unit, text);
	table_number(table, canvas, y, column, value > 0 ? INK_PLAIN : INK_QUIET, text);
}

static void draw_latencies(const struct table *table, struct canvas *canvas, int y,
			   const struct call_row *row)
{
	const struct spread *duration = &row->duration;

	number(table, canvas, y, P50, spread_quantile(duration, 0.5), UNIT_SECONDS);
	number(table, canvas, y, P95, spread_quantile(duration, 0.95), UNIT_SECONDS);
	number(table, canvas, y, P99, spread_quantile(duration, 0.99), UNIT_SECONDS);
	number(table, canvas, y, FIRST, spread_quantile(&row->first_token, 0.95), UNIT_SECONDS);
}

static void draw_row(const struct table *table, struct canvas *canvas, int y,
		     const struct call_row *row)
{
	double failing = calls_failing(row);
	char text[FIGURE_SIZE];

	table_name(table, canvas, y, MODEL, INK_NAME, row->model);
	table_text(table, canvas, y, PROVIDER, INK_QUIET, row->provider);
	figure_or_dash(row->rate, UNIT_NONE, text);
	table_number(table, canvas, y, CALLS, row->rate > 0 ? INK_STRONG : INK_QUIET, text);
	figure_or_dash(failing * 100, UNIT_NONE, text);
	table_number(table, canvas, y, FAILING, failing_ink(failing), text);
	number(table, canvas, y, FLIGHT, row->in_flight, UNIT_NONE);
	draw_latencies(table, canvas, y, row);
	number(table, canvas, y, INPUT, row->input, UNIT_NONE);
	number(table, canvas, y, OUTPUT, row->output, UNIT_NONE);
	number(table, canvas, y, DOLLARS, row->dollars * HOUR, UNIT_DOLLARS);
}

/* Models that have no line are told, as are calls that wait. */
static void draw_sum(const struct table *table, const struct frame *frame, int y,
		     const struct calls *calls, size_t shown)
{
	char text[FIGURE_SIZE], name[64];
	size_t hidden = calls->n - shown;
	struct call_row sum = calls->sum;

	if (hidden > 0)
		snprintf(name, sizeof(name), "all (%zu more: l)", hidden);
	else if (calls->waiting > 0)
		snprintf(name, sizeof(name), "all (%s queued)",
			 figure(calls->waiting, UNIT_NONE, text));
	else
		snprintf(name, sizeof(name), "all");
	sum.model = qx_text_of(name);
	draw_row(table, frame->canvas, y, &sum);
}

int calls_draw(const struct frame *frame, const struct calls *calls, int y, int lines)
{
	struct table table = columns(calls, frame->canvas->width);
	size_t room = lines > 2 ? (size_t)lines - 2 : 1;
	size_t shown = calls->n <= room ? calls->n : room;

	if (calls->n == 0)
		return 0;
	table_head(&table, frame->canvas, y, -1, false);
	draw_sum(&table, frame, y + 1, calls, shown);
	for (size_t i = 0; i < shown; i++)
		draw_row(&table, frame->canvas, y + 2 + (int)i, &calls->rows[i]);
	return 2 + (int)shown;
}
