/* SPDX-License-Identifier: MIT */
/* diff_show.c: a diff for a person. */
#include "diff.h"
#include "paint.h"
#include "sheet.h"
#include "units.h"

#include <string.h>

#define MORE_LINES 16

enum {
	CHANGE,
	BEFORE,
	AFTER,
	MEAN_BEFORE,
	MEAN_AFTER,
	NOTE,
	KIND,
	FUNCTION,
	SITE,
	LOCK,
	OBJECT,
	COLUMNS
};

static const struct sheet_column columns[COLUMNS] = {
	[CHANGE] = { "CHANGE/s", 0, 0, false },
	[BEFORE] = { "BEFORE/s", 0, 2, false },
	[AFTER] = { "AFTER/s", 0, 1, false },
	[MEAN_BEFORE] = { "OLD MEAN", 0, 4, false },
	[MEAN_AFTER] = { "NEW MEAN", 0, 4, false },
	[NOTE] = { "", 0, 0, true },
	[KIND] = { "KIND", 0, 1, true },
	[FUNCTION] = { "FUNCTION", 14, 0, true },
	[SITE] = { "WHERE", 14, 0, true },
	[LOCK] = { "LOCK", 8, 3, true },
	[OBJECT] = { "OBJECT", 10, 9, true },
};

static const char *rate(double seconds, char out[FIGURE_SIZE])
{
	return figure(seconds, UNIT_SECONDS, out);
}

static void put_change(struct sheet *sheet, int column, double change)
{
	char text[FIGURE_SIZE];

	sheet_say(sheet, column,
		  change > 0   ? INK_BAD
		  : change < 0 ? INK_GOOD
			       : INK_QUIET,
		  "%s%s", change > 0 ? "+" : "", rate(change, text));
}

static void put_rate(struct sheet *sheet, int column, const struct report *report,
		     const struct report_row *row)
{
	char text[FIGURE_SIZE];

	if (row)
		sheet_put(sheet, column, INK_PLAIN, rate(diff_rate(report, row->ns), text));
}

static void put_mean(struct sheet *sheet, int column, const struct report_row *row)
{
	char text[FIGURE_SIZE];

	if (row && row->waits > 0)
		sheet_put(sheet, column, INK_PLAIN, show_ns(report_mean(row), text));
}

static void put_row(struct sheet *sheet, const struct diff *diff, const struct diff_row *change)
{
	const struct report_row *row = change->after ? change->after : change->before;
	const struct location *place = row->place;

	sheet_row(sheet);
	put_change(sheet, CHANGE, change->change);
	put_rate(sheet, BEFORE, diff->before, change->before);
	put_rate(sheet, AFTER, diff->after, change->after);
	put_mean(sheet, MEAN_BEFORE, change->before);
	put_mean(sheet, MEAN_AFTER, change->after);
	sheet_put(sheet, NOTE, INK_STRONG, !change->before ? "new" : !change->after ? "gone" : "");
	sheet_put(sheet, KIND, INK_PLAIN, qc_kind_label(row->kind));
	sheet_put(sheet, FUNCTION, INK_NAME, place->called ? place->called : "");
	sheet_put(sheet, SITE, INK_PLAIN, place->site);
	sheet_put(sheet, LOCK, INK_PLAIN, row->lock ? row->lock : "");
	sheet_put(sheet, OBJECT, INK_QUIET, place->file ? place->object : "");
}

/* --- the first lines -------------------------------------------------------------------------- */

static int draw_run(struct canvas *canvas, int y, const char *which, const struct report *report)
{
	char elapsed[FIGURE_SIZE], locks[FIGURE_SIZE], each[FIGURE_SIZE];
	int x = canvas_say(canvas, 0, y, canvas->width, INK_QUIET, "%-8s", which);

	x += canvas_say(canvas, x, y, canvas->width - x, INK_PLAIN,
			"%s   waited for locks %s, %s in each second   ",
			show_ns(report->elapsed_ns, elapsed), show_ns(report->locks_ns, locks),
			rate(diff_rate(report, report->locks_ns), each));
	for (size_t i = 0; report->n_processes > 0 && i < report->processes[0].n_command; i++)
		x += canvas_text(canvas, x, y, canvas->width - x, INK_NAME,
				 qx_text_of(report->processes[0].command[i])) +
		     1;
	return y + 1;
}

static int draw_total(const struct diff *diff, struct canvas *canvas, int y)
{
	double before = diff_rate(diff->before, diff->before->locks_ns),
	       after = diff_rate(diff->after, diff->after->locks_ns);
	char text[FIGURE_SIZE], share[FIGURE_SIZE] = "";

	if (before > 0)
		snprintf(share, sizeof(share), ", %+.1f%%", (after / before - 1) * 100);
	canvas_say(canvas, 0, y, canvas->width, after > before ? INK_BAD : INK_GOOD,
		   "In all %s%s of waiting for locks in each second of the run%s.",
		   after > before ? "+" : "", rate(after - before, text), share);
	return y + 1;
}

static int draw_rows(const struct diff *diff, size_t top, struct canvas *canvas, int y)
{
	struct sheet sheet;

	sheet_init(&sheet, columns, COLUMNS);
	for (size_t i = 0; i < diff->n && i < top; i++)
		put_row(&sheet, diff, &diff->rows[i]);
	if (sheet.n_rows > 0)
		y = sheet_draw(&sheet, canvas, y, 0, top, -1);
	sheet_free(&sheet);
	if (diff->n > top)
		canvas_say(canvas, 0, y++, canvas->width, INK_QUIET, "and %zu more", diff->n - top);
	return y;
}

void diff_show(const struct diff *diff, size_t top, int width, FILE *out, bool colours)
{
	struct canvas canvas;
	int y = 0;

	canvas_init(&canvas, width, canvas_height(width, diff->n + MORE_LINES), paint_utf8());
	y = draw_run(&canvas, y, "before", diff->before);
	y = draw_run(&canvas, y, "after", diff->after);
	y = draw_total(diff, &canvas, y + 1);
	draw_rows(diff, top, &canvas, y + 1);
	paint(&canvas, out, colours);
	canvas_free(&canvas);
}
