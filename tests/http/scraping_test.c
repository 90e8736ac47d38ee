/* SPDX-License-Identifier: MIT */
/* scraping_test.c: callbacks, snapshots, failures and bodies of every size, with a core that
 * does what the test says. */
#include "fake_scrape.h"
#include "kit.h"

#include <quipu/timer.h>

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define REQUEST "GET /metrics HTTP/1.1\r\nHost: a\r\n"
#define GET REQUEST "\r\n"
#define OLD "GET /metrics HTTP/1.0\r\n\r\n"
#define KIB ((size_t)1024)
#define TRIES 20 /* where a machine may be too busy for a client to be as quick as it has to be */

static struct fake_plan with_body(size_t body)
{
	struct fake_plan plan = fake_default_plan();

	plan.body = body;
	return plan;
}

static struct fake_plan with_callbacks(void)
{
	struct fake_plan plan = fake_default_plan();

	plan.callbacks = true;
	return plan;
}

static bool body_is(const struct answer *answer, size_t len)
{
	if (!answer->whole || answer->len != len)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (answer->body[i] != fake_byte(i))
			return false;
	}
	return true;
}

static struct client ask(const quipu_http *server, const char *request)
{
	struct client client = kit_connect(server);

	kit_send(&client, request);
	return client;
}

static void check_answer(struct client *client, int status)
{
	struct answer answer = kit_receive(client, false);

	CHECK_INT(answer.status, status);
	CHECK(answer.whole);
	if (status == 503)
		CHECK(strcmp(kit_field(&answer, "Retry-After"), "1") == 0);
	kit_free(&answer);
	kit_close(client);
}

static void check_all_closed(void)
{
	struct fake_facts facts = fake_facts();

	CHECK_INT(facts.snapshots, 0);
	CHECK_INT(facts.opened, facts.closed);
}

static bool opened_two(void *ctx)
{
	(void)ctx;
	return fake_facts().snapshots == 2;
}

static bool opened(void *n)
{
	return fake_facts().opened >= *(unsigned *)n;
}

static bool somebody_waits(void *ctx)
{
	(void)ctx;
	return fake_facts().busy > 0;
}

static void until_opened(unsigned n)
{
	CHECK(kit_until(opened, &n));
}

/* --- bodies ------------------------------------------------------------------------------ */

static void check_size(const quipu_http *server, size_t size)
{
	struct answer answer;

	fake_plan(with_body(size));
	answer = kit_ask(server, GET);
	CHECK(body_is(&answer, size));
	CHECK_INT(answer.chunked, size > 256 * KIB);
	CHECK(answer.chunked != (kit_field(&answer, "Content-Length")[0] != '\0'));
	kit_free(&answer);
	answer = kit_ask(server, OLD);
	CHECK(body_is(&answer, size));
	CHECK(!answer.chunked);
	CHECK(strcmp(kit_field(&answer, "Connection"), "close") == 0);
	kit_free(&answer);
}

static void sizes(void)
{
	static const size_t list[] = { 0,
				       1,
				       64 * KIB - 1,
				       64 * KIB,
				       64 * KIB + 1,
				       128 * KIB,
				       256 * KIB - 1,
				       256 * KIB,
				       256 * KIB + 1,
				       320 * KIB + 1,
				       320 * KIB,
				       512 * KIB,
				       512 * KIB + 1,
				       10000000 };
	quipu_http *server = FAKE_START(.path = NULL);

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		check_size(server, list[i]);
	check_all_closed();
	quipu_http_stop(server);
}

/* Chunked answers do not end the connection. */
static void chunked_keeps(void)
{
	quipu_http *server = FAKE_START(.path = NULL);
	struct client client;

	fake_plan(with_body(1000000));
	client = ask(server, GET GET GET);
	for (int i = 0; i < 3; i++) {
		struct answer answer = kit_receive(&client, false);

		CHECK(body_is(&answer, 1000000));
		kit_free(&answer);
	}
	kit_close(&client);
	quipu_http_stop(server);
}

/* --- failures ---------------------------------------------------------------------------- */

static void check_failure(const quipu_http *server, size_t at, quipu_error error, int status)
{
	struct fake_plan plan = with_body(10000000);
	struct client client;

	plan.fail_at = at;
	plan.fail_with = error;
	fake_plan(plan);
	client = ask(server, GET);
	check_answer(&client, status);
	check_all_closed();
}

