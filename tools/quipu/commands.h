/* SPDX-License-Identifier: MIT */
/* commands.h: the subcommands: what main.c's table names. Each returns the exit status. */
#ifndef COMMANDS_H
#define COMMANDS_H

#define STATUS_BAD_USAGE 2

/* argv[0] is the subcommand's name. */
int command_check(int argc, char **argv);
int command_contend(int argc, char **argv);
int command_top(int argc, char **argv);

#endif
