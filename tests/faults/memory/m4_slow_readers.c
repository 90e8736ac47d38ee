/* SPDX-License-Identifier: MIT */
/*
 * m4_slow_readers.c: fifty slow readers of a body of 20 MB.
 *
 * M4, P5. The catalogue allows two bodies and a little for each client; what the responder is held
 * to here is less than one body for all of them, whatever they do: those that read a little now
 * and then, those that read nothing, those that want it compressed. Recording and others' scrapes
 * go on, and in the end all is given back.
 */
#include "kit.h"
#include "torture.h"

#include <inttypes.h>
#include <quipu/quipu.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define READERS 50
#define VALUE_BYTES 10000
#define SERIES 2000
#define MOST ((size_t)8 << 20) /* bytes resident, of all readers together; the body is 20 MB */
#define ASK "GET /metrics HTTP/1.1\r\nHost: a\r\n"

static const struct torture defaults = {
	.name = "slow readers",
	.promises = "P5 M4: slow readers of a big body",
	.seconds = 3,
};

static quipu_registry *registry;
static quipu_counter counter;

/* A constant label makes the body long, not the series. */
static void make_series(void)
{
	static char value[VALUE_BYTES + 1];
	const quipu_label label = { "c", value };
	quipu_counter_family family;
	char name[24];
	int i;

	memset(value, 'x', VALUE_BYTES);
	registry = quipu_registry_new(
		QUIPU_REGISTRY_OPTS(.const_labels = &label, .n_const_labels = 1));
	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "steady_total", .help = "S."));
	family = quipu_counter_family_new(registry, QUIPU_OPTS(.name = "long_total", .help = "L.",
							       .labels = QUIPU_NAMES("n"),
							       .max_series = SERIES));
	for (i = 0; i < SERIES; i++) {
		snprintf(name, sizeof name, "%d", i);
		quipu_inc_at(family, name);
	}
}

static void *record(void *arg)
{
	(void)arg;
	while (!torture_stopped())
		quipu_inc(counter);
	return NULL;
}

/* Warm: what a server takes for its first scrape it keeps. */
static void read_all(const quipu_http *server, const char *request, size_t least)
{
	struct answer answer = kit_ask(server, request);

	TORTURE_CHECK("M4", answer.status == 200 && answer.whole && answer.len >= least,
		      "status %d, %zu bytes", answer.status, answer.len);
	kit_free(&answer);
}

static void read_little(struct client *client)
{
	char piece[512];

	(void)!read(client->fd, piece, sizeof piece);
}

static size_t most_while_reading(struct client *clients)
{
	uint64_t end = torture_now_us() + torture.seconds * UINT64_C(1000000);
	size_t most = 0, now, i;

	while (torture_now_us() < end) {
		for (i = 0; i < READERS; i += 2)
			if (kit_has_answer(&clients[i], false) == false)
				read_little(&clients[i]);
		now = torture_resident();
		most = now > most ? now : most;
		torture_sleep_us(5000);
	}
	return most;
}

static bool none_open(void *server)
{
	quipu_http_stats_t stats = { .size = sizeof stats };

	quipu_http_stats(server, &stats);
	return stats.open == 0;
}

int main(int argc, char **argv)
{
	static const char *const asks[] = { ASK "\r\n", ASK "Accept-Encoding: gzip\r\n\r\n",
					    ASK "Accept: application/openmetrics-text\r\n\r\n" };
	struct client clients[READERS];
	size_t before, most, i;
	quipu_http *server;
	pthread_t recorder;

	torture_begin(&defaults, argc, argv);
	make_series();
	server = kit_start(registry, QUIPU_HTTP_OPTS(.listen = KIT_LISTEN));
	recorder = torture_spawn(record, NULL);
	for (i = 0; i < 3; i++)
		read_all(server, asks[i], i == 1 ? 1000 : (size_t)SERIES * VALUE_BYTES);
	before = torture_resident();
	for (i = 0; i < READERS; i++) {
		clients[i] = kit_connect_narrow(server);
		kit_send(&clients[i], asks[i % 3]);
	}
	most = most_while_reading(clients);
	printf("slow readers: at most %zu KiB more\n", (most - before) >> 10);
#ifndef TORTURE_SANITIZED
	TORTURE_CHECK("M4", most < before + MOST, "%zu KiB more for %d readers",
		      (most - before) >> 10, READERS);
#endif
	for (i = 0; i < READERS; i++)
		kit_close(&clients[i]);
	if (!kit_until(none_open, server))
		torture_violation("M4", "connections that were closed are still open");
	read_all(server, asks[0], (size_t)SERIES * VALUE_BYTES);
	torture_stop();
	torture_join(recorder);
	quipu_http_stop(server);
	quipu_registry_free(registry);
	if (kit_failures())
		return 1;
	return torture_end("%d readers", READERS);
}
