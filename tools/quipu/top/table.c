/* SPDX-License-Identifier: MIT */
/* table.c: see table.h. */
#include "table.h"

#include <string.h>

#define NARROW 100

/* Between two columns. */
static int gap_of(int width)
{
	return width < NARROW ? 1 : 2;
}

static int wanted(const struct table *table, int gap)
{
	int width = 0;

	for (int i = 0; i < table->n; i++) {
		if (table->width[i] > 0)
			width += table->width[i] + (width > 0 ? gap : 0);
	}
	return width;
}

static void drop_one(struct table *table)
{
	int last = 0;

	for (int i = 1; i < table->n; i++) {
		if (table->width[i] > 0 && table->columns[i].rank > table->columns[last].rank)
			last = i;
	}
	if (last > 0)
		table->width[last] = 0;
}

/* Those further left first. */
static void widen(struct table *table, int spare)
{
	for (int i = 0; i < table->n && spare > 0; i++) {
		int more = table->columns[i].most - table->width[i];

		if (table->width[i] == 0 || more <= 0)
			continue;
		more = more < spare ? more : spare;
		table->width[i] += more;
		spare -= more;
	}
}

struct table table_fit(const struct column *columns, int n, int width)
{
	struct table table = { .n = n };
	int x = 0, gap = gap_of(width);

	memcpy(table.columns, columns, (size_t)n * sizeof(*columns));
	for (int i = 0; i < n; i++)
		table.width[i] = columns[i].width;
	for (int i = 1; i < n && wanted(&table, gap) > width; i++)
		drop_one(&table);
	widen(&table, width - wanted(&table, gap));
	for (int i = 0; i < n; i++) {
		table.x[i] = x;
		x += table.width[i] > 0 ? table.width[i] + gap : 0;
	}
	return table;
}

static void title(const struct table *table, struct canvas *canvas, int y, int i, bool sorted,
		  bool down)
{
	const struct column *column = &table->columns[i];
	int len = (int)strlen(column->title), x = table->x[i];

	if (!column->left && len < table->width[i])
		x += table->width[i] - len;
	canvas_say(canvas, x, y, table->width[i], INK_HEAD, "%s", column->title);
	if (sorted)
		canvas_symbol(canvas, column->left ? x + len : x - 1, y, INK_HEAD,
			      down ? 0x25bc : 0x25b2, down ? 'v' : '^');
}

void table_head(const struct table *table, struct canvas *canvas, int y, int sorted, bool down)
{
	canvas_paint(canvas, y, INK_HEAD);
	for (int i = 0; i < table->n; i++) {
		if (table->width[i] > 0)
			title(table, canvas, y, i, i == sorted, down);
	}
}

void table_text(const struct table *table, struct canvas *canvas, int y, int column, enum ink ink,
		struct qx_text text)
{
	if (table->width[column] > 0)
		canvas_text(canvas, table->x[column], y, table->width[column], ink, text);
}

void table_name(const struct table *table, struct canvas *canvas, int y, int column, enum ink ink,
		struct qx_text name)
{
	canvas_name(canvas, table->x[column], y, table->width[column], ink, name);
}

void table_number(const struct table *table, struct canvas *canvas, int y, int column, enum ink ink,
		  const char *text)
{
	if (table->width[column] > 0)
		canvas_right(canvas, table->x[column], y, table->width[column], ink, text);
}
