/* SPDX-License-Identifier: MIT */
/* terminal.h: the terminal that shows a canvas and has the keys. One at a time. */
#ifndef TOP_TERMINAL_H
#define TOP_TERMINAL_H

#include "canvas.h"

/* NULL, or why there is none. */
const char *terminal_open(void);
void terminal_close(void);

void terminal_size(int *width, int *height);

void terminal_show(const struct canvas *canvas);

/* A key as screen_press takes it, or 0: none is waiting. */
uint32_t terminal_key(void);

#endif
