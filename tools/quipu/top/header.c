/* SPDX-License-Identifier: MIT */
/* header.c: the first lines: which target, how it is, how much it says; and the last one. */
#include "views.h"

#include <math.h>
#include <string.h>

#define LATE 1.0 /* seconds after the next answer was due */

/* --- the first line --------------------------------------------------------------------------- */

static void draw_target(const struct frame *frame)
{
	struct canvas *canvas = frame->canvas;
	char every[FIGURE_SIZE], right[64];
	int len;

	figure(frame->target->interval, UNIT_SECONDS, every);
	len = snprintf(right, sizeof(right), "every %s  %s", every, frame->clock);
	canvas_say(canvas, 0, 0, 9, INK_STRONG, "quipu top");
	canvas_text(canvas, 11, 0, canvas->width - 11 - len - 2, INK_NAME,
		    qx_text_of(frame->target->url));
	canvas_right(canvas, canvas->width - len, 0, len, INK_QUIET, right);
}

/* --- the second ------------------------------------------------------------------------------- */

static int say(const struct frame *frame, int x, enum ink ink, const char *text)
{
	int width = frame->canvas->width;

	return x + canvas_say(frame->canvas, x, 1, width - x, ink, "%s", text) + 2;
}

static int draw_count(const struct frame *frame, int x, double count, enum unit unit,
		      const char *noun)
{
	char number[FIGURE_SIZE], text[64];

	figure(count, unit, number);
	snprintf(text, sizeof(text), "%s%s%s%s", number, *noun ? " " : "", noun,
		 *noun && count != 1 ? "s" : "");
	return say(frame, x, INK_PLAIN, text);
}

/* "series" has no other plural. */
static int draw_series(const struct frame *frame, int x)
{
	char number[FIGURE_SIZE], text[64];

	figure((double)frame->store->n_series, UNIT_NONE, number);
	snprintf(text, sizeof(text), "%s series", number);
	return say(frame, x, INK_PLAIN, text);
}

static int draw_troubles(const struct frame *frame, int x)
{
	char text[80];

	if (frame->target->n_findings > 0) {
		snprintf(text, sizeof(text), "%zu errors (see quipu check)",
			 frame->target->n_findings);
		x = say(frame, x, INK_WARN, text);
	}
	if (frame->store->n_beyond > 0) {
		snprintf(text, sizeof(text), "%zu families not kept", frame->store->n_beyond);
		x = say(frame, x, INK_WARN, text);
	}
	if (frame->store->n_unkept > 0) {
		snprintf(text, sizeof(text), "%zu series not kept", frame->store->n_unkept);
		x = say(frame, x, INK_WARN, text);
	}
	return x;
}

static void draw_up(const struct frame *frame)
{
	const struct target *target = frame->target;
	size_t families = frame->store->n_families + frame->store->n_beyond;
	double late = frame->now - target->heard - target->interval;
	char took[FIGURE_SIZE], text[64];
	int x = say(frame, 0, INK_GOOD, "up");

	figure(target->took, UNIT_SECONDS, took);
	snprintf(text, sizeof(text), "in %s", took);
	x = say(frame, x, INK_PLAIN, text);
	if (late > LATE) {
		snprintf(text, sizeof(text), "no answer for %.0fs", late + target->interval);
		x = say(frame, x, INK_WARN, text);
	}
	x = draw_series(frame, x);
	x = draw_count(frame, x, (double)families, UNIT_NONE, families == 1 ? "family" : "familie");
	x = draw_count(frame, x, (double)frame->store->n_points, UNIT_NONE, "sample");
	x = draw_count(frame, x, (double)target->bytes, UNIT_BYTES, "");
	x = draw_troubles(frame, x);
	say(frame, x, INK_QUIET, qx_format_name(target->format));
}

