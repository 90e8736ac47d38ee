/* SPDX-License-Identifier: MIT */
/* registry_test.c: the responder on the real core: what is served is what is there, with
 * callbacks, large bodies, stuck clients, forks, and while others record. */
#include "kit.h"
#include "parse.h"

#include <quipu/quipu.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define REQUEST "GET /metrics HTTP/1.1\r\nHost: a\r\n"
#define GET REQUEST "\r\n"
#define SERIES 60000 /* some megabytes, more than two sockets take */

QUIPU_LABELS(item_labels, item, padding);

static const char padding[] = "a value that is long enough to make a line of some length";

/* --- help -------------------------------------------------------------------------------- */

struct text {
	char *data;
	size_t len;
};

static int append(void *ctx, const char *data, size_t len)
{
	struct text *text = ctx;

	text->data = realloc(text->data, text->len + len + 1);
	memcpy(text->data + text->len, data, len);
	text->len += len;
	text->data[text->len] = '\0';
	return 0;
}

static struct text written_as(quipu_registry *registry, const quipu_format *format)
{
	struct text text = { 0 };

	CHECK_INT(quipu_write(registry, format, append, &text), QUIPU_OK);
	return text;
}

static struct text written(quipu_registry *registry)
{
	return written_as(registry, NULL);
}

static quipu_counter_family fill(quipu_registry *registry, size_t n)
{
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "items_total", .help = "Items.",
				     .labels = item_labels_names, .max_series = n + 1));

	for (size_t i = 0; i < n; i++) {
		char item[32];

		snprintf(item, sizeof(item), "%zu", i);
		quipu_add_at(family, i, item, padding);
	}
	CHECK_INT(quipu_registry_status(registry, NULL), QUIPU_OK);
	return family;
}

static quipu_http *start(quipu_registry *registry)
{
	return kit_start(registry, QUIPU_HTTP_OPTS(.write_timeout_seconds = 600,
						   .scrape_timeout_seconds = 60));
}

/* Is it the same, and does it have the framing that belongs to its size? */
static void check_served(const quipu_http *server, const struct text *text)
{
	struct answer answer = kit_ask(server, GET);
	char error[256];
	struct qt_exposition *parsed = qt_parse(text->data, text->len, error, sizeof(error));

	CHECK(parsed != NULL);
	qt_free(parsed);
	CHECK_INT(answer.status, 200);
	CHECK(answer.whole && answer.len == text->len &&
	      memcmp(answer.body, text->data, text->len) == 0);
	CHECK_INT(answer.chunked, text->len > 256 * 1024);
	kit_free(&answer);
}

/* --- cases ------------------------------------------------------------------------------- */

static void small_and_large(void)
{
	static const size_t sizes[] = { 0, 1, 100, 3000, 5000, SERIES };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		quipu_registry *registry = quipu_registry_new(NULL);
		quipu_http *server = start(registry);
		struct text text;

		fill(registry, sizes[i]);
		text = written(registry);
		check_served(server, &text);
		check_served(server, &text);
		free(text.data);
		quipu_http_stop(server);
		quipu_registry_free(registry);
	}
}

/* Which Accept gets which format. */
static const struct {
	const char *format, *accept;
} asked[] = {
	{ "text-0.0.4", "*/*" },
	{ "text-1.0.0", "text/plain;version=1.0.0" },
	{ "openmetrics-1.0.0", "application/openmetrics-text;version=1.0.0" },
	{ "openmetrics-0.0.1", "application/openmetrics-text;version=0.0.1" },
	{ "openmetrics-2.0.0", "application/openmetrics-text;version=2.0.0" },
	{ "protobuf", "application/vnd.google.protobuf;encoding=delimited;"
		      "proto=io.prometheus.client.MetricFamily" },
	{ "json", "application/json" },
};
#define N_ASKED (sizeof(asked) / sizeof(asked[0]))

static void check_format(const quipu_http *server, quipu_registry *registry,
			 const quipu_format *format)
{
	struct text text = written_as(registry, format);
	struct answer answer;
	char request[512];
	size_t i = 0;

	while (i < N_ASKED && strcmp(asked[i].format, format->name) != 0)
		i++;
	snprintf(request, sizeof(request), REQUEST "Accept: %s\r\n\r\n",
		 i < N_ASKED ? asked[i].accept : "");
	answer = kit_ask(server, request);
	if (strncmp(kit_field(&answer, "Content-Type"), format->content_type,
		    strlen(format->content_type)) != 0)
		kit_failed(__FILE__, __LINE__, format->name);
	CHECK(answer.whole && answer.len == text.len &&
	      memcmp(answer.body, text.data, text.len) == 0);
	kit_free(&answer);
	free(text.data);
}

/* Every format that there is can be asked for, and is what it says. */
static void formats(void)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_http *server = start(registry);

	fill(registry, 100);
	for (const quipu_format *const *format = quipu_formats(); *format; format++)
		check_format(server, registry, *format);
	quipu_http_stop(server);
	quipu_registry_free(registry);
}

