/* SPDX-License-Identifier: MIT */
/*
 * forks.c: the program forks while threads record, scrape and register.
 *
 * DESIGN 3.1 fork: a child starts at zero with the same families, never hangs, can do
 * everything its parent can, and forks again. P2: the parent loses nothing. A server's
 * sockets stay the parent's, which a child neither keeps open nor deafens.
 */
#include "bracket.h"
#include "raw.h"
#include "torture.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <quipu/http.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEEP 3
#define AT_ONCE 4
#define PATIENCE 60 /* seconds that a child may take */
#define IN_CHILD 100

static const struct torture defaults = {
	.name = "forks",
	.promises = "P1 P2 P3 of reliability A.1: fork while recording, scraping, registering",
	.threads = 2,
	.count = 500,
};

#ifdef TORTURE_TSAN
const char *__tsan_default_options(void);

/* The children of these tests start threads. */
const char *__tsan_default_options(void)
{
	return "die_after_fork=0";
}
#endif

static struct bracket bracket;
static quipu_registry *registry;
static quipu_counter counter;
static quipu_float_counter floats;
static quipu_updown updown;
static quipu_gauge gauge;
static quipu_histogram histogram;
static quipu_counter_family churned;
static int port;

static void step(void)
{
	quipu_inc(updown);
	quipu_inc(counter);
	quipu_inc(floats);
	quipu_observe(histogram, 1.0);
}

static void *record(void *arg)
{
	struct bracket_cell *cell = bracket_join(&bracket);

	(void)arg;
	while (!torture_stopped()) {
		bracket_start(cell, 1);
		step();
		quipu_set(gauge, 7);
		bracket_finish(cell, 1);
	}
	bracket_leave(cell);
	return NULL;
}

static void register_and_remove(quipu_registry *in, const char *name)
{
	quipu_counter_family family =
		quipu_counter_family_new(in, QUIPU_OPTS(.name = name, .help = "Comes and goes.",
							.labels = QUIPU_NAMES("kind")));

	quipu_inc_at(family, "a");
	quipu_release(quipu_at(family, "b"));
	quipu_family_remove(family, "a");
	quipu_family_unregister(family);
}

static void *register_for_ever(void *arg)
{
	(void)arg;
	while (!torture_stopped()) {
		register_and_remove(registry, "forks_passing_total");
		quipu_inc_at(churned, "x");
		quipu_family_remove(churned, "x");
	}
	return NULL;
}

static void scrape_once(struct raw_scrape *scrape, struct bracket_watch *watch)
{
	const struct raw_sample *sample;

	bracket_open(&watch[0]);
	bracket_open(&watch[1]);
	raw_take(scrape, registry);
	sample = raw_find(scrape, "forks_total", NULL);
	TORTURE_BRACKET("P2", bracket_close(&watch[0], sample->integer));
	sample = raw_find(scrape, "forks_seconds", NULL);
	TORTURE_BRACKET("P2", bracket_close(&watch[1], sample->count));
	TORTURE_CHECK("P4", (double)sample->count == sample->sum, "count %" PRIu64 ", sum %.17g",
		      sample->count, sample->sum);
}

static void *scrape_for_ever(void *arg)
{
	struct raw_scrape scrape = { 0 };
	struct bracket_watch watch[2];

	(void)arg;
	bracket_watch(&watch[0], &bracket, "counter");
	bracket_watch(&watch[1], &bracket, "histogram count");
	while (!torture_stopped())
		scrape_once(&scrape, watch);
	raw_free(&scrape);
	return NULL;
}

/* --- in a child --------------------------------------------------------------------------- */

static void expect_values(int depth, uint64_t n)
{
	quipu_histogram_value h = quipu_read(histogram);

	TORTURE_CHECK("fork", quipu_read(counter) == n,
		      "depth %d: counter %" PRIu64 ", not %" PRIu64, depth, quipu_read(counter), n);
	TORTURE_CHECK("fork", quipu_read(floats) == (double)n, "depth %d: float counter %g", depth,
		      quipu_read(floats));
	TORTURE_CHECK("fork", quipu_read(updown) == (int64_t)n, "depth %d: up-down %" PRId64, depth,
		      quipu_read(updown));
	TORTURE_CHECK("fork", h.count == n && h.sum == (double)n,
		      "depth %d: histogram %" PRIu64 " %g", depth, h.count, h.sum);
}

