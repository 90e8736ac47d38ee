/* SPDX-License-Identifier: MIT */
/* program.h: the program that is to be run: where it is, and whether the profiler can see it. */
#ifndef CONTEND_PROGRAM_H
#define CONTEND_PROGRAM_H

#include <limits.h>
#include <stdbool.h>

#define PROGRAM_REASON_SIZE 1024

struct program {
	char path[PATH_MAX];		  /* what is run */
	char judged[PATH_MAX];		  /* what was looked at: of a script, its interpreter */
	int status;			  /* 0: it can be run; 126, 127: it cannot, as of env(1) */
	bool blind;			  /* it can be run, but not profiled */
	char reason[PROGRAM_REASON_SIZE]; /* for either; and what to do */
};

/* name: as of execvp. */
void program_look(struct program *program, const char *name);

#endif
