/* SPDX-License-Identifier: MIT */
/* share_test.c: scrapes that wait share one body, as far as they may; how many may wait; and
 * what a scraper's timeout does to each of them. The test drives the server itself, over a Unix
 * socket, so it knows who waits. */
#include "fake_scrape.h"
#include "kit.h"

#include <stdlib.h>
#include <string.h>

#define REQUEST "GET /metrics HTTP/1.1\r\nHost: a\r\n"
#define GET REQUEST "\r\n"
#define HEAD "HEAD /metrics HTTP/1.1\r\nHost: a\r\n\r\n"
#define N 10
#define PATIENCE 6000 /* of ten milliseconds */

static quipu_http *open_server(quipu_http_opts opts)
{
	quipu_error error;
	quipu_http *server;

	fake_reset();
	opts.listen = "unix:quipu-share";
	if (!(opts.scrape_timeout_seconds > 0))
		opts.scrape_timeout_seconds = 20;
	server = quipu_http_open(fake_registry(), &opts, &error);
	if (!server)
		exit(1);
	return server;
}
#define OPEN(...) open_server(*QUIPU_HTTP_OPTS(__VA_ARGS__))

static struct client ask(quipu_http *server, const char *request)
{
	struct client client = kit_connect(server);

	kit_send(&client, request);
	kit_settle(server);
	return client;
}

static void ask_all(quipu_http *server, struct client *clients, const char *request)
{
	for (int i = 0; i < N; i++) {
		clients[i] = kit_connect(server);
		kit_send(&clients[i], request);
	}
	kit_settle(server);
}

/* What comes while the server is driven. */
static struct answer receive_next(quipu_http *server, struct client *client, bool head_only)
{
	for (int i = 0; i < PATIENCE && !kit_has_answer(client, head_only); i++) {
		kit_drive(server, client, 10);
		if (!kit_take(client))
			break;
	}
	return kit_receive(client, head_only);
}

/* The same; then the client is gone. */
static struct answer receive(quipu_http *server, struct client *client, bool head_only)
{
	struct answer answer = receive_next(server, client, head_only);

