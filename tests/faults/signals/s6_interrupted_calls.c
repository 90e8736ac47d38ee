/* SPDX-License-Identifier: MIT */
/*
 * s6_interrupted_calls.c: every system call of the responder that can be interrupted is, at every
 * other try. The linker sends them here, as signals cannot: they are blocked in its thread. With
 * signals, in the program's own loop: tests/http/life_test.c.
 *
 * Scrapes are unaffected: each is whole and in the bracket, small and large, on kept and on fresh
 * connections; no connection is cut off. So is the textfile.
 */
#include "bracket.h"
#include "http/kit.h"
#include "scale.h"
#include "torture.h"

#include <quipu/quipu.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define SERIES 5000 /* several windows of an answer */
#define TEXTFILES 30
#define GET "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"

static const struct torture defaults = {
	.name = "interrupted_calls",
	.promises = "P2 P7: EINTR from every system call of the responder",
	.threads = 2,
	.count = 300,
};

static struct bracket bracket;
static quipu_registry *registry;
static quipu_counter counter;

/* --- interrupting ----------------------------------------------------------------------------- */

enum call { ACCEPT, RECV, SEND, READ, WRITE, EPOLL_WAIT, FSYNC, OPEN, CALLS };
static const char *const call_names[] = { "accept4", "recv",	   "send",  "read",
					  "write",   "epoll_wait", "fsync", "open" };
static uint64_t interrupted[CALLS];

/* 1: the calls of this thread are interrupted; the responder's thread is known by its name. */
static __thread int asked, concerned;
static __thread uint64_t random_state;

static int is_concerned(void)
{
	char name[16] = "";

	if (!asked) {
		asked = 1;
		pthread_getname_np(pthread_self(), name, sizeof name);
		concerned = strncmp(name, "quipu-http", 10) == 0;
		random_state = torture_seed(77);
	}
	return concerned;
}

static int interrupts(enum call call)
{
	if (!is_concerned() || torture_random(&random_state) % 2)
		return 0;
	/* relaxed: only counts */
	__atomic_fetch_add(&interrupted[call], 1, __ATOMIC_RELAXED);
	errno = EINTR;
	return 1;
}

#define INTERRUPTED(I)                                                                             \
	I(ACCEPT, int, accept4, (int fd, struct sockaddr *address, socklen_t *len, int flags),     \
	  (fd, address, len, flags))                                                               \
	I(RECV, ssize_t, recv, (int fd, void *to, size_t n, int flags), (fd, to, n, flags))        \
	I(SEND, ssize_t, send, (int fd, const void *from, size_t n, int flags),                    \
	  (fd, from, n, flags))                                                                    \
	I(READ, ssize_t, read, (int fd, void *to, size_t n), (fd, to, n))                          \
	I(WRITE, ssize_t, write, (int fd, const void *from, size_t n), (fd, from, n))              \
	I(FSYNC, int, fsync, (int fd), (fd))                                                       \
	I(EPOLL_WAIT, int, epoll_wait, (int fd, struct epoll_event *events, int n, int ms),        \
	  (fd, events, n, ms))

#define INTERRUPT(call, type, name, parameters, arguments)                                         \
	type __real_##name parameters;                                                             \
	type __wrap_##name parameters;                                                             \
	type __wrap_##name parameters                                                              \
	{                                                                                          \
		if (interrupts(call))                                                              \
			return -1;                                                                 \
		return __real_##name arguments;                                                    \
	}
INTERRUPTED(INTERRUPT)

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
	va_list rest;
	mode_t mode;

	va_start(rest, flags);
	mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
	va_end(rest);
	return interrupts(OPEN) ? -1 : __real_open(path, flags, mode);
}

/* --- scraping --------------------------------------------------------------------------------- */

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

static void check_body(struct bracket_watch *watch, const char *body)
{
	const char *at = strstr(body, "\ninterrupted_total ");

	TORTURE_CHECK("P7", at, "the counter is missing");
	TORTURE_BRACKET("P2", bracket_close(watch, strtoull(at + 19, NULL, 10)));
	TORTURE_CHECK("P7", strstr(body, "n=\"4999\"} 1\n"), "the end is missing");
}

