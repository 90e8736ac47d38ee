/* SPDX-License-Identifier: MIT */
/* turns_test.c: whoever sends many requests at once waits for the others after every few. The test
 * drives the server itself, over a Unix socket, where what was sent is there: so every turn is known
 * beforehand. */
#include "fake_scrape.h"
#include "kit.h"

#define HEALTH "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
#define A_TURN 4  /* requests of a connection */
#define EVENTS 64 /* connections that a turn looks at */
#define PIPELINE 50
#define MOST 100

struct crowd {
	quipu_http *server;
	unsigned n;
	struct client many[MOST]; /* each sends a pipeline */
	struct client one;	  /* comes last and asks once */
};

static void gather(struct crowd *crowd, unsigned n)
{
	quipu_http *server;

	fake_reset();
	server = quipu_http_open(fake_registry(), QUIPU_HTTP_OPTS(.listen = "unix:quipu-turns"),
				 NULL);
	CHECK(server != NULL);
	*crowd = (struct crowd){ .server = server, .n = n };
	for (unsigned i = 0; i < n; i++)
		crowd->many[i] = kit_connect(server);
	crowd->one = kit_connect(server);
	while (kit_stats(server).open < n + 1)
		kit_turn(server);
	for (unsigned i = 0; i < n; i++) {
		for (int k = 0; k < PIPELINE; k++)
			kit_send(&crowd->many[i], HEALTH);
	}
	kit_send(&crowd->one, HEALTH);
	CHECK_INT(kit_stats(server).requests, 0);
}

/* The others' requests are still answered, all of them. */
static void disperse(struct crowd *crowd)
{
	while (kit_stats(crowd->server).requests < (uint64_t)crowd->n * PIPELINE + 1)
		kit_turn(crowd->server);
	for (unsigned i = 0; i < crowd->n; i++) {
		for (int k = 0; k < PIPELINE; k++)
			CHECK_INT(kit_next(&crowd->many[i], false), 200);
		kit_close(&crowd->many[i]);
	}
	CHECK_INT(kit_next(&crowd->one, false), 200);
	kit_close(&crowd->one);
	quipu_http_close(crowd->server);
}

static void few(void)
{
	struct crowd crowd;

	gather(&crowd, 20);
	kit_turn(crowd.server);
	CHECK_INT(kit_stats(crowd.server).requests, 20 * A_TURN + 1);
	kit_turn(crowd.server);
	CHECK_INT(kit_stats(crowd.server).requests, 20 * 2 * A_TURN + 1);
	disperse(&crowd);
}

/* Who was looked at in the first turn comes behind who was not. */
static void more_than_a_turn_takes(void)
{
	struct crowd crowd;

	gather(&crowd, MOST);
	kit_turn(crowd.server);
	CHECK_INT(kit_stats(crowd.server).requests, EVENTS * A_TURN);
	kit_turn(crowd.server);
	CHECK_INT(kit_stats(crowd.server).requests, (2 * EVENTS - 1) * A_TURN + 1);
	disperse(&crowd);
}

static const struct kit_case cases[] = {
	{ "few", few },
	{ "more_than_a_turn_takes", more_than_a_turn_takes },
};

KIT_MAIN(cases)