	kit_close(client);
	kit_settle(server);
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

struct crowd {
	struct client *clients;
	int n;
};

static bool all_have_answers(void *ctx)
{
	const struct crowd *crowd = ctx;
	int n = 0;

	for (int i = 0; i < crowd->n; i++) {
		kit_take(&crowd->clients[i]);
		n += kit_has_answer(&crowd->clients[i], false);
	}
	return n == crowd->n;
}

/* Who waits to be read while others wait is cut off, so all of them read at the same time. */
static void check_bodies(quipu_http *server, struct client *clients, int n, size_t len)
{
	CHECK(kit_drive_until(server, all_have_answers, &(struct crowd){ clients, n }));
	for (int i = 0; i < n; i++)
		check_body(server, &clients[i], len);
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
	check_bodies(server, clients, N, body);
	CHECK_INT(fake_facts().opened, 1);
	CHECK_INT(kit_stats(server).scrapes, N);
	CHECK_INT(kit_stats(server).shared, N - 1);
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
	for (int i = 0; i < N; i++) {
		struct answer answer = receive_next(server, &clients[i], false);

		CHECK(is_body(&answer, 1000));
		kit_free(&answer);
		check_body(server, &clients[i], 1000);
	}
	CHECK_INT(kit_stats(server).scrapes, 2 * N);
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
	check_bodies(server, clients, N, body);
	CHECK_INT(fake_facts().opened, N);
	CHECK_INT(kit_stats(server).shared, 0);
	end(server);
}

static const char *const of_one_family = "GET /metrics?name[]=a HTTP/1.1\r\nHost: a\r\n\r\n";

/* Who goes for a scrape of its own has its place in line still, whoever came meanwhile. */
static void place_kept(void)
{
	const size_t body = 256 * 1024 + 1;
	quipu_http *server = OPEN(.max_waiting = N);
	struct fake_plan plan = fake_default_plan();
	struct client clients[N + 2], later;

	plan.body = body;
	fake_plan(plan);
	fake_hold(2);
	ask_all(server, clients, GET);
	plan.callbacks = true;
	fake_plan(plan);
	fake_hold(-1);
	check_body(server, &clients[0], body); /* the second one's callbacks run */
	fake_hold(1);
	plan_body(body);
	for (int i = 0; i < 2; i++)
		clients[N + i] = ask(server, of_one_family);
	later = ask(server, of_one_family);
	check_refused(server, &later);
	CHECK_INT(fake_finish(), 1);
	kit_settle(server);
	fake_hold(-2);
	check_bodies(server, &clients[1], N + 1, body);
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
	CHECK_INT(kit_stats(server).scrapes, 0);
	kit_reset(&first);
	kit_settle(server);
	check_body(server, &second, 1000);
	CHECK_INT(kit_stats(server).shared, 0);
	fake_hold(-1);
	end(server);
}

/* Only what is the same in every way. */
static void different(void)
{
	static const char *const requests[] = {
		"GET /metrics?name[]=a HTTP/1.1\r\nHost: a\r\n\r\n",
		GET,
		REQUEST "Accept: application/openmetrics-text\r\n\r\n",
		REQUEST "Accept: application/openmetrics-text;escaping=dots\r\n\r\n",
		REQUEST "Accept: application/openmetrics-text;escaping=underscores\r\n\r\n",
		"GET /metrics?created=1 HTTP/1.1\r\nHost: a\r\n\r\n",
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
	check_bodies(server, clients, KINDS, 1000);
	CHECK_INT(kit_stats(server).shared, 0);
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
	kit_settle(server);
	CHECK_INT(fake_facts().opened - fake_facts().closed, 1);
	fake_hold(-2);
	check_bodies(server, clients, N, 1000);
	CHECK_INT(kit_stats(server).shared, N - 1);
	end(server);
}

/* --- who goes away ------------------------------------------------------------------------ */

static bool is_being_made(void *ctx)
{
	(void)ctx;
	return fake_facts().snapshots == 1;
}

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
	kit_settle(server);
	CHECK_INT(fake_facts().closed, 0);
	fake_hold(-2);
	CHECK(kit_drive_until(server, is_being_made, NULL));
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
	kit_settle(server);
	CHECK_INT(fake_facts().closed, 1);
	CHECK_INT(kit_stats(server).open, 0);
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
	CHECK_INT(kit_stats(server).unavailable, N);
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
	CHECK_INT(kit_stats(server).unavailable, 5);
	end(server);
}

#define SAYS(seconds) REQUEST "X-Prometheus-Scrape-Timeout-Seconds: " seconds "\r\n\r\n"

/* H3: whoever cannot wait is told, leader or rider; the others go on. */
static void check_deadlines(double otherwise, const char *hasty, const char *calm)
{
	quipu_http *server = OPEN(.scrape_timeout_seconds = otherwise);
	struct client leader, rider, patient;

	fake_hold(2);
	leader = ask(server, hasty);
	patient = ask(server, calm);
	rider = ask(server, hasty);
	CHECK_INT(fake_facts().opened, 1);
	check_refused(server, &leader);
	check_refused(server, &rider);
	CHECK_INT(fake_facts().closed, 0);
	fake_hold(-2);
	check_body(server, &patient, 1000);
	CHECK_INT(fake_facts().opened, 1);
	end(server);
}

/* Whether it is the scraper who says so or the server's options. */
static void own_deadlines(void)
{
	check_deadlines(20, SAYS("1"), GET);
	check_deadlines(1, GET, SAYS("20"));
}

/* The rider's time is over, and the leader's is not. */
static void hasty_rider(void)
{
	quipu_http *server = OPEN(.scrape_timeout_seconds = 0.2);
	struct client leader, rider;

	fake_hold(2);
	leader = ask(server, SAYS("20"));
	rider = ask(server, GET);
	CHECK_INT(fake_facts().opened, 1);
	check_refused(server, &rider);
	fake_hold(-2);
	check_body(server, &leader, 1000);
	end(server);
}

/* Who cannot begin in time though there is a snapshot: opening it takes too long. */
static void check_long_opening(double otherwise, const char *request)
{
	quipu_http *server = OPEN(.scrape_timeout_seconds = otherwise);
	struct fake_plan plan = fake_default_plan();
	struct client client;

	plan.pauses = 1000000;
	fake_plan(plan);
	client = ask(server, request);
	check_refused(server, &client);
	CHECK_INT(fake_facts().snapshots, 0);
	end(server);
}

static void too_long_to_begin(void)
{
	check_long_opening(20, SAYS("0.2"));
	check_long_opening(0.2, GET);
}

static bool has_begun(void *client)
{
	kit_take(client);
	return ((struct client *)client)->len > 0;
}

static bool one_is_cut_off(void *server)
{
	return kit_stats(server).aborted == 1;
}

/* After the first byte the connection is cut off, so that nobody takes it for the whole. */
static void check_cut(size_t body)
{
	quipu_http *server = OPEN(.write_timeout_seconds = 600);
	struct client client = kit_connect_narrow(server), calm = kit_connect_narrow(server);
	struct answer answer;

	plan_body(body);
	kit_send(&calm, SAYS("500"));
	kit_settle(server);
	kit_send(&client, SAYS("2"));
	CHECK(kit_drive_until(server, has_begun, &client));
	CHECK(kit_drive_until(server, one_is_cut_off, server));
	answer = kit_receive(&client, false);
	CHECK_INT(answer.status, 200);
	CHECK(!answer.whole);
	kit_free(&answer);
	kit_close(&client);
	CHECK_INT(kit_stats(server).open, 1);
	kit_close(&calm);
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
	struct client client = ask(server, SAYS("1"));
	struct answer answer = receive_next(server, &client, false);

	CHECK(is_body(&answer, 1000));
	kit_free(&answer);
	kit_drive(server, NULL, 1100);
	kit_send(&client, SAYS("1e9"));
	check_body(server, &client, 1000);
	CHECK_INT(kit_stats(server).aborted, 0);
	end(server);
}

static const struct kit_case cases[] = {
	{ "shared", shared },
	{ "pipelined", pipelined },
	{ "too_large", too_large },
	{ "place_kept", place_kept },
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
	{ "hasty_rider", hasty_rider },
	{ "too_long_to_begin", too_long_to_begin },
	{ "cut_off", cut_off },
	{ "timeouts_alone", timeouts_alone },
};
KIT_MAIN(cases)