static void scrape(struct client *client, struct bracket_watch *watch)
{
	struct answer answer;

	bracket_open(watch);
	kit_send(client, GET);
	answer = kit_receive(client, false);
	TORTURE_CHECK("P7", answer.status == 200 && answer.whole, "status %d, %s", answer.status,
		      answer.whole ? "whole" : "cut off");
	check_body(watch, answer.body);
	kit_free(&answer);
}

static void scrape_many(const quipu_http *server, struct bracket_watch *watch)
{
	struct client kept = kit_connect(server), fresh;
	uint64_t i;

	for (i = 0; i < torture.count; i++) {
		scrape(&kept, watch);
		fresh = kit_connect(server);
		scrape(&fresh, watch);
		kit_close(&fresh);
		TORTURE_CHECK("P7", kit_status(server, "GET /-/healthy HTTP/1.0\r\n\r\n") == 200,
			      "not healthy");
	}
	kit_close(&kept);
}

static void write_textfile(struct bracket_watch *watch)
{
	static char text[1 << 20];
	char path[64];
	FILE *file;

	snprintf(path, sizeof path, "/tmp/quipu-interrupted-%d", (int)getpid());
	bracket_open(watch);
	asked = concerned = 1;
	TORTURE_CHECK("P7", quipu_write_file(registry, path) == QUIPU_OK, "no textfile: %s",
		      strerror(errno));
	concerned = 0;
	file = fopen(path, "re");
	if (!file)
		torture_broken("%s: %s", path, strerror(errno));
	text[fread(text, 1, sizeof text - 1, file)] = '\0';
	fclose(file);
	unlink(path);
	check_body(watch, text);
}

/* Its end wakes the responder, which reads that from a descriptor. */
static double answer_soon(void *unused)
{
	(void)unused;
	return 42;
}

static void fill(void)
{
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "interrupted_filling_total", .help = "Makes it long.",
				     .labels = QUIPU_NAMES("n"), .max_series = SERIES + 1));
	char name[16];
	int i;

	for (i = 0; i < SERIES; i++) {
		snprintf(name, sizeof name, "%d", i);
		quipu_inc_at(family, name);
	}
}

static void check_end(const quipu_http *server)
{
	quipu_http_stats_t stats = { .size = sizeof stats };
	uint64_t n;
	int i;

	quipu_http_stats(server, &stats);
	TORTURE_CHECK("P7", stats.aborted == 0, "%" PRIu64 " connections cut off", stats.aborted);
	for (i = 0; i < CALLS; i++) {
		/* relaxed: only counts */
		n = __atomic_load_n(&interrupted[i], __ATOMIC_RELAXED);
		printf("interrupted_calls: %s %" PRIu64 " times\n", call_names[i], n);
		TORTURE_CHECK("S6", n > 0, "%s was never interrupted: is it wrapped?",
			      call_names[i]);
	}
}

int main(int argc, char **argv)
{
	struct bracket_watch watch;
	pthread_t threads[64];
	quipu_http *server;
	unsigned i, n;

	torture_begin(&defaults, argc, argv);
	n = torture.threads < 64 ? torture.threads : 64;
	bracket_init(&bracket, n);
	bracket_watch(&watch, &bracket, "counter");
	registry = quipu_registry_new(NULL);
	counter = quipu_counter_new(registry,
				    QUIPU_OPTS(.name = "interrupted_total", .help = "Steps."));
	fill();
	quipu_gauge_callback(registry, QUIPU_OPTS(.name = "interrupted_answer", .help = "42."),
			     answer_soon, NULL);
	server = kit_start(registry, QUIPU_HTTP_OPTS(.max_requests = 1000000));
	for (i = 0; i < n; i++)
		threads[i] = torture_spawn(record, NULL);
	scrape_many(server, &watch);
	for (i = 0; i < TEXTFILES; i++)
		write_textfile(&watch);
	torture_stop();
	for (i = 0; i < n; i++)
		torture_join(threads[i]);
	TORTURE_BRACKET("P2", bracket_final(&watch, quipu_read(counter)));
	check_end(server);
	quipu_http_stop(server);
	quipu_registry_free(registry);
	qt_figure("requests", 3 * torture.count);
	return torture_end("%" PRIu64 " scrapes", 2 * torture.count);
}
