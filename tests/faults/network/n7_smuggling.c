/* SPDX-License-Identifier: MIT */
/*
 * n7_smuggling.c: requests that two servers in a row could read differently, over real sockets.
 *
 * Behind each bad request, in the same packet and so that a lenient reader would find it there,
 * lies GET /readyz: `ready` counts how often that was executed, and that is never. The bad request
 * gets the status that the standard asks for, with Connection: close, and nothing follows it.
 * The same request after a good one is executed, so the count counts. In every delivery: at once,
 * byte by byte, and cut in two at the worst place.
 */
#include "kit.h"
#include "scale.h"
#include "torture.h"

#include <quipu/quipu.h>

#include <stdlib.h>
#include <string.h>

#define CANARY "GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n"
#define GET "GET /metrics HTTP/1.1\r\nHost: a\r\n"
#define POST "POST /metrics HTTP/1.1\r\nHost: a\r\n"
#define LENGTH(n) "Content-Length: " n "\r\n"
#define CHUNKED "Transfer-Encoding: chunked\r\n"
#define HIDDEN_LEN "33" /* of the canary: a body that is a request */

static int executed; /* atomic */

static int ready(void *ctx)
{
	(void)ctx;
	__atomic_fetch_add(&executed, 1, __ATOMIC_RELAXED); /* relaxed: a count of its own */
	return 1;
}