static void *record_some(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; i < IN_CHILD; i++)
		step();
	return NULL;
}

static void expect_scrape(int depth, uint64_t n)
{
	struct raw_scrape scrape = { 0 };
	const struct raw_sample *sample;

	raw_take(&scrape, registry);
	sample = raw_find(&scrape, "forks_total", NULL);
	TORTURE_CHECK("fork", sample && sample->integer == n, "depth %d: scrape without the total",
		      depth);
	sample = raw_find(&scrape, "forks_made_total", "child");
	TORTURE_CHECK("fork", sample && sample->integer == 2, "depth %d: scrape without the series",
		      depth);
	raw_free(&scrape);
}

/* What the server listens on must not be open here. */
static void expect_no_listener(int depth)
{
	int fd, found, listens;
	struct sockaddr_in address;
	socklen_t len;

	for (fd = 3; fd < 1024; fd++) {
		len = sizeof address;
		if (getsockname(fd, (struct sockaddr *)&address, &len) ||
		    address.sin_family != AF_INET)
			continue;
		found = ntohs(address.sin_port) == port;
		len = sizeof listens;
		listens = 0;
		getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &len);
		TORTURE_CHECK("P3", !(found && listens), "depth %d: descriptor %d still listens",
			      depth, fd);
	}
}

/* ThreadSanitizer cannot start threads in a child of a program with threads, and whoever
 * removes starts the library's own. */
static void use_threads(int depth, quipu_counter_family made)
{
#ifndef TORTURE_TSAN
	register_and_remove(registry, "forks_passing_in_child_total");
	torture_join(torture_spawn(record_some, NULL));
	expect_values(depth, UINT64_C(2) * IN_CHILD);
	expect_scrape(depth, UINT64_C(2) * IN_CHILD);
	quipu_family_unregister(made);
	quipu_family_remove(churned, "child");
#else
	(void)depth;
	(void)made;
#endif
}

static void use_everything(int depth)
{
	quipu_counter_family made = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "forks_made_total", .help = "Made in a child.",
				     .labels = QUIPU_NAMES("who")));

	expect_values(depth, 0);
	TORTURE_CHECK("fork", quipu_read(gauge) == 0, "depth %d: gauge %g", depth,
		      quipu_read(gauge));
	quipu_add_at(made, 2, "child");
	quipu_inc_at(churned, "child");
	record_some(NULL);
	expect_values(depth, IN_CHILD);
	expect_scrape(depth, IN_CHILD);
	use_threads(depth, made);
}

static void wait_for(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			torture_broken("waitpid: %s", strerror(errno));
	TORTURE_CHECK("fork", !WIFSIGNALED(status), "a child died of signal %d%s", WTERMSIG(status),
		      WTERMSIG(status) == SIGALRM ? ": it hung" : "");
	TORTURE_CHECK("fork", WEXITSTATUS(status) == 0, "a child failed with %d",
		      WEXITSTATUS(status));
}

static pid_t fork_child(int depth);

_Noreturn static void live_as_child(int depth)
{
	signal(SIGALRM, SIG_DFL);
	alarm(PATIENCE);
	expect_no_listener(depth);
	use_everything(depth);
	if (depth < DEEP)
		wait_for(fork_child(depth + 1));
	_exit(0);
}

static pid_t fork_child(int depth)
{
	pid_t child = fork();

	if (child < 0)
		torture_broken("fork: %s", strerror(errno));
	if (child == 0)
		live_as_child(depth);
	return child;
}

/* --- in the parent -------------------------------------------------------------------------- */

static void fork_many(void)
{
	pid_t children[AT_ONCE] = { 0 };
	uint64_t i;

	for (i = 0; i < torture.count; i++) {
		if (children[i % AT_ONCE])
			wait_for(children[i % AT_ONCE]);
		/* one in ten goes deep */
		children[i % AT_ONCE] = fork_child(i % 10 ? DEEP : 1);
	}
	for (i = 0; i < AT_ONCE; i++)
		if (children[i])
			wait_for(children[i]);
}

