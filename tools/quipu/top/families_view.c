/* SPDX-License-Identifier: MIT */
/* families_view.c: the list of families, below the LLM calls and the waits for locks where
 * there are any. */
#include "views.h"
#include "visible.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NAME, KIND, SERIES, VALUE, RATE, P95, MINUTE, HELP, COLUMNS };

#define LEAST_NAME 26
#define MOST_NAME 56
#define LEAST_SHOWN 3

const char *span_title(const struct store *store, int cells, char out[SPAN_SIZE])
{
	struct bar_shape shape = history_shape(store->slot_seconds, cells);
	char span[FIGURE_SIZE];

	figure(shape.cells * shape.step * store->slot_seconds, UNIT_SECONDS, span);
	snprintf(out, SPAN_SIZE, "LAST %s", span);
	return out;
}

/* --- which ------------------------------------------------------------------------------------ */

static bool belongs(enum view view, const struct family *family)
{
	return view == VIEW_CALLS   ? calls_has(family)
	       : view == VIEW_LOCKS ? locks_has(family)
				    : true;
}

/* In order, and told to the screen. To be freed. */
static struct family **listed(const struct frame *frame, size_t *n)
{
	const struct store *store = frame->store;
	const struct place *place = screen_place(frame->screen);
	struct family **families = qx_new(store->n_families, sizeof(*families));
	uint64_t *keys;

	*n = 0;
	for (size_t i = 0; i < store->n_families; i++) {
		struct family *family = store->families[i];

		if (belongs(place->view, family) && filter_family(place->filter, family))
			families[(*n)++] = family;
	}
	order_families(families, *n, frame->screen->order, frame->screen->reversed);
	keys = screen_rows(frame->screen, *n);
	for (size_t i = 0; i < *n; i++)
		keys[i] = families[i]->key;
	return families;
}

static struct table columns(const struct frame *frame, struct family **families, size_t n,
			    char span[SPAN_SIZE])
{
	struct column all[COLUMNS] = {
		[NAME] = { "FAMILY", LEAST_NAME, 0, 0, true },
		[KIND] = { "KIND", 9, 0, 3, true },
		[SERIES] = { "SERIES", 7, 0, 2, false },
		[VALUE] = { "VALUE", 10, 0, 1, false },
		[RATE] = { "RATE/s", 8, 0, 1, false },
		[P95] = { "P95", 7, 0, 5, false },
		[MINUTE] = { "", 12, 30, 4, true },
		[HELP] = { "HELP", 24, 120, 6, true },
	};
	struct table table;

	for (size_t i = 0; i < n; i++) {
		int len = visible_columns(families[i]->name, frame->canvas->utf8, false);

		all[NAME].most = len > all[NAME].most ? len : all[NAME].most;
	}
	if (all[NAME].most > MOST_NAME)
		all[NAME].most = MOST_NAME;
	table = table_fit(all, COLUMNS, frame->canvas->width);
	table.columns[MINUTE].title = span_title(frame->store, table.width[MINUTE], span);
	return table;
}

/* --- rows ------------------------------------------------------------------------------------- */

static bool has_value(enum qx_type type)
{
	return type != QX_INFO && type != QX_STATESET;
}

static void draw_numbers(const struct frame *frame, const struct table *table, int y,
			 const struct family *family)
{
	struct canvas *canvas = frame->canvas;
	enum unit unit =
		type_grows(family->type) && family->type != QX_COUNTER ? UNIT_NONE : family->unit;
	char text[FIGURE_SIZE];

	figure((double)(family->n_series + family->n_unkept), UNIT_NONE, text);
	table_number(table, canvas, y, SERIES, INK_PLAIN, text);
	if (!has_value(family->type))
		return;
	table_number(table, canvas, y, VALUE, INK_PLAIN, figure(family->value, unit, text));
	if (!type_grows(family->type))
		return;
	figure_or_dash(family->rate, unit_of_rate(unit), text);
	table_number(table, canvas, y, RATE, family->rate > 0 ? INK_STRONG : INK_QUIET, text);
	if (family->type == QX_HISTOGRAM) {
		figure_or_dash(spread_quantile(&family->since, 0.95), family->unit, text);
		table_number(table, canvas, y, P95, INK_PLAIN, text);
	}
}

