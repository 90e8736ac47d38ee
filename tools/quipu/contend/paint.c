/* SPDX-License-Identifier: MIT */
/* paint.c: see paint.h. */
#include "paint.h"

#include "top/visible.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WIDTH 120
#define LEAST_WIDTH 60
#define MOST_WIDTH 1000

int paint_width(FILE *out)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	int n = columns ? atoi(columns) : 0;

	if (n == 0 && ioctl(fileno(out), TIOCGWINSZ, &size) == 0)
		n = size.ws_col;
	if (n == 0)
		return WIDTH;
	return n < LEAST_WIDTH ? LEAST_WIDTH : n > MOST_WIDTH ? MOST_WIDTH : n;
}

bool paint_colours(FILE *out)
{
	const char *no = getenv("NO_COLOR"), *name = getenv("TERM");

	return isatty(fileno(out)) && (!no || !*no) && name && strcmp(name, "dumb") != 0;
}

bool paint_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* Select Graphic Rendition: what a terminal is told before text of an ink. */
static const char *const looks[INK_COUNT] = {
	[INK_PLAIN] = "",  [INK_QUIET] = "2",	  [INK_STRONG] = "1",	 [INK_NAME] = "36",
	[INK_GOOD] = "32", [INK_WARN] = "33",	  [INK_BAD] = "1;31",	 [INK_HEAD] = "1;4",
	[INK_HEAT] = "34", [INK_HEAT + 1] = "36", [INK_HEAT + 2] = "33", [INK_HEAT + 3] = "1;31",
};

static int used(const struct canvas *canvas, int y)
{
	int width = canvas->width;

	while (width > 0 && canvas_at(canvas, width - 1, y)->character == ' ')
		width--;
	return width;
}

static void paint_row(const struct canvas *canvas, int y, FILE *out, bool colours)
{
	enum ink ink = INK_PLAIN;
	int end = used(canvas, y);

	for (int x = 0; x < end; x++) {
		const struct cell *cell = canvas_at(canvas, x, y);
		char bytes[VISIBLE_BYTES];

		if (!cell->character)
			continue;
		if (colours && cell->ink != ink)
			fprintf(out, "\033[0;%sm", looks[cell->ink]);
		ink = (enum ink)cell->ink;
		fwrite(bytes, 1, (size_t)visible_encode(cell->character, bytes), out);
	}
	fputs(colours && ink != INK_PLAIN ? "\033[m\n" : "\n", out);
}

void paint(const struct canvas *canvas, FILE *out, bool colours)
{
	int height = canvas->height;

	while (height > 0 && used(canvas, height - 1) == 0)
		height--;
	for (int y = 0; y < height; y++)
		paint_row(canvas, y, out, colours);
}