static const struct form {
	const char *head;
	int status;
} forms[] = {
	/* bodies: never read, so nothing behind them can be a request */
	{ GET LENGTH(HIDDEN_LEN) "\r\n", 413 },
	{ GET LENGTH("1") "\r\n", 413 },
	{ POST LENGTH(HIDDEN_LEN) "\r\n", 405 },
	{ GET CHUNKED "\r\n", 411 },
	{ GET CHUNKED "\r\n0\r\n\r\n", 411 },
	{ POST CHUNKED "\r\n0\r\n\r\n", 405 },
	{ "HEAD /metrics HTTP/1.1\r\nHost: a\r\n" CHUNKED "\r\n0\r\n\r\n", 411 },
	{ GET "Expect: 100-continue\r\n" LENGTH(HIDDEN_LEN) "\r\n", 413 },
	{ "GET /metrics HTTP/1.0\r\nConnection: keep-alive\r\n" LENGTH(HIDDEN_LEN) "\r\n", 413 },

	/* both lengths, either first */
	{ GET LENGTH(HIDDEN_LEN) CHUNKED "\r\n", 400 },
	{ GET CHUNKED LENGTH(HIDDEN_LEN) "\r\n", 400 },
	{ GET LENGTH("0") CHUNKED "\r\n", 400 },
	{ GET CHUNKED LENGTH("0") "\r\n0\r\n\r\n", 400 },
	{ POST LENGTH("6") CHUNKED "\r\n0\r\n\r\n", 400 },

	/* a length twice, alike or not, in two fields or one */
	{ GET LENGTH("0") LENGTH(HIDDEN_LEN) "\r\n", 400 },
	{ GET LENGTH(HIDDEN_LEN) LENGTH("0") "\r\n", 400 },
	{ GET LENGTH("0") LENGTH("0") "\r\n", 400 },
	{ GET LENGTH("0, 0") "\r\n", 400 },
	{ GET LENGTH("0, 34") "\r\n", 400 },

	/* no length at all */
	{ GET LENGTH("") "\r\n", 400 },
	{ GET LENGTH("-1") "\r\n", 400 },
	{ GET LENGTH("+0") "\r\n", 400 },
	{ GET LENGTH("+34") "\r\n", 400 },
	{ GET LENGTH("0x22") "\r\n", 400 },
	{ GET LENGTH("3 4") "\r\n", 400 },
	{ GET LENGTH("34;") "\r\n", 400 },
	{ GET LENGTH("\"34\"") "\r\n", 400 },
	{ GET LENGTH("0.0") "\r\n", 400 },
	{ GET LENGTH("1e1") "\r\n", 400 },
	{ GET LENGTH("18446744073709551616") "\r\n", 400 }, /* 2^64 is not 0 */
	{ GET LENGTH("18446744073709551650") "\r\n", 400 },
	{ GET LENGTH("99999999999999999999999999999999") "\r\n", 400 },
	{ GET "Content-Length\r\n: 34\r\n\r\n", 400 },

	/* codings that others may not know, may trim, or may take for none */
	{ GET "Transfer-Encoding: xchunked\r\n\r\n", 501 },
	{ GET "Transfer-Encoding: identity\r\n\r\n", 501 },
	{ GET "Transfer-Encoding: chunked, identity\r\n\r\n", 400 },
	{ GET "Transfer-Encoding: identity, chunked\r\n\r\n", 501 },
	{ GET "Transfer-Encoding: gzip, chunked\r\n\r\n", 501 },
	{ GET "Transfer-Encoding: chunked, chunked\r\n\r\n", 400 },
	{ GET CHUNKED CHUNKED "\r\n", 400 },
	{ GET CHUNKED "Transfer-Encoding: identity\r\n\r\n", 400 },
	{ GET "Transfer-Encoding:\r\n\r\n", 400 },
	{ GET "Transfer-Encoding: \r\n" LENGTH("34") "\r\n", 400 },
	{ GET "Transfer-Encoding: \"chunked\"\r\n\r\n", 501 },
	{ GET "Transfer-Encoding: chunked;a=b\r\n\r\n", 501 },
	{ GET "transfer-encoding:\tChUnKeD\t\r\n\r\n", 411 },
	{ GET "Transfer-Encoding: \vchunked\r\n\r\n", 400 },
	{ GET "Transfer-Encoding: chunked\v\r\n\r\n", 400 },
	{ GET "Transfer-Encoding: chunked\r\r\n\r\n", 400 },
	{ GET "Transfer_Encoding: chunked\r\n" LENGTH("34") "\r\n", 413 },
	{ "GET /metrics HTTP/1.0\r\nConnection: keep-alive\r\n" CHUNKED "\r\n", 400 },

	/* blanks around names, folded lines, lines without a name */
	{ GET "Content-Length : 34\r\n\r\n", 400 },
	{ GET "Content-Length\t: 34\r\n\r\n", 400 },
	{ GET "Transfer-Encoding : chunked\r\n\r\n", 400 },
	{ GET " Content-Length: 34\r\n\r\n", 400 },
	{ GET "X: y\r\n Content-Length: 34\r\n\r\n", 400 },
	{ GET "X: y\r\n\tTransfer-Encoding: chunked\r\n\r\n", 400 },
	{ GET "Transfer-Encoding:\r\n chunked\r\n\r\n", 400 },
	{ "GET /metrics HTTP/1.1\r\n Host: a\r\n\r\n", 400 },
	{ GET ": 34\r\n\r\n", 400 },
	{ GET "Content-Length\r\n\r\n", 400 },
	{ GET "Content-Length 34\r\n\r\n", 400 },
	{ GET "Content\xa0-Length: 34\r\n\r\n", 400 },
	{ GET "\xef\xbb\xbf" LENGTH("34") "\r\n", 400 },

	/* ends of lines: a CR alone ends none, and hides no field */
	{ GET "X: y\rContent-Length: 34\r\n\r\n", 400 },
	{ GET "X: y\r" CANARY, 400 },
	{ GET "X: y\r\r\n\r\n", 400 },
	{ GET "X: \x01\r\n\r\n", 400 },
	{ GET "X: \x7f\r\n\r\n", 400 },
	{ "GET /metrics HTTP/1.1\rHost: a\r\n\r\n", 400 },
	{ "\r\n\r\nGET /metrics HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
	{ "\n\nGET /metrics HTTP/1.1\nHost: a\n\n", 400 },
	{ "\rGET /metrics HTTP/1.1\r\nHost: a\r\n\r\n", 400 },

	/* the request line */
	{ "GET  /metrics HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
	{ "GET /metrics  HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
	{ "GET\t/metrics HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
	{ " GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
	{ "GET /metrics HTTP/1.1 \r\nHost: a\r\n\r\n", 400 },
	{ "GET /metrics\r\nHost: a\r\n\r\n", 400 },
	{ "GET /metrics HTTP/0.9\r\n\r\n", 505 },
	{ "GET /metrics HTTP/2.0\r\nHost: a\r\n\r\n", 505 },
	{ "GET /metrics HTTP/1.1x\r\nHost: a\r\n\r\n", 400 },
	{ "GET /metrics HTTP/01.1\r\nHost: a\r\n\r\n", 400 },
	{ "GET /metrics http/1.1\r\nHost: a\r\n\r\n", 400 },
	{ "GET /metrics HTTP/1,1\r\nHost: a\r\n\r\n", 400 },
	{ "get /metrics HTTP/1.1\r\nHost: a\r\n\r\n", 501 },
	{ "GET /metrics#x HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
	{ "GET /met\rrics HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
	{ "GET /met\xc3\xbcrics HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
	{ "GET metrics HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
	{ "GET http:///metrics HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
	{ "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505 },
	{ "\x16\x03\x01\x02\x01\x01", 400 },

	/* whose request it is */
	{ "GET /metrics HTTP/1.1\r\n\r\n", 400 },
	{ "GET /metrics HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400 },
	{ "GET /metrics HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n", 400 },
	{ "GET /metrics HTTP/1.1\r\nHost: a b\r\n\r\n", 400 },
	{ "GET /metrics HTTP/1.1\r\nHost: a,b\r\n\r\n", 400 },
	{ "GET /metrics HTTP/1.1\r\nHost: a/b\r\n\r\n", 400 },
	{ "GET /metrics HTTP/1.1\r\nHost : a\r\n\r\n", 400 },

	/* answered, and the last of its connection all the same */
	{ GET "Connection: close\r\n\r\n", 200 },
	{ GET "Connection: keep-alive, close\r\n\r\n", 200 },
	{ "GET /metrics HTTP/1.0\r\n\r\n", 200 },
};
#define N_FORMS (sizeof(forms) / sizeof(forms[0]))

/* --- deliveries ------------------------------------------------------------------------------- */

static void at_once(struct client *client, const char *bytes, size_t head)
{
	(void)head;
	kit_send(client, bytes);
}

static void byte_by_byte(struct client *client, const char *bytes, size_t head)
{
	(void)head;
	for (; *bytes; bytes++)
		kit_send_n(client, bytes, 1);
}

/* The canary in a packet of its own, in time before the connection has ended. */
static void in_two(struct client *client, const char *bytes, size_t head)
{
	kit_send_n(client, bytes, head);
	kit_send(client, bytes + head);
}

static const struct {
	const char *name;
	void (*send)(struct client *client, const char *bytes, size_t head);
} deliveries[] = { { "at once", at_once }, { "byte by byte", byte_by_byte }, { "in two", in_two } };
#define N_DELIVERIES (sizeof(deliveries) / sizeof(deliveries[0]))

/* --- */

static int count(void)
{
	return __atomic_load_n(&executed, __ATOMIC_RELAXED); /* relaxed: a count of its own */
}

static void check_form(const quipu_http *server, const struct form *form, size_t delivery)
{
	struct client client = kit_connect(server);
	struct answer answer;
	char bytes[1024];
	int before = count();

	snprintf(bytes, sizeof(bytes), "%s" CANARY, form->head);
	deliveries[delivery].send(&client, bytes, strlen(form->head));
	answer = kit_receive(&client, strncmp(form->head, "HEAD", 4) == 0);
	TORTURE_CHECK("P5", answer.status == form->status, "%d instead of %d, %s: %s",
		      answer.status, form->status, deliveries[delivery].name, form->head);
	TORTURE_CHECK("P5", answer.whole && strcmp(kit_field(&answer, "Connection"), "close") == 0,
		      "the connection is to go on, %s: %s", deliveries[delivery].name, form->head);
	TORTURE_CHECK("P5", kit_ended(&client) != 0, "something follows, %s: %s",
		      deliveries[delivery].name, form->head);
	TORTURE_CHECK("P5", count() == before, "the hidden request was executed, %s: %s",
		      deliveries[delivery].name, form->head);
	kit_free(&answer);
	kit_close(&client);
}

/* What is legal goes on, so that the hidden request is seen where it is one. */
static void check_legal(const quipu_http *server, const char *head)
{
	for (size_t i = 0; i < N_DELIVERIES; i++) {
		struct client client = kit_connect(server);
		char bytes[1024];
		int before = count();

		snprintf(bytes, sizeof(bytes), "%s" CANARY, head);
		deliveries[i].send(&client, bytes, strlen(head));
		TORTURE_CHECK("P5", kit_next(&client, false) == 200, "not answered: %s", head);
		TORTURE_CHECK("P5", kit_next(&client, false) == 200, "not kept: %s", head);
		TORTURE_CHECK("P5", count() == before + 1, "the next was not executed: %s", head);
		kit_close(&client);
	}
}

static const struct torture defaults = {
	.name = "smuggling",
	.promises = "P5: no request hides behind another",
	.count = 1,
};

int main(int argc, char **argv)
{
	quipu_registry *registry;
	quipu_http *server;

	torture_begin(&defaults, argc, argv);
	registry = quipu_registry_new(NULL);
	quipu_counter_new(registry, QUIPU_OPTS(.name = "some_total", .help = "Some."));
	server = kit_start(registry, QUIPU_HTTP_OPTS(.ready = ready));
	check_legal(server, GET "\r\n");
	check_legal(server, GET LENGTH("0") "\r\n");
	check_legal(server, GET LENGTH("000") "\r\n");
	check_legal(server, "\r\nGET http://b/metrics HTTP/1.1\r\nHost: a\r\n\r\n");
	check_legal(server, "GET /metrics HTTP/1.1\nHost: a\n\n");
	for (uint64_t round = 0; round < torture.count; round++) {
		for (size_t i = 0; i < N_FORMS; i++) {
			for (size_t delivery = 0; delivery < N_DELIVERIES; delivery++)
				check_form(server, &forms[i], delivery);
		}
	}
	quipu_http_stop(server);
	quipu_registry_free(registry);
	qt_figure("requests", torture.count * N_FORMS * N_DELIVERIES);
	return torture_end("%zu forms", N_FORMS);
}