static void draw_row(const struct frame *frame, const struct table *table, int y,
		     const struct family *family)
{
	struct canvas *canvas = frame->canvas;
	int cells = table->width[MINUTE];

	table_name(table, canvas, y, NAME, INK_NAME, family->name);
	table_text(table, canvas, y, KIND, INK_QUIET, qx_text_of(kind_word(family->type)));
	table_text(table, canvas, y, HELP, INK_QUIET, family->help);
	draw_numbers(frame, table, y, family);
	if (cells > 0 && has_value(family->type))
		history_draw(&family->history, canvas, table->x[MINUTE], y,
			     history_shape(frame->store->slot_seconds, cells), frame->store->slot,
			     type_grows(family->type));
}

static int sorted_column(const struct screen *screen)
{
	static const int columns_of[ORDERS] = { NAME, RATE, MINUTE, SERIES };

	return columns_of[screen->order];
}

static bool down(const struct screen *screen)
{
	return (screen->order != ORDER_NAME) != screen->reversed;
}

static void draw_list(const struct frame *frame, int y, int lines)
{
	size_t n;
	struct family **families = listed(frame, &n);
	char span[SPAN_SIZE];
	struct table table = columns(frame, families, n, span);
	struct part part = screen_scroll(frame->screen, lines - 1);

	table_head(&table, frame->canvas, y, sorted_column(frame->screen), down(frame->screen));
	for (size_t i = part.first; i < part.first + part.n; i++) {
		draw_row(frame, &table, ++y, families[i]);
		if (i == part.chosen)
			canvas_choose(frame->canvas, y);
	}
	if (n == 0 && frame->store->scrapes > 0)
		canvas_say(frame->canvas, 0, y + 1, frame->canvas->width, INK_QUIET,
			   "no family has that in its name or help");
	free(families);
}

/* How many lines what stands above the list may take. */
static int share_of(const struct frame *frame, int lines)
{
	bool all = screen_place(frame->screen)->view != VIEW_FAMILIES;
	int most = frame->screen->still ? lines : all ? lines * 2 / 3 : lines / 3;

	return most > LEAST_SHOWN ? most : LEAST_SHOWN;
}

static int draw_calls(const struct frame *frame, int y, int lines)
{
	struct calls calls = calls_of(frame->store);
	int used = calls_draw(frame, &calls, y, share_of(frame, lines));

	calls_free(&calls);
	return used;
}

static int draw_locks(const struct frame *frame, int y, int lines)
{
	struct locks locks = locks_of(frame->store);
	int used = locks_draw(frame, &locks, y, share_of(frame, lines));

	locks_free(&locks);
	return used;
}

static int say_none(const struct frame *frame, int y, const char *what)
{
	canvas_say(frame->canvas, 0, y, frame->canvas->width, INK_QUIET, "the target has no %s",
		   what);
	return 1;
}

void families_draw(const struct frame *frame, int y, int lines)
{
	enum view view = screen_place(frame->screen)->view;
	int used = view == VIEW_LOCKS ? 0 : draw_calls(frame, y, lines);

	if (view != VIEW_CALLS)
		used += draw_locks(frame, y + used, lines - used);
	if (used == 0 && view == VIEW_CALLS)
		used = say_none(frame, y, "llm_requests_total (see <quipu/llm.h>)");
	else if (used == 0 && view == VIEW_LOCKS)
		used = say_none(frame, y, "quipu_lock_wait_seconds (see <quipu/contend.h>)");
	draw_list(frame, y + used, lines - used);
}
