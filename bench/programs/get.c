/* SPDX-License-Identifier: MIT */
/*
 * get.c: clients that ask a server on 127.0.0.1 for its metrics, each again as soon as it has them.
 *
 *   bench_get PORT PATH CLIENTS SECONDS [ACCEPT_ENCODING [new|kept]]
 *
 * One thread, one epoll set, CLIENTS at a time, as text 0.0.4. new (if nothing is said): a connection
 * for each request, whose time begins before it; kept: connections stay open where the server lets
 * them. A
 * request is good when its answer is whole and has status 200. After SECONDS none is begun; those
 * under way are waited for and count. One request before all others does not.
 *
 * "bytes" is the last body's length, as it came: compressed where "encoded" is 1.
 */
#include "answer.h"
#include "common.h"
#include "loopback.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define LEAST_REQUESTS 5 /* for a median that is one */
#define MOST_CLIENTS 4096
#define MOST_SAMPLES 4000000
#define BUFFER_BYTES (256u * 1024)
#define LONGEST_WAIT_MS 30000

static int port;
static bool kept;
static char request[2048];
static size_t request_len;
static int epoll = -1;

struct client {
	int fd; /* -1: none */
	uint64_t began;
	bool again; /* the connection is not new: if no answer comes, ask once more */
	struct bench_answer answer;
};

static struct run {
	uint64_t deadline, last;
	size_t least; /* requests, however slow */
	struct bench_samples ms;
	size_t requests, failed, connections, bytes, under_way;
	bool encoded;
	char why[128]; /* the first failure */
} run;

/* --- connections -------------------------------------------------------------------------- */

/* Reset, so that thousands of them do not wait for their end and use up the ports. */
static void hang_up(struct client *client)
{
	const struct linger now = { .l_onoff = 1 };

	if (client->fd < 0)
		return;
	setsockopt(client->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	close(client->fd);
	client->fd = -1;
}

static bool connect_to(struct client *client)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = client };

	client->fd = bench_connect(port, 0);
	if (client->fd < 0)
		return false;
	bench_nonblocking(client->fd);
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, client->fd, &event) != 0)
		bench_fail("epoll: %s", strerror(errno));
	run.connections++;
	return true;
}

static void fail(struct client *client, const char *why)
{
	hang_up(client);
	run.failed++;
	if (!run.why[0])
		snprintf(run.why, sizeof run.why, "%s", why);
}

/* --- requests ------------------------------------------------------------------------------- */

/* So short that an empty socket takes it; where the other end has gone, reading tells. */
static bool send_request(struct client *client)
{
	bench_answer_begin(&client->answer);
	if (client->fd < 0 && !connect_to(client)) {
		fail(client, strerror(errno));
		return false;
	}
	if (send(client->fd, request, request_len, MSG_NOSIGNAL) != (ssize_t)request_len &&
	    !client->again) {
		fail(client, "the request could not be sent");
		return false;
	}
	return true;
}

static bool begin(struct client *client)
{
	client->began = bench_now();
	client->again = client->fd >= 0;
	return send_request(client);
}

/* The next one, unless it is too late and there were enough. */
static void go_on(struct client *client)
{
	while (bench_now() < run.deadline || run.requests + run.failed < run.least) {
		if (begin(client))
			return;
	}
	hang_up(client);
	run.under_way--;
}

static void finish(struct client *client)
{
	const struct bench_answer *answer = &client->answer;

	if (answer->status != 200) {
		char why[32];

		snprintf(why, sizeof why, "status %d", answer->status);
		fail(client, why);
	} else {
		run.last = bench_now();
		run.requests++;
		run.bytes = answer->bytes;
		run.encoded = answer->encoded;
		bench_sample(&run.ms, (double)(run.last - client->began) / 1e6);
		if (!kept || answer->closes)
			hang_up(client);
	}
	go_on(client);
}

/* As every client does: a server may close a connection that is kept, just when it is used. */
static void break_off(struct client *client, const char *why)
{
	if (client->again) {
		client->again = false;
		hang_up(client);
		if (send_request(client))
			return;
	} else {
		fail(client, why);
	}
	go_on(client);
}

