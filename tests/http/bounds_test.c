/* SPDX-License-Identifier: MIT */
/* bounds_test.c: what the responder's memory comes to in each state, by the allocator's own count:
 * the formula of http/README.md, "Bounds". Over a Unix socket, whose buffers take less than a body. */
#include "fake_scrape.h"
#include "kit.h"

#include <malloc.h>
#include <string.h>
#include <unistd.h>

#define KIB 1024
#define N 60

/* What http/README.md states. */
#define SLOT 512
#define SERVER (16 * KIB)
#define HEAD (18 * KIB)
#define WINDOW (258 * KIB)
#define WAITING (100 * KIB)
#define SCRAPE (1024 * KIB)

#define GET "GET /metrics HTTP/1.1\r\nHost: a\r\n"

static size_t live_bytes(void)
{
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

static quipu_http *start(void)
{
	return FAKE_START(.listen = "unix:quipu-bounds", .write_timeout_seconds = 600,
			  .scrape_timeout_seconds = 500);
}

static void plan_body(size_t body)
{
	struct fake_plan plan = fake_default_plan();

	plan.body = body;
	fake_plan(plan);
}

/* One count would do if the server were still; it is, once nothing changes any more. */
static size_t settled(void)
{
	size_t before = 0, now = live_bytes();

	for (int i = 0; i < 100 && now != before; i++) {
		kit_sleep_ms(20);
		before = now;
		now = live_bytes();
	}
	return now;
}

static bool all_connected(void *server)
{
	return kit_stats(server).open == N;
}

static void connect_all(quipu_http *server, struct client clients[N])
{
	for (int i = 0; i < N; i++)
		clients[i] = kit_connect(server);
	CHECK(kit_until(all_connected, server));
}

static void close_all(struct client clients[N])
{
	for (int i = 0; i < N; i++)
		kit_close(&clients[i]);
}

static bool has_grown(void *to)
{
	return live_bytes() >= *(size_t *)to;
}

/* Between least and most for each of n; the least so that something was measured at all. */
static void check_each(const char *what, size_t before, size_t n, size_t least, size_t most)
{
	size_t to = before + n * least, now = kit_until(has_grown, &to) ? settled() : live_bytes();
	double each = now > before ? (double)(now - before) / (double)n : 0;

	printf("%s: %.0f bytes each, at most %zu\n", what, each, most);
	if (each < (double)least || each > (double)most)
		kit_failed(__FILE__, __LINE__, what);
}

static void slots(void)
{
	size_t before = live_bytes();
	quipu_http *server;

	fake_reset();
	server = kit_start(fake_registry(), QUIPU_HTTP_OPTS(.listen = "unix:quipu-bounds",
							    .max_connections = 10000));
	check_each("a slot", before, 10016, 100, SLOT + SERVER / 10016);
	quipu_http_stop(server);
	server = start();
	check_each("a server of 256", before, 1, 1000, SERVER + 272 * SLOT);
	quipu_http_stop(server);
	CHECK(settled() <= before + SERVER); /* nothing of ours, but the buffer of stdout */
}

/* Those who say nothing have their slot and nothing else. */
static void idle(void)
{
	quipu_http *server = start();
	struct client clients[N];
	size_t before = settled();

	connect_all(server, clients);
	check_each("an idle connection", before, N, 0, 16);
	close_all(clients);
	quipu_http_stop(server);
}

static void heads(void)
{
	quipu_http *server = start();
	struct client clients[N];
	size_t before = settled();

	connect_all(server, clients);
	for (int i = 0; i < N; i++)
		kit_send(&clients[i], GET "X: ");
	check_each("a head", before, N, 8 * KIB, HEAD);
	close_all(clients);
	quipu_http_stop(server);
}

/* Bodies that are made whole, of clients that take nothing; each asked alone, so none is shared. */
static void windows(void)
{
	quipu_http *server = start();
	struct client clients[N];
	size_t before = settled();

	plan_body(256 * KIB);
	connect_all(server, clients);
	for (uint64_t i = 0; i < N; i++) {
		kit_send(&clients[i], GET "\r\n");
		while (kit_stats(server).scrapes == i)
			kit_sleep_ms(1);
	}
	check_each("an answer", before, N, 200 * KIB, HEAD + WINDOW);
	close_all(clients);
	quipu_http_stop(server);
}

static bool two_stream(void *server)
{
	return kit_stats(server).scrapes == 2;
}

static void check_streams(const char *coding, size_t most)
{
	quipu_http *server = start();
	struct client clients[N];
	char request[256];
	size_t before = settled();

	plan_body(20000 * KIB);
	connect_all(server, clients);
	for (int i = 0; i < 2; i++) {
		snprintf(request, sizeof(request), GET "Accept-Encoding: %s\r\n\r\n", coding);
		kit_send(&clients[i], request);
	}
	CHECK(kit_until(two_stream, server));
	check_each(coding, before, 2, 64 * KIB, most);
	close_all(clients);
	quipu_http_stop(server);
}

/* Two at a time have a snapshot: a window each, a piece of text and a coder. */
static void streams(void)
{
	check_streams("identity", HEAD + WINDOW + KIB);
	check_streams("gzip", HEAD + WINDOW + SCRAPE);
	check_streams("zstd", HEAD + WINDOW + SCRAPE);
}

/* Those who wait for a snapshot and cannot ride, because each wants something else. */
static void waiting(void)
{
	quipu_http *server = start();
	struct client clients[N];
	char request[256];
	size_t before;

	fake_hold(2);
	connect_all(server, clients);
	before = settled();
	for (int i = 0; i < N; i++) {
		snprintf(request, sizeof(request),
			 "GET /metrics?name[]=f%d HTTP/1.1\r\nHost: a\r\nAccept-Encoding: "
			 "gzip\r\n\r\n",
			 i);
		kit_send(&clients[i], request);
	}
	check_each("a scrape that waits", before, N, 8 * KIB, HEAD + WAITING);
	fake_hold(-2);
	close_all(clients);
	quipu_http_stop(server);
}

/* The same request as somebody else's in line costs nothing more than its head. */
static void riding(void)
{
	quipu_http *server = start();
	struct client clients[N];
	size_t before;

	fake_hold(2);
	connect_all(server, clients);
	before = settled();
	for (int i = 0; i < N; i++)
		kit_send(&clients[i], GET "\r\n");
	check_each("a rider", before, N, 8 * KIB, HEAD + WAITING / N);
	fake_hold(-2);
	close_all(clients);
	quipu_http_stop(server);
}

static const struct kit_case cases[] = {
	{ "slots", slots },	{ "idle", idle },	{ "heads", heads },
	{ "windows", windows }, { "streams", streams }, { "waiting", waiting },
	{ "riding", riding },
};
KIT_MAIN(cases)
