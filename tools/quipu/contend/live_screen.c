/* SPDX-License-Identifier: MIT */
/* live_screen.c: see live_screen.h. */
#include "live_screen.h"

#include "show.h"
#include "top/screen.h"

#include <string.h>

static void turn_page(struct live_screen *screen, enum live_page page)
{
	screen->page = page;
	screen->first = 0;
}

static void scroll(struct live_screen *screen, size_t rows, bool down)
{
	if (down)
		screen->first += rows;
	else
		screen->first -= rows < screen->first ? rows : screen->first;
}

static void move(struct live_screen *screen, uint32_t press)
{
	if (press == PRESS_UP || press == PRESS_DOWN)
		scroll(screen, 1, press == PRESS_DOWN);
	else if (press == PRESS_PAGE_UP || press == PRESS_PAGE_DOWN)
		scroll(screen, screen->room, press == PRESS_PAGE_DOWN);
	else if (press == PRESS_HOME)
		screen->first = 0;
}

void live_screen_press(struct live_screen *screen, uint32_t press)
{
	switch (press) {
	case 'q':
		screen->over = true;
		break;
	case 's':
		screen->order = (enum report_order)((screen->order + 1) % REPORT_ORDERS);
		break;
	case '\t':
		turn_page(screen, (enum live_page)((screen->page + 1) % LIVE_PAGES));
		break;
	case 'l':
		turn_page(screen, LIVE_LOCKS);
		break;
	case 'i':
		turn_page(screen, LIVE_IDLE);
		break;
	case 'o':
		turn_page(screen, LIVE_OUTSIDE);
		break;
	default:
		move(screen, press);
	}
}

/* --- drawing ---------------------------------------------------------------------------------- */

static int draw_key(struct canvas *canvas, int x, int y, const char *key, const char *text,
		    bool chosen)
{
	x += canvas_say(canvas, x, y, canvas->width - x, INK_STRONG, "%s", key) + 1;
	return x +
	       canvas_say(canvas, x, y, canvas->width - x, chosen ? INK_WARN : INK_QUIET, "%s",
			  text) +
	       2;
}

static void draw_keys(const struct live_screen *screen, struct canvas *canvas)
{
	int y = canvas->height - 1, x = 0;
	char sort[32];

	snprintf(sort, sizeof(sort), "sort:%s", report_order_word(screen->order));
	x = draw_key(canvas, x, y, "l", "locks", screen->page == LIVE_LOCKS);
	x = draw_key(canvas, x, y, "i", "idle", screen->page == LIVE_IDLE);
	x = draw_key(canvas, x, y, "o", "outside", screen->page == LIVE_OUTSIDE);
	x = draw_key(canvas, x, y, "s", sort, false);
	draw_key(canvas, x, y, "q", "close this view; the program goes on", false);
}

/* The last row stays in sight. */
static void keep_in_sight(struct live_screen *screen, size_t rows)
{
	if (screen->first >= rows)
		screen->first = rows > 0 ? rows - 1 : 0;
}

static void draw_rows(struct live_screen *screen, const struct report *report,
		      struct canvas *canvas, int y)
{
	bool idle = screen->page == LIVE_IDLE;
	int room = canvas->height - y - 4; /* titles, the rest, keys */
	struct show_wishes wishes = { .order = screen->order };

	screen->room = room > 1 ? (size_t)room : 1;
	wishes.top = screen->room;
	keep_in_sight(screen, show_count_rows(report, idle));
	show_rows(report, canvas, y, idle, screen->first, &wishes);
}

static void draw_page(struct live_screen *screen, const struct report *report,
		      struct canvas *canvas, int y)
{
	if (screen->page != LIVE_OUTSIDE) {
		draw_rows(screen, report, canvas, y);
		return;
	}
	y = show_outside(report, canvas, y, screen->room);
	if (report->n_processes > 1)
		y = show_processes(report, canvas, y + 1, screen->room);
	show_notes(report, canvas, y + 1);
}

static void clear_row(struct canvas *canvas, int y)
{
	for (int x = 0; x < canvas->width && canvas_at(canvas, x, y); x++)
		*canvas_at(canvas, x, y) = (struct cell){ .character = ' ' };
}

void live_screen_draw(struct live_screen *screen, const struct report *report,
		      struct canvas *canvas)
{
	int y;

	if (report->n_processes == 0) {
		canvas_say(canvas, 0, 0, canvas->width, INK_QUIET,
			   "waiting for the first second of the program");
	} else {
		y = show_head(report, canvas, 0);
		y = show_verdict(report, canvas, y);
		draw_page(screen, report, canvas, y + 1);
	}
	clear_row(canvas, canvas->height - 1);
	draw_keys(screen, canvas);
}