static void draw_down(const struct frame *frame)
{
	const struct target *target = frame->target;
	char age[FIGURE_SIZE], text[64];
	int x = say(frame, 0, INK_BAD, "DOWN");

	x = say(frame, x, INK_BAD, target->error);
	if (isnan(target->good))
		return;
	figure(floor(frame->now - target->good), UNIT_SECONDS, age);
	snprintf(text, sizeof(text), "values are %s old", age);
	say(frame, x, INK_WARN, text);
}

void header_draw(const struct frame *frame)
{
	draw_target(frame);
	if (frame->target->up)
		draw_up(frame);
	else if (frame->target->error[0])
		draw_down(frame);
	else
		say(frame, 0, INK_QUIET, "waiting for the first answer");
}

/* --- the last --------------------------------------------------------------------------------- */

#define LOCKS_KEY "w locks"

static const char *const keys[][8] = {
	[VIEW_FAMILIES] = { "Enter open", "/ search", "s sort", "c cardinality", "l LLM", LOCKS_KEY,
			    "? help", "q quit" },
	[VIEW_CALLS] = { "Enter open", "/ search", "s sort", "c cardinality", "Esc back", "? help",
			 "q quit" },
	[VIEW_LOCKS] = { "Enter open", "/ search", "s sort", "c cardinality", "Esc back", "? help",
			 "q quit" },
	[VIEW_FAMILY] = { "/ search", "s sort", "r reverse", "c labels", "Esc back", "? help",
			  "q quit" },
	[VIEW_CARDINALITY] = { "Enter labels", "/ search", "Esc back", "? help", "q quit" },
	[VIEW_LABELS] = { "/ search", "Esc back", "? help", "q quit" },
	[VIEW_HELP] = { "Esc back", "q quit" },
};

static int draw_filter(const struct frame *frame, int y)
{
	const char *filter = screen_place(frame->screen)->filter;
	bool searching = frame->screen->searching;
	struct canvas *canvas = frame->canvas;
	int x = 0;

	if (!searching && !*filter)
		return 0;
	x += canvas_say(canvas, x, y, canvas->width - x, INK_WARN, "/");
	x += canvas_text(canvas, x, y, canvas->width - x, INK_STRONG, qx_text_of(filter));
	if (searching)
		canvas_symbol(canvas, x++, y, INK_WARN, 0x2588, '_');
	x += 2;
	x += canvas_say(canvas, x, y, canvas->width - x, INK_QUIET, "%zu found",
			frame->screen->n_rows);
	if (searching)
		canvas_say(canvas, x + 2, y, canvas->width - x - 2, INK_QUIET,
			   "Enter keep  Esc clear");
	return x + 2;
}

static int draw_key(const struct frame *frame, int x, int y, const char *key)
{
	struct canvas *canvas = frame->canvas;
	int len = (int)strcspn(key, " "), used;

	if (x + (int)strlen(key) > canvas->width)
		return canvas->width;
	used = canvas_say(canvas, x, y, canvas->width - x, INK_STRONG, "%.*s", len, key);
	used += canvas_say(canvas, x + used, y, canvas->width - x - used, INK_QUIET, "%s",
			   key + len);
	if (strcmp(key, "s sort") == 0)
		used += canvas_say(canvas, x + used, y, canvas->width - x - used, INK_WARN, ":%s",
				   order_word(frame->screen->order));
	return x + used + 2;
}

/* A key that most targets have nothing behind takes no room there. */
static bool profiles(const struct frame *frame)
{
	return store_find(frame->store, "quipu_lock_wait_seconds") != NULL;
}

void footer_draw(const struct frame *frame)
{
	enum view view = screen_place(frame->screen)->view;
	int y = frame->canvas->height - 1, x;

	if (frame->screen->still)
		return;
	x = draw_filter(frame, y);
	if (frame->screen->searching)
		return;
	for (int i = 0; i < 8 && keys[view][i]; i++) {
		if (strcmp(keys[view][i], LOCKS_KEY) != 0 || profiles(frame))
			x = draw_key(frame, x, y, keys[view][i]);
	}
}
