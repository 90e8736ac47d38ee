/* SPDX-License-Identifier: MIT */
/* options.h: what is on the command line of quipu contend's commands. */
#ifndef CONTEND_OPTIONS_H
#define CONTEND_OPTIONS_H

#include "places.h"
#include "report.h"
#include "show.h"

enum form { FORM_TABLE, FORM_JSON, FORM_FOLDED };

struct contend_options {
	struct report_wishes report;
	struct show_wishes show;
	struct place_wishes places;
	enum form form;
	bool per_process;
	const char *output; /* a file for the report; NULL: where the command has it */
	const char *save, *listen;
	bool stacks, live, anyway, help;
};

/* Which options a command has. */
enum {
	OPTIONS_REPORT = 1,
	OPTIONS_DIFF = 2,
	OPTIONS_RUN = 4,
};

/* True where all is well; optind is then the first argument. command: for messages. */
bool options_parse(struct contend_options *options, unsigned which, const char *command, int argc,
		   char **argv);

/* The lines of --help that tell of them. */
void options_help(unsigned which);

#endif
