/* SPDX-License-Identifier: MIT */
/* protocol_test.c: what well-behaved and odd clients get: pages, methods, persistence,
 * pipelining, versions. */
#include "fake_scrape.h"
#include "kit.h"

#include <quipu/timer.h>

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"
#define HEAD(path) "HEAD " path " HTTP/1.1\r\nHost: a\r\n\r\n"

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

static void metrics(void)
{
	quipu_http *server = FAKE_START(.path = NULL);
	struct answer answer = kit_ask(server, GET("/metrics"));

	CHECK_INT(answer.status, 200);
	CHECK(body_is(&answer, 1000));
	CHECK(strcmp(kit_field(&answer, "Content-Type"),
		     "text/plain; version=0.0.4; charset=utf-8") == 0);
	CHECK(strcmp(kit_field(&answer, "Content-Length"), "1000") == 0);
	CHECK(strcmp(kit_field(&answer, "Cache-Control"), "no-store") == 0);
	CHECK(strcmp(kit_field(&answer, "X-Content-Type-Options"), "nosniff") == 0);
	CHECK(strcmp(kit_field(&answer, "Connection"), "") == 0);
	CHECK(strcmp(kit_field(&answer, "Transfer-Encoding"), "") == 0);
	CHECK_INT(strlen(kit_field(&answer, "Date")), 29);
	CHECK(strncmp(answer.head, "HTTP/1.1 200 OK\r\n", 17) == 0);
	kit_free(&answer);
	quipu_http_stop(server);
}

static void check_page(const quipu_http *server, const char *path, int status, const char *body)
{
	char request[256];
	struct answer answer;

	snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", path);
	answer = kit_ask(server, request);
	CHECK_INT(answer.status, status);
	CHECK(answer.whole && strcmp(answer.body, body) == 0);
	kit_free(&answer);
}

static int is_ready(void *ctx)
{
	return __atomic_load_n((int *)ctx, __ATOMIC_RELAXED); /* relaxed: a flag of its own */
}

static void health(void)
{
	int ready = 0;
	quipu_http *server = FAKE_START(.ready = is_ready, .ready_ctx = &ready);

	check_page(server, "/-/healthy", 200, "OK\n");
	check_page(server, "/healthz", 200, "OK\n");
	check_page(server, "/-/ready", 503, "not ready\n");
	check_page(server, "/readyz", 503, "not ready\n");
	__atomic_store_n(&ready, 1, __ATOMIC_RELAXED); /* relaxed: a flag of its own */
	check_page(server, "/-/ready", 200, "OK\n");
	check_page(server, "/readyz?a=b", 200, "OK\n");
	quipu_http_stop(server);
	server = FAKE_START(.path = NULL);
	check_page(server, "/-/ready", 200, "OK\n");
	quipu_http_stop(server);
}

/* For browsers that run no scripts, and where nobody wants the live page. */
static void check_links(const quipu_http *server, const char *request)
{
	struct answer answer = kit_ask(server, request);

	CHECK_INT(answer.status, 200);
	CHECK(strcmp(kit_field(&answer, "Content-Type"), "text/html; charset=utf-8") == 0);
	CHECK(strstr(kit_field(&answer, "Content-Security-Policy"), "default-src 'none'") != NULL);
	CHECK(strstr(answer.body, "href=\"/it&#39;s/a&amp;b\"") != NULL);
	CHECK(strstr(answer.body, "href=\"/-/healthy\"") != NULL);
	CHECK(strstr(answer.body, "</html>\n") != NULL);
	CHECK(strstr(answer.body, "a&b") == NULL);
	kit_free(&answer);
}

static void links_page(void)
{
	quipu_http *server = FAKE_START(.path = "/it's/a&b", .no_page = 1);

	check_links(server, GET("/"));
	check_links(server, GET("/-/links"));
	quipu_http_stop(server);
	server = FAKE_START(.path = "/it's/a&b");
	check_links(server, GET("/-/links"));
	CHECK_INT(kit_status(server, GET("/it's/a&b")), 200);
	CHECK_INT(kit_status(server, GET("/it%27s/a%26b")), 200);
	CHECK_INT(kit_status(server, GET("/metrics")), 404);
	quipu_http_stop(server);
}

