/* SPDX-License-Identifier: MIT */
/* contend.c: quipu contend: which of its commands. */
#include "contend.h"

#include "commands.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
} commands[] = { { "run", contend_run, "run a program and say which locks its threads waited for" },
		 { "report", contend_report, "say it again, of a run that was saved" },
		 { "diff", contend_diff, "say what changed between two saved runs" } };

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static int help(FILE *out)
{
	fputs("usage: quipu contend COMMAND [OPTION]... [ARGUMENT]...\n"
	      "Which lock, which line, how long: what the threads of a program wait for.\n\n",
	      out);
	for (size_t i = 0; i < N_COMMANDS; i++)
		fprintf(out, "  %-10s%s\n", commands[i].name, commands[i].help);
	fputs("\n"
	      "    quipu contend run -- redis-server --port 0\n"
	      "    quipu contend run --save before.json -- ./server\n"
	      "    quipu contend diff before.json after.json\n\n"
	      "  --help    print this and end; quipu contend COMMAND --help says more\n",
	      out);
	return out == stdout ? 0 : STATUS_BAD_USAGE;
}

int command_contend(int argc, char **argv)
{
	setlocale(LC_CTYPE, "");
	if (argc < 2)
		return help(stderr);
	if (strcmp(argv[1], "--help") == 0)
		return help(stdout);
	for (size_t i = 0; i < N_COMMANDS; i++) {
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	}
	fprintf(stderr, "quipu contend: %s: no such command (quipu contend --help lists them)\n",
		argv[1]);
	return STATUS_BAD_USAGE;
}
