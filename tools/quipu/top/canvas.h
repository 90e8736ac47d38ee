/* SPDX-License-Identifier: MIT */
/*
 * canvas.h: a frame before it is on a screen: cells with a character and an ink.
 *
 * Views draw here and nowhere else, so that frames are tested without a terminal. All text goes
 * through visible.h: what is foreign cannot leave its cells.
 */
#ifndef TOP_CANVAS_H
#define TOP_CANVAS_H

#include "text.h"

#include <stdint.h>
#include <stdio.h>

/* What a cell means; a terminal decides how that looks. */
enum ink {
	INK_PLAIN,
	INK_QUIET,
	INK_STRONG,
	INK_NAME,
	INK_GOOD,
	INK_WARN,
	INK_BAD,
	INK_HEAD,
	INK_HEAT, /* the first of four */
	INK_COUNT = INK_HEAT + 4,
};

struct cell {
	uint32_t character; /* 0: the right half of a wide one */
	uint8_t ink;	    /* enum ink */
	bool chosen;
};

struct canvas {
	int width, height;
	bool utf8;
	struct cell *cells; /* row by row */
};

/* What a frame may take: 32 Mi cells are 256 MiB. */
#define CANVAS_CELLS ((size_t)32 << 20)

/* How many of so many lines a canvas of this width may have. */
int canvas_height(int width, size_t lines);

void canvas_init(struct canvas *canvas, int width, int height, bool utf8);
void canvas_free(struct canvas *canvas);

struct cell *canvas_at(const struct canvas *canvas, int x, int y);

/*
 * Each draws in at most so many cells from x on and returns how many; what does not fit ends in
 * an ellipsis, and what is off the canvas is not drawn.
 */
int canvas_text(struct canvas *canvas, int x, int y, int most, enum ink ink, struct qx_text text);
int canvas_quoted(struct canvas *canvas, int x, int y, int most, enum ink ink, struct qx_text text);
/* What does not fit loses its middle: names differ at their ends. */
int canvas_name(struct canvas *canvas, int x, int y, int most, enum ink ink, struct qx_text name);
__attribute__((format(printf, 6, 7))) int canvas_say(struct canvas *canvas, int x, int y, int most,
						     enum ink ink, const char *format, ...);

/* So that it ends before x + width. */
void canvas_right(struct canvas *canvas, int x, int y, int width, enum ink ink, const char *text);

/* One character, or another where there is ASCII only. */
void canvas_symbol(struct canvas *canvas, int x, int y, enum ink ink, uint32_t symbol, char ascii);

/* The whole row as chosen, or in one ink. */
void canvas_choose(struct canvas *canvas, int y);
void canvas_paint(struct canvas *canvas, int y, enum ink ink);

/* As lines of text, without blanks at their ends and without empty lines at the end. */
void canvas_print(const struct canvas *canvas, FILE *out);

#endif
