/* SPDX-License-Identifier: MIT */
/* negotiate_test.c: what requests ask for, as it reaches the core and as the answer tells it:
 * formats, schemes for names, families by name, created times; and the server's figures. */
#include "fake_scrape.h"
#include "kit.h"
#include "query.h"

#include <stdlib.h>
#include <string.h>

#define OPENMETRICS "application/openmetrics-text; version=1.0.0; charset=utf-8"
#define TEXT "text/plain; version=0.0.4; charset=utf-8"
#define TEXT1 "text/plain; version=1.0.0; charset=utf-8"

static struct answer ask(const quipu_http *server, const char *target, const char *fields)
{
	static char request[20000];

	snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: a\r\n%s\r\n", target, fields);
	return kit_ask(server, request);
}

/* --- formats ----------------------------------------------------------------------------- */

static const struct {
	const char *fields, *type;
	quipu_escaping escaping;
} types[] = {
	{ "", TEXT, QUIPU_ESCAPE_UNDERSCORES },
	{ "Accept: */*\r\n", TEXT, QUIPU_ESCAPE_UNDERSCORES },
	{ "Accept: application/json\r\n", TEXT, QUIPU_ESCAPE_UNDERSCORES },
	{ "Accept: text/plain;version=0.0.4;escaping=dots\r\n", TEXT "; escaping=dots",
	  QUIPU_ESCAPE_DOTS },
	{ "Accept: application/openmetrics-text\r\n", OPENMETRICS, QUIPU_ESCAPE_UNDERSCORES },
	{ "Accept: application/openmetrics-text;escaping=allow-utf-8\r\n",
	  OPENMETRICS "; escaping=allow-utf-8", QUIPU_ESCAPE_NONE },
	{ "Accept: application/openmetrics-text;escaping=values\r\n",
	  OPENMETRICS "; escaping=values", QUIPU_ESCAPE_VALUES },
	{ "Accept: application/openmetrics-text;escaping=what\r\n",
	  OPENMETRICS "; escaping=underscores", QUIPU_ESCAPE_UNDERSCORES },
	/* always with this one */
	{ "Accept: text/plain;version=1.0.0\r\n", TEXT1 "; escaping=underscores",
	  QUIPU_ESCAPE_UNDERSCORES },
	{ "Accept: text/plain;version=1.0.0;escaping=allow-utf-8\r\n",
	  TEXT1 "; escaping=allow-utf-8", QUIPU_ESCAPE_NONE },
	/* a format that cannot says what it does instead */
	{ "Accept: text/plain;escaping=allow-utf-8\r\n", TEXT "; escaping=underscores",
	  QUIPU_ESCAPE_UNDERSCORES },
	/* several fields */
	{ "Accept: text/plain;q=0.3\r\naccept: text/plain;version=1.0.0;q=0.2,\r\n"
	  "ACCEPT: application/openmetrics-text;q=0.4\r\n",
	  OPENMETRICS, QUIPU_ESCAPE_UNDERSCORES },
};

static void formats(void)
{
	quipu_http *server = FAKE_START(.path = NULL);

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct answer answer = ask(server, "/metrics", types[i].fields);

		CHECK_INT(answer.status, 200);
		if (strcmp(kit_field(&answer, "Content-Type"), types[i].type) != 0)
			kit_failed(__FILE__, __LINE__, types[i].fields);
		CHECK(strcmp(kit_field(&answer, "Vary"), "Accept, Accept-Encoding") == 0);
		CHECK(strncmp(fake_facts().format->content_type, types[i].type,
			      strlen(fake_facts().format->content_type)) == 0);
		CHECK_INT(fake_facts().escaping, types[i].escaping);
		kit_free(&answer);
	}
	quipu_http_stop(server);
}

static void links_list_formats(void)
{
	quipu_http *server = FAKE_START(.path = NULL);
	struct answer answer = ask(server, "/-/links", "");

	CHECK(strstr(answer.body, "text-0.0.4 text-1.0.0 openmetrics-1.0.0<") != NULL);
	CHECK(kit_field(&answer, "Vary")[0] == '\0');
	kit_free(&answer);
	quipu_http_stop(server);
}

/* --- queries ----------------------------------------------------------------------------- */

