/* SPDX-License-Identifier: MIT */
/* locks_view.c: the table of places where threads wait: contention, and below it idle waits. */
#include "views.h"

#include <math.h>

enum { FUNCTION, SITE, KIND, LOCK, SHARE, WAITED, WAITS, MEAN, P99, COLUMNS };

static struct table columns(int width)
{
	static const struct column all[COLUMNS] = {
		[FUNCTION] = { "LOCKS", 16, 40, 0, true },
		[SITE] = { "SITE", 16, 28, 1, true },
		[KIND] = { "KIND", 7, 0, 4, true },
		[LOCK] = { "LOCK", 8, 16, 7, true },
		[SHARE] = { "SHARE%", 6, 0, 5, false },
		[WAITED] = { "WAITED/s", 8, 0, 1, false },
		[WAITS] = { "WAITS/s", 7, 8, 2, false },
		[MEAN] = { "MEAN", 6, 7, 6, false },
		[P99] = { "P99", 6, 7, 3, false },
	};

	return table_fit(all, COLUMNS, width);
}

static void number(const struct table *table, struct canvas *canvas, int y, int column,
		   double value, enum unit unit)
{
	char text[FIGURE_SIZE];

	figure_or_dash(value, unit, text);
	table_number(table, canvas, y, column, value > 0 ? INK_PLAIN : INK_QUIET, text);
}

static void draw_row(const struct table *table, struct canvas *canvas, int y,
		     const struct locks *locks, const struct lock_row *row)
{
	bool named = row->function.len > 0;

	table_name(table, canvas, y, FUNCTION, row->idle ? INK_QUIET : INK_NAME,
		   named ? row->function : row->site);
	table_name(table, canvas, y, SITE, INK_PLAIN, named ? row->site : qx_text_of(""));
	table_text(table, canvas, y, KIND, INK_QUIET, row->kind);
	table_text(table, canvas, y, LOCK, INK_PLAIN, row->lock);
	number(table, canvas, y, SHARE, lock_share(locks, row) * 100, UNIT_NONE);
	number(table, canvas, y, WAITED, row->waited, UNIT_SECONDS);
	number(table, canvas, y, WAITS, row->rate, UNIT_NONE);
	number(table, canvas, y, MEAN, lock_mean(row), UNIT_SECONDS);
	number(table, canvas, y, P99, spread_quantile(&row->since, 0.99), UNIT_SECONDS);
}

/* Places that have no line are told. */
static void draw_sum(const struct table *table, const struct frame *frame, int y,
		     const struct locks *locks, size_t shown)
{
	struct lock_row sum = locks->sum;
	char name[64];

	if (shown < locks->n)
		snprintf(name, sizeof(name), "all (%zu more: w)", locks->n - shown);
	else
		snprintf(name, sizeof(name), "all contention");
	sum.function = qx_text_of(name);
	draw_row(table, frame->canvas, y, locks, &sum);
}

int locks_draw(const struct frame *frame, const struct locks *locks, int y, int lines)
{
	struct table table = columns(frame->canvas->width);
	size_t room = lines > 2 ? (size_t)lines - 2 : 1;
	size_t shown = locks->n <= room ? locks->n : room;

	if (locks->n == 0)
		return 0;
	table_head(&table, frame->canvas, y, -1, false);
	draw_sum(&table, frame, y + 1, locks, shown);
	for (size_t i = 0; i < shown; i++)
		draw_row(&table, frame->canvas, y + 2 + (int)i, locks, &locks->rows[i]);
	return 2 + (int)shown;
}
