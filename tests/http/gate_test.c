/* SPDX-License-Identifier: MIT */
/*
 * gate_test.c: a server that asks a transport whom to let in (toy_transport.h): what is asked, what
 * is made of the answer, one that comes later, one that nobody waits for any more.
 */
#include "fake_scrape.h"
#include "kit.h"
#include "toy_transport.h"

#include <string.h>

#define GET "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"
#define GET_AS(who) "GET /metrics HTTP/1.1\r\nHost: a\r\nAuthorization: " who "\r\n\r\n"

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
	quipu_http *server = FAKE_START(.transport = &toy_gate);
	struct client client = kit_connect(server);

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct answer got;
		const char *own;

		toy_set(&toy_facts.verdict, table[i].verdict);
		kit_send(&client, GET_AS("Basic abc"));
		got = kit_receive(&client, false);
		CHECK_INT(got.status, table[i].status);
		CHECK(kit_field(&got, table[i].field)[0]);
		own = strstr(got.head, "\r\nX-Own: ") + 2;
		CHECK_INT(strstr(own, "\r\n") + 2 - own, QUIPU_TRANSPORT_FIELDS_MAX);
		CHECK(strcmp(toy_facts.last, "/metrics Basic abc") == 0);
		CHECK(toy_facts.client != 0);
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
	quipu_http *server = FAKE_START(.transport = &toy_gate);
	int asked = toy_get(&toy_facts.asked);

	toy_set(&toy_facts.verdict, QUIPU_UNAUTHORIZED);
	CHECK_INT(kit_status(server, "nonsense\r\n\r\n"), 400);
	CHECK_INT(toy_get(&toy_facts.asked), asked);
	CHECK_INT(kit_status(server, "GET /none HTTP/1.1\r\nHost: a\r\n\r\n"), 401);
	CHECK_INT(kit_status(server, "POST /metrics HTTP/1.1\r\nHost: a\r\n\r\n"), 401);
	CHECK_INT(toy_get(&toy_facts.asked), asked + 2);
	CHECK_INT(kit_status(server, GET_AS("a\r\nAuthorization: b")), 401);
	CHECK(strcmp(toy_facts.last, "/metrics ") == 0);
	toy_set(&toy_facts.verdict, QUIPU_ALLOWED);
	CHECK_INT(kit_status(server, "GET /none HTTP/1.1\r\nHost: a\r\n\r\n"), 404);
	quipu_http_stop(server);
}

static bool was_asked(void *ctx)
{
	return toy_get(&toy_facts.asked) == *(int *)ctx;
}

static bool was_forgotten(void *ctx)
{
	return toy_get(&toy_facts.forgotten) == *(int *)ctx;
}

static void later(void)
{
	quipu_http *server = FAKE_START(.transport = &toy_gate);
	int asked = toy_get(&toy_facts.asked) + 2;
	struct client one = kit_connect(server), two = kit_connect(server);

	toy_set(&toy_facts.verdict, QUIPU_LATER);
	toy_set(&toy_facts.later, QUIPU_LATER);
	kit_send(&one, GET GET);
	kit_send(&two, GET);
	CHECK(kit_until(was_asked, &asked));
	toy_decide(QUIPU_LATER);
	kit_sleep_ms(50);
	CHECK(!kit_has_answer(&one, false) && !kit_has_answer(&two, false));
	toy_decide(QUIPU_ALLOWED);
	CHECK_INT(kit_next(&two, false), 200);
	CHECK_INT(kit_next(&one, false), 200);
	/* the second on that connection, about which was asked since */
	asked++;
	CHECK(kit_until(was_asked, &asked));
	toy_decide(QUIPU_UNAUTHORIZED);
	CHECK_INT(kit_next(&one, false), 401);
	kit_close(&one);
	kit_close(&two);
	quipu_http_stop(server);
}

/* A client that goes, a server that stops, an answer that never comes. */
static void forgotten(void)
{
	quipu_http *server = FAKE_START(.transport = &toy_gate, .write_timeout_seconds = 0.3);
	int asked = toy_get(&toy_facts.asked) + 1, gone = toy_get(&toy_facts.forgotten) + 1;
	struct client client = kit_connect(server);

	toy_set(&toy_facts.verdict, QUIPU_LATER);
	toy_set(&toy_facts.later, QUIPU_LATER);
	kit_send(&client, GET);
	CHECK(kit_until(was_asked, &asked));
	kit_reset(&client);
	CHECK(kit_until(was_forgotten, &gone));

	client = kit_connect(server);
	kit_send(&client, GET);
	CHECK_INT(kit_next(&client, false), 503);
	gone++;
	CHECK_INT(toy_get(&toy_facts.forgotten), gone);
	kit_close(&client);

	client = kit_connect(server);
	asked += 2;
	kit_send(&client, GET);
	CHECK(kit_until(was_asked, &asked));
	quipu_http_stop(server);
	gone++;
	CHECK_INT(toy_get(&toy_facts.forgotten), gone);
	kit_close(&client);
}

/* It becomes known in the turn in which the time to answer is over: that turn's answer is 503, for
 * there is none to wait for a snapshot, however long the scraper would. */
static void known_too_late(void)
{
	quipu_http *server = quipu_http_open(
		(fake_reset(), fake_registry()),
		QUIPU_HTTP_OPTS(.listen = KIT_LISTEN, .transport = &toy_gate,
				.write_timeout_seconds = 0.3, .scrape_timeout_seconds = 60),
		NULL);
	int asked = toy_get(&toy_facts.asked) + 1;
	struct client client = kit_connect(server);

	fake_hold(2);
	toy_set(&toy_facts.verdict, QUIPU_LATER);
	toy_set(&toy_facts.later, QUIPU_LATER);
	kit_send(&client, "GET /metrics HTTP/1.1\r\nHost: a\r\n"
			  "X-Prometheus-Scrape-Timeout-Seconds: 50\r\n\r\n");
	while (toy_get(&toy_facts.asked) < asked)
		kit_drive(server, NULL, 1);
	kit_sleep_ms(400);
	toy_decide(QUIPU_ALLOWED);
	quipu_http_poll(server);
	kit_take(&client);
	CHECK(kit_has_answer(&client, false));
	if (kit_has_answer(&client, false))
		CHECK_INT(kit_next(&client, false), 503);
	fake_hold(-2);
	kit_close(&client);
	quipu_http_close(server);
}

static const struct kit_case cases[] = {
	{ "verdicts", verdicts },   { "what_is_asked", what_is_asked },	  { "later", later },
	{ "forgotten", forgotten }, { "known_too_late", known_too_late },
};

KIT_MAIN(cases)
