/* SPDX-License-Identifier: MIT */
/*
 * s5_not_ours.c: signals to the process reach the program's thread that waits for them, while the
 * library has every thread that it ever has: a responder's, the one of callbacks, the reaper.
 *
 * Were one of them to take a signal, the process would end, as that is what the default does. And
 * it is asked directly: each library thread blocks every signal that is not its own doing; the
 * library has installed no handler (P6).
 */
#include "bracket.h"
#include "figure.h"
#include "http/kit.h"
#include "scale.h"
#include "torture.h"

#include <quipu/quipu.h>

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LIBRARY_THREADS 3
#define GET "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"

static const struct torture defaults = {
	.name = "not_ours",
	.promises = "P2 P6: signals of the program are the program's",
	.threads = 1,
	.count = 1000,
};

static const int numbers[] = { SIGUSR1, SIGUSR2, SIGTERM, SIGINT,  SIGHUP,    SIGQUIT,
			       SIGALRM, SIGCHLD, SIGPIPE, SIGPROF, SIGVTALRM, SIGWINCH };
#define NUMBERS (sizeof numbers / sizeof numbers[0])

static struct bracket bracket;
static quipu_registry *registry;
static quipu_counter counter;
static quipu_counter_family family;
static quipu_http *server;

static double answer(void *unused)
{
	(void)unused;
	return 42;
}

/* The library's threads are busy meanwhile. The program's own blocks what main waits for: it was
 * started by it. */
static void *keep_busy(void *unused)
{
	struct bracket_cell *cell = bracket_join(&bracket);
	struct bracket_watch watch;
	struct answer body;
	const char *at;

	bracket_watch(&watch, &bracket, "counter");
	while (!torture_stopped()) {
		bracket_start(cell, 1);
		quipu_inc(counter);
		bracket_finish(cell, 1);
		quipu_inc_at(family, "x");
		quipu_family_remove(family, "x");
		bracket_open(&watch);
		body = kit_ask(server, GET);
		at = body.status == 200 && body.whole ? strstr(body.body, "\nours_total ") : NULL;
		TORTURE_CHECK("S5", at, "status %d", body.status);
		TORTURE_BRACKET("P2", bracket_close(&watch, strtoull(at + 12, NULL, 10)));
		kit_free(&body);
	}
	qt_figure("scrapes", watch.scrapes);
	return unused;
}

/* A line of /proc/self/task/ID/status in hexadecimal. */
static uint64_t status_of(const char *task, const char *name)
{
	char path[300], line[256];
	uint64_t value = 0;
	FILE *file;

	snprintf(path, sizeof path, "/proc/self/task/%s/status", task);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof line, file))
		if (strncmp(line, name, strlen(name)) == 0)
			value = strtoull(line + strlen(name), NULL, 16);
	if (file)
		fclose(file);
	return value;
}

static int is_of_library(const char *task)
{
	char path[300], name[32] = "";
	FILE *file;

	snprintf(path, sizeof path, "/proc/self/task/%s/comm", task);
	file = fopen(path, "re");
	if (file && !fgets(name, sizeof name, file))
		name[0] = '\0';
	if (file)
		fclose(file);
	return strncmp(name, "quipu-", 6) == 0;
}

static uint64_t bit(int number)
{
	return UINT64_C(1) << (number - 1);
}

/* Signals that a thread brings upon itself, and two that nobody can block. */
static uint64_t need_not_be_blocked(void)
{
	return bit(SIGSEGV) | bit(SIGBUS) | bit(SIGFPE) | bit(SIGILL) | bit(SIGTRAP) | bit(SIGSYS) |
	       bit(SIGABRT) | bit(SIGKILL) | bit(SIGSTOP) | bit(32) | bit(33);
}

static void check_masks(void)
{
	DIR *tasks = opendir("/proc/self/task");
	const struct dirent *entry;
	int n = 0;

	while (tasks && (entry = readdir(tasks))) {
		uint64_t blocked;

		if (!is_of_library(entry->d_name))
			continue;
		n++;
		blocked = status_of(entry->d_name, "SigBlk:");
		TORTURE_CHECK("S5", !~(blocked | need_not_be_blocked()),
			      "thread %s blocks %" PRIx64, entry->d_name, blocked);
	}
	closedir(tasks);
	TORTURE_CHECK("S5", n == LIBRARY_THREADS, "%d threads of the library", n);
}

/* Two that the C library has for itself do not count, nor the alarm of these tests. */
static uint64_t handlers(void)
{
	char self[16];

	snprintf(self, sizeof self, "%d", (int)getpid());
	return status_of(self, "SigCgt:") & ~(bit(32) | bit(33) | bit(SIGALRM));
}

static void block_all(sigset_t *set)
{
	size_t i;

	sigemptyset(set);
	for (i = 0; i < NUMBERS; i++)
		sigaddset(set, numbers[i]);
}

static void send_all(const sigset_t *set)
{
	const struct timespec patience = { 30, 0 };
	uint64_t i;
	int got;

	for (i = 0; i < torture.count; i++) {
		kill(getpid(), numbers[i % NUMBERS]);
		got = sigtimedwait(set, NULL, &patience);
		TORTURE_CHECK("S5", got == numbers[i % NUMBERS], "signal %d came as %d: %s",
			      numbers[i % NUMBERS], got, got < 0 ? strerror(errno) : "");
	}
}

int main(int argc, char **argv)
{
	uint64_t before = handlers();
	pthread_t busy;
	sigset_t set;

	torture_begin(&defaults, argc, argv);
	bracket_init(&bracket, 1);
	registry = quipu_registry_new(NULL);
	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "ours_total", .help = "Steps."));
	family = quipu_counter_family_new(registry, QUIPU_OPTS(.name = "ours_by_label_total",
							       .help = "Comes and goes.",
							       .labels = QUIPU_NAMES("a")));
	quipu_gauge_callback(registry, QUIPU_OPTS(.name = "ours_answer", .help = "42."), answer,
			     NULL);
	/* all threads of the library are started while signals are not blocked */
	server = kit_start(registry, QUIPU_HTTP_OPTS(.path = NULL));
	quipu_inc_at(family, "y");
	quipu_family_remove(family, "y");
	TORTURE_CHECK("S5", kit_status(server, GET) == 200, "it does not serve");
	check_masks();
	block_all(&set);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	busy = torture_spawn(keep_busy, NULL);
	send_all(&set);
	torture_stop();
	torture_join(busy);
	check_masks();
	TORTURE_CHECK("P6", handlers() == before, "handlers %" PRIx64 ", before %" PRIx64,
		      handlers(), before);
	quipu_http_stop(server);
	quipu_registry_free(registry);
	qt_figure("signals", torture.count);
	return torture_end("%" PRIu64 " signals", torture.count);
}
