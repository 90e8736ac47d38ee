/* SPDX-License-Identifier: MIT */
/*
 * transport_test.c: a server behind the toy transport (toy_transport.h): its handshakes and its
 * pieces, and tables that are refused. Whom it lets in: gate_test.c.
 */
#include "fake_scrape.h"
#include "kit.h"
#include "toy_transport.h"

#include <string.h>
#include <sys/socket.h>

#define GET "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"
#define GET_LAST "GET /metrics HTTP/1.0\r\n\r\n"

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
	quipu_http *server = FAKE_START(.transport = &toy_whole);
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
	CHECK_INT(toy_get(&toy_facts.opened), toy_get(&toy_facts.closed));
	CHECK_INT(toy_get(&toy_facts.attached), toy_get(&toy_facts.detached));
}

/* Streamed, to a client that is slow, and to one that is not. */
static void large(void)
{
	struct fake_plan plan = fake_default_plan();
	quipu_http *server = FAKE_START(.transport = &toy_whole);
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
	CHECK_INT(toy_get(&toy_facts.opened), toy_get(&toy_facts.closed));
}

static void refused_handshakes(void)
{
	quipu_http *server = FAKE_START(.transport = &toy_whole);
	int finished = toy_get(&toy_facts.finished);

	for (int i = 0; i < 10; i++) {
		struct client client = kit_connect(server);
		char said[2];

		kit_send(&client, i % 2 ? "GET / HTTP/1.1\r\n" : "hx");
		CHECK_INT(recv(client.fd, said, 1, 0), 1);
		CHECK_INT(said[0], 'n');
		kit_close(&client);
	}
	CHECK(kit_until(none_is_open, server));
	CHECK_INT(toy_get(&toy_facts.finished), finished + 10);
	quipu_http_stop(server);
}

/* As long as a head may take, not as long as a client may be idle. */
static void late_handshakes(void)
{
	quipu_http *server = FAKE_START(.transport = &toy_whole, .header_timeout_seconds = 2);
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

/* Many handshakes at once do not all come before what else there is, and each comes to its end. Over
 * a Unix socket, where what was sent is there. */
static void slow_handshakes(void)
{
	enum { MANY = 40 };
	quipu_transport table = toy_whole;
	struct client good, many[MANY];
	quipu_http *server;
	int before;

	table.handshake = toy_slow_handshake;
	fake_reset();
	server = quipu_http_open(
		fake_registry(),
		QUIPU_HTTP_OPTS(.listen = "unix:quipu-transport", .transport = &table), NULL);
	CHECK(server);
	good = kit_connect(server);
	kit_send(&good, "hi");
	CHECK(greeted(server, &good));
	good.len = 0;
	for (int i = 0; i < MANY; i++)
		many[i] = kit_connect(server);
	kit_settle(server);
	before = toy_get(&toy_facts.slow);
	for (int i = 0; i < MANY; i++)
		kit_send(&many[i], "hi");
	quipu_http_poll(server);
	CHECK(toy_get(&toy_facts.slow) > before);
	CHECK(toy_get(&toy_facts.slow) < before + MANY / 2);
	kit_send(&good, GET);
	kit_drive(server, &good, 10000);
	CHECK(toy_get(&toy_facts.slow) < before + MANY);
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
	quipu_http *server = FAKE_START(.transport = &toy_whole);
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
	quipu_http *server = FAKE_START(.transport = &toy_whole);
	struct client client;

	toy_set(&toy_facts.no_memory, 1);
	client = kit_connect(server);
	CHECK(kit_ended(&client) != 0);
	kit_close(&client);
	toy_set(&toy_facts.no_memory, 0);
	client = greet(server);
	kit_send(&client, GET);
	CHECK_INT(kit_next(&client, false), 200);
	kit_close(&client);
	quipu_http_stop(server);
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
	quipu_transport table = toy_whole;
	int attached = toy_get(&toy_facts.attached);

	table.size = 0;
	check_refused(&table);
	table = toy_whole;
	table.pending = NULL;
	check_refused(&table);
	table = toy_gate;
	table.forget = NULL;
	check_refused(&table);
	table = toy_whole;
	table.attach = toy_refuse;
	check_refused(&table);
	CHECK_INT(toy_get(&toy_facts.attached), attached);
	CHECK(!quipu_http_start(fake_registry(),
				QUIPU_HTTP_OPTS(.listen = "256.0.0.1:0", .transport = &toy_whole),
				NULL));
	CHECK_INT(toy_get(&toy_facts.attached), toy_get(&toy_facts.detached));
	/* of an older header, without fields: they are not asked for */
	table = toy_gate;
	table.size = offsetof(quipu_transport, fields);
	toy_set(&toy_facts.verdict, QUIPU_ALLOWED);
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
	{ "tables", tables },
};

KIT_MAIN(cases)
