/* SPDX-License-Identifier: MIT */
/* print.h: a run in the form that was asked for. */
#ifndef CONTEND_PRINT_H
#define CONTEND_PRINT_H

#include "options.h"

/* Onto out, or into the file that options name. False, told on stderr, if that fails. */
bool print_run(const struct saved_run *run, struct places *places,
	       const struct contend_options *options, const char *command, FILE *out);

/* The file that options name, or out itself; NULL, told on stderr. */
FILE *print_open(const struct contend_options *options, const char *command, FILE *out);
bool print_close(FILE *file, const struct contend_options *options, const char *command, FILE *out);

#endif