static bool let_go; /* atomic */

static double wait_for_it(void *ctx)
{
	(void)ctx;
	while (!__atomic_load_n(&let_go, __ATOMIC_ACQUIRE)) /* acquire: pairs with the test's */
		kit_sleep_ms(1);
	return 7;
}

static bool has(struct answer *answer, const char *line)
{
	bool found = answer->whole && answer->status == 200 && strstr(answer->body, line);

	kit_free(answer);
	return found;
}

/* Only those that are named, in the names that the format shows. */
static void families(void)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_http *server = start(registry);
	struct answer answer;

	fill(registry, 10);
	quipu_counter_new(registry, QUIPU_OPTS(.name = "other_total", .help = "Another."));
	quipu_counter_new(registry, QUIPU_OPTS(.name = "third_total", .help = "A third."));
	answer = kit_ask(server,
			 "GET /metrics?name[]=other_total&name%5B%5D=none&name[]=third_total "
			 "HTTP/1.1\r\nHost: a\r\n\r\n");
	CHECK(strstr(answer.body, "items") == NULL);
	CHECK(strstr(answer.body, "third_total 0") != NULL);
	CHECK(has(&answer, "other_total 0"));
	quipu_http_stop(server);
	quipu_registry_free(registry);
}

/* Where the machine lets us wait at the deadline it is too late for an answer; then again. */
static struct answer ask_in_a_hurry(struct client *client, const quipu_http *others)
{
	struct answer answer = { 0 };

	for (int i = 0; i < 10 && (i == 0 || answer.status == 503); i++) {
		kit_free(&answer);
		kit_send(client, REQUEST "X-Prometheus-Scrape-Timeout-Seconds: 3\r\n\r\n");
		CHECK_INT(kit_status(others, GET), 200);
		answer = kit_receive(client, false);
	}
	return answer;
}

/* A callback that is late is left out at the scraper's deadline, and in again when it is not;
 * nobody else waits for it, and stopping does not either. */
static void callbacks(void)
{
	quipu_registry *registry = quipu_registry_new(NULL), *other = quipu_registry_new(NULL);
	quipu_http *server = start(registry), *others = start(other);
	struct client client = kit_connect(server);
	struct answer answer;

	fill(registry, 10);
	quipu_gauge_callback(registry, QUIPU_OPTS(.name = "slow", .help = "Slow."), wait_for_it,
			     NULL);
	answer = ask_in_a_hurry(&client, others);
	CHECK(strstr(answer.body, "slow 7") == NULL);
	CHECK(has(&answer, "items_total{item=\"9\""));
	kit_send(&client, GET);
	__atomic_store_n(&let_go, true, __ATOMIC_RELEASE); /* release: pairs with the callback's */
	answer = kit_receive(&client, false);
	CHECK(has(&answer, "slow 7"));
	__atomic_store_n(&let_go, false, __ATOMIC_RELEASE); /* release: pairs with the callback's */
	kit_send(&client, GET);
	kit_sleep_ms(50);
	quipu_http_stop(server);			   /* while it runs */
	__atomic_store_n(&let_go, true, __ATOMIC_RELEASE); /* release: pairs with the callback's */
	kit_close(&client);
	quipu_http_stop(others);
	quipu_registry_free(registry);
	quipu_registry_free(other);
}

static bool has_begun(void *arg)
{
	const struct client *client = arg;
	char first;

	return recv(client->fd, &first, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
}

/* Asks for a large body and does not read it. */
static struct client stuck_client(const quipu_http *server)
{
	struct client client = kit_connect_narrow(server);

	kit_send(&client, GET);
	return client;
}

static bool have_begun(void *two)
{
	return has_begun(two) && has_begun((struct client *)two + 1);
}

/* Two clients that read nothing hold both snapshots; a third gets its scrape, whether it asks
 * the same server or another. */
static void stuck_clients(void)
{
	quipu_registry *registry = quipu_registry_new(NULL), *other = quipu_registry_new(NULL);
	quipu_http *server = start(registry), *others = start(other);
	struct answer answer;

	fill(registry, SERIES);
	fill(other, 3);
	for (int i = 0; i < 2; i++) {
		struct client stuck[2] = { stuck_client(server), stuck_client(server) };

		CHECK(kit_until(have_begun, stuck));
		answer = kit_ask(i ? others : server, GET);
		CHECK(has(&answer, i ? "items_total{item=\"2\"" : "items_total{item=\"59999\""));
		kit_close(&stuck[0]);
		kit_close(&stuck[1]);
	}
	quipu_http_stop(server);
	quipu_http_stop(others);
	quipu_registry_free(registry);
	quipu_registry_free(other);
}

#define CROWD 6

/* How many of a crowd have their turn before the program itself has. */
static int begin_before_us(const quipu_http *server, quipu_registry *registry)
{
	struct client stuck[CROWD];
	struct text text;
	int begun = 0;

	for (int i = 0; i < CROWD; i++)
		stuck[i] = stuck_client(server);
	CHECK(kit_until(has_begun, &stuck[0]));
	text = written(registry);
	CHECK(text.len > SERIES);
	for (int i = 0; i < CROWD; i++) {
		begun += has_begun(&stuck[i]);
		kit_close(&stuck[i]);
	}
	free(text.data);
	return begun;
}

/* One snapshot is somebody's for good; a crowd of stuck clients wants the other. The program
 * itself need not wait until all of them had their turn. It has twenty milliseconds each time that
 * one of them is cut off: where the machine lets it sleep through all of these, it tries again once
 * the last one's time to be written to is over. */
static void writers_turn(void)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_http *server = kit_start(registry, QUIPU_HTTP_OPTS(.write_timeout_seconds = 15,
								 .scrape_timeout_seconds = 60));
	quipu_scrape *somebody = quipu_scrape_open(registry, NULL, NULL, NULL);
	int begun = CROWD;
	char byte;
	size_t len;

	fill(registry, SERIES);
	CHECK_INT(quipu_scrape_read(somebody, &byte, 1, &len), QUIPU_OK);
	for (int i = 0; i < 8 && begun == CROWD; i++)
		begun = begin_before_us(server, registry);
	CHECK(begun < CROWD);
	quipu_scrape_close(somebody);
	quipu_http_stop(server);
	quipu_registry_free(registry);
}

