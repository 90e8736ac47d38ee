/* SPDX-License-Identifier: MIT */
/* share_test.c: scrapes that wait share one body, as far as they may; how many may wait; and
 * what a scraper's timeout does to each of them. The test drives the server itself, so it knows
 * who waits. */
#include "fake_scrape.h"
#include "kit.h"

#include <stdlib.h>
#include <string.h>

#define REQUEST "GET /metrics HTTP/1.1\r\nHost: a\r\n"
#define GET REQUEST "\r\n"
#define HEAD "HEAD /metrics HTTP/1.1\r\nHost: a\r\n\r\n"
#define N 10
#define SOON_MS 30 /* the server sees what was sent */
#define PATIENCE 2000

static quipu_http *open_server(quipu_http_opts opts)
{
	quipu_error error;
	quipu_http *server;

	fake_reset();
	opts.listen = "127.0.0.1:0";
	if (!(opts.scrape_timeout_seconds > 0))
		opts.scrape_timeout_seconds = 20;
	server = quipu_http_open(fake_registry(), &opts, &error);
	if (!server)
		exit(1);
	return server;
}
#define OPEN(...) open_server(*QUIPU_HTTP_OPTS(__VA_ARGS__))

static quipu_http_stats_t stats_of(const quipu_http *server)
{
	quipu_http_stats_t stats = { .size = sizeof(stats) };

	quipu_http_stats(server, &stats);
	return stats;
}

static struct client ask(quipu_http *server, const char *request)
{
	struct client client = kit_connect(server);

	kit_send(&client, request);
	kit_drive(server, NULL, SOON_MS);
	return client;
}

static void ask_all(quipu_http *server, struct client *clients, const char *request)
{
	for (int i = 0; i < N; i++) {
		clients[i] = kit_connect(server);
		kit_send(&clients[i], request);
	}
	kit_drive(server, NULL, SOON_MS);
}

/* What comes while the server is driven; then the client is gone. */
static struct answer receive(quipu_http *server, struct client *client, bool head_only)
{
	struct answer answer;

	for (int i = 0; i < PATIENCE && !kit_has_answer(client, head_only); i++) {
		kit_drive(server, client, 10);
		if (!kit_take(client))
			break;
	}
	answer = kit_receive(client, head_only);
	kit_close(client);
	kit_drive(server, NULL, 1);
	return answer;
}

static bool is_body(const struct answer *answer, size_t len)
{
	if (answer->status != 200 || !answer->whole || answer->len != len)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (answer->body[i] != fake_byte(i))
			return false;
	}
	return true;
}

static void check_body(quipu_http *server, struct client *client, size_t len)
{
	struct answer answer = receive(server, client, false);

	CHECK(is_body(&answer, len));
	kit_free(&answer);
}

static void check_refused(quipu_http *server, struct client *client)
{
	struct answer answer = receive(server, client, false);

	CHECK_INT(answer.status, 503);
	CHECK(answer.whole);
	CHECK(strcmp(kit_field(&answer, "Retry-After"), "1") == 0);
	kit_free(&answer);
}

static void end(quipu_http *server)
{
	quipu_http_close(server);
	CHECK_INT(fake_facts().opened, fake_facts().closed);
	CHECK_INT(fake_facts().snapshots, 0);
}

static void plan_body(size_t body)
{
	struct fake_plan plan = fake_default_plan();

	plan.body = body;
	fake_plan(plan);
}

/* --- one body for all --------------------------------------------------------------------- */

static void check_shared(size_t body)
{
	quipu_http *server = OPEN(.path = NULL);
	struct client clients[N];

	plan_body(body);
	fake_hold(2);
	ask_all(server, clients, GET);
	CHECK_INT(fake_facts().opened, 1);
	fake_hold(-2);
	for (int i = 0; i < N; i++)
		check_body(server, &clients[i], body);
	CHECK_INT(fake_facts().opened, 1);
	CHECK_INT(stats_of(server).scrapes, N);
	CHECK_INT(stats_of(server).shared, N - 1);
	end(server);
}

