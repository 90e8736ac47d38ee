/* SPDX-License-Identifier: MIT */
/* terminal_none.c: without ncurses. */
#include "terminal.h"

const char *terminal_open(void)
{
	return "built without ncurses";
}

void terminal_close(void)
{
}

void terminal_size(int *width, int *height)
{
	*width = *height = 0;
}

void terminal_show(const struct canvas *canvas)
{
	(void)canvas;
}

uint32_t terminal_key(void)
{
	return 0;
}