static const struct {
	const char *target;
	const char *names; /* each with a blank behind it */
	bool created;
} queries[] = {
	{ "/metrics", "", false },
	{ "/metrics?", "", false },
	{ "/metrics?a=b&c&&=", "", false },
	{ "/metrics?name[]=up", "up ", false },
	{ "/metrics?name%5B%5D=up", "up ", false },
	{ "/metrics?n%61me%5b]=u%70", "up ", false },
	{ "/metrics?name[]=a&name[]=b&x=y&name[]=a", "a b a ", false },
	{ "/metrics?name[]=", " ", false },
	{ "/metrics?name[]", " ", false },
	{ "/metrics?name=up&Name[]=up&name[]x=up", "", false },
	{ "/metrics?name[]=a%26b%3Dc=d", "a&b=c=d ", false },
	{ "/metrics?name[]=a.b%2Bc+d", "a.b+c d ", false },
	{ "/metrics?name[]=gr%C3%B6%C3%9Fe",
	  "gr\xc3\xb6\xc3\x9f"
	  "e ",
	  false },
	{ "http://a/metrics?name[]=up?x", "up?x ", false },
	{ "/metrics?created=1", "", true },
	{ "/metrics?created=true&name[]=up", "up ", true },
	{ "/metrics?created", "", false },
	{ "/metrics?created=0", "", false },
	{ "/metrics?created=yes", "", false },
	{ "/metrics?created=1&created=0", "", false },
};

static void names_and_created(void)
{
	quipu_http *server = FAKE_START(.path = NULL);

	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		struct answer answer = ask(server, queries[i].target, "");
		struct fake_facts facts = fake_facts();

		CHECK_INT(answer.status, 200);
		if (strcmp(facts.names, queries[i].names) != 0 ||
		    facts.created != queries[i].created)
			kit_failed(__FILE__, __LINE__, queries[i].target);
		kit_free(&answer);
	}
	quipu_http_stop(server);
}

static int status_of_names(const quipu_http *server, unsigned n)
{
	char target[16384] = "/metrics?";
	struct answer answer;
	int status;

	for (unsigned i = 0; i < n; i++)
		strcat(target, "name[]=family&");
	answer = ask(server, target, "");
	status = answer.status;
	kit_free(&answer);
	return status;
}

static void bad_queries(void)
{
	quipu_http *server = FAKE_START(.path = NULL);
	struct answer answer;

	CHECK_INT(status_of_names(server, QP_NAMES_MAX), 200);
	CHECK_INT(status_of_names(server, QP_NAMES_MAX + 1), 400);
	CHECK_INT(status_of_names(server, 250), 400);
	answer = ask(server, "/metrics?name[]=%00", "");
	CHECK_INT(answer.status, 400);
	kit_free(&answer);
	answer = ask(server, "/metrics?name[]=%zz", "");
	CHECK_INT(answer.status, 400);
	kit_free(&answer);
	CHECK_INT(fake_facts().opened, 1);
	quipu_http_stop(server);
}

