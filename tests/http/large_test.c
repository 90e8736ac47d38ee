/* SPDX-License-Identifier: MIT */
/*
 * large_test.c: scrapes of very many series on the real core, while another client keeps asking
 * whether the server is alive and gets its answers all the time.
 *
 * large_test SERIES: the test drives the server itself, over a Unix socket, where what was sent is
 * there, and with a clock that goes on by a step whenever the server looks at it. So it is the same
 * on every machine which turn does what: whoever asks is answered in the next one, and none reads
 * more of the scrape than there is time for.
 */
#include "kit.h"

#include <quipu/quipu.h>
#include <quipu/scrape.h>
#include <quipu/timer.h>

#include <stdlib.h>
#include <string.h>

#define REQUEST "GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
#define HEALTHY "GET /-/healthy HTTP/1.1\r\nHost: a\r\n\r\n"
#define ROWS 1000u
#define LOOK_NS 100000u
#define MOST_READS 40 /* a turn is three milliseconds: thirty looks at the clock, and some more */

static unsigned n_series;

/* --- what the server calls --------------------------------------------------------------- */

static uint64_t clock_ns = 1000000000; /* atomic */
static unsigned n_reads;

uint64_t __wrap_quipu_now_ns(void);
uint64_t __wrap_quipu_now_ns(void)
{
	return __atomic_add_fetch(&clock_ns, LOOK_NS, __ATOMIC_RELAXED); /* relaxed: only counts */
}

quipu_error __real_quipu_scrape_read(quipu_scrape *scrape, void *buf, size_t cap, size_t *len);
quipu_error __wrap_quipu_scrape_read(quipu_scrape *scrape, void *buf, size_t cap, size_t *len);
quipu_error __wrap_quipu_scrape_read(quipu_scrape *scrape, void *buf, size_t cap, size_t *len)
{
	n_reads++;
	return __real_quipu_scrape_read(scrape, buf, cap, len);
}

/* --- the registry ------------------------------------------------------------------------ */

static quipu_registry *fill(void)
{
	static char digits[ROWS][8];
	static const char *values[ROWS];
	const quipu_axis axes[2] = { { "row", values, ROWS },
				     { "column", values, n_series / ROWS } };
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_counter_grid grid;

	for (unsigned i = 0; i < ROWS; i++) {
		snprintf(digits[i], sizeof(digits[i]), "%u", i);
		values[i] = digits[i];
	}
	grid = quipu_counter_grid_new(registry, QUIPU_OPTS(.name = "large_total", .help = "Large.",
							   .axes = axes, .n_axes = 2));
	for (uint32_t i = 0; i < n_series; i++)
		quipu_add(quipu_grid_at(grid, i / (n_series / ROWS), i % (n_series / ROWS)), i);
	CHECK_INT(quipu_registry_status(registry, NULL), QUIPU_OK);
	return registry;
}

/* --- scrapes ----------------------------------------------------------------------------- */

struct turns {
	unsigned n, reads, most_reads;
};

static void take_turn(quipu_http *server, struct client *asks, struct turns *turns)
{
	n_reads = 0;
	kit_send(asks, HEALTHY);
	CHECK(quipu_http_poll(server) >= 0);
	turns->n++;
	turns->reads += n_reads;
	turns->most_reads = n_reads > turns->most_reads ? n_reads : turns->most_reads;
	kit_take(asks);
	CHECK(kit_has_answer(asks, false));
	CHECK_INT(kit_next(asks, false), 200);
}

static size_t count_lines(const struct answer *answer)
{
	size_t n = 0;

	for (size_t i = 0; i < answer->len; i++)
		n += answer->body[i] == '\n';
	return n;
}

static void check_scrape(struct client *client, const struct turns *turns)
{
	struct answer answer = kit_receive(client, false);

	CHECK_INT(answer.status, 200);
	CHECK(answer.whole);
	if (kit_field(&answer, "Content-Encoding")[0] == '\0')
		CHECK_INT(count_lines(&answer), n_series + 2);
	printf("  %s%zu bytes in %u turns, %u reads, at most %u in one\n",
	       kit_field(&answer, "Content-Encoding")[0] ? "compressed " : "", answer.len, turns->n,
	       turns->reads, turns->most_reads);
	CHECK(turns->most_reads <= MOST_READS);
	kit_free(&answer);
}

static void scrape(quipu_http *server, const char *fields)
{
	struct client asks = kit_connect(server), client = kit_connect(server);
	struct turns turns = { 0 };
	char request[256];

	quipu_http_poll(server); /* both are connected */
	snprintf(request, sizeof(request), REQUEST "%s\r\n", fields);
	kit_send(&client, request);
	while (kit_take(&client))
		take_turn(server, &asks, &turns);
	check_scrape(&client, &turns);
	kit_close(&client);
	kit_close(&asks);
}

static void check_kind(const char *fields)
{
	quipu_registry *registry = fill();
	quipu_http *server = quipu_http_open(
		registry,
		QUIPU_HTTP_OPTS(.listen = "unix:quipu-large", .write_timeout_seconds = 600,
				.max_requests = 1u << 30, .scrape_timeout_seconds = 300),
		NULL);

	scrape(server, fields);
	quipu_http_close(server);
	quipu_registry_free(registry);
}

static void as_it_is(void)
{
	check_kind("");
}

static void as_gzip(void)
{
	check_kind("Accept-Encoding: gzip\r\n");
}

static void as_zstd(void)
{
	check_kind("Accept-Encoding: zstd\r\n");
}

static const struct kit_case cases[] = {
	{ "as_it_is", as_it_is },
	{ "as_gzip", as_gzip },
	{ "as_zstd", as_zstd },
};

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	n_series = (unsigned)strtoul(argv[1], NULL, 10) / ROWS * ROWS;
	return kit_main(argc - 1, argv + 1, cases, sizeof(cases) / sizeof(cases[0]));
}
