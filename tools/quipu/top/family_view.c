/* SPDX-License-Identifier: MIT */
/* family_view.c: one family: its quantiles, where its observations fell, and its series. */
#include "views.h"
#include "visible.h"

#include <math.h>
#include <stdlib.h>

enum { LABELS, STATE, VALUE, RATE, MEAN, Q1, Q2, Q3, Q4, MINUTE, COLUMNS };

#define QUANTILES 4
#define MOST_HEAT 8
#define LEAST_LABELS 26
#define MOST_LABELS 100

/* --- above the series --------------------------------------------------------------------------- */

void title_draw(const struct frame *frame, const struct family *family, int y)
{
	struct canvas *canvas = frame->canvas;
	size_t n = family->n_series + family->n_unkept;
	int x = canvas_text(canvas, 0, y, canvas->width, INK_STRONG, family->name);

	x += canvas_say(canvas, x, y, canvas->width - x, INK_PLAIN, "  %s, %zu series  ",
			kind_word(family->type), n);
	canvas_text(canvas, x, y, canvas->width - x, INK_QUIET, family->help);
}

static int say_figure(const struct frame *frame, int x, int y, const char *name, double value,
		      enum unit unit)
{
	struct canvas *canvas = frame->canvas;
	char text[FIGURE_SIZE];

	x += canvas_say(canvas, x, y, canvas->width - x, INK_QUIET, "%s ", name);
	figure_or_dash(value, unit, text);
	return x + canvas_say(canvas, x, y, canvas->width - x, INK_STRONG, "%s", text) + 3;
}

/* Of all series together. */
static int draw_sum(const struct frame *frame, const struct family *family, int y)
{
	const struct spread *since = &family->since;
	int x = 0;

	if (family->type != QX_HISTOGRAM && family->type != QX_GAUGE_HISTOGRAM)
		return 0;
	if (type_grows(family->type))
		x = say_figure(frame, x, y, "per second", family->rate, UNIT_NONE);
	x = say_figure(frame, x, y, "p50", spread_quantile(since, 0.5), family->unit);
	x = say_figure(frame, x, y, "p95", spread_quantile(since, 0.95), family->unit);
	say_figure(frame, x, y, "p99", spread_quantile(since, 0.99), family->unit);
	return 1;
}

static int draw_heat(const struct frame *frame, const struct family *family, int y, int lines)
{
	int most = frame->screen->still || lines / 3 > MOST_HEAT ? MOST_HEAT : lines / 3;

	if (!family->heat)
		return 0;
	return heat_draw(family->heat, frame->canvas, y, most, frame->store->slot_seconds,
			 frame->store->slot, family->unit);
}

/* --- the series ----------------------------------------------------------------------------------- */

static struct series **listed(const struct frame *frame, const struct family *family, size_t *n)
{
	const struct place *place = screen_place(frame->screen);
	struct series **series = qx_new(family->n_series, sizeof(struct series *));
	uint64_t *keys;

	*n = 0;
	for (size_t i = 0; i < family->n_series; i++) {
		if (filter_series(place->filter, family->series[i]))
			series[(*n)++] = family->series[i];
	}
	order_series(series, *n, frame->screen->order, frame->screen->reversed);
	keys = screen_rows(frame->screen, *n);
	for (size_t i = 0; i < *n; i++)
		keys[i] = series[i]->key;
	return series;
}

static int labels_width(const struct series *series, bool utf8)
{
	int width = -1; /* a comma less than labels */

	for (size_t i = 0; i < series->n_labels && width < MOST_LABELS; i++)
		width += visible_columns(series->labels[i].name, utf8, false) +
			 visible_columns(series->labels[i].value, utf8, true) + 4;
	return width < MOST_LABELS ? width : MOST_LABELS;
}

/* A summary has the quantiles that it has; titles are kept in the family's own numbers. */
struct titles {
	char quantiles[QUANTILES][FIGURE_SIZE];
	char span[SPAN_SIZE];
};

/* The highest of a summary's, which are written upwards; NULL: it has fewer. */
static const struct quantile *quantile_of(const struct series *series, int i)
{
	size_t n = series->n_quantiles, skipped = n > QUANTILES ? n - QUANTILES : 0;

	return (size_t)i < n - skipped ? &series->quantiles[skipped + (size_t)i] : NULL;
}

static void name_quantiles(struct column *all, const struct family *family, struct titles *titles)
{
	static const char *const fixed[] = { "P50", "P95", "P99" };
	const struct series *first = family->n_series > 0 ? family->series[0] : NULL;
	bool spread = family->type == QX_HISTOGRAM || family->type == QX_GAUGE_HISTOGRAM;

	for (int i = 0; i < QUANTILES; i++) {
		struct column *column = &all[Q1 + i];

		column->width = 0;
		if (spread && i < 3)
			*column = (struct column){ fixed[i], 6, 8, i == 0 ? 4 : 2, false };
		if (!first || quantile_of(first, i) == NULL)
			continue;
		snprintf(titles->quantiles[i], FIGURE_SIZE, "P%g", quantile_of(first, i)->at * 100);
		*column = (struct column){ titles->quantiles[i], 6, 8, 5 - i, false };
	}
}

