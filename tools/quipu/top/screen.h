/* SPDX-License-Identifier: MIT */
/*
 * screen.h: what is looked at: a view, the row that is chosen in it, the filter; and how keys
 * change that.
 *
 * A row is chosen by its key, not its place, so that it stays chosen when the order changes.
 * Views tell which rows they have (screen_rows) and ask which part of them is to be drawn
 * (screen_scroll); keys go by what was drawn last.
 */
#ifndef TOP_SCREEN_H
#define TOP_SCREEN_H

#include "order.h"

#define FILTER_SIZE 64
#define SCREEN_DEPTH 8

/* The first three list families. */
enum view {
	VIEW_FAMILIES,
	VIEW_CALLS,
	VIEW_LOCKS,
	VIEW_FAMILY,
	VIEW_CARDINALITY,
	VIEW_LABELS,
	VIEW_HELP
};

/* Characters are themselves; these are beyond them. */
enum press {
	PRESS_ENTER = '\r',
	PRESS_ESCAPE = 27,
	PRESS_UP = 0x110000,
	PRESS_DOWN,
	PRESS_PAGE_UP,
	PRESS_PAGE_DOWN,
	PRESS_HOME,
	PRESS_END,
	PRESS_BACK, /* backspace */
};

struct place {
	enum view view;
	uint64_t opened; /* a family's key */
	uint64_t chosen; /* a row's key; 0: the first */
	size_t top;	 /* the first row drawn */
	char filter[FILTER_SIZE];
};

struct screen {
	struct place places[SCREEN_DEPTH]; /* the last is looked at */
	int depth;
	enum order order;
	bool reversed;
	bool searching; /* keys go into the filter */
	bool over;
	bool still;	/* nobody chooses: all rows, none marked */
	uint64_t *rows; /* keys */
	size_t n_rows, capacity;
	size_t page; /* rows that were drawn */
};

void screen_init(struct screen *screen);
void screen_free(struct screen *screen);

struct place *screen_place(const struct screen *screen);
void screen_open(struct screen *screen, enum view view, uint64_t opened);

/* press: a character or enum press. */
void screen_press(struct screen *screen, uint32_t press);

/* Room for the keys of so many rows. */
uint64_t *screen_rows(struct screen *screen, size_t n);

struct part {
	size_t first, n;
	size_t chosen; /* SIZE_MAX: none */
};

/* The part of the rows that so many lines show. */
struct part screen_scroll(struct screen *screen, int lines);

#endif
