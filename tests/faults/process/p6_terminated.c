/* SPDX-License-Identifier: MIT */
/*
 * p6_terminated.c: a server gets SIGTERM while scrapes are running: some in the middle of a body
 * that its reader takes slowly, one that waits for a callback.
 *
 * Whether it has no handler or ends in order (quipu_http_stop, quipu_registry_free, exit), it is
 * gone in less than a second; each reader sees its answer whole or its connection's end. The
 * second is asked of the quickest of some: the machine may have other things to do, but who waits
 * for readers or for a deadline does so each time, and nobody may take as long as a write may.
 */
#include "http/kit.h"
#include "scale.h"
#include "torture.h"

#include <quipu/quipu.h>

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define SERIES 50000 /* more than the sockets take */
#define CLIENTS 4
#define GET "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"
#define MOST_US (UINT64_C(1000000) * TORTURE_SCALE)
#define WORST_US (20 * UINT64_C(1000000)) /* a write may take 30 s */

static const struct torture defaults = {
	.name = "terminated",
	.promises = "P6: SIGTERM during scrapes",
	.threads = CLIENTS,
	.count = 5, /* each way */
};

/* --- the server ------------------------------------------------------------------------------- */

static double take_a_while(void *unused)
{
	(void)unused;
	torture_sleep_us(100000);
	return 1;
}

static quipu_registry *make_registry(void)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "terminated_total", .help = "Makes it long.",
				     .labels = QUIPU_NAMES("n"), .max_series = SERIES + 1));
	char name[16];
	int i;

	for (i = 0; i < SERIES; i++) {
		snprintf(name, sizeof name, "%d", i);
		quipu_inc_at(family, name);
	}
	return registry;
}

static void add_slow_callback(quipu_registry *registry)
{
	quipu_gauge_callback(registry, QUIPU_OPTS(.name = "terminated_slow", .help = "Slow."),
			     take_a_while, NULL);
}

/* In order: waits for the signal, stops, frees, ends. Otherwise the default kills it. */
_Noreturn static void serve(int in_order, int ready)
{
	quipu_registry *registry = make_registry();
	quipu_http *server;
	sigset_t set;
	int number;

	alarm(60);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	if (in_order)
		sigprocmask(SIG_BLOCK, &set, NULL);
	server = kit_start(registry, QUIPU_HTTP_OPTS(.path = NULL));
	if (in_order)
		add_slow_callback(registry);
	if (write(ready, quipu_http_address(server), strlen(quipu_http_address(server)) + 1) < 0)
		_exit(2);
	sigwait(&set, &number);
	quipu_http_stop(server);
	quipu_registry_free(registry);
	exit(0);
}

/* --- its clients ------------------------------------------------------------------------------ */

static pid_t start(int in_order, char *address, size_t size)
{
	int ends[2];
	pid_t child;

	if (pipe(ends) || (child = fork()) < 0)
		torture_broken("fork: %s", strerror(errno));
	if (child == 0) {
		close(ends[0]);
		serve(in_order, ends[1]);
	}
	close(ends[1]);
	if (read(ends[0], address, size) <= 0)
		torture_broken("the server did not start");
	close(ends[0]);
	return child;
}

/* The one waits for a callback or has its answer, others are in the middle of theirs. */
static void ask(struct client *clients, const char *address)
{
	char some[1000];
	int i;

	for (i = 0; i < CLIENTS; i++) {
		clients[i] = kit_connect_to(address);
		kit_send(&clients[i], GET);
	}
	if (recv(clients[0].fd, some, 1, MSG_PEEK) < 1)
		torture_broken("no answer");
}

static void read_to_the_end(struct client *clients)
{
	char some[65536];
	ssize_t n;
	int i;

	for (i = 0; i < CLIENTS; i++) {
		do
			n = recv(clients[i].fd, some, sizeof some, 0);
		while (n > 0);
		TORTURE_CHECK("P6", n == 0 || errno == ECONNRESET, "a reader is left waiting: %s",
			      strerror(errno));
		kit_close(&clients[i]);
	}
}

static void check_status(int status, int in_order)
{
	if (in_order)
		TORTURE_CHECK("P6", WIFEXITED(status) && WEXITSTATUS(status) == 0,
			      "ended in order with %x", (unsigned)status);
	else
		TORTURE_CHECK("P6", WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM,
			      "ended with %x", (unsigned)status);
}

/* Returns how long it took. */
static uint64_t terminate(int in_order)
{
	struct client clients[CLIENTS];
	char address[64];
	pid_t child = start(in_order, address, sizeof address);
	uint64_t before, took;
	int status;

	ask(clients, address);
	before = torture_now_us();
	kill(child, SIGTERM);
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			torture_broken("waitpid: %s", strerror(errno));
	took = torture_now_us() - before;
	check_status(status, in_order);
	read_to_the_end(clients);
	return took;
}

/* Returns the longest. */
static uint64_t terminate_some(int in_order)
{
	uint64_t i, took, best = UINT64_MAX, worst = 0;

	for (i = 0; i < torture.count; i++) {
		took = terminate(in_order);
		best = took < best ? took : best;
		worst = took > worst ? took : worst;
	}
	TORTURE_CHECK("P6", best < MOST_US, "it took %" PRIu64 " us to end at best", best);
	TORTURE_CHECK("P6", worst < WORST_US, "it took %" PRIu64 " us to end", worst);
	return worst;
}

int main(int argc, char **argv)
{
	uint64_t killed, in_order;

	torture_begin(&defaults, argc, argv);
	killed = terminate_some(0);
	in_order = terminate_some(1);
	qt_figure("children", 2 * torture.count);
	return torture_end("%" PRIu64 " us to end at worst, %" PRIu64 " us in order", killed,
			   in_order);
}
