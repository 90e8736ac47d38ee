/* SPDX-License-Identifier: MIT */
/* limits_test.c: what slow, stuck, greedy and vanishing clients get, and that the others do
 * not notice. Deadlines are short here; that they come is checked, not when. */
#include "address.h"
#include "fake_scrape.h"
#include "kit.h"
#include "peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"
#define MANY 1000

static void check_alive(const quipu_http *server)
{
	CHECK_INT(kit_status(server, GET("/metrics")), 200);
}

static void check_answer(struct client *client, int status)
{
	CHECK_INT(kit_next(client, false), status);
}

/* --- deadlines --------------------------------------------------------------------------- */

/* A byte now and then does not put the deadline off. */
static void slow_head(void)
{
	quipu_http *server = FAKE_START(.header_timeout_seconds = 0.2);
	struct client client = kit_connect(server);
	char nothing;
	int sent = 0;

	kit_send(&client, "GET /metrics HTTP/1.1\r\nX: ");
	while (sent < 500 && recv(client.fd, &nothing, 1, MSG_PEEK | MSG_DONTWAIT) < 0) {
		kit_send(&client, "a");
		kit_sleep_ms(20);
		sent++;
	}
	CHECK(sent < 500);
	check_answer(&client, 408);
	kit_close(&client);
	check_alive(server);
	quipu_http_stop(server);
}

/* The rest of a pipelined request has a deadline of its own. */
static void slow_second_head(void)
{
	quipu_http *server = FAKE_START(.header_timeout_seconds = 0.1, .idle_timeout_seconds = 60);
	struct client client = kit_connect(server);

	kit_send(&client, GET("/metrics") "GET /metr");
	check_answer(&client, 200);
	check_answer(&client, 408);
	CHECK_INT(kit_ended(&client), 1);
	kit_close(&client);
	quipu_http_stop(server);
}

/* Idle connections end without a word; between requests the head's deadline does not count. */
static void idle(void)
{
	quipu_http *server = FAKE_START(.header_timeout_seconds = 0.05, .idle_timeout_seconds = 2);
	struct client fresh = kit_connect(server), used = kit_connect(server);

	kit_send(&used, GET("/metrics"));
	check_answer(&used, 200);
	kit_sleep_ms(120);
	kit_send(&used, GET("/metrics"));
	check_answer(&used, 200);
	CHECK_INT(kit_ended(&fresh), 1);
	CHECK_INT(kit_ended(&used), 1);
	kit_close(&fresh);
	kit_close(&used);
	quipu_http_stop(server);
}

static struct fake_plan large(size_t body)
{
	struct fake_plan plan = fake_default_plan();

	plan.body = body;
	return plan;
}

/* Takes the answer so slowly that the deadline for all of it comes first. */
static void slow_reader(void)
{
	quipu_http *server = FAKE_START(.write_timeout_seconds = 0.3);
	struct client client = kit_connect_narrow(server);
	char piece[1000];
	ssize_t n = 1;
	size_t got = 0;

	fake_plan(large(20000000));
	kit_send(&client, GET("/metrics"));
	for (int i = 0; i < 1000 && n > 0; i++) {
		n = recv(client.fd, piece, sizeof(piece), 0);
		got += n > 0 ? (size_t)n : 0;
		kit_sleep_ms(10);
	}
	CHECK(n <= 0 && got < 20000000);
	kit_close(&client);
	CHECK_INT(fake_facts().snapshots, 0);
	CHECK_INT(fake_facts().closed, 1);
	fake_plan(fake_default_plan());
	check_alive(server);
	quipu_http_stop(server);
}

static bool all_closed(void *ctx)
{
	struct fake_facts facts = fake_facts();

	(void)ctx;
	return facts.opened == facts.closed && facts.snapshots == 0;
}

/* Who asks for a large body 200 times and reads nothing stands in nobody's way. */
static void stuck_readers(void)
{
	quipu_http *server = FAKE_START(.write_timeout_seconds = 2, .scrape_timeout_seconds = 1);
	struct client stuck[200];

	fake_plan(large(20000000));
	for (size_t i = 0; i < 200; i++) {
		stuck[i] = kit_connect_narrow(server);
		kit_send(&stuck[i], GET("/metrics"));
	}
	fake_plan(fake_default_plan());
	for (int i = 0; i < 20; i++)
		CHECK_INT(kit_status(server, GET("/healthz")), 200);
	CHECK(kit_until(all_closed, NULL));
	CHECK(fake_facts().most_snapshots <= 2);
	check_alive(server);
	for (size_t i = 0; i < 200; i++)
		kit_close(&stuck[i]);
	quipu_http_stop(server);
}

