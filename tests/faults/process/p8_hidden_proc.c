/* SPDX-License-Identifier: MIT */
/*
 * p8_hidden_proc.c: after the start the process loses /proc (an empty file system over it), moves
 * to another root and becomes another user; another one had no /proc from the start.
 *
 * What the kernel no longer tells is left out of scrapes, family and all: never a zero, never a
 * NaN; each is there or not as a whole. All else goes on: recording (bracket), new threads, the
 * responder, series that come and go. The library prints nothing (P6), so "one warning" of the
 * catalogue is the absence itself.
 * 77: not run, where this user may not do such things.
 */
#include "bracket.h"
#include "http/kit.h"
#include "scale.h"
#include "support/parse.h"
#include "torture.h"

#include <quipu/quipu.h>

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY 65534
#define NOT_RUN 77
#define GET "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"

static const struct torture defaults = {
	.name = "hidden_proc",
	.promises = "P2 P6 P7: no /proc, another root, another user",
	.threads = 2,
	.count = 20, /* scrapes before and after */
};

static struct bracket bracket;
static quipu_registry *registry;
static quipu_counter counter;
static quipu_counter_family family;
static char root[] = "/tmp/quipu-root-XXXXXX"; /* an empty directory */
static const char *const from_proc[] = { "process_open_fds", "process_threads",
					 "process_resident_memory_bytes",
					 "process_virtual_memory_bytes",
					 "process_start_time_seconds" };

static void *record(void *unused)
{
	struct bracket_cell *cell = bracket_join(&bracket);

	while (!torture_stopped()) {
		bracket_start(cell, 1);
		quipu_inc(counter);
		bracket_finish(cell, 1);
	}
	bracket_leave(cell);
	return unused;
}

static void *record_once(void *unused)
{
	quipu_inc_at(family, "thread");
	return unused;
}

static void check_families(const struct qt_exposition *parsed, int has_proc)
{
	size_t i;

	for (i = 0; i < sizeof from_proc / sizeof from_proc[0]; i++)
		TORTURE_CHECK("P8", (qt_find(parsed, from_proc[i], NULL) != NULL) == has_proc,
			      "%s is %s", from_proc[i], has_proc ? "missing" : "shown");
	TORTURE_CHECK("P8", qt_find(parsed, "process_cpu_seconds_total", NULL),
		      "what needs no /proc is missing");
}

static void scrape(struct client *client, struct bracket_watch *watch, int has_proc)
{
	struct qt_exposition *parsed;
	struct answer answer;
	char error[256] = "";
	const char *at;

	bracket_open(watch);
	kit_send(client, GET);
	answer = kit_receive(client, false);
	TORTURE_CHECK("P7", answer.status == 200 && answer.whole, "status %d", answer.status);
	at = strstr(answer.body, "\nhidden_total ");
	TORTURE_CHECK("P7", at, "the counter is missing");
	TORTURE_BRACKET("P2", bracket_close(watch, strtoull(at + 14, NULL, 10)));
	TORTURE_CHECK("P8", !strstr(answer.body, " NaN\n"), "a figure is no number");
	parsed = qt_parse(answer.body, answer.len, error, sizeof error);
	TORTURE_CHECK("P7", parsed, "%s", error);
	check_families(parsed, has_proc);
	qt_free(parsed);
	kit_free(&answer);
}

static void use_everything(const quipu_http *server, struct bracket_watch *watch, int has_proc)
{
	struct client client = kit_connect(server);
	uint64_t i;

	for (i = 0; i < torture.count; i++) {
		scrape(&client, watch, has_proc);
		torture_join(torture_spawn(record_once, NULL));
		quipu_inc_at(family, "main");
		quipu_family_remove(family, "main");
	}
	kit_close(&client);
}

/* Mounts are this process' alone from here on; before it has threads, as unshare is for one. */
static int mount_alone(void)
{
	return unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

static int hide_proc(void)
{
	return mount("none", "/proc", "tmpfs", 0, NULL) == 0;
}

static int move_away(void)
{
	return chroot(root) == 0 && chdir("/") == 0 && setgid(NOBODY) == 0 && setuid(NOBODY) == 0;
}

static void make_metrics(void)
{
	registry = quipu_registry_new(NULL);
	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "hidden_total", .help = "Steps."));
	family = quipu_counter_family_new(registry,
					  QUIPU_OPTS(.name = "hidden_by_label_total",
						     .help = "Steps.", .labels = QUIPU_NAMES("a")));
	if (quipu_standard_collectors(registry) != QUIPU_OK)
		torture_broken("no collectors");
}

/* Hidden at the start: all figures from /proc are missing from the first scrape on. */
_Noreturn static void live(int hidden_at_start)
{
	struct bracket_watch watch;
	pthread_t threads[64];
	quipu_http *server;
	unsigned i;

	alarm(60);
	if (!mount_alone() || (hidden_at_start && !hide_proc()))
		_exit(NOT_RUN);
	make_metrics();
	server = kit_start(registry, QUIPU_HTTP_OPTS(.max_requests = 1000000));
	for (i = 0; i < torture.threads; i++)
		threads[i] = torture_spawn(record, NULL);
	bracket_watch(&watch, &bracket, "counter");
	use_everything(server, &watch, !hidden_at_start);
	if ((!hidden_at_start && !hide_proc()) || !move_away())
		_exit(NOT_RUN);
	use_everything(server, &watch, 0);
	torture_stop();
	for (i = 0; i < torture.threads; i++)
		torture_join(threads[i]);
	TORTURE_BRACKET("P2", bracket_final(&watch, quipu_read(counter)));
	TORTURE_CHECK("P6", quipu_registry_status(registry, NULL) == QUIPU_OK, "status %d",
		      quipu_registry_status(registry, NULL));
	quipu_http_stop(server);
	quipu_registry_free(registry);
	_exit(0);
}

static int run(int hidden_at_start)
{
	pid_t child = fork();
	int status;

	if (child < 0)
		torture_broken("fork: %s", strerror(errno));
	if (child == 0)
		live(hidden_at_start);
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			torture_broken("waitpid: %s", strerror(errno));
	TORTURE_CHECK("P8", WIFEXITED(status), "died of signal %d", WTERMSIG(status));
	return WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
	int status;

	torture_begin(&defaults, argc, argv);
	if (torture.threads > 64)
		torture_broken("--threads goes to 64");
	if (!mkdtemp(root))
		torture_broken("%s: %s", root, strerror(errno));
	bracket_init(&bracket, torture.threads);
	status = run(0);
	if (status == 0)
		status = run(1);
	rmdir(root);
	if (status == NOT_RUN)
		printf("not run: unshare, mount, chroot and setuid need root\n");
	return status == 0 ? torture_end("hidden later and from the start") : status;
}