static bool done; /* atomic */

static void *record(void *arg)
{
	quipu_counter counter = *(quipu_counter *)arg;
	uint64_t n = 0;

	/* relaxed: a flag of its own */
	for (; !__atomic_load_n(&done, __ATOMIC_RELAXED); n++)
		quipu_inc(counter);
	return (void *)(uintptr_t)n;
}

static double value_in(const struct answer *answer)
{
	const char *line = answer->whole ? strstr(answer->body, "\nrecorded_total ") : NULL;

	return line ? strtod(line + strlen("\nrecorded_total "), NULL) : -1;
}

/* What is served never falls. On a machine that lets us wait for a second we are a stuck client
 * that others wait for, and are cut off (line.h): then on a new connection. */
static void *scrape(void *server)
{
	struct client client = kit_connect(server);
	double last = 0;
	int whole = 0;

	for (int i = 0; i < 50; i++) {
		struct answer answer;

		kit_send(&client, GET);
		answer = kit_receive(&client, false);
		if (answer.whole) {
			double value = value_in(&answer);

			CHECK_INT(answer.status, 200);
			CHECK(value >= last);
			last = value;
			whole++;
		} else {
			kit_close(&client);
			client = kit_connect(server);
		}
		kit_free(&answer);
	}
	CHECK(whole > 0);
	kit_close(&client);
	return NULL;
}

static void recording(void)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_http *server = start(registry);
	quipu_counter counter = quipu_counter_new(
		registry, QUIPU_OPTS(.name = "recorded_total", .help = "Recorded."));
	pthread_t recorders[2], scrapers[4];
	struct answer answer;
	uint64_t total = 0;

	fill(registry, 4000); /* streamed */
	for (int i = 0; i < 2; i++)
		pthread_create(&recorders[i], NULL, record, &counter);
	for (int i = 0; i < 4; i++)
		pthread_create(&scrapers[i], NULL, scrape, server);
	for (int i = 0; i < 4; i++)
		pthread_join(scrapers[i], NULL);
	__atomic_store_n(&done, true, __ATOMIC_RELAXED); /* relaxed: a flag of its own */
	for (int i = 0; i < 2; i++) {
		void *n;

		pthread_join(recorders[i], &n);
		total += (uintptr_t)n;
	}
	answer = kit_ask(server, GET);
	CHECK_INT(value_in(&answer), total);
	kit_free(&answer);
	quipu_http_stop(server);
	quipu_registry_free(registry);
}

/* The child scrapes by itself, while the parent's thread had scrapes open at the fork. */
static void forked(void)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_http *server = start(registry);
	struct client stuck[2];
	pid_t child;
	int status = -1;

	fill(registry, SERIES);
	for (int i = 0; i < 2; i++) {
		stuck[i] = kit_connect_narrow(server);
		kit_send(&stuck[i], GET);
	}
	kit_sleep_ms(100);
	child = fork();
	if (child == 0) {
		struct text text;

		alarm(60);
		kit_forget_failures();
		quipu_http_stop(server);
		text = written(registry);
		CHECK(text.len > SERIES);
		_exit(kit_failures() > 0);
	}
	waitpid(child, &status, 0);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	for (int i = 0; i < 2; i++)
		kit_close(&stuck[i]);
	CHECK_INT(kit_status(server, GET), 200);
	quipu_http_stop(server);
	quipu_registry_free(registry);
}

static const struct kit_case cases[] = {
	{ "small_and_large", small_and_large },
	{ "formats", formats },
	{ "families", families },
	{ "callbacks", callbacks },
	{ "stuck_clients", stuck_clients },
	{ "writers_turn", writers_turn },
	{ "recording", recording },
	{ "forked", forked },
};
KIT_MAIN(cases)