static void shared(void)
{
	check_shared(0);
	check_shared(1000);
	check_shared(256 * 1024);
}

/* The next one on the same connection is another. */
static void pipelined(void)
{
	quipu_http *server = OPEN(.path = NULL);
	struct client clients[N];

	fake_hold(2);
	ask_all(server, clients, GET GET);
	fake_hold(-2);
	kit_drive(server, &clients[N - 1], 2000);
	kit_drive(server, NULL, SOON_MS);
	for (int i = 0; i < N; i++) {
		struct answer answer = kit_receive(&clients[i], false);

		CHECK(is_body(&answer, 1000));
		kit_free(&answer);
		check_body(server, &clients[i], 1000);
	}
	CHECK_INT(stats_of(server).scrapes, 2 * N);
	end(server);
}

/* What does not fit is nobody else's. */
static void too_large(void)
{
	const size_t body = 256 * 1024 + 1;
	quipu_http *server = OPEN(.path = NULL);
	struct client clients[N];

	plan_body(body);
	fake_hold(2);
	ask_all(server, clients, GET);
	CHECK_INT(fake_facts().opened, 1);
	fake_hold(-2);
	for (int i = 0; i < N; i++)
		check_body(server, &clients[i], body);
	CHECK_INT(fake_facts().opened, N);
	CHECK_INT(stats_of(server).shared, 0);
	end(server);
}

/* HEAD rides too and takes no body. */
static void heads(void)
{
	quipu_http *server = OPEN(.path = NULL);
	struct client first, head, last;
	struct answer answer;

	fake_hold(2);
	head = ask(server, HEAD);
	first = ask(server, GET);
	last = ask(server, HEAD);
	CHECK_INT(fake_facts().opened, 1);
	fake_hold(-2);
	check_body(server, &first, 1000);
	answer = receive(server, &head, true);
	CHECK(strcmp(kit_field(&answer, "Content-Length"), "1000") == 0);
	CHECK_INT(answer.len, 0);
	kit_free(&answer);
	answer = receive(server, &last, true);
	CHECK_INT(answer.status, 200);
	kit_free(&answer);
	end(server);
}

/* --- who may share ------------------------------------------------------------------------ */

/* H1: a snapshot that is being opened is too old for who comes now. */
static void not_begun(void)
{
	quipu_http *server = OPEN(.path = NULL);
	struct fake_plan plan = fake_default_plan();
	struct client first, second;

	fake_hold(1);
	plan.pauses = 1000000;
	fake_plan(plan);
	first = ask(server, GET);
	CHECK_INT(fake_facts().snapshots, 2);
	fake_plan(fake_default_plan());
	second = ask(server, GET);
	CHECK_INT(fake_facts().opened, 2);
	CHECK_INT(stats_of(server).scrapes, 0);
	kit_reset(&first);
	kit_drive(server, NULL, SOON_MS);
	check_body(server, &second, 1000);
	CHECK_INT(stats_of(server).shared, 0);
	fake_hold(-1);
	end(server);
}

/* Only what is the same in every way. */
static void different(void)
{
	static const char *const requests[] = {
		GET,
		REQUEST "Accept: application/openmetrics-text\r\n\r\n",
		REQUEST "Accept: application/openmetrics-text;escaping=dots\r\n\r\n",
		REQUEST "Accept: application/openmetrics-text;escaping=underscores\r\n\r\n",
		"GET /metrics?created=1 HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET /metrics?name[]=a HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET /metrics?name[]=a HTTP/1.1\r\nHost: a\r\n\r\n",
	};
	enum { KINDS = sizeof(requests) / sizeof(requests[0]) };
	quipu_http *server = OPEN(.path = NULL);
	struct client clients[KINDS];

	fake_hold(2);
	for (int i = 0; i < KINDS; i++)
		clients[i] = ask(server, requests[i]);
	CHECK_INT(fake_facts().opened, KINDS);
	fake_hold(-2);
	for (int i = 0; i < KINDS; i++)
		check_body(server, &clients[i], 1000);
	CHECK_INT(stats_of(server).shared, 0);
	end(server);
}

