/* SPDX-License-Identifier: MIT */
/*
 * child.h: the program that is run: started, told what this one is told, waited for.
 *
 * Signals are blocked and read from a file, so that nothing happens between two steps. One that
 * the terminal sends reaches the child by itself; one that somebody sends to this program alone
 * is passed on.
 */
#ifndef CONTEND_CHILD_H
#define CONTEND_CHILD_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

struct child {
	pid_t pid;
	int signals; /* readable when there is something for child_turn; -1: not started */
	bool over;
	int status; /* its exit status, or 128 and its signal, when it is over */
	sigset_t before;
};

/* Where its standard streams come from and go; -1: where this program's do. */
struct child_streams {
	int in, out, err;
};

/* As execvp has it, with this program's environment. 0, or why it does not run: errno. */
int child_start(struct child *child, char **argv, const struct child_streams *streams);

/* Takes in the signals that have come. */
void child_turn(struct child *child);

/* Until it is over, or for so many milliseconds; -1: until it is over. */
void child_wait(struct child *child, int ms);

void child_free(struct child *child);

#endif
