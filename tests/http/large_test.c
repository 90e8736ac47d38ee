/* SPDX-License-Identifier: MIT */
/*
 * large_test.c: scrapes of very many series on the real core, while another client keeps asking
 * whether the server is alive and gets its answers all the time.
 *
 * large_test SERIES MOST_MS: prints how long those answers took. Each kind of scrape may have
 * three tries to keep within the bound: a busy machine takes more now and then, a server that
 * does a long thing at once takes it every time.
 */
#include "kit.h"

#include <quipu/quipu.h>
#include <quipu/timer.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define REQUEST "GET /metrics HTTP/1.1\r\nHost: a\r\n"
#define HEALTHY "GET /-/healthy HTTP/1.1\r\nHost: a\r\n\r\n"
#define ROWS 1000u
#define MOST_POLLS 100000
#define TRIES 3

static unsigned n_series;
static double most_ms;

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

/* --- the one that asks whether it is alive ----------------------------------------------- */

struct poll {
	const quipu_http *server;
	pthread_t thread;
	bool done; /* atomic */
	size_t n;
	double took_ms[MOST_POLLS];
};

static void *ask(void *arg)
{
	struct poll *poll = arg;
	struct client client = kit_connect(poll->server);

	/* relaxed: a flag of its own */
	while (!__atomic_load_n(&poll->done, __ATOMIC_RELAXED) && poll->n < MOST_POLLS) {
		uint64_t begun = quipu_now_ns();

		kit_send(&client, HEALTHY);
		if (kit_next(&client, false) != 200)
			kit_failed(__FILE__, __LINE__, "it is not alive");
		poll->took_ms[poll->n++] = (double)(quipu_now_ns() - begun) * 1e-6;
		kit_sleep_ms(1);
	}
	kit_close(&client);
	return NULL;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double at(const struct poll *poll, double share)
{
	return poll->took_ms[(size_t)((double)(poll->n - 1) * share)];
}

/* --- scrapes ----------------------------------------------------------------------------- */

static size_t count_lines(const struct answer *answer)
{
	size_t n = 0;

	for (size_t i = 0; i < answer->len; i++)
		n += answer->body[i] == '\n';
	return n;
}

static void scrape(const quipu_http *server, const char *fields)
{
	char request[256];
	struct answer answer;
	uint64_t begun = quipu_now_ns();

	snprintf(request, sizeof(request), REQUEST "%s\r\n", fields);
	answer = kit_ask(server, request);
	CHECK_INT(answer.status, 200);
	CHECK(answer.whole);
	if (kit_field(&answer, "Content-Encoding")[0] == '\0')
		CHECK_INT(count_lines(&answer), n_series + 2);
	printf("  %s%zu bytes in %.0f ms\n", fields[0] ? "compressed " : "", answer.len,
	       (double)(quipu_now_ns() - begun) * 1e-6);
	kit_free(&answer);
}

/* The longest that somebody waited while two scraped. */
static double longest_wait(const quipu_http *server, const char *fields)
{
	static struct poll poll;

	memset(&poll, 0, sizeof(poll));
	poll.server = server;
	pthread_create(&poll.thread, NULL, ask, &poll);
	kit_sleep_ms(5);
	scrape(server, fields);
	__atomic_store_n(&poll.done, true, __ATOMIC_RELAXED); /* relaxed: a flag of its own */
	pthread_join(poll.thread, NULL);
	qsort(poll.took_ms, poll.n, sizeof(poll.took_ms[0]), compare);
	printf("  %zu answers meanwhile: median %.2f ms, 99 %% %.2f ms, longest %.2f ms\n", poll.n,
	       at(&poll, 0.5), at(&poll, 0.99), at(&poll, 1));
	return at(&poll, 1);
}

static void check_waits(const char *fields)
{
	quipu_registry *registry = fill();
	quipu_http *server = kit_start(registry, QUIPU_HTTP_OPTS(.write_timeout_seconds = 600,
								 .max_requests = 1u << 30,
								 .scrape_timeout_seconds = 300));
	double longest = most_ms + 1;

	for (int i = 0; i < TRIES && longest > most_ms; i++)
		longest = longest_wait(server, fields);
	CHECK(longest <= most_ms);
	quipu_http_stop(server);
	quipu_registry_free(registry);
}

static void as_it_is(void)
{
	check_waits("");
}

static void as_gzip(void)
{
	check_waits("Accept-Encoding: gzip\r\n");
}

static void as_zstd(void)
{
	check_waits("Accept-Encoding: zstd\r\n");
}

static const struct kit_case cases[] = {
	{ "as_it_is", as_it_is },
	{ "as_gzip", as_gzip },
	{ "as_zstd", as_zstd },
};

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	n_series = (unsigned)strtoul(argv[1], NULL, 10) / ROWS * ROWS;
	most_ms = strtod(argv[2], NULL);
	return kit_main(argc - 2, argv + 2, cases, sizeof(cases) / sizeof(cases[0]));
}