static void early_failures(void)
{
	quipu_http *server = FAKE_START(.path = NULL);
	struct fake_plan plan = fake_default_plan();
	struct client client;

	check_failure(server, 0, QUIPU_ENOMEM, 503);
	check_failure(server, 0, QUIPU_ESINK, 500);
	check_failure(server, 1000, QUIPU_ENOMEM, 503);
	check_failure(server, 256 * KIB, QUIPU_ENOMEM, 503);
	plan.open_fails = true;
	fake_plan(plan);
	client = ask(server, GET);
	check_answer(&client, 503);
	fake_plan(fake_default_plan());
	client = ask(server, GET);
	check_answer(&client, 200);
	quipu_http_stop(server);
}

/* The connection is cut, so that nobody takes what came for all there is. It may be all that was made
 * before: a client that is quick has it when the connection is reset. */
static void check_late_failure(const quipu_http *server, const char *request)
{
	struct client client = ask(server, request);
	struct answer answer = kit_receive(&client, false);

	CHECK_INT(answer.status, 200);
	CHECK(!answer.whole);
	CHECK(answer.len <= 3000000);
	kit_free(&answer);
	kit_close(&client);
}

static void late_failures(void)
{
	quipu_http *server = FAKE_START(.path = NULL);
	struct fake_plan plan = with_body(10000000);

	plan.fail_at = 3000000;
	plan.fail_with = QUIPU_ENOMEM;
	fake_plan(plan);
	check_late_failure(server, GET);
	check_late_failure(server, OLD);
	check_all_closed();
	quipu_http_stop(server);
}

/* --- callbacks --------------------------------------------------------------------------- */

/* Waiting for callbacks keeps nobody else waiting. */
static void callbacks(void)
{
	quipu_http *server = FAKE_START(.path = NULL);
	struct client slow, quick;

	fake_plan(with_callbacks());
	slow = ask(server, GET);
	until_opened(1);
	fake_plan(fake_default_plan());
	for (int i = 0; i < 10; i++) {
		quick = ask(server, GET);
		check_answer(&quick, 200);
	}
	CHECK_INT(fake_finish(), 1);
	check_answer(&slow, 200);
	check_all_closed();
	quipu_http_stop(server);
}

/* How many of two scrapes on a connection go out. */
static int go_out(const quipu_http *server)
{
	struct client client = ask(server, GET GET);
	int good = 0;

	for (int i = 0; i < 2; i++) {
		struct answer answer = kit_receive(&client, false);

		good += body_is(&answer, 1000);
		CHECK(answer.status == 200 || answer.status == 503);
		kit_free(&answer);
	}
	kit_close(&client);
	return good;
}

/* Nobody wakes us: the scrape goes out at the callbacks' deadline all the same. On a machine that
 * lets us wait then it is too late for that; it may try again. */
static void late_callbacks(void)
{
	quipu_http *server = FAKE_START(.scrape_timeout_seconds = 0.2);
	int good, tries = 0;

	fake_plan(with_callbacks());
	do
		good = go_out(server);
	while (good < 2 && ++tries < TRIES && kit_failures() == 0);
	CHECK_INT(good, 2);
	quipu_http_stop(server);
}

/* Wakes for connections that are gone, before and while they go. */
static void late_wakes(void)
{
	quipu_http *server = FAKE_START(.path = NULL);

	for (unsigned i = 1; i <= 200; i++) {
		struct client client;

		fake_plan(with_callbacks());
		client = ask(server, GET);
		until_opened(2 * i - 1);
		if (i % 2)
			kit_reset(&client);
		else
			kit_close(&client);
		if (i % 3)
			fake_finish();
		fake_plan(fake_default_plan());
		client = ask(server, GET);
		check_answer(&client, 200);
		fake_finish();
	}
	quipu_http_stop(server);
	check_all_closed();
}

static struct client ask_within(const quipu_http *server, const char *seconds)
{
	char request[256];

	snprintf(request, sizeof(request),
		 REQUEST "X-Prometheus-Scrape-Timeout-Seconds: %s\r\n\r\n", seconds);
	return ask(server, request);
}

static double timeout_for(const quipu_http *server, const char *value)
{
	struct client client = ask_within(server, value);

	check_answer(&client, 200);
	return fake_facts().timeout;
}

static bool near(double a, double b)
{
	return a > b - 1e-9 && a < b + 1e-9;
}

/* A busy machine may take longer than that to begin, but not each time. */
static double shortest_timeout(const quipu_http *server)
{
	for (int i = 0; i < 50; i++) {
		struct client client = ask_within(server, "0.001");
		int status = kit_next(&client, false);

		kit_close(&client);
		CHECK(status == 200 || status == 503);
		if (status == 200)
			break;
	}
	return fake_facts().timeout;
}

