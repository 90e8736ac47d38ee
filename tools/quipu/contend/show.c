/* SPDX-License-Identifier: MIT */
/* show.c: a whole report: its first lines, and the order of the rest. */
#include "show.h"

#include "paint.h"
#include "units.h"
#include "verdict.h"

#include <stdarg.h>
#include <string.h>

#define EARLY_SHARE 100 /* fewer calls than one of so many are not worth a note */
#define MORE_LINES 64	/* titles, notes, what is seen from outside */

/* --- the first lines -------------------------------------------------------------------------- */

/* The first process's own; of one that ran another program, the last one's. */
static const struct saved_process *leader(const struct report *report)
{
	const struct saved_process *leader = &report->processes[0];

	for (size_t i = 1; i < report->n_processes; i++) {
		if (report->processes[i].pid == leader->pid)
			leader = &report->processes[i];
	}
	return leader;
}

static void draw_command(const struct report *report, struct canvas *canvas, int y)
{
	const struct saved_process *process;
	int x = canvas_say(canvas, 0, y, canvas->width, INK_STRONG, "quipu contend") + 2;

	if (report->n_processes == 0)
		return;
	process = leader(report);
	for (size_t i = 0; i < process->n_command; i++)
		x += canvas_text(canvas, x, y, canvas->width - x, INK_NAME,
				 qx_text_of(process->command[i])) +
		     1;
}

static int piece(struct canvas *canvas, int x, int y, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static int piece(struct canvas *canvas, int x, int y, const char *format, ...)
{
	char text[128];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return x + canvas_say(canvas, x, y, canvas->width - x, INK_PLAIN, "%s", text) + 3;
}

static int draw_counts(const struct report *report, struct canvas *canvas, int x, int y)
{
	char calls[FIGURE_SIZE], waits[FIGURE_SIZE];

	return piece(canvas, x, y, "%s %s of locks, %s waited", show_count(report->calls, calls),
		     plural(report->calls, "call", "calls"),
		     show_count(report->locks_waits, waits));
}

/* Of one that still serves. */
static void draw_address(const struct report *report, struct canvas *canvas, int x, int y)
{
	for (size_t i = 0; i < report->n_processes; i++) {
		const struct saved_process *process = &report->processes[i];

		if (process->state == SAVED_RUNNING && process->listen)
			x = piece(canvas, x, y, "http://%.64s/", process->listen);
	}
}

int show_head(const struct report *report, struct canvas *canvas, int y)
{
	char elapsed[FIGURE_SIZE];
	int x = 0;

	draw_command(report, canvas, y++);
	x = piece(canvas, x, y, "%s", show_ns(report->elapsed_ns, elapsed));
	if (report->processors > 0)
		x = piece(canvas, x, y, "%u %s", (unsigned)report->processors,
			  plural(report->processors, "processor", "processors"));
	if (report->n_processes > 1)
		x = piece(canvas, x, y, "%zu processes", report->n_processes);
	x = draw_counts(report, canvas, x, y);
	draw_address(report, canvas, x, y);
	return y + 1;
}

static enum ink verdict_ink(const struct report *report)
{
	switch (verdict_of(report)) {
	case VERDICT_HARDLY:
		return INK_GOOD;
	case VERDICT_NOTHING:
		return INK_BAD;
	default:
		return INK_WARN;
	}
}

/* Over several lines, broken between words. */
int show_verdict(const struct report *report, struct canvas *canvas, int y)
{
	char text[VERDICT_SIZE];
	struct qx_text rest = qx_text_of(verdict_say(report, text));

	while (rest.len > 0) {
		size_t len = rest.len, room = (size_t)canvas->width;

		if (len > room) {
			for (len = room; len > 0 && rest.data[len] != ' '; len--) {
			}
			len = len > 0 ? len : room;
		}
		canvas_text(canvas, 0, y++, canvas->width, verdict_ink(report),
			    (struct qx_text){ rest.data, len });
		len += len < rest.len && rest.data[len] == ' ';
		rest = (struct qx_text){ rest.data + len, rest.len - len };
	}
	return y;
}

/* --- notes ------------------------------------------------------------------------------------ */

static int note(struct canvas *canvas, int y, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int note(struct canvas *canvas, int y, const char *format, ...)
{
	char text[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	canvas_say(canvas, 0, y, canvas->width, INK_WARN, "%s", text);
	return y + 1;
}

static size_t count_state(const struct report *report, enum saved_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < report->n_processes; i++)
		n += report->processes[i].state == state;
	return n;
}

/* The place of a wrapper that nobody is known to have called: all who did are in one row. */
static const struct location *way_to_a_lock(const struct report *report)
{
	for (size_t i = 0; i < report->n; i++) {
		if (report->rows[i].place->wrapper)
			return report->rows[i].place;
	}
	return NULL;
}

int show_notes(const struct report *report, struct canvas *canvas, int y)
{
	const struct location *way = way_to_a_lock(report);
	const struct qc_totals *totals = &report->totals;
	size_t killed = count_state(report, SAVED_KILLED);
	size_t running = count_state(report, SAVED_RUNNING);
	char n[FIGURE_SIZE];

	if (way)
		y = note(canvas, y, "%.100s is but the way to a lock. Who called it: run --stacks.",
			 way->site);
	if (totals->overflowed > 0)
		y = note(canvas, y, "%s %s at further places than the %u that there is room for.",
			 show_count(totals->overflowed, n),
			 plural(totals->overflowed, "wait was", "waits were"), totals->capacity);
	if (totals->early > report->calls / EARLY_SHARE)
		y = note(canvas, y, "%s %s before the profiler was there to see what waited.",
			 show_count(totals->early, n),
			 plural(totals->early, "call came", "calls came"));
	if (killed > 0)
		y = note(canvas, y, "%zu %s killed: up to a second of what it did last is missing.",
			 killed, plural(killed, "process was", "processes were"));
	if (running > 0)
		y = note(canvas, y, "%zu %s still running when this was read.", running,
			 plural(running, "process was", "processes were"));
	return y;
}

/* --- all of it -------------------------------------------------------------------------------- */

static int draw_all(const struct report *report, const struct show_wishes *wishes,
		    struct canvas *canvas)
{
	int y = show_head(report, canvas, 0);

	y = show_verdict(report, canvas, y + 1);
	y = show_rows(report, canvas, y + 1, false, 0, wishes);
	if (show_count_rows(report, true) > 0)
		y = show_rows(report, canvas, y + 1, true, 0, wishes);
	y = show_outside(report, canvas, y + 1, wishes->top);
	if (report->n_processes > 1)
		y = show_processes(report, canvas, y + 1, wishes->top);
	return show_notes(report, canvas, y + 1);
}

void show_report(const struct report *report, const struct show_wishes *wishes, int width,
		 FILE *out, bool colours)
{
	size_t tables = report->n + report->outside.n_mutexes + report->n_processes;
	struct canvas canvas;

	canvas_init(&canvas, width, canvas_height(width, tables + MORE_LINES), paint_utf8());
	draw_all(report, wishes, &canvas);
	paint(&canvas, out, colours);
	canvas_free(&canvas);
}