/* What of it is constant comes from where it is, behind the part with the path. */
static void live_page(void)
{
	quipu_http *server = FAKE_START(.path = "/it's/a&b");
	struct answer answer = kit_ask(server, GET("/"));
	const char *policy = kit_field(&answer, "Content-Security-Policy");

	CHECK_INT(answer.status, 200);
	CHECK(answer.whole && !answer.chunked);
	CHECK(strstr(policy, "default-src 'none'; script-src 'sha256-") == policy);
	CHECK(strstr(policy, "connect-src 'self'") != NULL);
	CHECK(strstr(policy, "unsafe") == NULL);
	CHECK(strcmp(kit_field(&answer, "Referrer-Policy"), "no-referrer") == 0);
	CHECK(strstr(answer.body, "href=\"/it&#39;s/a&amp;b\"") != NULL);
	CHECK(strstr(answer.body, "/-/links") != NULL);
	CHECK(answer.len > 8 && strcmp(answer.body + answer.len - 8, "</html>\n") == 0);
	kit_free(&answer);
	quipu_http_stop(server);
}

/* One after the other on a connection, as a browser that reloads does; HEAD has the same length. */
static void live_page_twice(void)
{
	quipu_http *server = FAKE_START(.path = NULL);
	struct client client = kit_connect(server);
	struct answer first, second, head;

	kit_send(&client, GET("/") GET("/") "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" GET("/healthz"));
	first = kit_receive(&client, false);
	second = kit_receive(&client, false);
	head = kit_receive(&client, true);
	CHECK(first.whole && second.whole && first.len == second.len);
	CHECK(first.len > 10000 && memcmp(first.body, second.body, first.len) == 0);
	CHECK_INT(strtoul(kit_field(&head, "Content-Length"), NULL, 10), first.len);
	CHECK_INT(kit_next(&client, false), 200);
	kit_free(&first);
	kit_free(&second);
	kit_free(&head);
	kit_close(&client);
	quipu_http_stop(server);
}

/* The configured path comes before the pages of the same name. */
static void path_first(void)
{
	quipu_http *server = FAKE_START(.path = "/");
	struct answer answer = kit_ask(server, GET("/"));

	CHECK(body_is(&answer, 1000));
	kit_free(&answer);
	check_page(server, "/healthz", 200, "OK\n");
	quipu_http_stop(server);
}

static void not_found(void)
{
	quipu_http *server = FAKE_START(.path = NULL);

	check_page(server, "/metrics/", 404, "404 Not Found\n");
	check_page(server, "/Metrics", 404, "404 Not Found\n");
	check_page(server, "/metric", 404, "404 Not Found\n");
	check_page(server, "/metricss", 404, "404 Not Found\n");
	check_page(server, "/../metrics", 404, "404 Not Found\n");
	check_page(server, "//", 404, "404 Not Found\n");
	check_page(server, "/metrics%0d%0aX:y", 404, "404 Not Found\n");
	check_page(server, "/metrics%00", 400, "400 Bad Request\n");
	quipu_http_stop(server);
}

static void methods(void)
{
	static const char *const others[] = {
		"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"
	};
	quipu_http *server = FAKE_START(.path = NULL);
	struct answer answer;
	char request[128];

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		snprintf(request, sizeof(request),
			 "%s /metrics HTTP/1.1\r\nHost: a\r\nX-Secret: b\r\n\r\n", others[i]);
		answer = kit_ask(server, request);
		CHECK_INT(answer.status, 405);
		CHECK(strcmp(kit_field(&answer, "Allow"), "GET, HEAD") == 0);
		CHECK(strstr(answer.body, "Secret") == NULL);
		kit_free(&answer);
	}
	CHECK_INT(kit_status(server, "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"), 405);
	CHECK_INT(kit_status(server, "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n"), 405);
	CHECK_INT(kit_status(server, "BREW /metrics HTTP/1.1\r\nHost: a\r\n\r\n"), 501);
	CHECK_INT(kit_status(server, "POST /none HTTP/1.1\r\nHost: a\r\n\r\n"), 404);
	quipu_http_stop(server);
}