static int count_timeouts(struct client *clients, int n)
{
	int timeouts = 0;

	for (int i = 0; i < n; i++) {
		struct answer answer = kit_receive(&clients[i], false);

		timeouts += answer.status == 408 && kit_ended(&clients[i]) == 1;
		kit_free(&answer);
		kit_close(&clients[i]);
	}
	return timeouts;
}

/* A thousand half requests; nobody who asks properly has to wait for one of them. */
static void slowloris(void)
{
	unsigned descriptors = kit_raise_descriptors();
	int n = descriptors > 2 * MANY + 100 ? MANY : (int)descriptors / 2 - 50;
	quipu_http *server =
		FAKE_START(.max_connections = MANY + 10, .header_timeout_seconds = 0.5);
	struct client *clients = calloc(MANY, sizeof(*clients));

	for (int i = 0; i < n; i++) {
		clients[i] = kit_connect(server);
		kit_send(&clients[i], "GET /metrics HTTP/1.1\r\nX: ");
	}
	for (int i = 0; i < 100; i++)
		check_alive(server);
	CHECK_INT(count_timeouts(clients, n), n);
	check_alive(server);
	free(clients);
	quipu_http_stop(server);
}

/* --- limits ------------------------------------------------------------------------------ */

static void too_many_requests(void)
{
	quipu_http *server = FAKE_START(.max_requests = 3);
	struct client client = kit_connect(server);

	kit_send(&client, GET("/metrics") GET("/healthz") GET("/metrics") GET("/metrics"));
	check_answer(&client, 200);
	check_answer(&client, 200);
	check_answer(&client, 200);
	CHECK_INT(kit_ended(&client), 1);
	kit_close(&client);
	quipu_http_stop(server);
}

static bool answers(void *server)
{
	return kit_status(server, GET("/healthz")) == 200;
}

/* Of forty at once: each is told or closed, and some are this and some that; whether so. Those who
 * might be told have a second to ask, which a machine may take from all of them. */
static bool some_are_told(const quipu_http *server)
{
	struct client extra[40];
	int told = 0, closed = 0;

	for (int i = 0; i < 40; i++)
		extra[i] = kit_connect(server);
	for (int i = 0; i < 40; i++) {
		int status;

		kit_send(&extra[i], GET("/metrics"));
		status = kit_next(&extra[i], false);
		told += status == 503;
		closed += status == 0;
		kit_close(&extra[i]);
	}
	CHECK_INT(told + closed, 40);
	return told > 0 && closed > 0;
}

/* One more than allowed is told so, many more are closed, and a place that is left is given. */
static void too_many_connections(void)
{
	quipu_http *server = FAKE_START(.max_connections = 4);
	struct client clients[4];
	struct answer answer;
	bool some = false;

	for (int i = 0; i < 4; i++) {
		clients[i] = kit_connect(server);
		kit_send(&clients[i], GET("/metrics"));
		check_answer(&clients[i], 200);
	}
	answer = kit_ask(server, GET("/metrics"));
	CHECK_INT(answer.status, 503);
	CHECK(strcmp(kit_field(&answer, "Retry-After"), "1") == 0);
	CHECK(strcmp(kit_field(&answer, "Connection"), "close") == 0);
	kit_free(&answer);
	for (int i = 0; i < 20 && !some; i++)
		some = some_are_told(server);
	CHECK(some);
	kit_send(&clients[0], GET("/metrics")); /* those who have a place keep it */
	check_answer(&clients[0], 200);
	kit_close(&clients[1]);
	CHECK(kit_until(answers, server));
	for (int i = 0; i < 4; i++) {
		if (i != 1)
			kit_close(&clients[i]);
	}
	quipu_http_stop(server);
}

