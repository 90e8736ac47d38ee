/* SPDX-License-Identifier: MIT */
/*
 * execs.c: waits, and then becomes or starts itself anew; what comes after waits too.
 *
 *   contend_execs exec|spawn|vfork|last
 */
#include "known.h"

#include <spawn.h>
#include <string.h>
#include <sys/wait.h>

extern char **environ;

static struct known first, last, parent;

KNOWN_WAIT(wait_first)
KNOWN_WAIT(wait_last)
KNOWN_WAIT(wait_parent)

static void wait_times(void (*wait)(struct known *, unsigned), struct known *known, int times)
{
	while (times--)
		wait(known, 500);
}

static int spawn(char *self[])
{
	pid_t child;

	KNOWN_EXPECT(!posix_spawn(&child, self[0], NULL, NULL, self, environ));
	return child;
}

static int vfork_and_exec(char *self[])
{
	pid_t child = vfork();

	if (!child) {
		execv(self[0], self);
		_exit(98);
	}
	return child;
}

static int end_with(pid_t child)
{
	int status;

	KNOWN_EXPECT(waitpid(child, &status, 0) == child && WIFEXITED(status));
	wait_times(wait_parent, &parent, 2);
	known_print("wait_first", &first);
	known_print("wait_parent", &parent);
	return WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
	char *self[] = { argv[0], "last", NULL };
	const char *how = argc > 1 ? argv[1] : "exec";

	known_hold();
	if (!strcmp(how, "last")) {
		wait_times(wait_last, &last, 4);
		known_print("wait_last", &last);
		return 5;
	}
	wait_times(wait_first, &first, 3);
	if (!strcmp(how, "spawn"))
		return end_with(spawn(self));
	if (!strcmp(how, "vfork"))
		return end_with(vfork_and_exec(self));
	known_print("wait_first", &first);
	execv("/no/such/program", self);
	wait_times(wait_parent, &parent, 1); /* the failed one changed nothing */
	known_print("wait_parent", &parent);
	execv(self[0], self);
	return 98;
}
