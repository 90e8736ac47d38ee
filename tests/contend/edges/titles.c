/* SPDX-License-Identifier: MIT */
/*
 * titles.c: as servers do, the program writes its title over its environment; then children wait.
 * What it was told by the environment is not there any more when they have to know where to save.
 */
#include "known.h"

#include <string.h>
#include <sys/wait.h>

static struct known of_child, of_parent;

KNOWN_WAIT(wait_in_child)
KNOWN_WAIT(wait_in_parent)

int main(void)
{
	int status;
	pid_t child;

	known_hold();
	for (char **at = environ; *at; at++)
		memset(*at, 'x', strlen(*at));
	wait_in_parent(&of_parent, 1000);
	child = fork();
	KNOWN_EXPECT(child >= 0);
	if (!child) {
		wait_in_child(&of_child, 1000);
		known_print("wait_in_child", &of_child);
		exit(0);
	}
	KNOWN_EXPECT(waitpid(child, &status, 0) == child && status == 0);
	known_print("wait_in_parent", &of_parent);
	return 0;
}
