/* SPDX-License-Identifier: MIT */
/* deeds.c: see deeds.h. */
#include "deeds.h"

#include "kit.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char scratch[] = "quipu-sandbox-XXXXXX";

static int open_to_write(void)
{
	return open(scratch, O_WRONLY | O_CLOEXEC);
}

static int open_to_read(void)
{
	return open("/etc/passwd", O_RDONLY | O_CLOEXEC);
}

static int make_socket(void)
{
	return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static int start_program(void)
{
	char *const nothing[] = { NULL };

	/* not there: nobody's thread becomes another program */
	return execve("/nowhere/at/all", nothing, nothing) == -1 && errno == ENOENT ? 0 : -1;
}

static int start_process(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	return pid > 0 ? 0 : -1;
}

static void *nothing(void *arg)
{
	return arg;
}

static int start_thread(void)
{
	pthread_t thread;
	int number = pthread_create(&thread, NULL, nothing, NULL);

	if (number == 0)
		pthread_join(thread, NULL);
	errno = number;
	return number == 0 ? 0 : -1;
}

static int map_code(void)
{
	void *at = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return at != MAP_FAILED ? munmap(at, 4096) : -1;
}

static int make_code(void)
{
	void *at = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int result = mprotect(at, 4096, PROT_READ | PROT_EXEC), number = errno;

	munmap(at, 4096);
	errno = number;
	return result;
}

static int signal_another(void)
{
	return kill(getppid(), 0);
}

static int remove_file(void)
{
	return unlink("/nowhere/at/all") == -1 && errno == ENOENT ? 0 : -1;
}

static int look_into_another(void)
{
	return ptrace(PTRACE_PEEKDATA, getppid(), 0, 0) == -1 && errno == ESRCH ? 0 : -1;
}

static int other_ioctl(void)
{
	int pipes[2], waiting, result;

	if (pipe2(pipes, O_CLOEXEC) != 0)
		return -1;
	result = (int)syscall(__NR_ioctl, pipes[0], 0x541b /* FIONREAD */, &waiting);
	close(pipes[0]);
	close(pipes[1]);
	return result;
}

/* With a listener that was shut down this would connect (MSG_FASTOPEN). */
static int send_to(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET };

	return sendto(-1, "", 1, 0, (struct sockaddr *)&to, sizeof(to)) == -1 && errno == EBADF
		       ? 0
		       : -1;
}

/* Of all threads, so with a signal one could have another thread do something. */
static int set_handler(void)
{
	struct sigaction old;

	return sigaction(SIGUSR2, NULL, &old) == 0 ? sigaction(SIGUSR2, &old, NULL) : -1;
}

static int signal_own_process(void)
{
	return (int)syscall(__NR_tgkill, getpid(), getpid(), 0);
}

static const struct {
	const char *name;
	int (*does)(void);
} deeds[] = {
	{ "open to write", open_to_write },
	{ "open to read", open_to_read },
	{ "socket", make_socket },
	{ "execve", start_program },
	{ "fork", start_process },
	{ "pthread_create", start_thread },
	{ "map code", map_code },
	{ "make code", make_code },
	{ "kill", signal_another },
	{ "unlink", remove_file },
	{ "ptrace", look_into_another },
	{ "ioctl", other_ioctl },
	{ "sendto", send_to },
	{ "sigaction", set_handler },
	{ "tgkill", signal_own_process },
};
#define N_DEEDS (sizeof(deeds) / sizeof(deeds[0]))
_Static_assert(N_DEEDS == DEEDS, "deeds.h");

void deeds_try(struct deeds_outcome *outcome)
{
	for (size_t i = 0; i < N_DEEDS; i++) {
		int result = deeds[i].does();

		outcome->numbers[i] = result < 0 ? errno : 0;
		if (result > 2)
			close(result);
	}
	outcome->done = true;
}

void deeds_check(const struct deeds_outcome *outcome, int wanted)
{
	char text[128];

	CHECK(outcome->done);
	for (size_t i = 0; i < N_DEEDS; i++) {
		if (outcome->numbers[i] == wanted)
			continue;
		snprintf(text, sizeof(text), "%s: %s", deeds[i].name,
			 strerror(outcome->numbers[i]));
		kit_failed(__FILE__, __LINE__, text);
	}
}

void *deeds_run(void *outcome)
{
	deeds_try(outcome);
	return NULL;
}

void deeds_prepare(void)
{
	int fd = mkstemp(scratch);

	CHECK(fd >= 0);
	close(fd);
}

void deeds_clean_up(void)
{
	CHECK_INT(unlink(scratch), 0);
}
