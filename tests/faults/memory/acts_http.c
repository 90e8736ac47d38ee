/* SPDX-License-Identifier: MIT */
/* acts_http.c: a server started, asked and stopped, and one in the program's own loop. */
#include "acts.h"
#include "torture.h"
#include "wrap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ASK "GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"

/* Each in turn is the one client of a server. */
static const char *const requests[] = {
	ASK "\r\n",
	ASK "Accept-Encoding: gzip\r\n\r\n",
	ASK "Accept-Encoding: zstd\r\nAccept: application/openmetrics-text; version=1.0.0\r\n\r\n",
	(ASK "Accept: application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
	     "encoding=delimited\r\n\r\n"),
	("GET /metrics?name[]=o_counter_total&name[]=o.gauge HTTP/1.1\r\nHost: a\r\n"
	 "Connection: close\r\n\r\n"),
	"HEAD /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
};
#define REQUESTS (sizeof requests / sizeof *requests)

/* The client's own requests to the system are granted. */
static int ask(const quipu_http *server, const char *request)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)quipu_http_port(server)),
				  .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd;

	wrap_spare(1);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	wrap_spare(0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&at, sizeof at) != 0)
		torture_broken("cannot connect: %s", strerror(errno));
	if (write(fd, request, strlen(request)) != (ssize_t)strlen(request))
		torture_broken("cannot send: %s", strerror(errno));
	return fd;
}

/* Up to its end; 1: 200, 0: 503 or no answer at all. Others are no way to refuse. */
static int judge_answer(int fd, int refused, const char *request)
{
	char head[16] = "", rest[1 << 14];
	size_t have = 0;
	ssize_t n;

	while ((n = read(fd, have < 12 ? head + have : rest, have < 12 ? 12 - have : sizeof rest)) >
	       0)
		have += (size_t)n;
	close(fd);
	TORTURE_CHECK("M1", refused || !strcmp(head, "HTTP/1.1 200"), "%.40s: \"%s\"", request,
		      head);
	TORTURE_CHECK("M1",
		      have == 0 || !strcmp(head, "HTTP/1.1 200") || !strcmp(head, "HTTP/1.1 503"),
		      "%.40s: \"%s\"", request, head);
	return !strcmp(head, "HTTP/1.1 200");
}

static void expect_started(const quipu_http *server, quipu_error error, int refused)
{
	TORTURE_CHECK("M2", server || refused, "no server: %s", quipu_http_error());
	TORTURE_CHECK("M2",
		      server || error == QUIPU_ENOMEM || error == QUIPU_ESYSTEM ||
			      error == QUIPU_ELISTEN,
		      "the server says %s", quipu_strerror(error));
	TORTURE_CHECK("M2", server || quipu_http_error()[0], "no reason is given");
}

void act_serve(struct scenario *s, int refused)
{
	quipu_error error = QUIPU_OK;
	quipu_http *server = quipu_http_start(
		s->registry, QUIPU_HTTP_OPTS(.listen = "127.0.0.1:0", .max_connections = 4),
		&error);
	size_t i;

	expect_started(server, error, refused);
	if (!server)
		return;
	for (i = 0; i < REQUESTS; i++)
		judge_answer(ask(server, requests[i]), refused, requests[i]);
	quipu_http_stop(server);
}

static void drive(quipu_http *server, int client)
{
	struct pollfd fds[] = { { quipu_http_fd(server), POLLIN, 0 }, { client, POLLIN, 0 } };
	int i;

	for (i = 0; i < 10000 && !fds[1].revents; i++) {
		poll(fds, 2, 10);
		TORTURE_CHECK("M2", quipu_http_poll(server) >= 0, "the descriptor is unusable");
	}
}

/* The answer fits into the socket's buffer, so that it is all there when its beginning is. */
void act_open(struct scenario *s, int refused)
{
	static const char request[] = "GET /metrics?name[]=o_counter_total HTTP/1.1\r\nHost: a\r\n"
				      "Connection: close\r\n\r\n";
	quipu_error error = QUIPU_OK;
	quipu_http *server = quipu_http_open(
		s->registry, QUIPU_HTTP_OPTS(.listen = "127.0.0.1:0", .max_connections = 4),
		&error);
	int client;

	expect_started(server, error, refused);
	if (!server)
		return;
	client = ask(server, request);
	drive(server, client);
	quipu_http_close(server);
	judge_answer(client, refused, request);
}