/* The two heads but for the date. */
static bool same_head(const struct answer *a, const struct answer *b)
{
	const char *date_a = strstr(a->head, "Date:"), *date_b = strstr(b->head, "Date:");

	return date_a && date_b && date_a - a->head == date_b - b->head &&
	       memcmp(a->head, b->head, (size_t)(date_a - a->head)) == 0 &&
	       strcmp(strchr(date_a, '\n'), strchr(date_b, '\n')) == 0;
}

static void check_head(const quipu_http *server, const char *rest)
{
	char get[256], head[256];
	struct answer a, b;
	struct client client = kit_connect(server);

	snprintf(get, sizeof(get), "GET %s", rest);
	snprintf(head, sizeof(head), "HEAD %sConnection: close\r\n\r\n", rest);
	strcat(get, "Connection: close\r\n\r\n");
	a = kit_ask(server, get);
	kit_send(&client, head);
	b = kit_receive(&client, true);
	CHECK(a.status > 0 && same_head(&a, &b));
	CHECK_INT(kit_ended(&client), 1);
	kit_close(&client);
	kit_free(&a);
	kit_free(&b);
}

static void heads(void)
{
	static const char *const rests[] = {
		"/metrics HTTP/1.1\r\nHost: a\r\n",
		"/metrics HTTP/1.0\r\n",
		"/ HTTP/1.1\r\nHost: a\r\n",
		"/healthz HTTP/1.1\r\nHost: a\r\n",
		"/none HTTP/1.1\r\nHost: a\r\n",
		"/%zz HTTP/1.1\r\nHost: a\r\n",
		"/metrics HTTP/1.1\r\n",
		"/metrics HTTP/3.1\r\nHost: a\r\n",
		"/metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n",
	};
	quipu_http *server = FAKE_START(.path = NULL);
	struct fake_plan plan = fake_default_plan();

	for (size_t i = 0; i < sizeof(rests) / sizeof(rests[0]); i++)
		check_head(server, rests[i]);
	plan.body = 1000000; /* streamed */
	fake_plan(plan);
	check_head(server, rests[0]);
	check_head(server, rests[1]);
	CHECK_INT(fake_facts().snapshots, 0);
	quipu_http_stop(server);
}

/* The same connection, and every answer in order. */
static void keep_alive(void)
{
	quipu_http *server = FAKE_START(.max_requests = 100000);
	struct client client = kit_connect(server);
	unsigned good = 0;

	for (int i = 0; i < 10000; i++) {
		struct answer answer;

		kit_send(&client, i % 10 ? GET("/healthz") : GET("/metrics"));
		answer = kit_receive(&client, false);
		good += answer.status == 200 && answer.len == (i % 10 ? 3 : 1000);
		kit_free(&answer);
	}
	CHECK_INT(good, 10000);
	kit_close(&client);
	quipu_http_stop(server);
}

static const char *const mixed[] = {
	GET("/metrics"),
	HEAD("/metrics"),
	"\r\n" GET("/healthz"),
	"GET /none HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
	"POST /metrics HTTP/1.1\nHost: a\n\n",
	GET("http://x/readyz?y"),
};
#define N_MIXED (sizeof(mixed) / sizeof(mixed[0]))

static void check_mixed(struct client *client, size_t i)
{
	static const int statuses[N_MIXED] = { 200, 200, 200, 404, 405, 200 };
	bool head = strncmp(mixed[i], "HEAD", 4) == 0;
	struct answer answer = kit_receive(client, head);

	CHECK_INT(answer.status, statuses[i]);
	CHECK(answer.whole);
	CHECK(i != 0 || body_is(&answer, 1000));
	CHECK(i != 3 || strcmp(kit_field(&answer, "Connection"), "keep-alive") == 0);
	kit_free(&answer);
}

/* A hundred requests before the first answer is read. */
static void pipelined(void)
{
	quipu_http *server = FAKE_START(.path = NULL);
	struct client client = kit_connect(server);
	char *all = calloc(1, 100 * 100);

	for (size_t i = 0; i < 100; i++)
		strcat(all, mixed[i % N_MIXED]);
	kit_send(&client, all);
	for (size_t i = 0; i < 100; i++)
		check_mixed(&client, i % N_MIXED);
	shutdown(client.fd, SHUT_WR);
	CHECK_INT(kit_ended(&client), 1);
	kit_close(&client);
	free(all);
	quipu_http_stop(server);
}