/* From another address of the loopback. */
static struct client connect_from(const quipu_http *server, const char *address)
{
	struct client client = kit_unconnected(server);
	struct sockaddr_in from = { .sin_family = AF_INET };

	CHECK_INT(inet_pton(AF_INET, address, &from.sin_addr), 1);
	CHECK_INT(bind(client.fd, (struct sockaddr *)&from, sizeof(from)), 0);
	kit_connect_now(&client, server);
	return client;
}

static bool one_is_gone(void *server)
{
	quipu_http_stats_t stats = { .size = sizeof(stats) };

	quipu_http_stats(server, &stats);
	return stats.open == 2;
}

/* One more from the same address is closed, and costs no slot; others are served, and a place that
 * is left is given. */
static void too_many_of_one_address(void)
{
	quipu_http *server = FAKE_START(.max_connections_per_address = 2);
	quipu_http_stats_t stats = { .size = sizeof(stats) };
	struct client clients[2], one_more, another;

	for (int i = 0; i < 2; i++) {
		clients[i] = connect_from(server, "127.0.0.3");
		kit_send(&clients[i], GET("/metrics"));
		check_answer(&clients[i], 200);
	}
	for (int i = 0; i < 20; i++) {
		one_more = connect_from(server, "127.0.0.3");
		CHECK_INT(kit_ended(&one_more), 1);
		kit_close(&one_more);
	}
	another = connect_from(server, "127.0.0.4");
	kit_send(&another, GET("/metrics"));
	check_answer(&another, 200);
	quipu_http_stats(server, &stats);
	CHECK_INT(stats.turned_away, 20);
	CHECK_INT(stats.connections, 3);
	CHECK_INT(stats.open, 3);
	kit_close(&clients[0]);
	CHECK(kit_until(one_is_gone, server));
	clients[0] = connect_from(server, "127.0.0.3");
	kit_send(&clients[0], GET("/metrics"));
	check_answer(&clients[0], 200);
	kit_close(&clients[0]);
	kit_close(&clients[1]);
	kit_close(&another);
	quipu_http_stop(server);
}

/* Nobody is anybody on a Unix socket. */
static void unix_has_no_addresses(void)
{
	quipu_http *server =
		FAKE_START(.listen = "unix:quipu-limits", .max_connections_per_address = 1);
	struct client clients[3];

	for (int i = 0; i < 3; i++) {
		clients[i] = kit_connect(server);
		kit_send(&clients[i], GET("/metrics"));
		check_answer(&clients[i], 200);
	}
	for (int i = 0; i < 3; i++)
		kit_close(&clients[i]);
	quipu_http_stop(server);
}

static struct qp_peer peer_of(const char *text)
{
	struct qp_addresses addresses;

	CHECK_INT(qp_addresses_parse(&addresses, text), QUIPU_OK);
	return qp_peer_of(&addresses.list[0].at.any);
}

/* Which addresses are the same client's, as far as the limit goes. */
static void peers(void)
{
	static const struct {
		const char *a, *b;
		bool same;
	} table[] = {
		{ "127.0.0.1:1", "127.0.0.1:2", true },
		{ "127.0.0.1:1", "127.0.0.2:1", false },
		{ "127.0.0.1:1", "[::ffff:127.0.0.1]:1", true },
		{ "[::ffff:127.0.0.1]:1", "[::ffff:127.0.0.2]:1", false },
		{ "[2001:db8::1]:1", "[2001:db8::2:3:4:5]:1", true },
		{ "[2001:db8:0:1::1]:1", "[2001:db8::1]:1", false },
		{ "[::1]:1", "unix:/a", false },
		{ "127.0.0.1:1", "unix:/a", false },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct qp_peer a = peer_of(table[i].a), b = peer_of(table[i].b);

		CHECK_INT(qp_peer_same(&a, &b), table[i].same);
		CHECK_INT(qp_peer_number(&a) == qp_peer_number(&b), table[i].same);
		CHECK(qp_peer_number(&a) != 0);
		CHECK_INT(qp_peer_number(&b) == 0, strncmp(table[i].b, "unix:", 5) == 0);
	}
}