/* Asks the server for its metrics; returns whether wanted is in the answer. */
static int served(const char *wanted)
{
	static const char request[] =
		"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons((uint16_t)port),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct timeval patience = { PATIENCE, 0 };
	char answer[64 * 1024];
	size_t len = 0;
	ssize_t got = 0;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
	    send(fd, request, sizeof request - 1, MSG_NOSIGNAL) > 0)
		while ((got = recv(fd, answer + len, sizeof answer - 1 - len, 0)) > 0)
			len += (size_t)got;
	close(fd);
	answer[len] = '\0';
	return got == 0 && strstr(answer, wanted) != NULL;
}

/* A child that lives on and does nothing must not hold the port. */
static quipu_http *restart_beside_child(quipu_http *server)
{
	char address[64];
	quipu_error error;
	int end[2];
	pid_t child;

	snprintf(address, sizeof address, "127.0.0.1:%d", port);
	if (pipe(end))
		torture_broken("pipe: %s", strerror(errno));
	child = fork();
	if (child == 0) {
		close(end[1]);
		signal(SIGALRM, SIG_DFL);
		alarm(PATIENCE);
		_exit(read(end[0], address, 1) == 0 ? 0 : 1);
	}
	close(end[0]);
	quipu_http_stop(server);
	server = quipu_http_start(registry, QUIPU_HTTP_OPTS(.listen = address), &error);
	TORTURE_CHECK("P3", server, "the port is not free: %s", quipu_http_error());
	close(end[1]);
	wait_for(child);
	return server;
}

static void make_metrics(void)
{
	registry = quipu_registry_new(NULL);
	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "forks_total", .help = "Steps."));
	floats = quipu_float_counter_new(registry,
					 QUIPU_OPTS(.name = "forks_float_total", .help = "Steps."));
	updown = quipu_updown_new(registry, QUIPU_OPTS(.name = "forks_sum", .help = "Steps."));
	gauge = quipu_gauge_new(registry, QUIPU_OPTS(.name = "forks_gauge", .help = "Seven."));
	histogram =
		quipu_histogram_new(registry, QUIPU_OPTS(.name = "forks_seconds", .help = "Ones."));
	churned = quipu_counter_family_new(registry, QUIPU_OPTS(.name = "forks_churned_total",
								.help = "Series come and go.",
								.labels = QUIPU_NAMES("name")));
	if (quipu_registry_status(registry, NULL) != QUIPU_OK)
		torture_broken("set-up failed");
}

static void check_totals(void)
{
	struct raw_scrape scrape = { 0 };
	struct bracket_watch watch[2];
	char line[64];

	bracket_watch(&watch[0], &bracket, "counter");
	bracket_watch(&watch[1], &bracket, "histogram count");
	scrape_once(&scrape, watch);
	raw_free(&scrape);
	TORTURE_CHECK("P2", bracket_started(&bracket) == bracket_done(&bracket), "a step is open");
	snprintf(line, sizeof line, "\nforks_total %" PRIu64 "\n", bracket_done(&bracket));
	TORTURE_CHECK("P2", served(line), "not served: %s", line);
}

int main(int argc, char **argv)
{
	pthread_t threads[66];
	quipu_http *server;
	unsigned i, n;

	torture_begin(&defaults, argc, argv);
	n = torture.threads < 64 ? torture.threads : 64;
	bracket_init(&bracket, n);
	make_metrics();
	server = quipu_http_start(registry, QUIPU_HTTP_OPTS(.listen = "127.0.0.1:0"), NULL);
	if (!server)
		torture_broken("%s", quipu_http_error());
	port = quipu_http_port(server);
	for (i = 0; i < n; i++)
		threads[i] = torture_spawn(record, NULL);
	threads[n] = torture_spawn(register_for_ever, NULL);
	threads[n + 1] = torture_spawn(scrape_for_ever, NULL);
	fork_many();
	TORTURE_CHECK("P3", served("\nforks_total "), "the children deafened the server");
	server = restart_beside_child(server);
	torture_stop();
	for (i = 0; i < n + 2; i++)
		torture_join(threads[i]);
	check_totals();
	quipu_http_stop(server);
	quipu_registry_free(registry);
	qt_figure("records", bracket_done(&bracket));
	bracket_free(&bracket);
	qt_figure("children", torture.count);
	return torture_end("%" PRIu64 " children", torture.count);
}
