/* SPDX-License-Identifier: MIT */
/*
 * conversation.c: any bytes sent to a whole server, cut where they say. As many answers come back
 * as there are requests in them, up to the first that ends the connection; every one is HTTP to
 * http-parser, has a body where it should, says the status that the parser gives where it refuses;
 * and then the server closes.
 */
#include "demand.h"

#include "http/parse.h"

#include <errno.h>
#include <http_parser.h>
#include <poll.h>
#include <quipu/http.h>
#include <quipu/quipu.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define MOST_REQUESTS 64
#define PATIENCE_MS 20000

static char place[] = "/tmp/quipu-conversation-XXXXXX";
static struct sockaddr_un address = { .sun_family = AF_UNIX };

/* Ends the program where it does not, and leaves no socket behind. */
static void hold(bool holds, const char *what)
{
	if (!holds) {
		unlink(address.sun_path);
		rmdir(place);
	}
	demand(holds, what);
}

/* --- what is to be expected ------------------------------------------------------------------ */

struct expected {
	bool head[MOST_REQUESTS]; /* of each request */
	size_t n;
	int refused; /* the status of the last, where the parser refuses it; else 0 */
	bool closes; /* the last one ends the connection */
};

static void expect(struct expected *expected, const char *bytes, size_t len)
{
	memset(expected, 0, sizeof(*expected));
	for (size_t at = 0; at < len && expected->n < MOST_REQUESTS && !expected->closes;) {
		size_t most = len - at < QP_HEAD_MAX ? len - at : QP_HEAD_MAX;
		struct qp_request request;
		int status;

		memset(&request, 0, sizeof(request));
		status = qp_request_parse(&request, bytes + at, most);
		if (status == QP_INCOMPLETE)
			status = QP_STATUS_BAD_REQUEST; /* the client ends its side here */
		expected->head[expected->n++] = request.method == QP_METHOD_HEAD;
		expected->refused = status == QP_STATUS_OK ? 0 : status;
		expected->closes = status != QP_STATUS_OK || !request.keep;
		at += request.at;
	}
}

/* --- what comes ------------------------------------------------------------------------------ */

struct answers {
	const struct expected *expected;
	size_t begun, complete;
	int status;
	bool keep;
};

static int on_head(http_parser *parser)
{
	struct answers *answers = parser->data;

	hold(answers->begun < answers->expected->n, "an answer to nothing");
	hold(answers->begun == answers->complete, "an answer within another");
	answers->status = (int)parser->status_code;
	answers->keep = http_should_keep_alive(parser);
	return answers->expected->head[answers->begun++];
}

static int on_complete(http_parser *parser)
{
	((struct answers *)parser->data)->complete++;
	return 0;
}

/* --- the server ------------------------------------------------------------------------------ */

static quipu_http *server;

static void stop(void)
{
	quipu_http_stop(server);
	rmdir(place);
}

static void start(void)
{
	quipu_registry *registry = quipu_default_registry();
	quipu_counter calls =
		quipu_counter_new(registry, QUIPU_OPTS(.name = "calls_total", .help = "Calls."));
	char listen[sizeof(address.sun_path) + 8];

	hold(mkdtemp(place), "a folder");
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/s", place);
	snprintf(listen, sizeof(listen), "unix:%s", address.sun_path);
	quipu_inc(calls);
	server = quipu_http_open(registry, QUIPU_HTTP_OPTS(.listen = listen), NULL);
	hold(server, quipu_http_error());
	atexit(stop);
}

static void turn(int client, int wait_ms)
{
	struct pollfd fds[] = { { quipu_http_fd(server), POLLIN, 0 }, { client, POLLIN, 0 } };

	hold(poll(fds, 2, wait_ms) > 0 || wait_ms == 0, "nothing happens any more");
	hold(quipu_http_poll(server) >= 0, "the server's descriptor");
}

static int connect_client(void)
{
	int client = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	hold(client >= 0, "a socket");
	hold(connect(client, (struct sockaddr *)&address, sizeof(address)) == 0, "no connection");
	turn(client, 0);
	return client;
}

/* In pieces, the server having its turn in between. False: it has closed. */
static bool send_all(int client, const char *bytes, size_t len)
{
	unsigned salt = len > 0 ? (unsigned char)bytes[len / 2] : 0;

	for (size_t at = 0; at < len;) {
		size_t most = len - at, piece = salt % 4 == 0 ? most : 1 + (salt >> 8) % 700;
		ssize_t sent = send(client, bytes + at, piece < most ? piece : most, MSG_NOSIGNAL);

		salt = salt * 1103515245u + 12345u;
		if (sent < 0 && errno != EAGAIN)
			return false;
		at += sent > 0 ? (size_t)sent : 0;
		turn(client, 0);
	}
	return shutdown(client, SHUT_WR) == 0;
}

/* Until the server closes. False: it reset the connection, and what it said may be lost. */
static bool receive_all(int client, http_parser *parser)
{
	static const http_parser_settings settings = { .on_headers_complete = on_head,
						       .on_message_complete = on_complete };
	char bytes[4096];

	for (;;) {
		ssize_t n = recv(client, bytes, sizeof(bytes), 0);
		size_t parsed;

		if (n < 0 && errno == EAGAIN) {
			turn(client, PATIENCE_MS);
			continue;
		}
		if (n <= 0)
			return n == 0;
		parsed = http_parser_execute(parser, &settings, bytes, (size_t)n);
		hold(parsed == (size_t)n && HTTP_PARSER_ERRNO(parser) == HPE_OK,
		     "an answer that is not HTTP");
	}
}

/* --- one conversation ------------------------------------------------------------------------ */

static void check(const struct answers *answers, const struct expected *expected)
{
	hold(answers->complete == answers->begun, "an answer that is cut off");
	hold(answers->complete == expected->n, "fewer answers than requests");
	if (expected->n == 0)
		return;
	hold(!expected->refused || answers->status == expected->refused, "another status");
	hold(!expected->closes || !answers->keep, "the last one promises more");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *bytes = exactly(data, size);
	struct expected expected;
	struct answers answers = { .expected = &expected };
	http_parser parser;
	int client;

	if (!server)
		start();
	expect(&expected, bytes, size);
	http_parser_init(&parser, HTTP_RESPONSE);
	parser.data = &answers;
	client = connect_client();
	if (expected.n < MOST_REQUESTS && send_all(client, bytes, size) &&
	    receive_all(client, &parser))
		check(&answers, &expected);
	close(client);
	turn(-1, 0);
	free(bytes);
	return 0;
}
