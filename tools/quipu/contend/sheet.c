/* SPDX-License-Identifier: MIT */
/* sheet.c: see sheet.h. */
#include "sheet.h"

#include "top/visible.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define CELL_SIZE 64

void sheet_init(struct sheet *sheet, const struct sheet_column *columns, int n)
{
	*sheet = (struct sheet){ .columns = columns, .n_columns = n };
}

void sheet_free(struct sheet *sheet)
{
	free(sheet->cells);
	qx_arena_free(&sheet->arena);
}

static size_t cells_of_row(const struct sheet *sheet)
{
	return (size_t)sheet->n_columns;
}

static struct sheet_cell *cell_at(const struct sheet *sheet, size_t row, int column)
{
	return &sheet->cells[row * cells_of_row(sheet) + (size_t)column];
}

void sheet_row(struct sheet *sheet)
{
	size_t size = cells_of_row(sheet) * sizeof(*sheet->cells);

	sheet->cells = qx_grow(sheet->cells, sheet->n_rows, &sheet->capacity, size);
	memset(cell_at(sheet, sheet->n_rows, 0), 0, size);
	sheet->n_rows++;
}

void sheet_put(struct sheet *sheet, int column, enum ink ink, const char *text)
{
	struct sheet_cell *cell = cell_at(sheet, sheet->n_rows - 1, column);

	cell->text = *text ? qx_take_copy(&sheet->arena, text, strlen(text)) : NULL;
	cell->ink = ink;
}

void sheet_say(struct sheet *sheet, int column, enum ink ink, const char *format, ...)
{
	char text[CELL_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	sheet_put(sheet, column, ink, text);
}

/* --- drawing ---------------------------------------------------------------------------------- */

/* 0 where there is nothing in it. */
static int widest(const struct sheet *sheet, int column, bool utf8)
{
	int width = 0, title = (int)strlen(sheet->columns[column].title);

	for (size_t i = 0; i < sheet->n_rows; i++) {
		const char *text = cell_at(sheet, i, column)->text;
		int columns = text ? visible_columns(qx_text_of(text), utf8, false) : 0;

		width = columns > width ? columns : width;
	}
	return width > 0 && width < title ? title : width;
}

static struct table fit(const struct sheet *sheet, const struct canvas *canvas)
{
	struct column columns[TABLE_COLUMNS];

	for (int i = 0; i < sheet->n_columns; i++) {
		const struct sheet_column *from = &sheet->columns[i];
		int most = widest(sheet, i, canvas->utf8);
		int least = from->least > 0 && from->least < most ? from->least : most;

		columns[i] = (struct column){ from->title, least, most, from->rank, from->left };
	}
	return table_fit(columns, sheet->n_columns, canvas->width);
}

static void draw_cell(const struct table *table, struct canvas *canvas, int y, int column,
		      const struct sheet_cell *cell)
{
	if (!cell->text || table->width[column] == 0)
		return;
	if (table->columns[column].left)
		table_name(table, canvas, y, column, cell->ink, qx_text_of(cell->text));
	else
		table_number(table, canvas, y, column, cell->ink, cell->text);
}

int sheet_draw(const struct sheet *sheet, struct canvas *canvas, int y, size_t first, size_t n,
	       int sorted)
{
	struct table table = fit(sheet, canvas);

	table_head(&table, canvas, y++, sorted, true);
	for (size_t i = first; i < sheet->n_rows && i - first < n; i++, y++) {
		for (int column = 0; column < sheet->n_columns; column++)
			draw_cell(&table, canvas, y, column, cell_at(sheet, i, column));
	}
	return y;
}
