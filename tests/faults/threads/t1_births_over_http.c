/* SPDX-License-Identifier: MIT */
/*
 * t1_births_over_http.c: threads are born, record ten times and die, while a client scrapes the
 * responder. Births of every kind, scraped in the process: tests/torture/births.c.
 *
 * P2, P3: each body is in the bracket, the last one is exact. P5: never more shards than
 * threads that recorded were alive at once.
 */
#include "bracket.h"
#include "figure.h"
#include "http/kit.h"
#include "scale.h"
#include "torture.h"

#include <quipu/quipu.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define STEPS 10
#define MOST_THREADS 1024

static const struct torture defaults = {
	.name = "births_over_http",
	.promises = "P2 P3 P5: births and deaths under a client that scrapes",
	.threads = 64,
	.count = 10000,
};

static struct bracket bracket;
static quipu_registry *registry;
static quipu_counter counter;

static void *live(void *unused)
{
	struct bracket_cell *cell = bracket_join(&bracket);
	int i;

	for (i = 0; i < STEPS; i++) {
		bracket_start(cell, 1);
		quipu_inc(counter);
		bracket_finish(cell, 1);
	}
	bracket_leave(cell);
	return unused;
}

static uint64_t value_in(const char *body)
{
	static const char line[] = "\nbirths_total ";
	const char *at = strstr(body, line);

	TORTURE_CHECK("P7", at, "no births_total in the answer");
	return strtoull(at + strlen(line), NULL, 10);
}

static void scrape(struct client *client, struct bracket_watch *watch)
{
	struct answer answer;

	bracket_open(watch);
	kit_send(client, "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
	answer = kit_receive(client, false);
	TORTURE_CHECK("P7", answer.status == 200 && answer.whole, "status %d", answer.status);
	TORTURE_BRACKET("P2", bracket_close(watch, value_in(answer.body)));
	kit_free(&answer);
}

static void *scrape_for_ever(void *server)
{
	struct client client = kit_connect(server);
	struct bracket_watch watch;

	bracket_watch(&watch, &bracket, "counter over HTTP");
	while (!torture_stopped())
		scrape(&client, &watch);
	kit_close(&client);
	qt_figure("scrapes", watch.scrapes);
	return NULL;
}

static void live_and_die(void)
{
	pthread_t threads[MOST_THREADS];
	uint64_t i, n = torture.threads;

	for (i = 0; i < torture.count; i++) {
		if (i >= n)
			torture_join(threads[i % n]);
		threads[i % n] = torture_spawn(live, NULL);
	}
	for (i = 0; i < n && i < torture.count; i++)
		torture_join(threads[i]);
}

static void check_end(const quipu_http *server)
{
	struct client client = kit_connect(server);
	struct bracket_watch watch;

	bracket_watch(&watch, &bracket, "counter at the end");
	scrape(&client, &watch);
	kit_close(&client);
	TORTURE_BRACKET("P2", bracket_final(&watch, quipu_read(counter)));
	TORTURE_CHECK("P2", quipu_read(counter) == torture.count * STEPS, "%" PRIu64 " in all",
		      quipu_read(counter));
	TORTURE_CHECK("P5", figure_now("shards") <= torture.threads, "%" PRIu64 " shards",
		      figure_now("shards"));
}

int main(int argc, char **argv)
{
	quipu_http *server;
	pthread_t scraper;

	torture_begin(&defaults, argc, argv);
	if (!torture.threads || torture.threads > MOST_THREADS)
		torture_broken("--threads goes from 1 to %d", MOST_THREADS);
	bracket_init(&bracket, torture.threads);
	registry = quipu_registry_new(NULL);
	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "births_total", .help = "Steps."));
	server = kit_start(registry, QUIPU_HTTP_OPTS(.max_requests = 1000000000));
	scraper = torture_spawn(scrape_for_ever, server);
	live_and_die();
	torture_stop();
	torture_join(scraper);
	check_end(server);
	quipu_http_stop(server);
	quipu_registry_free(registry);
	bracket_free(&bracket);
	qt_figure("threads", torture.count);
	qt_figure("records", torture.count * STEPS);
	return torture_end("%" PRIu64 " lives", torture.count);
}
