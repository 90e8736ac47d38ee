/* SPDX-License-Identifier: MIT */
/* show_rows.c: the ranked tables: contention, and waiting for work. */
#include "quantile.h"
#include "sheet.h"
#include "show.h"
#include "units.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	RANK,
	TOTAL,
	SHARE,
	WAITS,
	MEAN,
	P50,
	P99,
	MAX,
	BUSY,
	KIND,
	FUNCTION,
	SITE,
	LOCK,
	OBJECT,
	COLUMNS
};

/* Left out first where it is narrow: the object, the median, the tries, the share. */
static const struct sheet_column columns[COLUMNS] = {
	[RANK] = { "#", 0, 0, false },
	[TOTAL] = { "TOTAL", 0, 0, false },
	[SHARE] = { "SHARE", 0, 6, false },
	[WAITS] = { "WAITS", 0, 1, false },
	[MEAN] = { "MEAN", 0, 2, false },
	[P50] = { "P50", 0, 8, false },
	[P99] = { "P99", 0, 3, false },
	[MAX] = { "MAX", 0, 5, false },
	[BUSY] = { "BUSY", 0, 7, false },
	[KIND] = { "KIND", 0, 1, true },
	[FUNCTION] = { "FUNCTION", 14, 0, true },
	[SITE] = { "WHERE", 14, 0, true },
	[LOCK] = { "LOCK", 8, 4, true },
	[OBJECT] = { "OBJECT", 10, 9, true },
};

static void put_ns(struct sheet *sheet, int column, enum ink ink, uint64_t ns)
{
	char text[FIGURE_SIZE];

	sheet_put(sheet, column, ink, show_ns(ns, text));
}

static void put_times(struct sheet *sheet, const struct report_row *row)
{
	put_ns(sheet, MEAN, INK_PLAIN, report_mean(row));
	put_ns(sheet, P50, INK_PLAIN, quantile_of(row->buckets, row->max_ns, 0.5));
	put_ns(sheet, P99, INK_PLAIN, quantile_of(row->buckets, row->max_ns, 0.99));
	put_ns(sheet, MAX, INK_PLAIN, row->max_ns);
}

/* Without a line the place says itself which object it is in. */
static void put_place(struct sheet *sheet, const struct report_row *row)
{
	const struct location *place = row->place;

	sheet_put(sheet, KIND, INK_PLAIN, qc_kind_label(row->kind));
	sheet_put(sheet, FUNCTION, INK_NAME, place->called ? place->called : "");
	sheet_put(sheet, SITE, INK_PLAIN, place->site);
	sheet_put(sheet, OBJECT, INK_QUIET, place->file ? place->object : "");
	sheet_put(sheet, LOCK, INK_PLAIN, row->lock ? row->lock : "");
}

/* Of idle waits a share tells nothing: they are what threads are made for. */
static void put_row(struct sheet *sheet, const struct report *report, const struct report_row *row)
{
	double share = report_share(report, row);
	bool idle = qc_kind_is_idle(row->kind);
	char text[FIGURE_SIZE];

	sheet_row(sheet);
	sheet_say(sheet, RANK, INK_QUIET, "%zu", sheet->n_rows);
	put_ns(sheet, TOTAL, idle ? INK_PLAIN : INK_STRONG, row->ns);
	if (!idle)
		sheet_put(sheet, SHARE, share >= 0.25 ? INK_WARN : INK_PLAIN,
			  show_share(share, text));
	sheet_put(sheet, WAITS, INK_PLAIN, show_count(row->waits, text));
	if (row->waits > 0)
		put_times(sheet, row);
	if (row->busy > 0)
		sheet_put(sheet, BUSY, INK_PLAIN, show_count(row->busy, text));
	put_place(sheet, row);
}

static int sorted_by(enum report_order order)
{
	static const int sorted[] = { TOTAL, WAITS, MEAN, MAX };

	return sorted[order];
}

size_t show_count_rows(const struct report *report, bool idle)
{
	size_t n = 0;

	for (size_t i = 0; i < report->n; i++)
		n += qc_kind_is_idle(report->rows[i].kind) == idle;
	return n;
}

static int draw_rest(const struct report *report, struct canvas *canvas, int y, bool idle,
		     size_t shown, size_t n)
{
	uint64_t ns = 0;
	size_t rank = 0;
	char text[FIGURE_SIZE];

	for (size_t i = 0; i < report->n; i++) {
		if (qc_kind_is_idle(report->rows[i].kind) == idle && rank++ >= shown)
			ns = saved_plus(ns, report->rows[i].ns);
	}
	canvas_say(canvas, 0, y, canvas->width, INK_QUIET, "and %zu more %s with %s", n - shown,
		   plural(n - shown, "place", "places"), show_ns(ns, text));
	return y + 1;
}

static int draw_title(struct canvas *canvas, int y, bool idle)
{
	canvas_say(canvas, 0, y, canvas->width, INK_STRONG,
		   idle ? "WAITING FOR WORK: CONDITIONS, SEMAPHORES, BARRIERS"
			: "WAITING FOR LOCKS");
	return y + 1;
}

int show_rows(const struct report *report, struct canvas *canvas, int y, bool idle, size_t first,
	      const struct show_wishes *wishes)
{
	size_t n = show_count_rows(report, idle);
	struct sheet sheet;

	y = draw_title(canvas, y, idle);
	if (n == 0) {
		canvas_say(canvas, 0, y, canvas->width, INK_QUIET, "No thread had to.");
		return y + 1;
	}
	sheet_init(&sheet, columns, COLUMNS);
	for (size_t i = 0; i < report->n && sheet.n_rows < saved_plus(first, wishes->top); i++) {
		if (qc_kind_is_idle(report->rows[i].kind) == idle)
			put_row(&sheet, report, &report->rows[i]);
	}
	y = sheet_draw(&sheet, canvas, y, first, wishes->top, sorted_by(wishes->order));
	if (sheet.n_rows < n)
		y = draw_rest(report, canvas, y, idle, sheet.n_rows, n);
	sheet_free(&sheet);
	return y;
}