/* A tenth is left for the way back, half a second at most. */
static void timeouts(void)
{
	quipu_http *server = FAKE_START(.path = NULL);

	CHECK(near(timeout_for(server, "1"), 0.9));
	CHECK(near(timeout_for(server, "1.5"), 1.35));
	CHECK(near(timeout_for(server, "10"), 9.5));
	CHECK(near(timeout_for(server, "1000000"), 27 - 0.5)); /* has to fit the write timeout */
	CHECK(near(shortest_timeout(server), 0.001));
	CHECK(near(timeout_for(server, "0"), 5));
	CHECK(near(timeout_for(server, "-1"), 5));
	CHECK(near(timeout_for(server, "nan"), 5));
	CHECK(near(timeout_for(server, "inf"), 5));
	CHECK(near(timeout_for(server, "1e1"), 5));
	quipu_http_stop(server);
	server = FAKE_START(.scrape_timeout_seconds = 2, .write_timeout_seconds = 1);
	CHECK(near(timeout_for(server, "x"), 0.9));
	quipu_http_stop(server);
}

/* --- snapshots --------------------------------------------------------------------------- */

/* Somebody else has both: we wait in line, and are told when it took too long. */
static void busy(void)
{
	quipu_http *server = FAKE_START(.scrape_timeout_seconds = 20);
	struct client hasty, patient[3];

	fake_hold(2);
	for (int i = 0; i < 3; i++)
		patient[i] = ask(server, GET);
	hasty = ask(server, REQUEST "X-Prometheus-Scrape-Timeout-Seconds: 0.1\r\n\r\n");
	check_answer(&hasty, 503);
	fake_hold(-1);
	for (int i = 0; i < 3; i++)
		check_answer(&patient[i], 200);
	fake_hold(-1);
	CHECK(fake_facts().busy > 0);
	check_all_closed();
	quipu_http_stop(server);
}

/* The write deadline comes while callbacks run for ever: 503, not silence. */
static void given_up(void)
{
	quipu_http *server = FAKE_START(.scrape_timeout_seconds = 20, .write_timeout_seconds = 0.2);
	struct client client;

	fake_hold(2);
	client = ask(server, GET);
	check_answer(&client, 503);
	fake_hold(-2);
	quipu_http_stop(server);
	check_all_closed();
}

static struct client stuck_reader(const quipu_http *server)
{
	struct client client = kit_connect_narrow(server);

	kit_send(&client, GET);
	return client;
}

static bool gets_all(struct client *client)
{
	struct answer answer = kit_receive(client, false);
	const bool whole = answer.whole;

	kit_free(&answer);
	kit_close(client);
	return whole;
}

/* Two clients hold both snapshots and read nothing: a third gets its scrape, for one of them is cut.
 * Which one, the machine decides: the kernel may have taken in a little more for the other. */
static void stuck_holders(void)
{
	quipu_http *server = FAKE_START(.write_timeout_seconds = 600, .scrape_timeout_seconds = 60);
	struct client a, b, third;
	struct answer answer;
	int whole;

	fake_plan(with_body(50000000));
	a = stuck_reader(server);
	b = stuck_reader(server);
	CHECK(kit_until(opened_two, NULL));
	fake_plan(with_body(1000));
	third = ask(server, GET);
	answer = kit_receive(&third, false);
	CHECK(body_is(&answer, 1000));
	kit_free(&answer);
	kit_close(&third);
	whole = gets_all(&a) + gets_all(&b);
	CHECK(whole < 2);
	quipu_http_stop(server);
	check_all_closed();
}

/* Takes a little at once; how much there was. */
static size_t sip(struct client *client, int flags)
{
	static char piece[200000];
	ssize_t n = recv(client->fd, piece, sizeof(piece), flags);

	return n > 0 ? (size_t)n : 0;
}

