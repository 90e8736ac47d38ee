/* SPDX-License-Identifier: MIT */
/* report_command.c: quipu contend report and diff: runs that were saved. */
#include "commands.h"
#include "contend.h"
#include "diff.h"
#include "export.h"
#include "load.h"
#include "paint.h"
#include "print.h"

#include <getopt.h>

/* --- report ----------------------------------------------------------------------------------- */

static int report_help(void)
{
	fputs("usage: quipu contend report [OPTION]... FILE...\n"
	      "Says of saved runs which locks their threads waited for, each by itself.\n\n"
	      "  FILE, -              what run --save or quipu_contend_save wrote; standard "
	      "input\n",
	      stdout);
	options_help(OPTIONS_REPORT);
	fputs("\n"
	      "Functions and lines come from the debug information of the programs and libraries\n"
	      "as they are now, where their build-ids are those of the run, or from debug files\n"
	      "that are found by build-id. Quantiles are interpolated within buckets, two for "
	      "each\n"
	      "power of two.\n\n"
	      "Exit status: 0, or 1 where a file cannot be read, 2 bad option.\n",
	      stdout);
	return 0;
}

static bool report_one(const char *path, const struct contend_options *options)
{
	struct places *places = places_open(&options->places);
	struct loaded loaded = { .n = 0 };
	bool ok = load_file(&loaded, path, "quipu contend report") &&
		  print_run(&loaded.run, places, options, "report", stdout);

	load_free(&loaded);
	places_free(places);
	return ok;
}

int contend_report(int argc, char **argv)
{
	struct contend_options options;
	int status = 0;

	if (!options_parse(&options, OPTIONS_REPORT, "report", argc, argv))
		return STATUS_BAD_USAGE;
	if (options.help)
		return report_help();
	if (optind == argc) {
		fputs("quipu contend report: which file? (--help says more)\n", stderr);
		return STATUS_BAD_USAGE;
	}
	if (options.output && argc - optind > 1) {
		fputs("quipu contend report: --output: it is for one file\n", stderr);
		return STATUS_BAD_USAGE;
	}
	for (int i = optind; i < argc; i++) {
		if (i > optind && options.form == FORM_TABLE)
			fputc('\n', stdout);
		if (!report_one(argv[i], &options))
			status = 1;
	}
	return status;
}

/* --- diff ------------------------------------------------------------------------------------- */

static int diff_help(void)
{
	fputs("usage: quipu contend diff [OPTION]... BEFORE AFTER\n"
	      "Says what changed between two saved runs, the largest change first.\n\n",
	      stdout);
	options_help(OPTIONS_DIFF);
	fputs("\n"
	      "Runs take different times, so waits are told by the second of the run: 50ms means\n"
	      "that in each second threads waited 50ms altogether; with many threads it may be\n"
	      "more than a second. The means are of one wait. Without --kind it is of contention "
	      "only.\n"
	      "A place is the same in both by its function, its file, the kind and the lock's "
	      "name;\n"
	      "its line may have moved.\n\n"
	      "Exit status: 0, or 1 where a file cannot be read, 2 bad option.\n",
	      stdout);
	return 0;
}

static void compare(const struct saved_run *before, const struct saved_run *after,
		    struct contend_options *options)
{
	struct places *places = places_open(&options->places);
	struct report *old, *new;
	struct diff diff;

	if (options->report.kinds == REPORT_ALL_KINDS)
		options->report.kinds = report_locks();
	options->report.by_stack = false; /* places are compared */
	old = report_make(before->processes, before->n, places, &options->report);
	new = report_make(after->processes, after->n, places, &options->report);
	diff = diff_make(old, new);
	if (options->form == FORM_JSON)
		export_diff(&diff, stdout);
	else
		diff_show(&diff, options->show.top, paint_width(stdout), stdout,
			  paint_colours(stdout));
	diff_free(&diff);
	report_free(old);
	report_free(new);
	places_free(places);
}

int contend_diff(int argc, char **argv)
{
	struct loaded before = { .n = 0 }, after = { .n = 0 };
	struct contend_options options;
	int status = 1;

	if (!options_parse(&options, OPTIONS_DIFF, "diff", argc, argv))
		return STATUS_BAD_USAGE;
	if (options.help)
		return diff_help();
	if (argc - optind != 2) {
		fputs("quipu contend diff: it wants two files, before and after\n", stderr);
		return STATUS_BAD_USAGE;
	}
	if (load_file(&before, argv[optind], "quipu contend diff") &&
	    load_file(&after, argv[optind + 1], "quipu contend diff")) {
		compare(&before.run, &after.run, &options);
		status = 0;
	}
	load_free(&before);
	load_free(&after);
	return status;
}
