/* SPDX-License-Identifier: MIT */
/*
 * c3_pause.c: a process that is stopped for a while, as by a suspended machine, and goes on.
 *
 * C3, P6: what came due meanwhile happens once: idle connections are closed, and that is all. No
 * storm of timers: the process then takes next to no processor time and sleeps; it answers, and it
 * has lost nothing.
 */
#include "torture.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <inttypes.h>
#include <poll.h>
#include <quipu/http.h>
#include <quipu/quipu.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define CONNECTIONS 50
#define PERIODS 20 /* of the idle timeout in a pause of 2 s */
#define QUIET_SECONDS 2
#define MOST_SWITCHES (4 * CONNECTIONS) /* of tasks, in the time after */
#define PATIENCE_US 60000000
#define MOST_TICKS 50 /* of processor time, hundredths of a second */
#define GET "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"

static const struct torture defaults = {
	.name = "pause",
	.promises = "P6 C3: a long pause of the whole process",
	.seconds = 2, /* of pause */
};

/* --- the process that is stopped --------------------------------------------------------------- */

_Noreturn static void serve(int port_to, int end_from)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_http *server = quipu_http_start(
		registry,
		QUIPU_HTTP_OPTS(.listen = "127.0.0.1:0",
				.idle_timeout_seconds = torture.seconds / (double)PERIODS),
		NULL);
	int port = quipu_http_port(server);
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "kept_total", .help = "K.",
				     .labels = QUIPU_NAMES("set"), .idle_seconds = 1e6));
	char end;

	quipu_add_at(family, 7, "x");
	quipu_standard_collectors(registry);
	if (!server || write(port_to, &port, sizeof port) != sizeof port)
		_exit(2);
	if (read(end_from, &end, 1) < 0) /* until the test closes its side */
		_exit(2);
	quipu_http_stop(server);
	quipu_registry_free(registry);
	_exit(0);
}

/* --- what it costs ------------------------------------------------------------------------------ */

struct cost {
	uint64_t switches, ticks;
};

static uint64_t field(const char *path, const char *name)
{
	uint64_t value = 0;
	char line[256];
	FILE *file = fopen(path, "r");

	while (file && fgets(line, sizeof line, file))
		if (!strncmp(line, name, strlen(name)))
			value = strtoull(line + strlen(name), NULL, 10);
	if (file)
		fclose(file);
	return value;
}

/* utime and stime, the 14th and 15th of its stat; the name before them has no blank. */
static uint64_t ticks_of(pid_t pid)
{
	char path[64], line[1024] = "", *at;
	FILE *file;
	int i;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	file = fopen(path, "r");
	if (!file || !fgets(line, sizeof line, file))
		torture_broken("no %s", path);
	fclose(file);
	at = strrchr(line, ')');
	for (i = 0; at && i < 12; i++)
		at = strchr(at + 1, ' ');
	return at ? strtoull(at, &at, 10) + strtoull(at, NULL, 10) : 0;
}

static struct cost cost_of(pid_t pid)
{
	struct cost cost = { 0, ticks_of(pid) };
	struct dirent *entry;
	char path[320];
	DIR *tasks;

	snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
	tasks = opendir(path);
	while (tasks && (entry = readdir(tasks))) {
		snprintf(path, sizeof path, "/proc/%d/task/%s/status", (int)pid, entry->d_name);
		cost.switches += field(path, "voluntary_ctxt_switches:");
	}
	if (tasks)
		closedir(tasks);
	return cost;
}

/* --- its clients -------------------------------------------------------------------------------- */

static int connect_to(int port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)port),
				  .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&at, sizeof at) != 0)
		torture_broken("cannot connect");
	return fd;
}

static bool is_answered(int fd)
{
	char answer[1 << 16];
	size_t len = 0;
	ssize_t n;

	answer[0] = '\0';
	if (send(fd, GET, sizeof GET - 1, MSG_NOSIGNAL) != sizeof GET - 1)
		return false;
	while (!strstr(answer, "kept_total{set=\"x\"} 7\n") &&
	       (n = read(fd, answer + len, sizeof answer - 1 - len)) > 0) {
		len += (size_t)n;
		answer[len] = '\0';
	}
	return strstr(answer, "kept_total{set=\"x\"} 7\n");
}

/* On a connection of its own; another one where that was idle for too long before it asked. */
static void ask(int port)
{
	uint64_t end = torture_now_us() + PATIENCE_US;
	bool answered;
	int fd;

	do {
		fd = connect_to(port);
		answered = is_answered(fd);
		close(fd);
	} while (!answered && torture_now_us() < end);
	TORTURE_CHECK("P6", answered, "no answer");
}

/* The server closes it, within seconds; what is left of an answer may come before. */
static void expect_closed(int fd)
{
	struct pollfd wait = { fd, POLLIN, 0 };
	char rest[4096];
	ssize_t n = 1;

	while (n > 0) {
		TORTURE_CHECK("C3", poll(&wait, 1, PATIENCE_US / 1000) > 0,
			      "an idle connection was forgotten during the pause");
		n = read(fd, rest, sizeof rest);
	}
	close(fd);
}

static void pause_it(pid_t pid)
{
	kill(pid, SIGSTOP);
	if (waitpid(pid, NULL, WUNTRACED) != pid)
		torture_broken("it does not stop");
	torture_sleep_us(torture.seconds * UINT64_C(1000000));
	kill(pid, SIGCONT);
}

static void check_quiet(pid_t pid)
{
	struct cost before = cost_of(pid), after;

	torture_sleep_us(QUIET_SECONDS * UINT64_C(1000000));
	after = cost_of(pid);
	printf("pause: %" PRIu64 " switches, %" PRIu64 " ticks in %d s after it\n",
	       after.switches - before.switches, after.ticks - before.ticks, QUIET_SECONDS);
	TORTURE_CHECK("C3", after.switches - before.switches < MOST_SWITCHES,
		      "woken %" PRIu64 " times", after.switches - before.switches);
	TORTURE_CHECK("C3", after.ticks - before.ticks < MOST_TICKS,
		      "%" PRIu64 " hundredths of a second of processor time",
		      after.ticks - before.ticks);
}

static void check_process(pid_t pid, int port)
{
	int fds[CONNECTIONS], i;
	struct cost before, after;

	ask(port);
	for (i = 0; i < CONNECTIONS; i++)
		fds[i] = connect_to(port);
	before = cost_of(pid);
	pause_it(pid);
	for (i = 0; i < CONNECTIONS; i++)
		expect_closed(fds[i]);
	after = cost_of(pid);
	TORTURE_CHECK("C3", after.switches - before.switches < MOST_SWITCHES,
		      "woken %" PRIu64 " times to close %d connections",
		      after.switches - before.switches, CONNECTIONS);
	check_quiet(pid);
	ask(port);
}

int main(int argc, char **argv)
{
	int ports[2], ends[2], port, status;
	pid_t pid;

	torture_begin(&defaults, argc, argv);
	if (pipe(ports) != 0 || pipe(ends) != 0)
		torture_broken("no pipes");
	pid = fork();
	if (pid == 0) {
		close(ends[1]);
		serve(ports[1], ends[0]);
	}
	close(ends[0]);
	if (read(ports[0], &port, sizeof port) != sizeof port)
		torture_broken("no server");
	check_process(pid, port);
	close(ends[1]);
	if (waitpid(pid, &status, 0) != pid)
		torture_broken("it is gone");
	TORTURE_CHECK("P6", status == 0, "it ends with %d", status);
	return torture_end("%u s", torture.seconds);
}