/* Those whose callbacks ran by themselves find each other in line. */
static void after_callbacks(void)
{
	quipu_http *server = OPEN(.path = NULL);
	struct fake_plan plan = fake_default_plan();
	struct client clients[N];

	plan.callbacks = true;
	fake_plan(plan);
	fake_hold(2);
	ask_all(server, clients, GET);
	CHECK_INT(fake_finish(), N);
	kit_drive(server, NULL, SOON_MS);
	CHECK_INT(fake_facts().opened - fake_facts().closed, 1);
	fake_hold(-2);
	for (int i = 0; i < N; i++)
		check_body(server, &clients[i], 1000);
	CHECK_INT(stats_of(server).shared, N - 1);
	end(server);
}

/* --- who goes away ------------------------------------------------------------------------ */

/* H2: while they wait, and again while the body is being made. */
static void leaders_leave(void)
{
	quipu_http *server = OPEN(.path = NULL);
	struct fake_plan plan = fake_default_plan();
	struct client clients[N];

	plan.body = 100000;
	plan.pauses = 200;
	fake_plan(plan);
	fake_hold(2);
	ask_all(server, clients, GET);
	kit_reset(&clients[0]);
	kit_drive(server, NULL, SOON_MS);
	CHECK_INT(fake_facts().closed, 0);
	fake_hold(-2);
	kit_drive(server, NULL, 22);
	kit_reset(&clients[1]);
	kit_reset(&clients[5]);
	for (int i = 2; i < N; i++) {
		if (i != 5)
			check_body(server, &clients[i], 100000);
	}
	CHECK_INT(fake_facts().opened, 1);
	end(server);
}

/* All of them. */
static void all_leave(void)
{
	quipu_http *server = OPEN(.path = NULL);
	struct client clients[N];

	fake_hold(2);
	ask_all(server, clients, GET);
	for (int i = 0; i < N; i++)
		kit_reset(&clients[i]);
	kit_drive(server, NULL, SOON_MS);
	CHECK_INT(fake_facts().closed, 1);
	CHECK_INT(stats_of(server).open, 0);
	fake_hold(-2);
	end(server);
}

static void all_fail(void)
{
	quipu_http *server = OPEN(.path = NULL);
	struct fake_plan plan = fake_default_plan();
	struct client clients[N];

	plan.fail_at = 500;
	plan.fail_with = QUIPU_ENOMEM;
	fake_plan(plan);
	fake_hold(2);
	ask_all(server, clients, GET);
	fake_hold(-2);
	for (int i = 0; i < N; i++)
		check_refused(server, &clients[i]);
	CHECK_INT(stats_of(server).unavailable, N);
	end(server);
}

/* Closed in the middle of it. */
static void stopped(void)
{
	quipu_http *server = OPEN(.path = NULL);
	struct client clients[N];

	fake_hold(2);
	ask_all(server, clients, GET);
	fake_hold(-2);
	end(server);
	for (int i = 0; i < N; i++)
		kit_close(&clients[i]);
}

/* --- how many, and how long --------------------------------------------------------------- */

static void limit(void)
{
	quipu_http *server = OPEN(.max_waiting = 3);
	struct client waiting[3], more;

	fake_hold(2);
	waiting[0] = ask(server, GET);
	waiting[1] = ask(server, REQUEST "Accept: application/openmetrics-text\r\n\r\n");
	waiting[2] = ask(server, GET);
	for (int i = 0; i < 5; i++) {
		more = ask(server, GET);
		check_refused(server, &more);
	}
	CHECK_INT(fake_facts().opened, 2);
	kit_reset(&waiting[1]);
	more = ask(server, GET);
	fake_hold(-2);
	check_body(server, &waiting[0], 1000);
	check_body(server, &waiting[2], 1000);
	check_body(server, &more, 1000);
	CHECK_INT(stats_of(server).unavailable, 5);
	end(server);
}

