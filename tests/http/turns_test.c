/* SPDX-License-Identifier: MIT */
/* turns_test.c: whoever sends many requests at once waits for the others after every few. The test
 * drives the server itself, and begins when all that was sent has arrived: then every turn is known
 * beforehand. */
#include "fake_scrape.h"
#include "kit.h"

#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>

#define HEALTH "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
#define A_TURN 4  /* requests of a connection */
#define EVENTS 64 /* connections that a turn looks at */
#define PIPELINE 50
#define MOST 100
#define PATIENCE_MS 60000

struct crowd {
	quipu_http *server;
	unsigned n;
	struct client many[MOST]; /* each sends a pipeline */
	struct client one;	  /* comes last and asks once */
};

static quipu_http_stats_t stats_of(const quipu_http *server)
{
	quipu_http_stats_t stats = { .size = sizeof(stats) };

	quipu_http_stats(server, &stats);
	return stats;
}

/* A turn; where nothing has happened, not before something has. */
static void turn(quipu_http *server)
{
	struct pollfd fd = { .fd = quipu_http_fd(server), .events = POLLIN };

	CHECK_INT(poll(&fd, 1, PATIENCE_MS), 1);
	quipu_http_poll(server);
}

/* The other end has it: nothing is left that was not acknowledged. */
static void deliver(const struct client *client)
{
	int left = 1;

	for (int ms = 0; left > 0 && ms < PATIENCE_MS; ms++) {
		CHECK_INT(ioctl(client->fd, SIOCOUTQ, &left), 0);
		if (left > 0)
			kit_sleep_ms(1);
	}
	CHECK_INT(left, 0);
}

static void gather(struct crowd *crowd, unsigned n)
{
	quipu_http *server;

	fake_reset();
	server = quipu_http_open(fake_registry(), QUIPU_HTTP_OPTS(.listen = "127.0.0.1:0"), NULL);
	CHECK(server != NULL);
	*crowd = (struct crowd){ .server = server, .n = n };
	for (unsigned i = 0; i < n; i++)
		crowd->many[i] = kit_connect(server);
	crowd->one = kit_connect(server);
	while (stats_of(server).open < n + 1)
		turn(server);
	for (unsigned i = 0; i < n; i++) {
		for (int k = 0; k < PIPELINE; k++)
			kit_send(&crowd->many[i], HEALTH);
	}
	for (unsigned i = 0; i < n; i++)
		deliver(&crowd->many[i]);
	kit_send(&crowd->one, HEALTH);
	deliver(&crowd->one);
	CHECK_INT(stats_of(server).requests, 0);
}

/* The others' requests are still answered, all of them. */
static void disperse(struct crowd *crowd)
{
	while (stats_of(crowd->server).requests < (uint64_t)crowd->n * PIPELINE + 1)
		turn(crowd->server);
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
	turn(crowd.server);
	CHECK_INT(stats_of(crowd.server).requests, 20 * A_TURN + 1);
	turn(crowd.server);
	CHECK_INT(stats_of(crowd.server).requests, 20 * 2 * A_TURN + 1);
	disperse(&crowd);
}

/* Who was looked at in the first turn comes behind who was not. */
static void more_than_a_turn_takes(void)
{
	struct crowd crowd;

	gather(&crowd, MOST);
	turn(crowd.server);
	CHECK_INT(stats_of(crowd.server).requests, EVENTS * A_TURN);
	turn(crowd.server);
	CHECK_INT(stats_of(crowd.server).requests, (2 * EVENTS - 1) * A_TURN + 1);
	disperse(&crowd);
}

static const struct kit_case cases[] = {
	{ "few", few },
	{ "more_than_a_turn_takes", more_than_a_turn_takes },
};

KIT_MAIN(cases)
