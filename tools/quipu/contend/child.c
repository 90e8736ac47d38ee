/* SPDX-License-Identifier: MIT */
/* child.c: see child.h. */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

static const int passed_on[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2 };

static sigset_t watched(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	for (size_t i = 0; i < sizeof(passed_on) / sizeof(passed_on[0]); i++)
		sigaddset(&set, passed_on[i]);
	return set;
}

/* --- the start -------------------------------------------------------------------------------- */

static bool redirect(int from, int to)
{
	return from < 0 || dup2(from, to) >= 0;
}

/* In the child: does not return. A failure is told through the pipe, which exec closes. */
static void become(const struct child *child, char **argv, const struct child_streams *streams,
		   int told)
{
	ssize_t written;

	if (redirect(streams->in, STDIN_FILENO) && redirect(streams->out, STDOUT_FILENO) &&
	    redirect(streams->err, STDERR_FILENO) &&
	    sigprocmask(SIG_SETMASK, &child->before, NULL) == 0)
		execvp(argv[0], argv);
	written = write(told, &errno, sizeof(errno));
	_exit(written > 0 ? 126 : 125);
}

/* The child's errno, or 0 once exec has closed the pipe. */
static int hear(int told)
{
	int error = 0;
	ssize_t n;

	do {
		n = read(told, &error, sizeof(error));
	} while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof(error) ? error : 0;
}

static int start(struct child *child, char **argv, const struct child_streams *streams)
{
	int told[2], error;

	if (pipe2(told, O_CLOEXEC) != 0)
		return errno;
	child->pid = fork();
	if (child->pid == 0)
		become(child, argv, streams, told[1]);
	error = errno;
	close(told[1]);
	if (child->pid > 0)
		error = hear(told[0]);
	close(told[0]);
	if (child->pid > 0 && error)
		waitpid(child->pid, NULL, 0);
	return error;
}

int child_start(struct child *child, char **argv, const struct child_streams *streams)
{
	sigset_t set = watched();
	int error;

	*child = (struct child){ .signals = -1 };
	signal(SIGCHLD, SIG_DFL);
	sigprocmask(SIG_BLOCK, &set, &child->before);
	child->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	error = child->signals < 0 ? errno : start(child, argv, streams);
	if (error)
		child_free(child);
	return error;
}

/* --- while it runs ---------------------------------------------------------------------------- */

static void look_whether_over(struct child *child)
{
	int status;

	if (waitpid(child->pid, &status, WNOHANG) != child->pid)
		return;
	child->over = true;
	child->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void take(struct child *child, const struct signalfd_siginfo *info)
{
	if (info->ssi_signo == SIGCHLD)
		look_whether_over(child);
	else if (!child->over && info->ssi_code != SI_KERNEL)
		kill(child->pid, (int)info->ssi_signo);
}

void child_turn(struct child *child)
{
	struct signalfd_siginfo info;

	while (read(child->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
		take(child, &info);
}

void child_wait(struct child *child, int ms)
{
	struct pollfd fd = { .fd = child->signals, .events = POLLIN };
	int ready = 1;

	while (!child->over && ready != 0) {
		ready = poll(&fd, 1, ms);
		child_turn(child);
	}
}

void child_free(struct child *child)
{
	if (child->signals >= 0)
		close(child->signals);
	child->signals = -1;
	sigprocmask(SIG_SETMASK, &child->before, NULL);
}
