/* SPDX-License-Identifier: MIT */
/* options.c: see options.h. */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_TOP 20
#define MOST_OPTIONS 24

struct context {
	struct contend_options *options;
	const char *command;
};

static bool refuse(const struct context *context, const char *culprit, const char *reason)
{
	fprintf(stderr, "quipu contend %s: %s: %s\n", context->command, culprit, reason);
	return false;
}

/* --- values ----------------------------------------------------------------------------------- */

static bool set_top(const struct context *context, const char *value)
{
	char *end;
	unsigned long long n;

	errno = 0;
	n = strtoull(value, &end, 10);
	if (*value < '0' || *value > '9' || *end || errno || n == 0)
		return refuse(context, value, "--top wants a whole number from 1 on");
	context->options->show.top = (size_t)n;
	return true;
}

static bool add_kind(unsigned *kinds, struct qx_text word)
{
	unsigned added = 0;

	for (int i = 0; i < QC_N_KINDS; i++) {
		enum qc_kind kind = (enum qc_kind)i;

		if (qx_text_is(word, qc_kind_label(kind)) ||
		    qx_text_is(word, qc_kind_is_idle(kind) ? "idle" : "locks"))
			added |= 1u << i;
	}
	*kinds |= added;
	return added != 0;
}

static bool set_kinds(const struct context *context, const char *value)
{
	context->options->report.kinds = 0;
	for (const char *rest = value; rest; rest = strchr(rest, ',')) {
		struct qx_text word;

		rest += *rest == ',';
		word = (struct qx_text){ rest, strcspn(rest, ",") };
		if (!add_kind(&context->options->report.kinds, word))
			return refuse(context, value,
				      "--kind wants some of locks, idle, mutex, rdlock, wrlock, "
				      "spin, cond, sem, barrier, with commas between them");
	}
	return true;
}

static bool set_sort(const struct context *context, const char *value)
{
	if (!report_order_find(value, &context->options->report.order))
		return refuse(context, value, "--sort is total, waits, mean or max");
	context->options->show.order = context->options->report.order;
	return true;
}

static bool set_output(const struct context *context, const char *value)
{
	context->options->output = value;
	return true;
}

static bool set_save(const struct context *context, const char *value)
{
	context->options->save = value;
	return true;
}

static bool set_listen(const struct context *context, const char *value)
{
	context->options->listen = value;
	return true;
}

static bool set_debug_path(const struct context *context, const char *value)
{
	context->options->places.debug_path = value;
	return true;
}

/* --- those without a value -------------------------------------------------------------------- */

static bool set_form(const struct context *context, enum form form)
{
	if (context->options->form != FORM_TABLE && context->options->form != form)
		return refuse(context, "--json --folded", "one of them");
	context->options->form = form;
	context->options->report.by_stack = true;
	return true;
}

static bool set_json(const struct context *context, const char *value)
{
	(void)value;
	return set_form(context, FORM_JSON);
}

static bool set_folded(const struct context *context, const char *value)
{
	(void)value;
	return set_form(context, FORM_FOLDED);
}

static bool set_per_process(const struct context *context, const char *value)
{
	(void)value;
	return context->options->per_process = true;
}

static bool set_no_names(const struct context *context, const char *value)
{
	(void)value;
	return context->options->places.no_names = true;
}

static bool set_stacks(const struct context *context, const char *value)
{
	(void)value;
	return context->options->stacks = true;
}

static bool set_live(const struct context *context, const char *value)
{
	(void)value;
	return context->options->live = true;
}

static bool set_anyway(const struct context *context, const char *value)
{
	(void)value;
	return context->options->anyway = true;
}

static bool set_help(const struct context *context, const char *value)
{
	(void)value;
	return context->options->help = true;
}

/* --- the table -------------------------------------------------------------------------------- */

#define ALL (OPTIONS_REPORT | OPTIONS_DIFF | OPTIONS_RUN)
#define ONE (OPTIONS_REPORT | OPTIONS_RUN)

static const struct {
	const char *name, *value; /* value: NULL where it has none */
	unsigned which;
	bool (*set)(const struct context *context, const char *value);
	const char *help;
} known[] = {
	{ "save", "FILE", OPTIONS_RUN, set_save, "save the run there, for report and diff" },
	{ "live", NULL, OPTIONS_RUN, set_live, "show the table in the terminal while it runs" },
	{ "listen", "ADDRESS", OPTIONS_RUN, set_listen,
	  "serve /metrics and the live page from inside the program" },
	{ "stacks", NULL, OPTIONS_RUN, set_stacks,
	  "record up to 8 frames, where it keeps frame pointers" },
	{ "anyway", NULL, OPTIONS_RUN, set_anyway,
	  "run also what cannot be profiled, as its children may be" },
	{ "output", "FILE", ONE, set_output, "write the report there" },
	{ "json", NULL, ONE, set_json, "the report for programs, a site for each stack" },
	{ "json", NULL, OPTIONS_DIFF, set_json, "all that changed, for programs" },
	{ "folded", NULL, ONE, set_folded, "stacks with microseconds, for flame graphs" },
	{ "per-process", NULL, ONE, set_per_process, "a report for each process" },
	{ "sort", "ORDER", ONE, set_sort, "by total, waits, mean or max (total)" },
	{ "top", "N", ALL, set_top, "so many rows of each table (20)" },
	{ "kind", "LIST", ALL, set_kinds, "only these kinds: mutex,rdlock,… or locks, idle" },
	{ "debug-path", "FOLDERS", ALL, set_debug_path, "look for debug files there too" },
	{ "no-names", NULL, ALL, set_no_names, "addresses instead of functions and lines" },
	{ "help", NULL, ALL, set_help, "print this and end" },
};

#define N_KNOWN ((int)(sizeof(known) / sizeof(known[0])))

static void fill(struct option table[MOST_OPTIONS], unsigned which)
{
	int n = 0;

	for (int i = 0; i < N_KNOWN; i++) {
		if (known[i].which & which)
			table[n++] =
				(struct option){ known[i].name,
						 known[i].value ? required_argument : no_argument,
						 NULL, 256 + i };
	}
	table[n] = (struct option){ NULL, 0, NULL, 0 };
}

static bool take(const struct context *context, int option, char **argv)
{
	if (option >= 256)
		return known[option - 256].set(context, optarg);
	if (option == ':')
		return refuse(context, argv[optind - 1], "wants a value after it");
	return refuse(context, argv[optind - 1], "no such option");
}

bool options_parse(struct contend_options *options, unsigned which, const char *command, int argc,
		   char **argv)
{
	struct context context = { options, command };
	struct option table[MOST_OPTIONS];
	int option;

	*options = (struct contend_options){ .report = { .kinds = REPORT_ALL_KINDS },
					     .show = { .top = DEFAULT_TOP } };
	fill(table, which);
	opterr = 0;
	/* the options of the program that is run are its own */
	while ((option = getopt_long(argc, argv, which == OPTIONS_RUN ? "+:" : ":", table, NULL)) !=
	       -1) {
		if (!take(&context, option, argv))
			return false;
	}
	return true;
}

void options_help(unsigned which)
{
	for (int i = 0; i < N_KNOWN; i++) {
		char text[40];

		if (!(known[i].which & which))
			continue;
		snprintf(text, sizeof(text), "--%s %s", known[i].name,
			 known[i].value ? known[i].value : "");
		printf("  %-21s%s\n", text, known[i].help);
	}
}
