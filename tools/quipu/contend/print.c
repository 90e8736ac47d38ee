/* SPDX-License-Identifier: MIT */
/* print.c: see print.h. */
#include "print.h"

#include "export.h"
#include "paint.h"
#include "top/visible.h"

#include <errno.h>
#include <string.h>

FILE *print_open(const struct contend_options *options, const char *command, FILE *out)
{
	FILE *file = options->output ? fopen(options->output, "we") : out;

	if (!file)
		fprintf(stderr, "quipu contend %s: %s: %s\n", command, options->output,
			strerror(errno));
	return file;
}

bool print_close(FILE *file, const struct contend_options *options, const char *command, FILE *out)
{
	bool ok = fflush(file) == 0 && !ferror(file);

	if (file != out && fclose(file) != 0)
		ok = false;
	if (!ok)
		fprintf(stderr, "quipu contend %s: %s: %s\n", command,
			options->output ? options->output : "the report", strerror(errno));
	return ok;
}

/* Folded stacks of idle waits would hide the others, so they come only where they are asked for. */
static struct report_wishes wishes_of(const struct contend_options *options)
{
	struct report_wishes wishes = options->report;

	if (options->form == FORM_FOLDED && wishes.kinds == REPORT_ALL_KINDS)
		wishes.kinds = report_locks();
	return wishes;
}

static void print_some(const struct saved_process *processes, size_t n, struct places *places,
		       const struct contend_options *options, FILE *file)
{
	struct report_wishes wishes = wishes_of(options);
	struct report *report = report_make(processes, n, places, &wishes);

	if (options->form == FORM_JSON)
		export_json(report, file);
	else if (options->form == FORM_FOLDED)
		export_folded(report, file);
	else
		show_report(report, &options->show, paint_width(file), file, paint_colours(file));
	report_free(report);
}

static void print_each(const struct saved_run *run, struct places *places,
		       const struct contend_options *options, FILE *file)
{
	for (size_t i = 0; i < run->n; i++) {
		if (i > 0 && options->form == FORM_TABLE)
			fputc('\n', file);
		print_some(&run->processes[i], 1, places, options, file);
	}
}

/* What would have had lines, and why it has none. */
static void print_trouble(const struct places *places, const struct contend_options *options,
			  FILE *file)
{
	const char *trouble = places_trouble(places);

	if (!trouble || options->form != FORM_TABLE)
		return;
	fputs("No lines for some places: ", file);
	visible_print(file, qx_text_of(trouble), paint_utf8());
	fputc('\n', file);
}

bool print_run(const struct saved_run *run, struct places *places,
	       const struct contend_options *options, const char *command, FILE *out)
{
	FILE *file = print_open(options, command, out);

	if (!file)
		return false;
	if (options->per_process)
		print_each(run, places, options, file);
	else
		print_some(run->processes, run->n, places, options, file);
	print_trouble(places, options, file);
	return print_close(file, options, command, out);
}
