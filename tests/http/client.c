/* SPDX-License-Identifier: MIT */
/* client.c: the tests' client; see kit.h. */
#include "kit.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "address.h"

#include <quipu/timer.h>

#define PATIENCE_SECONDS 60
#define SETTLING_TURNS 100
#define NARROW_BYTES 4096

static void give_up(const char *what)
{
	perror(what);
	exit(1);
}

/* --- connections ------------------------------------------------------------------------- */

static struct qp_address parse_address(const char *text)
{
	struct qp_addresses addresses;

	if (qp_addresses_parse(&addresses, text) != QUIPU_OK)
		give_up(text);
	return addresses.list[0];
}

struct client kit_unconnected(const quipu_http *server)
{
	struct qp_address address = parse_address(quipu_http_address(server));

	return (struct client){ .fd = socket(address.at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC,
					     0) };
}

static void connect_now(struct client *client, const char *text)
{
	const struct timeval patience = { PATIENCE_SECONDS, 0 };
	struct qp_address address = parse_address(text);
	int on = 1;

	if (connect(client->fd, &address.at.any, address.len) != 0)
		give_up(text);
	setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(client->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(client->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
}

void kit_connect_now(struct client *client, const quipu_http *server)
{
	connect_now(client, quipu_http_address(server));
}

struct client kit_connect(const quipu_http *server)
{
	struct client client = kit_unconnected(server);

	kit_connect_now(&client, server);
	return client;
}

struct client kit_connect_to(const char *text)
{
	struct qp_address address = parse_address(text);
	struct client client = { .fd = socket(address.at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC,
					      0) };

	connect_now(&client, text);
	return client;
}

struct client kit_connect_narrow(const quipu_http *server)
{
	struct client client = kit_unconnected(server);
	int bytes = NARROW_BYTES;

	setsockopt(client.fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	kit_connect_now(&client, server);
	return client;
}

void kit_close(struct client *client)
{
	close(client->fd);
	free(client->data);
	memset(client, 0, sizeof(*client));
	client->fd = -1;
}

void kit_reset(struct client *client)
{
	const struct linger none = { .l_onoff = 1, .l_linger = 0 };

	setsockopt(client->fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
	kit_close(client);
}

size_t kit_send_n(struct client *client, const char *data, size_t len)
{
	size_t sent = 0;

	while (sent < len) {
		ssize_t n = send(client->fd, data + sent, len - sent, MSG_NOSIGNAL);

		if (n <= 0 && errno != EINTR)
			break;
		if (n > 0)
			sent += (size_t)n;
	}
	return sent;
}

size_t kit_send(struct client *client, const char *text)
{
	return kit_send_n(client, text, strlen(text));
}

/* --- receiving --------------------------------------------------------------------------- */

/* Some more bytes: how many, 0 at the end, -1 after a reset or too long a wait. */
static ssize_t more_with(struct client *client, int flags)
{
	ssize_t n;

	if (client->cap - client->len < 65536) {
		client->cap = client->cap * 2 + 65536 * 2;
		client->data = realloc(client->data, client->cap);
		if (!client->data)
			give_up("realloc");
	}
	do
		n = recv(client->fd, client->data + client->len, client->cap - client->len - 1,
			 flags);
	while (n < 0 && errno == EINTR);
	if (n > 0)
		client->len += (size_t)n;
	return n;
}

static ssize_t more(struct client *client)
{
	return more_with(client, 0);
}

bool kit_take(struct client *client)
{
	ssize_t n;

	do
		n = more_with(client, MSG_DONTWAIT);
	while (n > 0);
	return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

bool kit_has_answer(const struct client *client, bool head_only)
{
	static const char end[] = "\r\n\r\n", last[] = "\r\n0\r\n\r\n";
	const char *body = client->len > 0 ? memmem(client->data, client->len, end, 4) : NULL;
	const char *length;
	size_t have;

	if (!body || head_only)
		return body != NULL;
	body += 4;
	have = client->len - (size_t)(body - client->data);
	length = memmem(client->data, client->len - have, "Content-Length: ", 16);
	if (length)
		return have >= strtoul(length + 16, NULL, 10);
	return memmem(body - 2, have + 2, last, 7) != NULL;
}

static void drop(struct client *client, size_t n)
{
	memmove(client->data, client->data + n, client->len - n);
	client->len -= n;
}

/* Where this text ends, from a place on; 0 where it does not come any more. */
static size_t find_end(struct client *client, size_t from, const char *text)
{
	for (;;) {
		char *found = client->len > from ? memmem(client->data + from, client->len - from,
							  text, strlen(text))
						 : NULL;

		if (found)
			return (size_t)(found - client->data) + strlen(text);
		if (more(client) <= 0)
			return 0;
	}
}

static bool have(struct client *client, size_t len)
{
	while (client->len < len) {
		if (more(client) <= 0)
			return false;
	}
	return true;
}

static char *copy(const char *data, size_t len)
{
	char *text = malloc(len + 1);

	if (!text)
		give_up("malloc");
	if (len > 0)
		memcpy(text, data, len);
	text[len] = '\0';
	return text;
}

const char *kit_field(const struct answer *answer, const char *name)
{
	static __thread char value[512];
	const char *line = answer->head ? strstr(answer->head, "\r\n") : NULL;
	size_t len = strlen(name);

	while (line && line[2] != '\0') {
		const char *end = strstr(line + 2, "\r\n");

		if (strncasecmp(line + 2, name, len) == 0 && line[2 + len] == ':') {
			snprintf(value, sizeof(value), "%.*s", (int)(end - line - 4 - (long)len),
				 line + 4 + len);
			return value;
		}
		line = end;
	}
	return "";
}

static void receive_sized(struct client *client, struct answer *answer, size_t len)
{
	answer->whole = have(client, len);
	answer->len = answer->whole ? len : client->len;
	answer->body = copy(client->data, answer->len);
	drop(client, answer->len);
}

/* Chunks, put together at the front of what was received. */
static void receive_chunks(struct client *client, struct answer *answer)
{
	size_t at = 0, kept = 0, size = 1;

	while (size > 0) {
		size_t line = find_end(client, at, "\r\n");

		if (line == 0)
			break;
		size = strtoul(client->data + at, NULL, 16);
		if (!have(client, line + size + 2) ||
		    memcmp(client->data + line + size, "\r\n", 2) != 0)
			break;
		memmove(client->data + kept, client->data + line, size);
		kept += size;
		at = line + size + 2;
		answer->whole = size == 0;
	}
	answer->len = kept;
	answer->body = copy(client->data, kept);
	drop(client, answer->whole ? at : client->len);
}

static void receive_rest(struct client *client, struct answer *answer)
{
	ssize_t n;

	while ((n = more(client)) > 0)
		;
	answer->whole = n == 0;
	answer->len = client->len;
	answer->body = copy(client->data, client->len);
	client->len = 0;
}

struct answer kit_receive(struct client *client, bool head_only)
{
	struct answer answer = { 0 };
	size_t head = find_end(client, 0, "\r\n\r\n");
	const char *length;

	if (head == 0)
		return answer;
	answer.head = copy(client->data, head - 2);
	drop(client, head);
	sscanf(answer.head, "HTTP/1.1 %3d ", &answer.status);
	answer.chunked = strcmp(kit_field(&answer, "Transfer-Encoding"), "chunked") == 0;
	length = kit_field(&answer, "Content-Length");
	if (head_only)
		answer.whole = true;
	else if (answer.chunked)
		receive_chunks(client, &answer);
	else if (length[0] != '\0')
		receive_sized(client, &answer, strtoul(length, NULL, 10));
	else
		receive_rest(client, &answer);
	return answer;
}

void kit_free(struct answer *answer)
{
	free(answer->head);
	free(answer->body);
	memset(answer, 0, sizeof(*answer));
}

struct answer kit_ask(const quipu_http *server, const char *request)
{
	struct client client = kit_connect(server);
	struct answer answer;

	kit_send(&client, request);
	answer = kit_receive(&client, strncmp(request, "HEAD ", 5) == 0);
	kit_close(&client);
	return answer;
}

int kit_next(struct client *client, bool head_only)
{
	struct answer answer = kit_receive(client, head_only);
	int status = answer.whole ? answer.status : -answer.status;

	kit_free(&answer);
	return status;
}

int kit_status(const quipu_http *server, const char *request)
{
	struct client client = kit_connect(server);
	int status;

	kit_send(&client, request);
	status = kit_next(&client, strncmp(request, "HEAD ", 5) == 0);
	kit_close(&client);
	return status;
}

unsigned kit_drive(quipu_http *server, const struct client *until, unsigned ms)
{
	uint64_t end = quipu_now_ns() + ms * (uint64_t)1000000;
	unsigned turns = 0;

	while (quipu_now_ns() < end) {
		struct pollfd fds[2] = { { .fd = quipu_http_fd(server), .events = POLLIN },
					 { .fd = until ? until->fd : -1, .events = POLLIN } };

		poll(fds, 2, 10);
		if (fds[1].revents)
			break;
		if (fds[0].revents) {
			quipu_http_poll(server);
			turns++;
		}
	}
	return turns;
}

quipu_http_stats_t kit_stats(const quipu_http *server)
{
	quipu_http_stats_t stats = { .size = sizeof(stats) };

	quipu_http_stats(server, &stats);
	return stats;
}

int kit_turn(quipu_http *server)
{
	struct pollfd fd = { .fd = quipu_http_fd(server), .events = POLLIN };

	poll(&fd, 1, PATIENCE_SECONDS * 1000);
	return quipu_http_poll(server);
}

bool kit_drive_until(quipu_http *server, bool (*is)(void *ctx), void *ctx)
{
	uint64_t end = quipu_now_ns() + PATIENCE_SECONDS * (uint64_t)1000000000;

	while (!is(ctx)) {
		struct pollfd fd = { .fd = quipu_http_fd(server), .events = POLLIN };

		if (quipu_now_ns() >= end)
			return false;
		if (poll(&fd, 1, 10) > 0)
			quipu_http_poll(server);
	}
	return true;
}

void kit_settle(quipu_http *server)
{
	for (int i = 0; i < SETTLING_TURNS; i++)
		quipu_http_poll(server);
}

int kit_ended(struct client *client)
{
	ssize_t n;

	if (client->len > 0)
		return 0;
	n = more(client);
	if (n < 0)
		return errno == ECONNRESET ? -1 : 0;
	return n == 0;
}
