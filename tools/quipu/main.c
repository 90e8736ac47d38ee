/* SPDX-License-Identifier: MIT */
/* main.c: quipu, one program with subcommands. */
#include "commands.h"

#include <stdio.h>
#include <string.h>

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
} commands[] = { { "check", command_check, "say where an exposition breaks the rules" },
		 { "contend", command_contend, "say which locks a program's threads wait for" },
		 { "top", command_top, "show a target's metrics as they change" } };

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static int help(FILE *out)
{
	fputs("usage: quipu COMMAND [OPTION]... [ARGUMENT]...\n\n", out);
	for (size_t i = 0; i < N_COMMANDS; i++)
		fprintf(out, "  %-10s%s\n", commands[i].name, commands[i].help);
	fputs("\n  --help    print this and end; quipu COMMAND --help says more\n"
	      "  --version print the version and end\n",
	      out);
	return out == stdout ? 0 : STATUS_BAD_USAGE;
}

static int run(const char *name, int argc, char **argv)
{
	for (size_t i = 0; i < N_COMMANDS; i++) {
		if (strcmp(name, commands[i].name) == 0)
			return commands[i].run(argc, argv);
	}
	fprintf(stderr, "quipu: %s: no such command (quipu --help lists them)\n", name);
	return STATUS_BAD_USAGE;
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return help(stderr);
	if (strcmp(argv[1], "--help") == 0)
		return help(stdout);
	if (strcmp(argv[1], "--version") == 0)
		return printf("quipu " QUIPU_TOOL_VERSION "\n") < 0;
	return run(argv[1], argc - 1, argv + 1);
}
