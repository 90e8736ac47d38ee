/* SPDX-License-Identifier: MIT */
/* lives.c: see lives.h. */
#include "lives.h"

#include "torture.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define AT_ONCE 4    /* they wait for grace periods and disks most of the time */
#define PATIENCE 120 /* seconds that a life may take beside others on a busy machine */

struct child {
	pid_t pid;
	uint64_t n;
};

static void begin(const struct lives *lives, struct child *child, uint64_t n)
{
	child->n = n;
	child->pid = fork();
	if (child->pid < 0)
		torture_broken("fork: %s", strerror(errno));
	if (child->pid)
		return;
	signal(SIGALRM, SIG_DFL);
	alarm(PATIENCE);
	lives->live(lives->arg, n);
	_exit(1);
}

/* Whether a request was refused in it. */
static int judge(const struct lives *lives, const struct child *child, int status)
{
	TORTURE_CHECK("P6", !WIFSIGNALED(status), "%s: request %" PRIu64 " refused: signal %d",
		      lives->name, child->n, WTERMSIG(status));
	TORTURE_CHECK("M1",
		      WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == LIVES_NOTHING_REFUSED,
		      "%s: request %" PRIu64 " refused: see above", lives->name, child->n);
	return WEXITSTATUS(status) == 0;
}

static int wait_for(const struct lives *lives, const struct child *child)
{
	int status;

	if (waitpid(child->pid, &status, 0) != child->pid)
		torture_broken("waitpid: %s", strerror(errno));
	return judge(lives, child, status);
}

/* In the order they began in, so that the first without a refusal is the end. */
uint64_t lives_run(const struct lives *lives)
{
	struct child children[AT_ONCE];
	uint64_t begun = 0, ended = 0, n = lives->first, refused = 0;
	int more = 1;

	alarm(0); /* each life has a patience of its own */
	while (more || ended < begun) {
		for (; more && begun - ended < AT_ONCE; begun++, n += lives->stride)
			begin(lives, &children[begun % AT_ONCE], n);
		if (wait_for(lives, &children[ended++ % AT_ONCE]))
			refused++;
		else
			more = 0;
		TORTURE_CHECK("M1", begun < lives->most, "%s: no end of requests", lives->name);
	}
	TORTURE_CHECK("M1", refused, "%s: nothing was ever refused: the linker wraps no calls",
		      lives->name);
	return refused;
}
