/* SPDX-License-Identifier: MIT */
/* table.h: columns that fit the width: those of lesser rank are left out where it is small, and
 * some become wider where it is large. */
#ifndef TOP_TABLE_H
#define TOP_TABLE_H

#include "canvas.h"

#define TABLE_COLUMNS 16

struct column {
	const char *title;
	int width, most; /* at least and at most; most 0: no more than width */
	int rank;	 /* the highest goes first */
	bool left;	 /* text, not numbers */
};

struct table {
	struct column columns[TABLE_COLUMNS];
	int n;
	int x[TABLE_COLUMNS], width[TABLE_COLUMNS]; /* width 0: left out */
};

struct table table_fit(const struct column *columns, int n, int width);

/* The titles; sorted: the column by which rows are in order, or -1; down: the largest first. */
void table_head(const struct table *table, struct canvas *canvas, int y, int sorted, bool down);

void table_text(const struct table *table, struct canvas *canvas, int y, int column, enum ink ink,
		struct qx_text text);
void table_name(const struct table *table, struct canvas *canvas, int y, int column, enum ink ink,
		struct qx_text name);
/* On the right side; text is ours. */
void table_number(const struct table *table, struct canvas *canvas, int y, int column, enum ink ink,
		  const char *text);

#endif
