/* SPDX-License-Identifier: MIT */
/*
 * transport_test.c: a server behind a transport of the test's own (quipu/transport.h): one that
 * says hello first, hands out bytes in small pieces, takes them when it likes to, and lets in whom
 * the test says.
 */
#include "fake_scrape.h"
#include "kit.h"

#include <quipu/timer.h>
#include <quipu/transport.h>

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define GET "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"
#define GET_LAST "GET /metrics HTTP/1.0\r\n\r\n"
#define GET_AS(who) "GET /metrics HTTP/1.1\r\nHost: a\r\nAuthorization: " who "\r\n\r\n"
#define PIECE 5	     /* bytes that are read at a time */
#define MOUTHFUL 700 /* bytes that are written at a time */

/* --- the transport --------------------------------------------------------------------------- */

/* Of all servers; the test reads what the server's thread writes. */
static struct {
	int slow; /* steps of slow handshakes */
	int attached, detached, opened, closed, finished, asked, forgotten;
	int verdict;	 /* what ask says */
	int later;	 /* what answer says */
	int decided;	 /* about how many it says that */
	int no_memory;	 /* open fails */
	char last[64];	 /* the authorization that was asked about last */
	uint64_t client; /* who asked last */
	void (*wake)(void *ctx);
	void *wake_ctx;
} facts;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void add(int *figure, int n)
{
	pthread_mutex_lock(&lock);
	*figure += n;
	pthread_mutex_unlock(&lock);
}

static int get(const int *figure)
{
	int value;

	pthread_mutex_lock(&lock);
	value = *figure;
	pthread_mutex_unlock(&lock);
	return value;
}

static void set(int *figure, int value)
{
	pthread_mutex_lock(&lock);
	*figure = value;
	pthread_mutex_unlock(&lock);
}

struct stream {
	int fd;
	unsigned greeted, calls;
	size_t at, len;
	char bytes[4096];
};

static quipu_error attach(void *ctx)
{
	(void)ctx;
	add(&facts.attached, 1);
	return QUIPU_OK;
}

static quipu_error refuse(void *ctx)
{
	(void)ctx;
	return QUIPU_EOPTION;
}

static void detach(void *ctx)
{
	(void)ctx;
	add(&facts.detached, 1);
}

static void *open_stream(void *ctx, int fd)
{
	struct stream *stream = get(&facts.no_memory) ? NULL : calloc(1, sizeof(*stream));

	(void)ctx;
	if (!stream)
		return NULL;
	stream->fd = fd;
	add(&facts.opened, 1);
	return stream;
}

static int again(void)
{
	return errno == EAGAIN ? QUIPU_STREAM_WANTS_READ : QUIPU_STREAM_BROKEN;
}

/* "hi" is answered with y, whatever else with n. In between it waits to write, which is at once. */
static int handshake(void *ctx)
{
	struct stream *stream = ctx;
	char c;

	if (stream->calls++ % 2 == 1)
		return QUIPU_STREAM_WANTS_WRITE;
	while (stream->greeted < 2) {
		ssize_t len = recv(stream->fd, &c, 1, 0);

		if (len <= 0)
			return len == 0 ? QUIPU_STREAM_BROKEN : again();
		if (c != "hi"[stream->greeted++]) {
			send(stream->fd, "n", 1, MSG_NOSIGNAL);
			return QUIPU_STREAM_BROKEN;
		}
	}
	send(stream->fd, "y", 1, MSG_NOSIGNAL);
	return 0;
}

/* Keeps the processor busy before, as real ones do. */
static int slow_handshake(void *ctx)
{
	uint64_t until = quipu_now_ns() + 2000000;

	while (quipu_now_ns() < until)
		;
	add(&facts.slow, 1);
	return handshake(ctx);
}

static ssize_t read_stream(void *ctx, void *to, size_t len)
{
	struct stream *stream = ctx;
	size_t n;

	if (stream->calls++ % 3 == 1)
		return QUIPU_STREAM_WANTS_WRITE;
	if (stream->at == stream->len) {
		ssize_t got = recv(stream->fd, stream->bytes, sizeof(stream->bytes), 0);

		if (got <= 0)
			return got == 0 ? 0 : again();
		stream->at = 0;
		stream->len = (size_t)got;
	}
	n = stream->len - stream->at < PIECE ? stream->len - stream->at : PIECE;
	n = n < len ? n : len;
	memcpy(to, stream->bytes + stream->at, n);
	stream->at += n;
	return (ssize_t)n;
}