static void byte_by_byte(void)
{
	quipu_http *server = FAKE_START(.path = NULL);
	struct client client = kit_connect(server);

	for (size_t i = 0; i < N_MIXED; i++) {
		for (const char *c = mixed[i]; *c; c++)
			kit_send_n(&client, c, 1);
		check_mixed(&client, i);
	}
	kit_close(&client);
	quipu_http_stop(server);
}

/* Nothing behind a request that ends the connection is answered. */
static void check_end(const quipu_http *server, const char *request, int status)
{
	struct client client = kit_connect(server);
	struct answer answer;

	kit_send(&client, request);
	kit_send(&client, GET("/metrics"));
	answer = kit_receive(&client, false);
	CHECK_INT(answer.status, status);
	CHECK(answer.whole);
	CHECK(strcmp(kit_field(&answer, "Connection"), "close") == 0);
	CHECK_INT(kit_ended(&client), 1);
	kit_free(&answer);
	kit_close(&client);
}

static void ends(void)
{
	quipu_http *server = FAKE_START(.path = NULL);

	check_end(server, "GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 200);
	check_end(server, "GET /metrics HTTP/1.0\r\n\r\n", 200);
	check_end(server, "GET /metrics HTTP/1.1\r\n\r\n", 400);
	check_end(server, "GET /metrics HTTP/7.1\r\n\r\n", 505);
	check_end(server, "FROB /metrics HTTP/1.1\r\nHost: a\r\n\r\n", 501);
	check_end(server, "\x16\x03\x01", 400);
	quipu_http_stop(server);
}

/* Bodies are refused, and never taken for the next request. */
static void bodies(void)
{
	static const char *const bodies[][2] = {
		{ "GET /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 40\r\n\r\n", "413" },
		{ "GET /metrics HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", "411" },
		{ "GET /metrics HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", "501" },
		{ "POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 40\r\n\r\n", "405" },
		{ "GET /none HTTP/1.1\r\nHost: a\r\nContent-Length: 40\r\n\r\n", "404" },
		{ "GET /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 40\r\n"
		  "Expect: 100-continue\r\n\r\n",
		  "413" },
		{ "GET /metrics HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\n\r\n", "417" },
		{ "GET /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 1x\r\n\r\n", "400" },
	};
	quipu_http *server = FAKE_START(.path = NULL);

	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		check_end(server, bodies[i][0], atoi(bodies[i][1]));
	quipu_http_stop(server);
}

/* A client has a second to notice that it was refused; where the machine took that from it, it may
 * try again. */
static void check_ends(bool (*ends_well)(const quipu_http *server))
{
	const uint64_t second = 1000000000;
	quipu_http *server = FAKE_START(.path = NULL);
	uint64_t begun;
	bool well;
	int tries = 0;

	do {
		begun = quipu_now_ns();
		well = ends_well(server);
	} while (!well && quipu_now_ns() - begun >= second && ++tries < 20);
	CHECK(well);
	quipu_http_stop(server);
}

static bool refused_body_ends_well(const quipu_http *server)
{
	struct client client = kit_connect(server);
	char *body = calloc(1, 200000);
	bool well;

	kit_send(&client, "GET /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n");
	kit_send_n(&client, body, 200000);
	kit_sleep_ms(50);
	well = kit_next(&client, false) == 413 && kit_ended(&client) == 1;
	kit_close(&client);
	free(body);
	return well;
}

/* A lot of unread body does not reset the connection before the answer was read. */
static void large_refused_body(void)
{
	check_ends(refused_body_ends_well);
}

static bool sending_on_ends_well(const quipu_http *server)
{
	struct client client = kit_connect(server);
	char body[1000] = { 0 };
	bool well;

	kit_send(&client, "PUT /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\n");
	well = kit_next(&client, false) == 405;
	for (int i = 0; i < 9; i++) {
		well = kit_send_n(&client, body, sizeof(body)) == sizeof(body) && well;
		kit_sleep_ms(2);
	}
	well = well && kit_ended(&client) == 1;
	kit_close(&client);
	return well;
}

/* Who goes on sending after the answer is let finish, not reset. */
static void patient_end(void)
{
	check_ends(sending_on_ends_well);
}

/* A client that has ended its side still gets its answers. */
static void half_closed(void)
{
	quipu_http *server = FAKE_START(.path = NULL);
	struct client client = kit_connect(server);
	struct answer answer;

	kit_send(&client, GET("/healthz") GET("/metrics"));
	shutdown(client.fd, SHUT_WR);
	answer = kit_receive(&client, false);
	CHECK_INT(answer.status, 200);
	kit_free(&answer);
	answer = kit_receive(&client, false);
	CHECK(body_is(&answer, 1000));
	kit_free(&answer);
	CHECK_INT(kit_ended(&client), 1);
	kit_close(&client);
	client = kit_connect(server);
	kit_send(&client, "GET /metrics HT");
	shutdown(client.fd, SHUT_WR);
	answer = kit_receive(&client, false);
	CHECK_INT(answer.status, 400);
	kit_free(&answer);
	kit_close(&client);
	quipu_http_stop(server);
}

static void check_version(const quipu_http *server, const char *fields, const char *connection,
			  bool ends)
{
	struct client client = kit_connect(server);
	struct answer answer;
	char request[256];

	snprintf(request, sizeof(request), "GET /metrics HTTP/1.0\r\n%s\r\n", fields);
	kit_send(&client, request);
	answer = kit_receive(&client, false);
	CHECK(body_is(&answer, 1000));
	CHECK(strcmp(kit_field(&answer, "Connection"), connection) == 0);
	kit_free(&answer);
	if (!ends) {
		kit_send(&client, request);
		answer = kit_receive(&client, false);
		CHECK_INT(answer.status, 200);
		kit_free(&answer);
		shutdown(client.fd, SHUT_WR);
	}
	CHECK_INT(kit_ended(&client), 1);
	kit_close(&client);
}

static void old_version(void)
{
	quipu_http *server = FAKE_START(.path = NULL);

	check_version(server, "", "close", true);
	check_version(server, "Host: a\r\n", "close", true);
	check_version(server, "Connection: keep-alive\r\n", "keep-alive", false);
	check_version(server, "Connection: keep-alive\r\nConnection: close\r\n", "close", true);
	quipu_http_stop(server);
}

/* Fields that ask for what is not done are ignored. */
static void ignored_fields(void)
{
	static const char *const fields[] = {
		"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nConnection: Upgrade\r\n",
		"Upgrade: websocket\r\nConnection: upgrade\r\n",
		"Range: bytes=0-9\r\n",
		"If-None-Match: *\r\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
		"Accept: application/json\r\n",
		"Accept: text/plain;q=0\r\nAccept-Encoding: gzip;q=1, identity;q=0\r\n",
		"Content-Length: 0\r\n",
	};
	quipu_http *server = FAKE_START(.path = NULL);

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		char request[512];
		struct answer answer;

		snprintf(request, sizeof(request), "GET /metrics HTTP/1.1\r\nHost: a\r\n%s\r\n",
			 fields[i]);
		answer = kit_ask(server, request);
		CHECK_INT(answer.status, 200);
		CHECK(body_is(&answer, 1000));
		CHECK(strcmp(kit_field(&answer, "Content-Encoding"), "") == 0);
		kit_free(&answer);
	}
	quipu_http_stop(server);
}

static const struct kit_case cases[] = {
	{ "metrics", metrics },
	{ "health", health },
	{ "links_page", links_page },
	{ "live_page", live_page },
	{ "live_page_twice", live_page_twice },
	{ "path_first", path_first },
	{ "not_found", not_found },
	{ "methods", methods },
	{ "heads", heads },
	{ "keep_alive", keep_alive },
	{ "pipelined", pipelined },
	{ "byte_by_byte", byte_by_byte },
	{ "ends", ends },
	{ "bodies", bodies },
	{ "large_refused_body", large_refused_body },
	{ "patient_end", patient_end },
	{ "half_closed", half_closed },
	{ "old_version", old_version },
	{ "ignored_fields", ignored_fields },
};
KIT_MAIN(cases)
