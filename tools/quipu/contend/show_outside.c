/* SPDX-License-Identifier: MIT */
/* show_outside.c: switches, the run queue, pressure, the allocator's locks; and the processes. */
#include "sheet.h"
#include "show.h"
#include "units.h"

#include <inttypes.h>
#include <string.h>

#define INDENT 12

static int say(struct canvas *canvas, int y, const char *what, const char *text)
{
	canvas_say(canvas, 2, y, INDENT, INK_QUIET, "%s", what);
	canvas_say(canvas, 2 + INDENT, y, canvas->width - 2 - INDENT, INK_PLAIN, "%s", text);
	return y + 1;
}

static int draw_switches(const struct saved_outside *outside, struct canvas *canvas, int y)
{
	char text[160], voluntary[FIGURE_SIZE], involuntary[FIGURE_SIZE];

	snprintf(text, sizeof(text), "%s voluntary (to wait), %s involuntary (preempted)",
		 show_count(outside->voluntary, voluntary),
		 show_count(outside->involuntary, involuntary));
	return say(canvas, y, "switches", text);
}

static int draw_scheduling(const struct saved_outside *outside, struct canvas *canvas, int y)
{
	char text[160], on_cpu[FIGURE_SIZE], queued[FIGURE_SIZE];

	snprintf(text, sizeof(text), "%s running, %s ready to run and waiting for one",
		 show_ns(outside->on_cpu_ns, on_cpu), show_ns(outside->run_queue_ns, queued));
	return say(canvas, y, "processor", text);
}

static int draw_pressure(const struct saved_outside *outside, struct canvas *canvas, int y)
{
	char text[200], some[FIGURE_SIZE], full[FIGURE_SIZE];

	snprintf(text, sizeof(text), "%s with a task waiting for a processor, %s with all (%.60s)",
		 show_ns(outside->some_ns, some), show_ns(outside->full_ns, full),
		 *outside->pressure ? outside->pressure : "scope not known");
	return say(canvas, y, "pressure", text);
}

/* --- the allocator ---------------------------------------------------------------------------- */

enum { TOTAL, WAITS, OPS, MAX, NAME, COLUMNS };

static const struct sheet_column columns[COLUMNS] = {
	[TOTAL] = { "TOTAL", 0, 0, false },
	[WAITS] = { "WAITS", 0, 0, false },
	[OPS] = { "TAKEN", 0, 1, false },
	[MAX] = { "MAX", 0, 2, false },
	[NAME] = { "ALLOCATOR'S LOCK", 16, 0, true },
};

static int draw_mutexes(const struct saved_outside *outside, struct canvas *canvas, int y,
			size_t top)
{
	struct sheet sheet;
	char text[FIGURE_SIZE];

	sheet_init(&sheet, columns, COLUMNS);
	for (size_t i = 0; i < outside->n_mutexes && i < top && outside->mutexes[i].waits > 0;
	     i++) {
		const struct saved_mutex *mutex = &outside->mutexes[i];

		sheet_row(&sheet);
		sheet_put(&sheet, TOTAL, INK_STRONG, show_ns(mutex->ns, text));
		sheet_put(&sheet, WAITS, INK_PLAIN, show_count(mutex->waits, text));
		sheet_put(&sheet, OPS, INK_PLAIN, show_count(mutex->ops, text));
		sheet_put(&sheet, MAX, INK_PLAIN, show_ns(mutex->max_ns, text));
		sheet_put(&sheet, NAME, INK_NAME, mutex->name);
	}
	if (sheet.n_rows > 0)
		y = sheet_draw(&sheet, canvas, y + 1, 0, top, -1);
	sheet_free(&sheet);
	return y;
}

static int draw_allocator(const struct report *report, struct canvas *canvas, int y, size_t top)
{
	char text[160], ns[FIGURE_SIZE];

	snprintf(text, sizeof(text), "%s waited for the locks of %.60s",
		 show_ns(report->allocator_ns, ns), report->outside.allocator);
	y = say(canvas, y, "allocator", text);
	return draw_mutexes(&report->outside, canvas, y, top < 5 ? top : 5);
}

int show_outside(const struct report *report, struct canvas *canvas, int y, size_t top)
{
	const struct saved_outside *outside = &report->outside;

	canvas_say(canvas, 0, y++, canvas->width, INK_STRONG, "SEEN FROM OUTSIDE");
	if (outside->has_switches)
		y = draw_switches(outside, canvas, y);
	if (outside->has_scheduling)
		y = draw_scheduling(outside, canvas, y);
	if (outside->pressure)
		y = draw_pressure(outside, canvas, y);
	if (outside->allocator)
		y = draw_allocator(report, canvas, y, top);
	if (!outside->has_switches && !outside->has_scheduling && !outside->pressure &&
	    !outside->allocator)
		y = say(canvas, y, "nothing", "the system does not say");
	return y;
}

/* --- processes -------------------------------------------------------------------------------- */

enum { PID, STATE, RAN, LOCKS, COMMAND, PROCESS_COLUMNS };

static const struct sheet_column process_columns[PROCESS_COLUMNS] = {
	[PID] = { "PID", 0, 0, false },		[STATE] = { "STATE", 0, 3, true },
	[RAN] = { "RAN", 0, 2, false },		[LOCKS] = { "LOCKS", 0, 1, false },
	[COMMAND] = { "COMMAND", 16, 0, true },
};

static uint64_t waited(const struct saved_process *process)
{
	uint64_t ns = 0;

	for (size_t i = 0; i < process->n_sites; i++) {
		if (!qc_kind_is_idle(process->sites[i].kind))
			ns = saved_plus(ns, process->sites[i].ns);
	}
	return ns;
}

static void put_command(struct sheet *sheet, const struct saved_process *process)
{
	char text[256];
	size_t at = 0;

	text[0] = '\0';
	for (size_t i = 0; i < process->n_command && at < sizeof(text); i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s", i > 0 ? " " : "",
				       process->command[i]);
	sheet_put(sheet, COMMAND, INK_NAME, *text ? text : process->executable);
}

int show_processes(const struct report *report, struct canvas *canvas, int y, size_t top)
{
	struct sheet sheet;
	char text[FIGURE_SIZE];

	sheet_init(&sheet, process_columns, PROCESS_COLUMNS);
	for (size_t i = 0; i < report->n_processes && i < top; i++) {
		const struct saved_process *process = &report->processes[i];

		sheet_row(&sheet);
		sheet_say(&sheet, PID, INK_PLAIN, "%" PRIu64, process->pid);
		sheet_put(&sheet, STATE, INK_PLAIN, saved_state_word(process->state));
		sheet_put(&sheet, RAN, INK_PLAIN, show_ns(process->elapsed_ns, text));
		sheet_put(&sheet, LOCKS, INK_STRONG, show_ns(waited(process), text));
		put_command(&sheet, process);
	}
	canvas_say(canvas, 0, y++, canvas->width, INK_STRONG, "PROCESSES");
	y = sheet_draw(&sheet, canvas, y, 0, top, -1);
	sheet_free(&sheet);
	if (report->n_processes > top)
		canvas_say(canvas, 0, y++, canvas->width, INK_QUIET, "and %zu more",
			   report->n_processes - top);
	return y;
}