static ssize_t write_stream(void *ctx, const void *from, size_t len)
{
	struct stream *stream = ctx;
	ssize_t n;

	if (stream->calls++ % 3 == 1)
		return QUIPU_STREAM_WANTS_WRITE;
	n = send(stream->fd, from, len < MOUTHFUL ? len : MOUTHFUL, MSG_NOSIGNAL);
	if (n >= 0)
		return n;
	return errno == EAGAIN ? QUIPU_STREAM_WANTS_WRITE : QUIPU_STREAM_BROKEN;
}

static int pending(void *ctx)
{
	struct stream *stream = ctx;

	return stream->at < stream->len;
}

static void finish(void *ctx)
{
	struct stream *stream = ctx;

	send(stream->fd, "z", 1, MSG_NOSIGNAL);
	add(&facts.finished, 1);
}

static void close_stream(void *ctx)
{
	free(ctx);
	add(&facts.closed, 1);
}

static int ask(void *ctx, const quipu_question *question, void **ticket)
{
	size_t len = question->authorization_len;
	int verdict;

	(void)ctx;
	pthread_mutex_lock(&lock);
	facts.asked++;
	snprintf(facts.last, sizeof(facts.last), "%.*s %.*s", (int)question->path_len,
		 question->path, (int)len, question->authorization ? question->authorization : "");
	facts.client = question->client;
	facts.wake = question->wake;
	facts.wake_ctx = question->wake_ctx;
	verdict = facts.verdict;
	pthread_mutex_unlock(&lock);
	*ticket = verdict == QUIPU_LATER ? malloc(sizeof(int)) : NULL;
	if (*ticket)
		*(int *)*ticket = get(&facts.asked);
	return verdict;
}

static int answer(void *ticket)
{
	bool decided = *(int *)ticket <= get(&facts.decided);
	int verdict = decided ? get(&facts.later) : QUIPU_LATER;

	if (verdict != QUIPU_LATER)
		free(ticket);
	return verdict;
}

static void forget(void *ticket)
{
	free(ticket);
	add(&facts.forgotten, 1);
}

static size_t fields(void *ctx, char *to, size_t room)
{
	(void)ctx;
	CHECK_INT(room, QUIPU_TRANSPORT_FIELDS_MAX);
	memset(to, 'x', room);
	memcpy(to, "X-Own: ", 7);
	memcpy(to + room - 2, "\r\n", 2);
	return room;
}

static const quipu_transport whole = {
	.size = sizeof(whole),
	.attach = attach,
	.detach = detach,
	.open = open_stream,
	.handshake = handshake,
	.read = read_stream,
	.write = write_stream,
	.pending = pending,
	.finish = finish,
	.close = close_stream,
};

static const quipu_transport gate = {
	.size = sizeof(gate),
	.ask = ask,
	.answer = answer,
	.forget = forget,
	.fields = fields,
};

/* --- the client ------------------------------------------------------------------------------ */

static bool none_is_open(void *ctx)
{
	quipu_http_stats_t stats = { .size = sizeof(stats) };

	quipu_http_stats(ctx, &stats);
	return stats.open == 0;
}

static struct client greet(const quipu_http *server)
{
	struct client client = kit_connect(server);
	char c = 0;

	kit_send(&client, "h");
	kit_send(&client, "i");
	CHECK_INT(recv(client.fd, &c, 1, 0), 1);
	CHECK_INT(c, 'y');
	return client;
}

/* --- streams --------------------------------------------------------------------------------- */

static void serves(void)
{
	quipu_http *server = FAKE_START(.transport = &whole);
	struct client client;

	CHECK(server);
	client = greet(server);
	kit_send(&client, GET GET GET);
	for (int i = 0; i < 3; i++)
		CHECK_INT(kit_next(&client, false), 200);
	for (int i = 0; i < 20; i++) {
		kit_send(&client, GET);
		CHECK_INT(kit_next(&client, false), 200);
	}
	kit_close(&client);
	CHECK(kit_until(none_is_open, server));
	quipu_http_stop(server);
	CHECK_INT(get(&facts.opened), get(&facts.closed));
	CHECK_INT(get(&facts.attached), get(&facts.detached));
}

