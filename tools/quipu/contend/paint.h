/* SPDX-License-Identifier: MIT */
/* paint.h: a canvas as lines of text, in colours where that is a terminal. */
#ifndef CONTEND_PAINT_H
#define CONTEND_PAINT_H

#include "top/canvas.h"

/* As COLUMNS says, or the terminal, or 120. */
int paint_width(FILE *out);

/* Whether it is a terminal that is given colours: NO_COLOR turns them off. */
bool paint_colours(FILE *out);

/* Whether the locale writes UTF-8. */
bool paint_utf8(void);

void paint(const struct canvas *canvas, FILE *out, bool colours);

#endif
