/* SPDX-License-Identifier: MIT */
/* terminal_curses.c: the terminal by ncurses, which also redraws no more than what changed. */
#include "screen.h"
#include "terminal.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static SCREEN *terminal;

/* --- looks ------------------------------------------------------------------------------------ */

/* Without colours the attributes alone tell inks apart. -1: the terminal's own colour. */
static const struct {
	attr_t mono, colour;
	short foreground;
} looks[INK_COUNT] = {
	[INK_PLAIN] = { A_NORMAL, A_NORMAL, -1 },
	[INK_QUIET] = { A_DIM, A_DIM, -1 },
	[INK_STRONG] = { A_BOLD, A_BOLD, -1 },
	[INK_NAME] = { A_NORMAL, A_NORMAL, COLOR_CYAN },
	[INK_GOOD] = { A_NORMAL, A_NORMAL, COLOR_GREEN },
	[INK_WARN] = { A_BOLD, A_NORMAL, COLOR_YELLOW },
	[INK_BAD] = { A_BOLD | A_REVERSE, A_BOLD, COLOR_RED },
	[INK_HEAD] = { A_UNDERLINE | A_BOLD, A_UNDERLINE | A_BOLD, -1 },
	[INK_HEAT] = { A_DIM, A_NORMAL, COLOR_BLUE },
	[INK_HEAT + 1] = { A_NORMAL, A_NORMAL, COLOR_CYAN },
	[INK_HEAT + 2] = { A_NORMAL, A_NORMAL, COLOR_YELLOW },
	[INK_HEAT + 3] = { A_BOLD, A_BOLD, COLOR_RED },
};

static bool colours;

/* NO_COLOR: any value that is not empty. */
static void start_colours(void)
{
	const char *no = getenv("NO_COLOR");

	colours = has_colors() && (!no || !*no) && start_color() == OK;
	if (!colours)
		return;
	use_default_colors();
	for (short i = 0; i < INK_COUNT; i++)
		init_pair((short)(i + 1), looks[i].foreground, -1);
}

static void set_look(const struct cell *cell)
{
	attr_t attributes = colours ? looks[cell->ink].colour : looks[cell->ink].mono;

	if (cell->chosen)
		attributes = (attributes & ~(attr_t)A_DIM) | A_REVERSE;
	attr_set(attributes, colours ? (short)(cell->ink + 1) : 0, NULL);
}

/* --- the terminal ----------------------------------------------------------------------------- */

const char *terminal_open(void)
{
	const char *name = getenv("TERM");

	if (!isatty(STDOUT_FILENO) || !isatty(STDIN_FILENO))
		return "standard input and output are no terminal";
	if (!name || !*name || strcmp(name, "dumb") == 0)
		return "TERM names no terminal that can be drawn on";
	terminal = newterm(NULL, stdout, stdin);
	if (!terminal)
		return "TERM names an unknown terminal";
	set_escdelay(25);
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	curs_set(0);
	start_colours();
	return NULL;
}

void terminal_close(void)
{
	if (!terminal)
		return;
	endwin();
	delscreen(terminal);
	terminal = NULL;
}

void terminal_size(int *width, int *height)
{
	getmaxyx(stdscr, *height, *width);
}

/* The last cell of all may scroll some terminals; ncurses knows how to avoid that. */
static void show_row(const struct canvas *canvas, int y)
{
	for (int x = 0; x < canvas->width; x++) {
		const struct cell *cell = canvas_at(canvas, x, y);
		wchar_t text[2] = { (wchar_t)cell->character, L'\0' };

		if (cell->character == 0)
			continue;
		set_look(cell);
		mvaddwstr(y, x, text);
	}
}

void terminal_show(const struct canvas *canvas)
{
	erase();
	for (int y = 0; y < canvas->height; y++)
		show_row(canvas, y);
	refresh();
}

/* --- keys --------------------------------------------------------------------------------------- */

static const struct {
	wint_t curses;
	uint32_t press;
} keys[] = {
	{ KEY_UP, PRESS_UP },		{ KEY_DOWN, PRESS_DOWN },   { KEY_PPAGE, PRESS_PAGE_UP },
	{ KEY_NPAGE, PRESS_PAGE_DOWN }, { KEY_HOME, PRESS_HOME },   { KEY_END, PRESS_END },
	{ KEY_ENTER, PRESS_ENTER },	{ KEY_RIGHT, PRESS_ENTER }, { KEY_LEFT, PRESS_ESCAPE },
	{ KEY_BACKSPACE, PRESS_BACK },
};

/* A key that means nothing here is a blank one, since 0 says that there is none. */
#define NOTHING UINT32_MAX

uint32_t terminal_key(void)
{
	wint_t key;
	int kind = get_wch(&key);

	if (kind == ERR)
		return 0;
	if (kind == OK)
		return key == 127 || key == '\b' ? (uint32_t)PRESS_BACK : key ? key : NOTHING;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (keys[i].curses == key)
			return keys[i].press;
	}
	return NOTHING;
}