/* Streamed, to a client that is slow, and to one that is not. */
static void large(void)
{
	struct fake_plan plan = fake_default_plan();
	quipu_http *server = FAKE_START(.transport = &whole);
	struct client client = greet(server);

	plan.body = 3000000;
	fake_plan(plan);
	for (int i = 0; i < 2; i++) {
		struct answer got;

		kit_send(&client, GET);
		kit_sleep_ms(i == 0 ? 300 : 0);
		got = kit_receive(&client, false);
		CHECK(got.whole && got.chunked);
		CHECK_INT(got.len, plan.body);
		kit_free(&got);
	}
	kit_close(&client);
	quipu_http_stop(server);
	CHECK_INT(get(&facts.opened), get(&facts.closed));
}

static void refused_handshakes(void)
{
	quipu_http *server = FAKE_START(.transport = &whole);
	int finished = get(&facts.finished);

	for (int i = 0; i < 10; i++) {
		struct client client = kit_connect(server);
		char said[2];

		kit_send(&client, i % 2 ? "GET / HTTP/1.1\r\n" : "hx");
		CHECK_INT(recv(client.fd, said, 1, 0), 1);
		CHECK_INT(said[0], 'n');
		kit_close(&client);
	}
	CHECK(kit_until(none_is_open, server));
	CHECK_INT(get(&facts.finished), finished + 10);
	quipu_http_stop(server);
}

/* As long as a head may take, not as long as a client may be idle. */
static void late_handshakes(void)
{
	quipu_http *server = FAKE_START(.transport = &whole, .header_timeout_seconds = 0.2);
	struct client silent = kit_connect(server), slow = kit_connect(server);
	struct client good = greet(server);

	kit_send(&slow, "h");
	CHECK_INT(kit_ended(&silent), 1);
	CHECK_INT(kit_ended(&slow), 1);
	kit_send(&good, GET);
	CHECK_INT(kit_next(&good, false), 200);
	kit_close(&silent);
	kit_close(&slow);
	kit_close(&good);
	quipu_http_stop(server);
}

static bool greeted(quipu_http *server, struct client *client)
{
	kit_drive(server, client, 10000);
	return kit_take(client) && client->len == 1 && client->data[0] == 'y';
}

/* Many handshakes at once do not all come before what else there is, and each comes to its end. */
static void slow_handshakes(void)
{
	enum { MANY = 40 };
	quipu_transport table = whole;
	struct client good, many[MANY];
	quipu_http *server;
	int before;

	table.handshake = slow_handshake;
	fake_reset();
	server = quipu_http_open(fake_registry(),
				 QUIPU_HTTP_OPTS(.listen = KIT_LISTEN, .transport = &table), NULL);
	CHECK(server);
	good = kit_connect(server);
	kit_send(&good, "hi");
	CHECK(greeted(server, &good));
	good.len = 0;
	for (int i = 0; i < MANY; i++)
		many[i] = kit_connect(server);
	kit_drive(server, NULL, 50);
	before = get(&facts.slow);
	for (int i = 0; i < MANY; i++)
		kit_send(&many[i], "hi");
	quipu_http_poll(server);
	CHECK(get(&facts.slow) > before);
	CHECK(get(&facts.slow) < before + MANY / 2);
	kit_send(&good, GET);
	kit_drive(server, &good, 10000);
	CHECK(get(&facts.slow) < before + MANY);
	for (int i = 0; i < MANY; i++) {
		CHECK(greeted(server, &many[i]));
		kit_close(&many[i]);
	}
	kit_close(&good);
	quipu_http_close(server);
}

/* The last byte of a connection that ends well is the transport's. */
static void finishes(void)
{
	quipu_http *server = FAKE_START(.transport = &whole);
	struct client client = greet(server);
	char got[8192];
	size_t len = 0;
	ssize_t n;

	kit_send(&client, GET_LAST);
	while ((n = recv(client.fd, got + len, sizeof(got) - len, 0)) > 0)
		len += (size_t)n;
	CHECK(len > 0 && got[len - 1] == 'z');
	kit_close(&client);
	quipu_http_stop(server);
}

static void out_of_memory(void)
{
	quipu_http *server = FAKE_START(.transport = &whole);
	struct client client;

	set(&facts.no_memory, 1);
	client = kit_connect(server);
	CHECK(kit_ended(&client) != 0);
	kit_close(&client);
	set(&facts.no_memory, 0);
	client = greet(server);
	kit_send(&client, GET);
	CHECK_INT(kit_next(&client, false), 200);
	kit_close(&client);
	quipu_http_stop(server);
}