static struct table columns(const struct frame *frame, const struct family *family,
			    struct titles *titles)
{
	bool text = family->type == QX_INFO, state = family->type == QX_STATESET;
	bool grows = type_grows(family->type);
	struct column all[COLUMNS] = {
		[LABELS] = { "SERIES", LEAST_LABELS, LEAST_LABELS, 0, true },
		[STATE] = { "STATE", state ? 16 : 0, 30, 1, true },
		[VALUE] = { grows && family->type != QX_COUNTER ? "COUNT" : "VALUE",
			    text || state	       ? 0
			    : family->type == QX_GAUGE ? 10
						       : 7,
			    10, 1, false },
		[RATE] = { "RATE/s", grows ? 7 : 0, 8, 1, false },
		[MEAN] = { "MEAN", grows && family->type != QX_COUNTER ? 7 : 0, 8, 6, false },
		[MINUTE] = { "", text || state ? 0 : 12, 30, 5, true },
	};
	struct table table;

	for (size_t i = 0; i < family->n_series; i++) {
		int width = labels_width(family->series[i], frame->canvas->utf8);

		all[LABELS].most = width > all[LABELS].most ? width : all[LABELS].most;
	}
	name_quantiles(all, family, titles);
	table = table_fit(all, COLUMNS, frame->canvas->width);
	table.columns[MINUTE].title = span_title(frame->store, table.width[MINUTE], titles->span);
	return table;
}

void series_draw(struct canvas *canvas, int x, int y, int most, const struct series *series)
{
	int end = x + most;

	if (series->n_labels == 0)
		canvas_say(canvas, x, y, most, INK_QUIET, "(no labels)");
	for (size_t i = 0; i < series->n_labels; i++) {
		const struct qx_label *label = &series->labels[i];

		if (x >= end - 1) {
			canvas_symbol(canvas, end - 1, y, INK_QUIET, 0x2026, '~');
			break;
		}
		x += canvas_say(canvas, x, y, end - x, INK_QUIET, "%s", i ? "," : "");
		x += canvas_text(canvas, x, y, end - x, INK_QUIET, label->name);
		x += canvas_say(canvas, x, y, end - x, INK_QUIET, "=\"");
		x += canvas_quoted(canvas, x, y, end - x, INK_NAME, label->value);
		x += canvas_say(canvas, x, y, end - x, INK_QUIET, "\"");
	}
}

static void draw_quantiles(const struct frame *frame, const struct table *table, int y,
			   const struct family *family, const struct series *series)
{
	static const double at[] = { 0.5, 0.95, 0.99, 1 };
	char text[FIGURE_SIZE];

	for (int i = 0; i < QUANTILES; i++) {
		const struct quantile *told = quantile_of(series, i);
		double value = family->type != QX_SUMMARY ? spread_quantile(&series->since, at[i])
			       : told			  ? told->value
							  : NAN;

		figure_or_dash(value, family->unit, text);
		table_number(table, frame->canvas, y, Q1 + i, INK_PLAIN, text);
	}
}

static void draw_row(const struct frame *frame, const struct table *table, int y,
		     const struct family *family, const struct series *series)
{
	struct canvas *canvas = frame->canvas;
	bool grows = type_grows(family->type);
	enum unit unit = grows && family->type != QX_COUNTER ? UNIT_NONE : family->unit;
	int cells = table->width[MINUTE];
	char text[FIGURE_SIZE];

	series_draw(canvas, table->x[LABELS], y, table->width[LABELS], series);
	table_text(table, canvas, y, STATE, INK_STRONG, qx_text_of(series->states));
	table_number(table, canvas, y, VALUE, INK_PLAIN, figure(series->value, unit, text));
	figure_or_dash(series->rate, unit_of_rate(unit), text);
	table_number(table, canvas, y, RATE, series->rate > 0 ? INK_STRONG : INK_QUIET, text);
	figure_or_dash(series->mean, family->unit, text);
	table_number(table, canvas, y, MEAN, INK_PLAIN, text);
	draw_quantiles(frame, table, y, family, series);
	if (cells > 0 && series->history)
		history_draw(series->history, canvas, table->x[MINUTE], y,
			     history_shape(frame->store->slot_seconds, cells), frame->store->slot,
			     grows);
}

static int sorted_column(const struct screen *screen, const struct family *family)
{
	const int columns_of[ORDERS] = { LABELS, type_grows(family->type) ? RATE : VALUE, MINUTE,
					 VALUE };

	return columns_of[screen->order];
}

static void draw_series(const struct frame *frame, const struct family *family, int y, int lines)
{
	size_t n;
	struct series **series = listed(frame, family, &n);
	struct titles titles;
	struct table table = columns(frame, family, &titles);
	struct screen *screen = frame->screen;
	struct part part = screen_scroll(screen, lines - 1);

	table_head(&table, frame->canvas, y, sorted_column(screen, family),
		   (screen->order != ORDER_NAME) != screen->reversed);
	for (size_t i = part.first; i < part.first + part.n; i++) {
		draw_row(frame, &table, ++y, family, series[i]);
		if (i == part.chosen)
			canvas_choose(frame->canvas, y);
	}
	free(series);
}

void family_draw(const struct frame *frame, int y, int lines)
{
	const struct family *family =
		store_family(frame->store, screen_place(frame->screen)->opened);
	int used = 1;

	if (!family) {
		canvas_say(frame->canvas, 0, y, frame->canvas->width, INK_WARN,
			   "the target does not have this family any more");
		return;
	}
	title_draw(frame, family, y);
	used += draw_sum(frame, family, y + used);
	used += draw_heat(frame, family, y + used, lines);
	draw_series(frame, family, y + used, lines - used);
}
