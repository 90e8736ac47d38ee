/* SPDX-License-Identifier: MIT */
/*
 * export_folded.c: stacks on a line each, as flame graph tools read them: frames are apart by ';',
 * the number comes after the last blank. What is in a name must be neither an end of a frame nor
 * an end of a line.
 */
#include "export.h"

#include "text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void say_name(FILE *out, const char *name)
{
	char *safe = strdup(name);

	if (!safe)
		return;
	qx_defuse(safe, strlen(safe));
	for (char *c = safe; *c; c++) {
		if (*c == ';')
			*c = ':';
	}
	fputs(safe, out);
	free(safe);
}

static void say_place(FILE *out, const struct location *place, bool innermost)
{
	say_name(out, place->function ? place->function : place->site);
	if (innermost && place->function) {
		fputs(" (", out);
		say_name(out, place->site);
		fputc(')', out);
	}
	fputc(';', out);
}

static const char *program(const struct report *report)
{
	const struct saved_process *process = report->n_processes > 0 ? report->processes : NULL;

	if (process && *process->executable)
		return last_component(process->executable);
	return process && process->n_command > 0 ? last_component(process->command[0]) : "program";
}

static void say_row(FILE *out, const struct report *report, const struct report_row *row)
{
	say_name(out, program(report));
	fputc(';', out);
	for (size_t i = row->n_stack; i > 0; i--)
		say_place(out, row->stack[i - 1], i == 1);
	if (row->n_stack == 0)
		say_place(out, row->place, true);
	fputc('[', out);
	fputs(qc_kind_label(row->kind), out);
	if (row->lock) {
		fputc(' ', out);
		say_name(out, row->lock);
	}
	fprintf(out, "] %" PRIu64 "\n", row->ns / 1000 + (row->ns % 1000 >= 500));
}

void export_folded(const struct report *report, FILE *out)
{
	for (size_t i = 0; i < report->n; i++) {
		if (report->rows[i].ns >= 500)
			say_row(out, report, &report->rows[i]);
	}
}