/* --- the gate -------------------------------------------------------------------------------- */

static void verdicts(void)
{
	static const struct {
		int verdict, status;
		const char *field;
	} table[] = {
		{ QUIPU_ALLOWED, 200, "Content-Type" },
		{ QUIPU_UNAUTHORIZED, 401, "WWW-Authenticate" },
		{ QUIPU_TOO_MANY, 429, "Retry-After" },
		{ QUIPU_UNAVAILABLE, 503, "Retry-After" },
		{ 77, 503, "Retry-After" },
	};
	quipu_http *server = FAKE_START(.transport = &gate);
	struct client client = kit_connect(server);

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct answer got;
		const char *own;

		set(&facts.verdict, table[i].verdict);
		kit_send(&client, GET_AS("Basic abc"));
		got = kit_receive(&client, false);
		CHECK_INT(got.status, table[i].status);
		CHECK(kit_field(&got, table[i].field)[0]);
		own = strstr(got.head, "\r\nX-Own: ") + 2;
		CHECK_INT(strstr(own, "\r\n") + 2 - own, QUIPU_TRANSPORT_FIELDS_MAX);
		CHECK(strcmp(facts.last, "/metrics Basic abc") == 0);
		CHECK(facts.client != 0);
		kit_free(&got);
		if (table[i].verdict != QUIPU_UNAUTHORIZED)
			continue;
		CHECK_INT(kit_ended(&client), 1); /* a guess is a connection's last request */
		kit_close(&client);
		client = kit_connect(server);
	}
	kit_close(&client);
	quipu_http_stop(server);
}

/* What is no request is not asked about; what there is nothing of is, for that is a secret too. */
static void what_is_asked(void)
{
	quipu_http *server = FAKE_START(.transport = &gate);
	int asked = get(&facts.asked);

	set(&facts.verdict, QUIPU_UNAUTHORIZED);
	CHECK_INT(kit_status(server, "nonsense\r\n\r\n"), 400);
	CHECK_INT(get(&facts.asked), asked);
	CHECK_INT(kit_status(server, "GET /none HTTP/1.1\r\nHost: a\r\n\r\n"), 401);
	CHECK_INT(kit_status(server, "POST /metrics HTTP/1.1\r\nHost: a\r\n\r\n"), 401);
	CHECK_INT(get(&facts.asked), asked + 2);
	CHECK_INT(kit_status(server, GET_AS("a\r\nAuthorization: b")), 401);
	CHECK(strcmp(facts.last, "/metrics ") == 0);
	set(&facts.verdict, QUIPU_ALLOWED);
	CHECK_INT(kit_status(server, "GET /none HTTP/1.1\r\nHost: a\r\n\r\n"), 404);
	quipu_http_stop(server);
}

static bool was_asked(void *ctx)
{
	return get(&facts.asked) == *(int *)ctx;
}

static bool was_forgotten(void *ctx)
{
	return get(&facts.forgotten) == *(int *)ctx;
}

static void decide(int verdict)
{
	pthread_mutex_lock(&lock);
	facts.later = verdict;
	facts.decided = facts.asked;
	facts.wake(facts.wake_ctx);
	pthread_mutex_unlock(&lock);
}

static void later(void)
{
	quipu_http *server = FAKE_START(.transport = &gate);
	int asked = get(&facts.asked) + 2;
	struct client one = kit_connect(server), two = kit_connect(server);

	set(&facts.verdict, QUIPU_LATER);
	set(&facts.later, QUIPU_LATER);
	kit_send(&one, GET GET);
	kit_send(&two, GET);
	CHECK(kit_until(was_asked, &asked));
	decide(QUIPU_LATER);
	kit_sleep_ms(50);
	CHECK(!kit_has_answer(&one, false) && !kit_has_answer(&two, false));
	decide(QUIPU_ALLOWED);
	CHECK_INT(kit_next(&two, false), 200);
	CHECK_INT(kit_next(&one, false), 200);
	/* the second on that connection, about which was asked since */
	asked++;
	CHECK(kit_until(was_asked, &asked));
	decide(QUIPU_UNAUTHORIZED);
	CHECK_INT(kit_next(&one, false), 401);
	kit_close(&one);
	kit_close(&two);
	quipu_http_stop(server);
}