static void receive(struct client *client)
{
	static char buffer[BUFFER_BYTES];
	ssize_t n = recv(client->fd, buffer, sizeof buffer, 0);
	enum bench_progress progress;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0) {
		client->again = false;
		progress = bench_answer_feed(&client->answer, buffer, (size_t)n);
	} else {
		progress = n == 0 ? bench_answer_end(&client->answer) : BENCH_WRONG;
	}
	if (progress == BENCH_WHOLE)
		finish(client);
	else if (progress == BENCH_WRONG)
		break_off(client, n > 0 ? "not an answer" : "an answer that breaks off");
}

/* Until all are done. */
static void serve(void)
{
	struct epoll_event events[64];
	int i, n;

	while (run.under_way > 0) {
		n = epoll_wait(epoll, events, 64, LONGEST_WAIT_MS);
		if (n == 0)
			bench_fail("no byte of %zu answers for %d s", run.under_way,
				   LONGEST_WAIT_MS / 1000);
		for (i = 0; i < n; i++)
			receive(events[i].data.ptr);
	}
}

static void ask(struct client *clients, size_t n, double seconds)
{
	size_t i;

	run.deadline = bench_now() + (uint64_t)(seconds * 1e9);
	run.under_way = n;
	for (i = 0; i < n; i++) {
		if (!begin(&clients[i]))
			go_on(&clients[i]);
	}
	serve();
}

/* --- the whole ------------------------------------------------------------------------------- */

static void write_request(const char *path, const char *accept_encoding)
{
	int n = snprintf(request, sizeof request,
			 "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
			 "Accept: text/plain;version=0.0.4\r\n%s%s%s%s\r\n",
			 path, port, accept_encoding ? "Accept-Encoding: " : "",
			 accept_encoding ? accept_encoding : "", accept_encoding ? "\r\n" : "",
			 kept ? "" : "Connection: close\r\n");

	if (n < 0 || (size_t)n >= sizeof request)
		bench_usage();
	request_len = (size_t)n;
}

static void warm(struct client *client)
{
	run.ms = bench_samples_new(1);
	ask(client, 1, 0);
	if (run.requests == 0)
		bench_fail("port %d: %s", port, run.why);
	free(run.ms.list);
	run = (struct run){ .ms = bench_samples_new(MOST_SAMPLES) };
}

static void report(uint64_t start)
{
	if (run.requests == 0)
		bench_fail("port %d: %s", port, run.why);
	if (run.failed)
		fprintf(stderr, "%zu failed, first: %s\n", run.failed, run.why);
	bench_json_begin();
	bench_json_count("requests", run.requests);
	bench_json_real("ms_p50", bench_share(&run.ms, 0.5));
	bench_json_real("ms_p90", bench_share(&run.ms, 0.9));
	bench_json_real("ms_max", bench_share(&run.ms, 1));
	bench_json_real("rate", (double)run.requests * 1e9 / (double)(run.last - start));
	bench_json_count("bytes", run.bytes);
	bench_json_count("failed", run.failed);
	bench_json_count("connections", run.connections);
	bench_json_count("encoded", run.encoded);
	bench_json_end();
}

int main(int argc, char **argv)
{
	static const char *const hows[] = { "new", "kept", NULL };
	struct client *clients;
	double seconds;
	uint64_t start;
	size_t n, i;

	bench_arguments(argc, argv, 4, 6, "PORT PATH CLIENTS SECONDS [ACCEPT_ENCODING [new|kept]]");
	port = (int)bench_count(1, 1, 65535);
	n = bench_count(3, 1, MOST_CLIENTS);
	seconds = bench_seconds(4);
	kept = bench_text(6) && bench_word(6, hows) == 1;
	write_request(bench_text(2), bench_text(5));
	clients = bench_alloc(n, sizeof *clients);
	for (i = 0; i < n; i++)
		clients[i].fd = -1;
	epoll = epoll_create1(EPOLL_CLOEXEC);
	warm(&clients[0]);
	run.least = LEAST_REQUESTS;
	start = bench_now();
	ask(clients, n, seconds);
	report(start);
	return 0;
}
