/* SPDX-License-Identifier: MIT */
/* screen.c: see screen.h. */
#include "screen.h"

#include "visible.h"

#include <stdlib.h>
#include <string.h>

void screen_init(struct screen *screen)
{
	*screen = (struct screen){ .depth = 1 };
}

void screen_free(struct screen *screen)
{
	free(screen->rows);
}

struct place *screen_place(const struct screen *screen)
{
	return (struct place *)&screen->places[screen->depth - 1];
}

/* A view that is open already is gone back to, except where it shows another family. */
void screen_open(struct screen *screen, enum view view, uint64_t opened)
{
	for (int i = 0; i < screen->depth; i++) {
		if (screen->places[i].view == view && screen->places[i].opened == opened) {
			screen->depth = i + 1;
			return;
		}
	}
	if (screen->depth == SCREEN_DEPTH)
		screen->depth--;
	screen->places[screen->depth++] = (struct place){ .view = view, .opened = opened };
}

/* --- rows ------------------------------------------------------------------------------------- */

uint64_t *screen_rows(struct screen *screen, size_t n)
{
	while (screen->capacity <= n)
		screen->rows = qx_grow(screen->rows, screen->capacity, &screen->capacity,
				       sizeof(*screen->rows));
	screen->n_rows = n;
	return screen->rows;
}

/* Where the chosen row has gone, its place is taken by the first of those drawn. */
static size_t chosen_row(const struct screen *screen)
{
	const struct place *place = screen_place(screen);

	for (size_t i = 0; place->chosen && i < screen->n_rows; i++) {
		if (screen->rows[i] == place->chosen)
			return i;
	}
	return place->chosen && place->top < screen->n_rows ? place->top : 0;
}

static void choose(struct screen *screen, size_t row)
{
	if (screen->n_rows == 0)
		return;
	screen_place(screen)->chosen =
		screen->rows[row < screen->n_rows ? row : screen->n_rows - 1];
}

struct part screen_scroll(struct screen *screen, int lines)
{
	struct place *place = screen_place(screen);
	struct part part = { 0, screen->n_rows, SIZE_MAX };
	size_t page = lines > 0 ? (size_t)lines : 0, chosen = chosen_row(screen);

	screen->page = page;
	if (screen->still || part.n == 0)
		return part;
	if (chosen < place->top)
		place->top = chosen;
	if (chosen >= place->top + page)
		place->top = chosen + 1 - page;
	if (place->top + page > screen->n_rows)
		place->top = screen->n_rows > page ? screen->n_rows - page : 0;
	part.first = place->top;
	part.n = screen->n_rows - place->top < page ? screen->n_rows - place->top : page;
	part.chosen = chosen;
	return part;
}

/* --- keys --------------------------------------------------------------------------------------- */

static bool move(struct screen *screen, uint32_t press)
{
	size_t now = chosen_row(screen), page = screen->page > 1 ? screen->page - 1 : 1;

	if (press == PRESS_UP || press == 'k')
		choose(screen, now > 0 ? now - 1 : 0);
	else if (press == PRESS_DOWN || press == 'j')
		choose(screen, now + 1);
	else if (press == PRESS_PAGE_UP)
		choose(screen, now > page ? now - page : 0);
	else if (press == PRESS_PAGE_DOWN || press == ' ')
		choose(screen, now + page);
	else if (press == PRESS_HOME || press == 'g')
		choose(screen, 0);
	else if (press == PRESS_END || press == 'G')
		choose(screen, screen->n_rows);
	else
		return false;
	return true;
}

/* Of another list the beginning is looked at. */
static void start_again(struct screen *screen)
{
	screen_place(screen)->chosen = 0;
	screen_place(screen)->top = 0;
}

/* Back to where one came from; at the beginning the filter goes, and then all of it. */
static void leave(struct screen *screen)
{
	struct place *place = screen_place(screen);

	if (place->filter[0]) {
		place->filter[0] = '\0';
		start_again(screen);
	} else if (screen->depth > 1) {
		screen->depth--;
	} else {
		screen->over = true;
	}
}

static void erase(char *filter)
{
	size_t len = strlen(filter);

	while (len > 0 && ((unsigned char)filter[len - 1] & 0xc0) == 0x80)
		len--;
	filter[len > 0 ? len - 1 : 0] = '\0';
}

static void type(struct screen *screen, uint32_t press)
{
	char *filter = screen_place(screen)->filter, bytes[VISIBLE_BYTES];
	size_t len = strlen(filter), more;

	if (press != PRESS_ENTER && press < PRESS_UP)
		start_again(screen);
	if (press == PRESS_ENTER || press == PRESS_ESCAPE) {
		screen->searching = false;
		if (press == PRESS_ESCAPE)
			filter[0] = '\0';
	} else if (press == PRESS_BACK) {
		start_again(screen);
		erase(filter);
	} else if (press >= ' ' && press < PRESS_UP) {
		more = (size_t)visible_encode(press, bytes);
		if (len + more >= FILTER_SIZE)
			return;
		memcpy(filter + len, bytes, more);
		filter[len + more] = '\0';
	} else {
		move(screen, press);
	}
}

static void enter(struct screen *screen)
{
	const struct place *place = screen_place(screen);

	if (screen->n_rows == 0)
		return;
	choose(screen, chosen_row(screen));
	if (place->view <= VIEW_LOCKS)
		screen_open(screen, VIEW_FAMILY, place->chosen);
	else if (place->view == VIEW_CARDINALITY)
		screen_open(screen, VIEW_LABELS, place->chosen);
}

/* From a family to its labels, otherwise to all families. */
static void cardinality(struct screen *screen)
{
	const struct place *place = screen_place(screen);

	if (place->view == VIEW_FAMILY)
		screen_open(screen, VIEW_LABELS, place->opened);
	else
		screen_open(screen, VIEW_CARDINALITY, 0);
}

static void command(struct screen *screen, uint32_t press)
{
	switch (press) {
	case 'q':
		screen->over = true;
		break;
	case PRESS_ESCAPE:
	case PRESS_BACK:
		leave(screen);
		break;
	case PRESS_ENTER:
	case '\n':
		enter(screen);
		break;
	case '/':
		screen->searching = true;
		break;
	case 's':
		screen->order = (enum order)((screen->order + 1) % ORDERS);
		screen->reversed = false;
		start_again(screen);
		break;
	case 'r':
		screen->reversed = !screen->reversed;
		start_again(screen);
		break;
	case 'c':
		cardinality(screen);
		break;
	case 'l':
		screen_open(screen, VIEW_CALLS, 0);
		break;
	case 'w':
		screen_open(screen, VIEW_LOCKS, 0);
		break;
	case '?':
	case 'h':
		screen_open(screen, VIEW_HELP, 0);
		break;
	default:
		break;
	}
}

void screen_press(struct screen *screen, uint32_t press)
{
	if (press == '\n')
		press = PRESS_ENTER;
	if (screen->searching)
		type(screen, press);
	else if (!move(screen, press))
		command(screen, press);
}
