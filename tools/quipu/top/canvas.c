/* SPDX-License-Identifier: MIT */
/* canvas.c: see canvas.h. */
#include "canvas.h"

#include "arena.h"
#include "visible.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define ELLIPSIS 0x2026

int canvas_height(int width, size_t lines)
{
	size_t most = CANVAS_CELLS / (size_t)width;

	return (int)(lines < most ? lines : most);
}

void canvas_init(struct canvas *canvas, int width, int height, bool utf8)
{
	size_t n = (size_t)width * (size_t)height;

	*canvas = (struct canvas){ .width = width, .height = height, .utf8 = utf8 };
	canvas->cells = qx_new(n, sizeof(*canvas->cells));
	for (size_t i = 0; i < n; i++)
		canvas->cells[i].character = ' ';
}

void canvas_free(struct canvas *canvas)
{
	free(canvas->cells);
	canvas->cells = NULL;
}

struct cell *canvas_at(const struct canvas *canvas, int x, int y)
{
	if (x < 0 || y < 0 || x >= canvas->width || y >= canvas->height)
		return NULL;
	return &canvas->cells[(size_t)y * (size_t)canvas->width + (size_t)x];
}

static void set(struct canvas *canvas, int x, int y, enum ink ink, uint32_t character)
{
	struct cell *cell = canvas_at(canvas, x, y);

	if (!cell)
		return;
	cell->character = character;
	cell->ink = (uint8_t)ink;
}

/* --- text ----------------------------------------------------------------------------------- */

struct pen {
	struct canvas *canvas;
	int x, y, start, end;
	enum ink ink;
	bool full;
};

static struct pen pen_at(struct canvas *canvas, int x, int y, int most, enum ink ink)
{
	struct pen pen = { canvas, x, y, x, x + most, ink, false };

	if (pen.end > canvas->width)
		pen.end = canvas->width;
	return pen;
}

static void pen_put(struct pen *pen, uint32_t character)
{
	int width = visible_width(character);

	if (pen->full || pen->x + width > pen->end) {
		pen->full = true;
		return;
	}
	set(pen->canvas, pen->x, pen->y, pen->ink, character);
	if (width == 2)
		set(pen->canvas, pen->x + 1, pen->y, pen->ink, 0);
	pen->x += width;
}

/* In the last cell; where that is half of a wide character, the other half becomes blank. */
static void pen_elide(struct pen *pen)
{
	struct cell *last = canvas_at(pen->canvas, pen->end - 1, pen->y);

	if (!last || pen->end <= pen->start)
		return;
	if (last->character == 0)
		last[-1].character = ' ';
	canvas_symbol(pen->canvas, pen->end - 1, pen->y, pen->ink, ELLIPSIS, '~');
	pen->x = pen->end;
}

static int write_text(struct pen *pen, struct qx_text text, bool quoted)
{
	while (text.len > 0 && !pen->full) {
		struct visible next = visible_next(&text, pen->canvas->utf8, quoted);

		for (int i = 0; i < next.n; i++)
			pen_put(pen, next.characters[i]);
	}
	if (pen->full)
		pen_elide(pen);
	return pen->x - pen->start;
}

int canvas_text(struct canvas *canvas, int x, int y, int most, enum ink ink, struct qx_text text)
{
	struct pen pen = pen_at(canvas, x, y, most, ink);

	return write_text(&pen, text, false);
}

int canvas_quoted(struct canvas *canvas, int x, int y, int most, enum ink ink, struct qx_text text)
{
	struct pen pen = pen_at(canvas, x, y, most, ink);

	return write_text(&pen, text, true);
}

int canvas_name(struct canvas *canvas, int x, int y, int most, enum ink ink, struct qx_text name)
{
	int head = most / 3, columns = visible_columns(name, canvas->utf8, false);
	struct qx_text tail = name;

	if (columns <= most || head < 2)
		return canvas_text(canvas, x, y, most, ink, name);
	while (columns > most - head) {
		struct visible next = visible_next(&tail, canvas->utf8, false);

		for (int i = 0; i < next.n; i++)
			columns -= visible_width(next.characters[i]);
	}
	canvas_text(canvas, x, y, head, ink, name);
	return head + canvas_text(canvas, x + head, y, most - head, ink, tail);
}

int canvas_say(struct canvas *canvas, int x, int y, int most, enum ink ink, const char *format, ...)
{
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return canvas_text(canvas, x, y, most, ink, qx_text_of(text));
}

void canvas_right(struct canvas *canvas, int x, int y, int width, enum ink ink, const char *text)
{
	int len = (int)strlen(text), from = len < width ? width - len : 0;

	canvas_text(canvas, x + from, y, width - from, ink, qx_text_of(text));
}

void canvas_symbol(struct canvas *canvas, int x, int y, enum ink ink, uint32_t symbol, char ascii)
{
	set(canvas, x, y, ink, canvas->utf8 ? symbol : (unsigned char)ascii);
}

/* --- rows ----------------------------------------------------------------------------------- */

void canvas_choose(struct canvas *canvas, int y)
{
	for (int x = 0; x < canvas->width && canvas_at(canvas, x, y); x++)
		canvas_at(canvas, x, y)->chosen = true;
}

void canvas_paint(struct canvas *canvas, int y, enum ink ink)
{
	for (int x = 0; x < canvas->width && canvas_at(canvas, x, y); x++)
		canvas_at(canvas, x, y)->ink = (uint8_t)ink;
}

static int used(const struct canvas *canvas, int y)
{
	int width = canvas->width;

	while (width > 0 && canvas_at(canvas, width - 1, y)->character == ' ')
		width--;
	return width;
}

void canvas_print(const struct canvas *canvas, FILE *out)
{
	int height = canvas->height;

	while (height > 0 && used(canvas, height - 1) == 0)
		height--;
	for (int y = 0; y < height; y++) {
		for (int x = 0; x < used(canvas, y); x++) {
			uint32_t character = canvas_at(canvas, x, y)->character;
			char bytes[VISIBLE_BYTES];

			if (character)
				fwrite(bytes, 1, (size_t)visible_encode(character, bytes), out);
		}
		fputc('\n', out);
	}
}
