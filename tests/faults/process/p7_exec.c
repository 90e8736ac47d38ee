/* SPDX-License-Identifier: MIT */
/*
 * p7_exec.c: a thread that is not the first one replaces the program by itself (exec), while a
 * server answers, callbacks run, series are removed and a textfile is written.
 *
 * Nothing of the library's is open afterwards: the new program finds the descriptors that it was
 * started with, and can listen on the port at once.
 */
#include "http/kit.h"
#include "scale.h"
#include "torture.h"

#include <quipu/quipu.h>

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define GET "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"

static const struct torture defaults = {
	.name = "exec",
	.promises = "P7: exec from a thread leaves no descriptor open",
	.threads = 2,
	.count = 20,
};

static quipu_registry *registry;
static quipu_counter_family family;
static char address[64];

/* What is open beyond the standard three, the directory that is read not counted. */
static int open_descriptors(void)
{
	DIR *directory = opendir("/proc/self/fd");
	const struct dirent *entry;
	int n = 0;

	if (!directory)
		torture_broken("/proc/self/fd: %s", strerror(errno));
	while ((entry = readdir(directory)))
		n += atoi(entry->d_name) > 2 && atoi(entry->d_name) != dirfd(directory);
	closedir(directory);
	return n;
}

/* The new program: has what its first form had, which its arguments tell. */
static int begin_again(const char *listen, int before)
{
	quipu_registry *again = quipu_registry_new(NULL);
	quipu_http *server;
	int n = open_descriptors();

	TORTURE_CHECK("P7", n == before, "%d descriptors are open, %d were before", n, before);
	server = quipu_http_start(again, QUIPU_HTTP_OPTS(.listen = listen), NULL);
	TORTURE_CHECK("P7", server, "the port is not free: %s", quipu_http_error());
	TORTURE_CHECK("P7", kit_status(server, GET) == 200, "it does not serve");
	quipu_http_stop(server);
	quipu_registry_free(again);
	return 0;
}

static void *scrape_for_ever(void *server)
{
	for (;;)
		kit_status(server, GET);
	return NULL;
}

static void *write_for_ever(void *unused)
{
	char path[64];

	snprintf(path, sizeof path, "/tmp/quipu-exec-%d", (int)getppid());
	for (;;) {
		quipu_write_file(registry, path);
		quipu_inc_at(family, "x");
		quipu_family_remove(family, "x");
	}
	return unused;
}

static double answer(void *unused)
{
	(void)unused;
	return 42;
}

static void *exec_self(void *descriptors)
{
	char number[16];

	torture_sleep_us(20000);
	snprintf(number, sizeof number, "%d", (int)(intptr_t)descriptors);
	execl("/proc/self/exe", "exec", "--again", address, number, (char *)NULL);
	torture_broken("exec: %s", strerror(errno));
}

_Noreturn static void live(void)
{
	int before = open_descriptors();
	quipu_http *server;

	alarm(60);
	registry = quipu_registry_new(NULL);
	family = quipu_counter_family_new(registry, QUIPU_OPTS(.name = "exec_total",
							       .help = "Comes and goes.",
							       .labels = QUIPU_NAMES("a")));
	quipu_gauge_callback(registry, QUIPU_OPTS(.name = "exec_answer", .help = "42."), answer,
			     NULL);
	server = kit_start(registry, QUIPU_HTTP_OPTS(.listen = KIT_LISTEN));
	strcpy(address, quipu_http_address(server));
	torture_spawn_detached(scrape_for_ever, server);
	torture_spawn_detached(write_for_ever, NULL);
	torture_spawn_detached(exec_self, (void *)(intptr_t)before);
	for (;;)
		pause();
}

static void exec_one(void)
{
	pid_t child = fork();
	int status;

	if (child < 0)
		torture_broken("fork: %s", strerror(errno));
	if (child == 0)
		live();
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			torture_broken("waitpid: %s", strerror(errno));
	TORTURE_CHECK("P7", WIFEXITED(status) && WEXITSTATUS(status) == 0, "the new program: %x",
		      (unsigned)status);
}

static void clean_up(void)
{
	char command[128];

	snprintf(command, sizeof command, "rm -f /tmp/quipu-exec-%d*", (int)getpid());
	if (system(command) != 0)
		torture_broken("cannot clean up");
}

int main(int argc, char **argv)
{
	uint64_t i;

	if (argc == 4 && strcmp(argv[1], "--again") == 0)
		return begin_again(argv[2], atoi(argv[3]));
	torture_begin(&defaults, argc, argv);
	for (i = 0; i < torture.count; i++)
		exec_one();
	clean_up();
	qt_figure("children", torture.count);
	return torture_end("%" PRIu64 " programs", torture.count);
}