/* H3: whoever cannot wait is told, leader or rider; the others go on. */
static void own_deadlines(void)
{
	static const char hasty[] = REQUEST "X-Prometheus-Scrape-Timeout-Seconds: 0.2\r\n\r\n";
	quipu_http *server = OPEN(.path = NULL);
	struct client leader, rider, patient;

	fake_hold(2);
	leader = ask(server, hasty);
	rider = ask(server, hasty);
	patient = ask(server, GET);
	CHECK_INT(fake_facts().opened, 1);
	check_refused(server, &leader);
	check_refused(server, &rider);
	CHECK_INT(fake_facts().closed, 0);
	fake_hold(-2);
	check_body(server, &patient, 1000);
	CHECK_INT(fake_facts().opened, 1);
	end(server);
}

/* Who cannot begin in time though there is a snapshot: opening it takes too long. */
static void too_long_to_begin(void)
{
	quipu_http *server = OPEN(.path = NULL);
	struct fake_plan plan = fake_default_plan();
	struct client client;

	plan.pauses = 1000000;
	fake_plan(plan);
	client = ask(server, REQUEST "X-Prometheus-Scrape-Timeout-Seconds: 0.2\r\n\r\n");
	check_refused(server, &client);
	CHECK_INT(fake_facts().snapshots, 0);
	end(server);
}

/* After the first byte the connection is cut off, so that nobody takes it for the whole. */
static void check_cut(size_t body)
{
	quipu_http *server = OPEN(.write_timeout_seconds = 600);
	struct client client = kit_connect_narrow(server);
	struct answer answer;

	plan_body(body);
	kit_send(&client, REQUEST "X-Prometheus-Scrape-Timeout-Seconds: 0.3\r\n\r\n");
	kit_drive(server, NULL, 600);
	answer = kit_receive(&client, false);
	CHECK_INT(answer.status, 200);
	CHECK(!answer.whole);
	kit_free(&answer);
	kit_close(&client);
	CHECK_INT(stats_of(server).aborted, 1);
	CHECK_INT(stats_of(server).open, 0);
	end(server);
}

static void cut_off(void)
{
	check_cut(50000000);
	check_cut(9000000);
}

/* A timeout is its request's alone; the next may have another, or none. */
static void timeouts_alone(void)
{
	quipu_http *server = OPEN(.path = NULL);
	struct client client =
		ask(server, REQUEST "X-Prometheus-Scrape-Timeout-Seconds: 0.1\r\n\r\n");
	struct answer answer = kit_receive(&client, false);

	CHECK(is_body(&answer, 1000));
	kit_free(&answer);
	kit_drive(server, NULL, 200);
	kit_send(&client, REQUEST "X-Prometheus-Scrape-Timeout-Seconds: 1e9\r\n\r\n");
	check_body(server, &client, 1000);
	CHECK_INT(stats_of(server).aborted, 0);
	end(server);
}

static const struct kit_case cases[] = {
	{ "shared", shared },
	{ "pipelined", pipelined },
	{ "too_large", too_large },
	{ "heads", heads },
	{ "not_begun", not_begun },
	{ "different", different },
	{ "after_callbacks", after_callbacks },
	{ "leaders_leave", leaders_leave },
	{ "all_leave", all_leave },
	{ "all_fail", all_fail },
	{ "stopped", stopped },
	{ "limit", limit },
	{ "own_deadlines", own_deadlines },
	{ "too_long_to_begin", too_long_to_begin },
	{ "cut_off", cut_off },
	{ "timeouts_alone", timeouts_alone },
};
KIT_MAIN(cases)