/* A client that goes, a server that stops, an answer that never comes. */
static void forgotten(void)
{
	quipu_http *server = FAKE_START(.transport = &gate, .write_timeout_seconds = 0.3);
	int asked = get(&facts.asked) + 1, gone = get(&facts.forgotten) + 1;
	struct client client = kit_connect(server);

	set(&facts.verdict, QUIPU_LATER);
	set(&facts.later, QUIPU_LATER);
	kit_send(&client, GET);
	CHECK(kit_until(was_asked, &asked));
	kit_reset(&client);
	CHECK(kit_until(was_forgotten, &gone));

	client = kit_connect(server);
	kit_send(&client, GET);
	CHECK_INT(kit_next(&client, false), 503);
	gone++;
	CHECK_INT(get(&facts.forgotten), gone);
	kit_close(&client);

	client = kit_connect(server);
	asked += 2;
	kit_send(&client, GET);
	CHECK(kit_until(was_asked, &asked));
	quipu_http_stop(server);
	gone++;
	CHECK_INT(get(&facts.forgotten), gone);
	kit_close(&client);
}

/* It becomes known in the turn in which the time to answer is over: that turn's answer is 503, for
 * there is none to wait for a snapshot, however long the scraper would. */
static void known_too_late(void)
{
	quipu_http *server = quipu_http_open(
		(fake_reset(), fake_registry()),
		QUIPU_HTTP_OPTS(.listen = KIT_LISTEN, .transport = &gate,
				.write_timeout_seconds = 0.3, .scrape_timeout_seconds = 60),
		NULL);
	int asked = get(&facts.asked) + 1;
	struct client client = kit_connect(server);

	fake_hold(2);
	set(&facts.verdict, QUIPU_LATER);
	set(&facts.later, QUIPU_LATER);
	kit_send(&client, "GET /metrics HTTP/1.1\r\nHost: a\r\n"
			  "X-Prometheus-Scrape-Timeout-Seconds: 50\r\n\r\n");
	while (get(&facts.asked) < asked)
		kit_drive(server, NULL, 1);
	kit_sleep_ms(400);
	decide(QUIPU_ALLOWED);
	quipu_http_poll(server);
	kit_take(&client);
	CHECK(kit_has_answer(&client, false));
	if (kit_has_answer(&client, false))
		CHECK_INT(kit_next(&client, false), 503);
	fake_hold(-2);
	kit_close(&client);
	quipu_http_close(server);
}

/* --- tables ---------------------------------------------------------------------------------- */

static void check_refused(const quipu_transport *transport)
{
	quipu_error error = QUIPU_OK;

	CHECK(!quipu_http_start(fake_registry(),
				QUIPU_HTTP_OPTS(.listen = KIT_LISTEN, .transport = transport),
				&error));
	CHECK_INT(error, QUIPU_EOPTION);
	CHECK(strstr(quipu_http_error(), "transport") != NULL);
}

static void tables(void)
{
	quipu_transport table = whole;
	int attached = get(&facts.attached);

	table.size = 0;
	check_refused(&table);
	table = whole;
	table.pending = NULL;
	check_refused(&table);
	table = gate;
	table.forget = NULL;
	check_refused(&table);
	table = whole;
	table.attach = refuse;
	check_refused(&table);
	CHECK_INT(get(&facts.attached), attached);
	CHECK(!quipu_http_start(fake_registry(),
				QUIPU_HTTP_OPTS(.listen = "256.0.0.1:0", .transport = &whole),
				NULL));
	CHECK_INT(get(&facts.attached), get(&facts.detached));
	/* of an older header, without fields: they are not asked for */
	table = gate;
	table.size = offsetof(quipu_transport, fields);
	set(&facts.verdict, QUIPU_ALLOWED);
	{
		quipu_http *server = FAKE_START(.transport = &table);
		struct answer got = kit_ask(server, GET);

		CHECK_INT(got.status, 200);
		CHECK(!kit_field(&got, "X-Own")[0]);
		kit_free(&got);
		quipu_http_stop(server);
	}
}

static const struct kit_case cases[] = {
	{ "serves", serves },
	{ "large", large },
	{ "refused_handshakes", refused_handshakes },
	{ "late_handshakes", late_handshakes },
	{ "slow_handshakes", slow_handshakes },
	{ "finishes", finishes },
	{ "out_of_memory", out_of_memory },
	{ "verdicts", verdicts },
	{ "what_is_asked", what_is_asked },
	{ "later", later },
	{ "forgotten", forgotten },
	{ "known_too_late", known_too_late },
	{ "tables", tables },
};

KIT_MAIN(cases)