/* A target of n characters: the beginning, then one again and again. */
static int status_of_long(const quipu_http *server, const char *begin, char again, size_t n)
{
	char *target = malloc(n + 1);
	struct answer answer;
	char *request;
	int status;

	memset(target, again, n);
	memcpy(target, begin, strlen(begin));
	target[n] = '\0';
	CHECK(asprintf(&request, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", target) > 0);
	answer = kit_ask(server, request);
	status = answer.whole ? answer.status : 0;
	kit_free(&answer);
	free(request);
	free(target);
	return status;
}

/* Paths and queries that nobody means: 400 where they are malformed, 404 where there is nothing,
 * 414 where they are too long; and no scrape for any of them. */
static void odd_targets(void)
{
	static const struct {
		const char *target;
		int status;
	} table[] = {
		{ "/../../../../etc/passwd", 404 },
		{ "/metrics/../metrics", 404 },
		{ "/%2e%2e/metrics", 404 },
		{ "/./metrics", 404 },
		{ "/metrics%2f", 404 },
		{ "/metrics;a=b", 404 },
		{ "/metrics%00", 400 },
		{ "/%00", 400 },
		{ "/%", 400 },
		{ "/%z", 400 },
		{ "/%zz", 400 },
		{ "/metrics%zz", 400 },
		{ "/metrics?a=%", 400 },
		{ "/metrics?a=%0", 400 },
		{ "/metrics?name[]=%zz", 400 },
		{ "/metrics?name[]=%00", 400 },
		{ "/metrics?name[]=%ff", 200 }, /* no family is called that */
		{ "/metrics#a", 400 },
		{ "/metrics\\..", 404 },
		{ "\\metrics", 400 },
	};
	quipu_http *server = FAKE_START(.path = NULL);
	struct answer answer;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		answer = ask(server, table[i].target, "");
		if (answer.status != table[i].status)
			kit_failed(__FILE__, __LINE__, table[i].target);
		kit_free(&answer);
	}
	CHECK_INT(status_of_long(server, "/", '/', 8000), 404);
	CHECK_INT(status_of_long(server, "/", '/', 9000), 414);
	CHECK_INT(status_of_long(server, "/a", 'a', 8000), 404);
	CHECK_INT(status_of_long(server, "/", '%', 8000), 400);
	CHECK_INT(status_of_long(server, "/metrics?", '&', 8000), 200);
	CHECK_INT(status_of_long(server, "/metrics?", '&', 9000), 414);
	CHECK_INT(status_of_names(server, 1000), 414);
	CHECK_INT(fake_facts().opened, 2);
	quipu_http_stop(server);
}

static void always_created(void)
{
	quipu_http *server = FAKE_START(.created = 1);
	struct answer answer = ask(server, "/metrics", "");

	CHECK(fake_facts().created);
	kit_free(&answer);
	answer = ask(server, "/metrics?created=0", "");
	CHECK(fake_facts().created);
	kit_free(&answer);
	quipu_http_stop(server);
}

/* --- figures ----------------------------------------------------------------------------- */

static bool all_gone(void *server)
{
	return kit_stats(server).open == 0;
}

struct receipt {
	const quipu_http *server;
	size_t bytes;
};

static void take(struct receipt *receipt, struct answer answer)
{
	receipt->bytes += answer.len + strlen(answer.head) + strlen("\r\n");
	kit_free(&answer);
}

/* What was sent is counted a moment after it can be read. */
static bool all_counted(void *ctx)
{
	const struct receipt *receipt = ctx;

	return kit_stats(receipt->server).sent_bytes == receipt->bytes;
}

static void figures(void)
{
	quipu_http *server = FAKE_START(.path = NULL);
	uint64_t bytes = fake_figure(QUIPU_SELF_http_bytes);
	uint64_t requests = fake_figure(QUIPU_SELF_http_requests);
	uint64_t refused = fake_figure(QUIPU_SELF_http_refused);
	uint64_t connections = fake_figure(QUIPU_SELF_http_connections);
	struct client open = kit_connect(server);
	struct receipt receipt = { .server = server };
	struct fake_plan plan = fake_default_plan();
	quipu_http_stats_t stats;

	for (int i = 0; i < 3; i++)
		take(&receipt, ask(server, i ? "/metrics" : "/none", ""));
	plan.open_fails = true;
	fake_plan(plan);
	kit_send(&open, "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
	take(&receipt, kit_receive(&open, false));
	CHECK(kit_until(all_counted, &receipt));
	stats = kit_stats(server);
	CHECK_INT(stats.connections, 4);
	CHECK(stats.open >= 1 && stats.open <= 4);
	CHECK_INT(stats.requests, 4);
	CHECK_INT(stats.scrapes, 2);
	CHECK_INT(stats.shared, 0);
	CHECK_INT(stats.unavailable, 1);
	CHECK_INT(stats.aborted, 0);
	/* and so in the figures of the whole library */
	CHECK_INT(fake_figure(QUIPU_SELF_http_connections) - connections, 4);
	CHECK_INT(fake_figure(QUIPU_SELF_http_requests) - requests, 4);
	CHECK_INT(fake_figure(QUIPU_SELF_http_refused) - refused, 1);
	CHECK_INT(fake_figure(QUIPU_SELF_http_bytes) - bytes, receipt.bytes);
	kit_close(&open);
	CHECK(kit_until(all_gone, server));
	quipu_http_stop(server);
}

/* Programs built against another header. */
static void figures_by_size(void)
{
	struct {
		quipu_http_stats_t stats;
		char more[16];
	} longer;
	quipu_http *server = FAKE_START(.path = NULL);

	memset(&longer, 'x', sizeof(longer));
	longer.stats.size = sizeof(longer);
	quipu_http_stats(server, &longer.stats);
	CHECK(longer.stats.size == sizeof(longer) && longer.stats.requests == 0);
	CHECK(longer.more[0] == 0 && longer.more[15] == 0);
	memset(&longer, 'x', sizeof(longer));
	longer.stats.size = offsetof(quipu_http_stats_t, requests);
	quipu_http_stats(server, &longer.stats);
	CHECK(longer.stats.open == 0 && longer.stats.requests != 0 && longer.more[0] == 'x');
	longer.stats.size = sizeof(longer.stats);
	quipu_http_stats(NULL, &longer.stats);
	CHECK(longer.stats.requests == 0);
	quipu_http_stop(server);
}

static const struct kit_case cases[] = {
	{ "formats", formats },
	{ "links_list_formats", links_list_formats },
	{ "names_and_created", names_and_created },
	{ "bad_queries", bad_queries },
	{ "odd_targets", odd_targets },
	{ "always_created", always_created },
	{ "figures", figures },
	{ "figures_by_size", figures_by_size },
};
KIT_MAIN(cases)