static void too_long(void)
{
	quipu_http *server = FAKE_START(.path = NULL);
	char *many = calloc(1, 1000001);
	struct client client = kit_connect(server);

	memset(many, 'a', 1000000);
	kit_send(&client, "GET /");
	kit_send(&client, many);
	check_answer(&client, 414);
	kit_close(&client);
	client = kit_connect(server);
	kit_send(&client, "GET / HTTP/1.1\r\nHost: a\r\nX: ");
	kit_send(&client, many);
	check_answer(&client, 431);
	kit_close(&client);
	free(many);
	check_alive(server);
	quipu_http_stop(server);
}

/* From now on nobody gets a descriptor. What the limit was before. */
static struct rlimit take_descriptors(void)
{
	struct rlimit old, low;
	int next = dup(0);

	close(next);
	getrlimit(RLIMIT_NOFILE, &old);
	low = old;
	low.rlim_cur = (rlim_t)next;
	setrlimit(RLIMIT_NOFILE, &low);
	return old;
}

/* Out of descriptors: clients wait in the kernel's queue, the loop does not spin, who has a
 * connection is served, and when there are descriptors again the others are, too. */
static void out_of_descriptors(void)
{
	quipu_http *server =
		quipu_http_open(fake_registry(), QUIPU_HTTP_OPTS(.listen = "127.0.0.1:0"), NULL);
	struct client served = kit_connect(server);
	struct client waiting = kit_unconnected(server);
	struct rlimit old;

	fake_reset();
	kit_send(&served, GET("/healthz"));
	kit_drive(server, &served, 10000);
	check_answer(&served, 200);
	old = take_descriptors();
	kit_connect_now(&waiting, server);
	kit_send(&waiting, GET("/metrics"));
	CHECK(kit_drive(server, &waiting, 500) < 50);
	kit_send(&served, GET("/healthz"));
	kit_drive(server, &served, 10000);
	check_answer(&served, 200);
	setrlimit(RLIMIT_NOFILE, &old);
	kit_drive(server, &waiting, 10000);
	check_answer(&waiting, 200);
	kit_close(&waiting);
	kit_close(&served);
	quipu_http_close(server);
}

/* --- clients that vanish ----------------------------------------------------------------- */

static struct client ask_and_look(const quipu_http *server, const char *request, bool look)
{
	struct client client = kit_connect_narrow(server);
	char some[500];

	kit_send(&client, request);
	if (look)
		CHECK(recv(client.fd, some, sizeof(some), 0) > 0);
	return client;
}

static bool no_more_than(void *descriptors)
{
	return kit_descriptors() <= *(unsigned *)descriptors;
}

/* In every phase, with an end and with a reset. */
static void vanishing(void)
{
	static const char *const requests[] = { "",
						"G",
						"GET /metrics HTTP/1.1\r\nHost",
						GET("/metrics"),
						GET("/metrics") GET("/metrics") "GET",
						"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc" };
	quipu_http *server = FAKE_START(.idle_timeout_seconds = 60);
	unsigned before;

	check_alive(server);
	fake_plan(large(3000000));
	before = kit_descriptors();
	for (size_t i = 0; i < 5 * sizeof(requests) / sizeof(requests[0]); i++) {
		const char *request = requests[i % 6];
		struct client client = ask_and_look(server, request, strlen(request) > 30);

		kit_close(&client);
		client = ask_and_look(server, request, strlen(request) > 30);
		kit_reset(&client);
		client = ask_and_look(server, request, false);
		kit_reset(&client);
	}
	CHECK(kit_until(all_closed, NULL));
	fake_plan(fake_default_plan());
	CHECK(kit_until(no_more_than, &before));
	check_alive(server);
	quipu_http_stop(server);
}

static const struct kit_case cases[] = {
	{ "slow_head", slow_head },
	{ "slow_second_head", slow_second_head },
	{ "idle", idle },
	{ "slow_reader", slow_reader },
	{ "stuck_readers", stuck_readers },
	{ "slowloris", slowloris },
	{ "too_many_requests", too_many_requests },
	{ "too_many_connections", too_many_connections },
	{ "too_many_of_one_address", too_many_of_one_address },
	{ "unix_has_no_addresses", unix_has_no_addresses },
	{ "peers", peers },
	{ "too_long", too_long },
	{ "out_of_descriptors", out_of_descriptors },
	{ "vanishing", vanishing },
};
KIT_MAIN(cases)
