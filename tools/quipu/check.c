/* SPDX-License-Identifier: MIT */
/* check.c: quipu check: reads an exposition and says what is wrong with it. */
#include "commands.h"
#include "exposition.h"
#include "lint.h"
#include "source.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#define SHOWN 100
#define DEFAULT_ACCEPT "text/plain;version=0.0.4"

enum { STATUS_CLEAN = 0, STATUS_ERRORS = 1, STATUS_LINT = 3 };

struct options {
	bool has_format;
	enum qx_format format;
	bool lint;
	bool help;
	const char *accept;
	const char *from;
};

/* --- help ----------------------------------------------------------------------------------- */

static void list_formats(FILE *out)
{
	for (int i = 0; i < QX_FORMAT_COUNT; i++)
		fprintf(out, "%s%s", i ? ", " : "", qx_format_name((enum qx_format)i));
}

static int help(void)
{
	fputs("usage: quipu check [OPTION]... [URL|FILE|-]\n"
	      "Reads an exposition and says where it breaks the rules of its format.\n\n"
	      "  FILE, -            read this file, or standard input (also without an argument)\n"
	      "  URL                http://HOST[:PORT][/PATH]: scrape it once, 10 seconds at most\n"
	      "  --format NAME      it is in this format: ",
	      stdout);
	list_formats(stdout);
	fputs("\n"
	      "                     otherwise: what a URL's Content-Type says, or a guess from "
	      "the\n"
	      "                     content (# EOF at the end, a length and field 1, a brace); "
	      "text\n"
	      "                     is taken for 0.0.4\n"
	      "  --accept ACCEPT    ask a URL for this (\"" DEFAULT_ACCEPT "\")\n"
	      "  --lint=no          no advice, errors only\n"
	      "  --help             print this and end\n\n"
	      "Errors are what any strict reader refuses, and what readers let pass although it\n"
	      "makes values wrong: series that are there twice, buckets that do not add up… Each "
	      "is\n"
	      "a line \"FILE:LINE:COLUMN: error: …\" on standard error; columns count bytes. In\n"
	      "protobuf it is \"FILE:+OFFSET: error: SERIES: …\". Advice follows, as \"NAME …\", "
	      "in\n"
	      "the words of promtool check metrics. Of each 100 are shown.\n\n"
	      "Exit status: 0 clean, 1 errors or nothing to read, 2 bad option, 3 advice only.\n",
	      stdout);
	return 0;
}

/* --- options --------------------------------------------------------------------------------- */

static bool refuse(const char *culprit, const char *reason)
{
	fprintf(stderr, "quipu check: %s: %s\n", culprit, reason);
	return false;
}

static bool set_format(struct options *options, const char *name)
{
	options->has_format = qx_format_find(name, &options->format);
	if (options->has_format)
		return true;
	fprintf(stderr, "quipu check: --format %s: no such format; there are ", name);
	list_formats(stderr);
	fputc('\n', stderr);
	return false;
}

static bool set_lint(struct options *options, const char *value)
{
	options->lint = strcmp(value, "yes") == 0;
	return options->lint || strcmp(value, "no") == 0 || refuse("--lint", "it is yes or no");
}

static bool set_option(struct options *options, int option, char **argv)
{
	switch (option) {
	case 'f':
		return set_format(options, optarg);
	case 'a':
		options->accept = optarg;
		return true;
	case 'l':
		return set_lint(options, optarg);
	case 'h':
		options->help = true;
		return true;
	case ':':
		return refuse(argv[optind - 1], "wants a value after it");
	default:
		return refuse(argv[optind - 1], "no such option");
	}
}

static bool parse(struct options *options, int argc, char **argv)
{
	static const struct option known[] = { { "format", required_argument, NULL, 'f' },
					       { "accept", required_argument, NULL, 'a' },
					       { "lint", required_argument, NULL, 'l' },
					       { "help", no_argument, NULL, 'h' },
					       { NULL, 0, NULL, 0 } };
	int option;

	*options = (struct options){ .lint = true, .accept = DEFAULT_ACCEPT };
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":", known, NULL)) != -1) {
		if (!set_option(options, option, argv))
			return false;
	}
	if (optind + 1 < argc)
		return refuse(argv[optind + 1], "one URL or file is enough");
	options->from = optind < argc ? argv[optind] : NULL;
	return true;
}

/* --- the report ------------------------------------------------------------------------------- */

/* Lines are counted on from one finding to the next. */
struct position {
	size_t offset, line, line_start;
};

static void advance(struct position *position, const struct source *source, size_t offset)
{
	const char *feed;

	while (position->offset < offset &&
	       (feed = memchr(source->data + position->offset, '\n', offset - position->offset))) {
		position->offset = position->line_start = (size_t)(feed - source->data) + 1;
		position->line++;
	}
	position->offset = offset;
}

static void report_errors(const struct source *source, const struct qx_exposition *exposition)
{
	const struct qx_findings *findings = &exposition->findings;
	struct position at = { 0, 1, 0 };
	size_t shown = findings->n_kept < SHOWN ? findings->n_kept : SHOWN;

	for (size_t i = 0; i < shown; i++) {
		const struct qx_finding *finding = &findings->kept[i];

		if (exposition->format == QX_PROTOBUF) {
			fprintf(stderr, "%s:+%zu: error: %s\n", source->name, finding->offset,
				finding->message);
			continue;
		}
		advance(&at, source, finding->offset);
		fprintf(stderr, "%s:%zu:%zu: error: %s\n", source->name, at.line,
			at.offset - at.line_start + 1, finding->message);
	}
	if (findings->n > shown)
		fprintf(stderr, "and %zu more errors\n", findings->n - shown);
}

static size_t report_lint(const struct qx_exposition *exposition)
{
	struct qx_lint lint;
	size_t n;

	qx_lint(exposition, &lint);
	n = lint.n;
	for (size_t i = 0; i < n && i < SHOWN; i++)
		fprintf(stderr, "%s %s\n", lint.items[i].name, lint.items[i].text);
	if (n > SHOWN)
		fprintf(stderr, "and %zu more pieces of advice\n", n - SHOWN);
	qx_lint_free(&lint);
	return n;
}

/* The format that was asked for, or said, or looks right; *wrong counts what is said badly. */
static enum qx_format format_of(const struct options *options, const struct source *source,
				size_t *wrong)
{
	enum qx_format format;

	if (options->has_format)
		return options->format;
	if (source->url) {
		struct qx_text type = qx_text_of(source->content_type);

		if (qx_format_of_type(type, &format))
			return format;
		fprintf(stderr, "%s: error: Content-Type \"%s\" is not that of an exposition\n",
			source->name, source->content_type);
		(*wrong)++;
	}
	return qx_format_guess(source->data, source->len);
}

static int judge(const struct options *options, const struct source *source)
{
	size_t wrong = 0, advice = 0;
	enum qx_format format = format_of(options, source, &wrong);
	struct qx_exposition *exposition = qx_read(format, source->data, source->len);

	report_errors(source, exposition);
	if (options->lint)
		advice = report_lint(exposition);
	wrong += exposition->findings.n;
	qx_free(exposition);
	if (wrong > 0)
		return STATUS_ERRORS;
	return advice > 0 ? STATUS_LINT : STATUS_CLEAN;
}

int command_check(int argc, char **argv)
{
	struct options options;
	struct source source;
	int status = STATUS_ERRORS;

	if (!parse(&options, argc, argv))
		return STATUS_BAD_USAGE;
	if (options.help)
		return help();
	if (source_read(&source, options.from, options.accept))
		status = judge(&options, &source);
	source_free(&source);
	return status;
}
