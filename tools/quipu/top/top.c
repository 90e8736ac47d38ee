/* SPDX-License-Identifier: MIT */
/* top.c: quipu top: what is on the command line. */
#include "commands.h"
#include "url.h"
#include "watch.h"

#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_URL "http://127.0.0.1:2222/metrics"
#define DEFAULT_INTERVAL 2
#define LEAST_INTERVAL 0.1
#define MOST_INTERVAL 3600

static int help(void)
{
	fputs("usage: quipu top [OPTION]... [URL]\n"
	      "Shows a target's metrics as they change, in a terminal.\n\n"
	      "  URL                  http://HOST[:PORT][/PATH] of any Prometheus endpoint\n"
	      "                       (" DEFAULT_URL "); without a path: /metrics\n"
	      "  --interval SECONDS   scrape so often, 0.1 to 3600 (2)\n"
	      "  --filter TEXT        only families with these words in their name or help\n"
	      "  --sort ORDER         name, rate, change or series (name)\n"
	      "  --open FAMILY        begin with this family's series\n"
	      "  --cardinality        begin with the largest families; with --open: its labels\n"
	      "  --once               print one frame after two scrapes, as text, and end; as "
	      "wide\n"
	      "                       as COLUMNS says, or the terminal, or 100 characters\n"
	      "  --help               print this and end\n\n"
	      "The key ? tells which keys there are. Rates and quantiles are of what came between\n"
	      "the last two scrapes, each histogram's by its buckets as histogram_quantile has "
	      "it.\n"
	      "When the target is down its last values stay, dim, and it comes back by itself.\n"
	      "What a target says is shown as printable characters only: others are spelled out,\n"
	      "as \\x1b. NO_COLOR turns colours off; where the locale is not UTF-8 the picture is\n"
	      "ASCII.\n\n"
	      "Exit status: 0 ended by its user, or the frame is printed; 1 nothing to read or no\n"
	      "terminal to draw on, 2 bad option.\n",
	      stdout);
	return 0;
}

/* --- options ---------------------------------------------------------------------------------- */

static bool refuse(const char *culprit, const char *reason)
{
	fprintf(stderr, "quipu top: %s: %s\n", culprit, reason);
	return false;
}

static bool set_interval(struct wishes *wishes, const char *text)
{
	char *end;

	wishes->interval = strtod(text, &end);
	if (end == text || *end)
		return refuse(text, "--interval wants a number of seconds");
	return (wishes->interval >= LEAST_INTERVAL && wishes->interval <= MOST_INTERVAL) ||
	       refuse(text, "an interval is 0.1 to 3600 seconds");
}

struct parsed {
	struct wishes wishes;
	bool help;
};

static bool set_option(struct parsed *parsed, int option, char **argv)
{
	struct wishes *wishes = &parsed->wishes;

	switch (option) {
	case 'i':
		return set_interval(wishes, optarg);
	case 'f':
		wishes->filter = optarg;
		return true;
	case 's':
		return order_find(optarg, &wishes->order) ||
		       refuse(optarg, "--sort is name, rate, change or series");
	case 'o':
		wishes->open = optarg;
		return true;
	case 'c':
		return wishes->cardinality = true;
	case '1':
		return wishes->once = true;
	case 'h':
		return parsed->help = true;
	case ':':
		return refuse(argv[optind - 1], "wants a value after it");
	default:
		return refuse(argv[optind - 1], "no such option");
	}
}

/* Without a path the usual one. */
static bool set_url(struct wishes *wishes, const char *text)
{
	const char *scheme = strstr(text, "://"), *wrong;
	bool bare = scheme && !strpbrk(scheme + 3, "/?#");
	struct url url;

	if (!url_like(text))
		return refuse(text, "no URL; it begins with http://");
	if (asprintf(&wishes->url, "%s%s", text, bare ? "/metrics" : "") < 0)
		return refuse(text, "out of memory");
	wrong = url_parse(wishes->url, &url);
	return !wrong || refuse(text, wrong);
}

static bool parse(struct parsed *parsed, int argc, char **argv)
{
	static const struct option known[] = { { "interval", required_argument, NULL, 'i' },
					       { "filter", required_argument, NULL, 'f' },
					       { "sort", required_argument, NULL, 's' },
					       { "open", required_argument, NULL, 'o' },
					       { "cardinality", no_argument, NULL, 'c' },
					       { "once", no_argument, NULL, '1' },
					       { "help", no_argument, NULL, 'h' },
					       { NULL, 0, NULL, 0 } };
	int option;

	*parsed = (struct parsed){ .wishes = { .interval = DEFAULT_INTERVAL, .filter = "" } };
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":", known, NULL)) != -1) {
		if (!set_option(parsed, option, argv))
			return false;
	}
	if (optind + 1 < argc)
		return refuse(argv[optind + 1], "one URL is enough");
	return set_url(&parsed->wishes, optind < argc ? argv[optind] : DEFAULT_URL);
}

static int show(const struct wishes *wishes)
{
	struct watch watch;
	int status;

	setlocale(LC_CTYPE, "");
	watch_init(&watch, wishes);
	status = wishes->once ? watch_once(&watch) : watch_live(&watch);
	watch_free(&watch);
	return status;
}

int command_top(int argc, char **argv)
{
	struct parsed parsed;
	int status = STATUS_BAD_USAGE;

	if (parse(&parsed, argc, argv))
		status = parsed.help ? help() : show(&parsed.wishes);
	free(parsed.wishes.url);
	return status;
}
