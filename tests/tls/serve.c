/* SPDX-License-Identifier: MIT */
/*
 * serve.c: a server behind a web configuration, for clients in other languages.
 *
 * serve CONFIG [HEADER_SECONDS [SERIES [HOW]]]: prints the address, then obeys lines of its
 * input, answering each with one line, until that ends. HOW: "poll", driven by a loop of its own
 * instead of the server's thread, or "sandbox". What cannot be opened is said on the standard error, with status 1.
 */
#include <quipu/http.h>
#include <quipu/quipu.h>
#include <quipu/tls.h>

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

QUIPU_LABELS(item, item);

static void fill(quipu_registry *registry, unsigned long n)
{
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "items_total", .help = "Items.", .labels = item_names,
				     .max_series = (uint32_t)n + 1));

	quipu_add(
		quipu_counter_new(registry, QUIPU_OPTS(.name = "served_total", .help = "Served.")),
		42);
	for (unsigned long i = 0; i < n; i++) {
		char number[32];

		snprintf(number, sizeof(number), "%lu", i);
		quipu_add_at(family, i, number);
	}
}

static void print_stats(quipu_tls *tls, const quipu_http *server)
{
	quipu_tls_stats_t s = { .size = sizeof(s) };
	quipu_http_stats_t h = { .size = sizeof(h) };
	char text[600];

	quipu_tls_stats(tls, &s);
	quipu_http_stats(server, &h);
	quipu_tls_reload_error(tls, text, sizeof(text));
	printf("{\"handshakes\": %" PRIu64 ", \"failed_handshakes\": %" PRIu64
	       ", \"reloads\": %" PRIu64 ", \"failed_reloads\": %" PRIu64 ", \"allowed\": %" PRIu64
	       ", \"unauthorized\": %" PRIu64 ", \"too_many\": %" PRIu64
	       ", \"unavailable\": %" PRIu64 ", \"hashed\": %" PRIu64 ", \"remembered\": %" PRIu64
	       ", \"exposed_key\": %" PRIu64 ", \"open\": %" PRIu64 "}\t%s\n",
	       s.handshakes, s.failed_handshakes, s.reloads, s.failed_reloads, s.allowed,
	       s.unauthorized, s.too_many, s.unavailable, s.hashed, s.remembered, s.exposed_key,
	       h.open, text);
}

/* A child that ends everything it inherited, as a program would. */
static void fork_one(quipu_tls *tls, quipu_http *server)
{
	int status = -1;
	pid_t child = fork();

	if (child == 0) {
		quipu_http *own =
			quipu_http_start(quipu_default_registry(),
					 QUIPU_HTTP_OPTS(.listen = "127.0.0.1:0",
							 .transport = quipu_tls_transport(tls)),
					 NULL);

		quipu_http_stop(server);
		quipu_tls_close(tls);
		_exit(own ? 1 : 0); /* another process' transport must be refused */
	}
	if (child > 0)
		waitpid(child, &status, 0);
	printf("%d\n", status);
}

static int leaving;

/* Registered before OpenSSL can register its own clean-up, so it runs after that: the server goes
 * on meanwhile, as one does whose program takes long to end. */
static void linger(void)
{
	if (leaving)
		usleep(300000);
}

/* With everything running. */
static void leave(void)
{
	leaving = 1;
	exit(0);
}

/* False: the input has ended. */
static int obey(quipu_tls *tls, quipu_http *server)
{
	char line[64];
	size_t len = 0;

	while (len < sizeof(line) - 1 && read(0, &line[len], 1) == 1 && line[len] != '\n')
		len++;
	line[len] = '\0';
	if (strcmp(line, "stats") == 0)
		print_stats(tls, server);
	else if (strcmp(line, "fork") == 0)
		fork_one(tls, server);
	else if (strcmp(line, "exit") == 0)
		leave();
	else
		return 0;
	fflush(stdout);
	return 1;
}

static void drive(quipu_tls *tls, quipu_http *server, int polled)
{
	struct pollfd fds[2] = { { .fd = 0, .events = POLLIN },
				 { .fd = quipu_http_fd(server), .events = POLLIN } };

	for (;;) {
		poll(fds, polled ? 2 : 1, -1);
		if (polled && fds[1].revents && quipu_http_poll(server) < 0)
			return;
		if (fds[0].revents && !obey(tls, server))
			return;
	}
}

int main(int argc, char **argv)
{
	int lingers = atexit(linger);
	quipu_registry *registry = quipu_default_registry();
	int polled = argc > 4 && strcmp(argv[4], "poll") == 0;
	quipu_error error;
	quipu_tls *tls = quipu_tls_open(argv[1], &error);
	const quipu_http_opts opts = {
		.size = sizeof(opts),
		.listen = "127.0.0.1:0",
		.header_timeout_seconds = argc > 2 ? atof(argv[2]) : 0,
		.transport = quipu_tls_transport(tls),
		.sandbox = argc > 4 && strcmp(argv[4], "sandbox") == 0,
	};
	quipu_http *server;

	if (lingers || !tls) {
		fprintf(stderr, "%s\n", quipu_tls_error());
		return 1;
	}
	fill(registry, argc > 3 ? strtoul(argv[3], NULL, 10) : 0);
	server = (polled ? quipu_http_open : quipu_http_start)(registry, &opts, &error);
	if (!server) {
		fprintf(stderr, "%s\n", quipu_http_error());
		return 1;
	}
	puts(quipu_http_address(server));
	fflush(stdout);
	drive(tls, server, polled);
	quipu_http_stop(server);
	quipu_tls_close(tls);
	return 0;
}
