/* SPDX-License-Identifier: MIT */
/* sheet.h: a table whose columns are as wide as what is in them, where there is room for it. */
#ifndef CONTEND_SHEET_H
#define CONTEND_SHEET_H

#include "arena.h"
#include "top/table.h"

struct sheet_column {
	const char *title;
	int least; /* wider than this only where there is room; 0: never narrower than its texts */
	int rank;  /* the highest is left out first */
	bool left; /* text, not numbers */
};

struct sheet_cell {
	const char *text; /* NULL: empty */
	enum ink ink;
};

struct sheet {
	const struct sheet_column *columns;
	int n_columns;
	struct sheet_cell *cells; /* row by row */
	size_t n_rows, capacity;
	struct qx_arena arena;
};

void sheet_init(struct sheet *sheet, const struct sheet_column *columns, int n);
void sheet_free(struct sheet *sheet);

/* Begins a row. */
void sheet_row(struct sheet *sheet);

/* A cell of the newest row; the text is copied. */
void sheet_put(struct sheet *sheet, int column, enum ink ink, const char *text);
__attribute__((format(printf, 4, 5))) void sheet_say(struct sheet *sheet, int column, enum ink ink,
						     const char *format, ...);

/* Titles and rows from y on, first to first + n of them; columns without any text are left out. The
 * row after the last. sorted: a column, or -1. */
int sheet_draw(const struct sheet *sheet, struct canvas *canvas, int y, size_t first, size_t n,
	       int sorted);

#endif