/* The same with clients that read all the time, but slowly. */
static void slow_holders(void)
{
	quipu_http *server = FAKE_START(.write_timeout_seconds = 600, .scrape_timeout_seconds = 60);
	struct client slow[2], third;
	bool served = false;
	int sips = 0;
	char first;

	fake_plan(with_body(400000000));
	for (int j = 0; j < 2; j++)
		slow[j] = ask(server, GET);
	CHECK(kit_until(opened_two, NULL));
	fake_plan(with_body(1000));
	third = ask(server, GET);
	for (int i = 0; i < 400 && !served; i++) {
		for (int j = 0; j < 2; j++)
			sips += sip(&slow[j], MSG_DONTWAIT) > 0;
		kit_sleep_ms(50);
		served = recv(third.fd, &first, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
	}
	CHECK(sips > 0 && served);
	check_answer(&third, 200);
	for (int j = 0; j < 2; j++)
		kit_close(&slow[j]);
	quipu_http_stop(server);
	check_all_closed();
}

/* Reads for more than two seconds, without a break, and then as fast as it can; whether it could
 * read all of it. */
static bool reads_steadily(const quipu_http *server)
{
	const size_t body = 50000000;
	uint64_t until = quipu_now_ns() + 2200000000;
	struct client steady, third;
	size_t got = 0, n;

	fake_plan(with_body(body));
	steady = ask(server, OLD);
	CHECK(kit_until(opened_two, NULL));
	fake_plan(with_body(1000));
	third = ask(server, GET);
	for (; quipu_now_ns() < until; kit_sleep_ms(10))
		got += sip(&steady, MSG_DONTWAIT);
	CHECK(got < body);
	while ((n = sip(&steady, 0)) > 0)
		got += n;
	kit_close(&steady);
	check_answer(&third, 200);
	return got > body;
}

/* Who takes what there is gets all of it, though another waits. On a machine that is so busy
 * that it takes five seconds it does not; then it may try again. */
static void steady_holder(void)
{
	quipu_http *server = FAKE_START(.write_timeout_seconds = 600, .scrape_timeout_seconds = 60);
	bool all = false;

	fake_hold(1);
	for (int i = 0; i < TRIES && !all; i++)
		all = reads_steadily(server);
	CHECK(all);
	fake_hold(-1);
	quipu_http_stop(server);
	check_all_closed();
}

/* While nobody waits, a slow client may be slow. */
static void slow_alone(void)
{
	quipu_http *server = FAKE_START(.path = NULL);
	struct client client;
	struct answer answer;

	fake_plan(with_body(20000000));
	client = stuck_reader(server);
	kit_sleep_ms(1500);
	CHECK_INT(kit_status(server, "GET /healthz HTTP/1.0\r\n\r\n"), 200);
	answer = kit_receive(&client, false);
	CHECK(body_is(&answer, 20000000));
	kit_free(&answer);
	kit_close(&client);
	quipu_http_stop(server);
}

/* First come, first served; the pipelined rest of one client goes behind the others. */
static void in_line(void)
{
	quipu_http *server = FAKE_START(.scrape_timeout_seconds = 60);
	struct client clients[30];

	fake_hold(2);
	for (int i = 0; i < 30; i++)
		clients[i] = ask(server, GET GET);
	CHECK(kit_until(somebody_waits, NULL));
	fake_hold(-2);
	for (int i = 0; i < 30; i++) {
		struct answer answer = kit_receive(&clients[i], false);

		CHECK(body_is(&answer, 1000));
		kit_free(&answer);
		check_answer(&clients[i], 200);
	}
	quipu_http_stop(server);
	check_all_closed();
}

/* Stopped in the middle of everything: each scrape is closed. */
static void stopped(void)
{
	quipu_http *server = FAKE_START(.scrape_timeout_seconds = 60);
	struct client clients[5];

	fake_plan(with_body(50000000));
	clients[0] = stuck_reader(server);
	clients[1] = stuck_reader(server);
	CHECK(kit_until(opened_two, NULL));
	clients[2] = ask(server, GET);
	fake_plan(with_callbacks());
	clients[3] = ask(server, GET);
	clients[4] = ask(server, "GET /me");
	until_opened(4);
	quipu_http_stop(server);
	check_all_closed();
	CHECK_INT(fake_finish(), 0);
	for (int i = 0; i < 5; i++)
		kit_close(&clients[i]);
}

static const struct kit_case cases[] = {
	{ "sizes", sizes },
	{ "chunked_keeps", chunked_keeps },
	{ "early_failures", early_failures },
	{ "late_failures", late_failures },
	{ "callbacks", callbacks },
	{ "late_callbacks", late_callbacks },
	{ "late_wakes", late_wakes },
	{ "timeouts", timeouts },
	{ "busy", busy },
	{ "given_up", given_up },
	{ "stuck_holders", stuck_holders },
	{ "slow_holders", slow_holders },
	{ "steady_holder", steady_holder },
	{ "slow_alone", slow_alone },
	{ "in_line", in_line },
	{ "stopped", stopped },
};
KIT_MAIN(cases)
