/* SPDX-License-Identifier: MIT */
/*
 * p9_stopped.c: the process is stopped for longer than every deadline of its responder, and goes
 * on (SIGSTOP, SIGCONT): idle connections, one in the middle of a request, one in the middle of an
 * answer, a scrape that waits for its callback.
 *
 * Each idle connection is ended once and its slot is free; nobody is answered twice; records go
 * on. No storm of timers: in the second after, the process takes a fraction of a processor.
 */
#include "bracket.h"
#include "http/kit.h"
#include "scale.h"
#include "torture.h"

#include <quipu/quipu.h>

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define IDLE 20
#define IDLE_SECONDS 1
#define GET "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"
#define MOST_CPU (0.3 * TORTURE_SCALE) /* of the second after */

static const struct torture defaults = {
	.name = "stopped",
	.promises = "P2 P5: stopped and continued",
	.threads = 1,
	.seconds = 2, /* stopped */
};

/* In memory that both processes share. */
struct shared {
	struct bracket_cell cell;
	quipu_http_stats_t stats; /* of the server, told each tick */
	double cpu;
	uint64_t ticks;
	char address[64];
	int serves;
};

static struct shared *shared;
static struct bracket bracket;

/* --- the process that is stopped -------------------------------------------------------------- */

static double answer_soon(void *unused)
{
	(void)unused;
	torture_sleep_us(100000);
	return 42;
}

static double cpu_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* A record and a report ten times a second. */
_Noreturn static void tick(const quipu_http *server, quipu_counter counter)
{
	struct bracket_cell *cell = bracket_join(&bracket);

	shared->stats.size = sizeof shared->stats;
	for (;;) {
		bracket_start(cell, 1);
		quipu_inc(counter);
		bracket_finish(cell, 1);
		quipu_http_stats(server, &shared->stats);
		shared->cpu = cpu_seconds();
		/* release: pairs with the acquire in next_tick */
		__atomic_fetch_add(&shared->ticks, 1, __ATOMIC_RELEASE);
		torture_sleep_us(100000);
	}
}

_Noreturn static void live(void)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_counter counter =
		quipu_counter_new(registry, QUIPU_OPTS(.name = "stopped_total", .help = "Ticks."));
	quipu_http *server;

	signal(SIGALRM, SIG_DFL);
	alarm(60 + 2 * torture.seconds);
	quipu_gauge_callback(registry, QUIPU_OPTS(.name = "stopped_answer", .help = "42."),
			     answer_soon, NULL);
	server = kit_start(registry, QUIPU_HTTP_OPTS(.idle_timeout_seconds = IDLE_SECONDS,
						     .header_timeout_seconds = IDLE_SECONDS));
	strcpy(shared->address, quipu_http_address(server));
	/* release: pairs with the acquire in start */
	__atomic_store_n(&shared->serves, 1, __ATOMIC_RELEASE);
	tick(server, counter);
}

/* --- the one that stops it -------------------------------------------------------------------- */

static pid_t start(void)
{
	pid_t child = fork();

	if (child < 0)
		torture_broken("fork: %s", strerror(errno));
	if (child == 0)
		live();
	/* acquire: pairs with the release in live */
	while (!__atomic_load_n(&shared->serves, __ATOMIC_ACQUIRE)) {
		TORTURE_CHECK("P9", waitpid(child, NULL, WNOHANG) == 0, "it could not start");
		torture_sleep_us(1000);
	}
	return child;
}

static void next_tick(unsigned n)
{
	/* acquire: pairs with the release in tick */
	uint64_t until = __atomic_load_n(&shared->ticks, __ATOMIC_ACQUIRE) + n;

	while (__atomic_load_n(&shared->ticks, __ATOMIC_ACQUIRE) < until)
		torture_sleep_us(5000);
}

static void stop_for_a_while(pid_t child)
{
	kill(child, SIGSTOP);
	waitpid(child, NULL, WUNTRACED);
	torture_sleep_us(torture.seconds * UINT64_C(1000000));
	kill(child, SIGCONT);
}

/* Connected and once answered, so that the idle timeout runs. */
static void connect_idle(struct client *clients)
{
	int i;

	for (i = 0; i < IDLE; i++) {
		clients[i] = kit_connect_to(shared->address);
		kit_send(&clients[i], "GET /-/healthy HTTP/1.1\r\nHost: a\r\n\r\n");
		TORTURE_CHECK("P9", kit_next(&clients[i], false) == 200, "not healthy");
	}
}

/* The end comes once: after it nothing, before it nothing. */
static void expect_ended(struct client *clients)
{
	int i;

	for (i = 0; i < IDLE; i++) {
		TORTURE_CHECK("P9", kit_ended(&clients[i]) == 1, "idle connection %d: %d", i,
			      kit_ended(&clients[i]));
		kit_close(&clients[i]);
	}
}

static uint64_t scrape(struct client *client)
{
	struct answer answer = kit_receive(client, false);
	const char *at;
	uint64_t value;

	TORTURE_CHECK("P7", answer.status == 200 && answer.whole, "status %d", answer.status);
	at = strstr(answer.body, "\nstopped_total ");
	TORTURE_CHECK("P7", at, "the counter is missing");
	value = strtoull(at + 15, NULL, 10);
	kit_free(&answer);
	return value;
}

static void expect_calm(void)
{
	double before;

	next_tick(1);
	before = shared->cpu;
	next_tick(10);
	TORTURE_CHECK("P9", shared->cpu - before < MOST_CPU, "%.2f s of processor time in a second",
		      shared->cpu - before);
}

static void run(struct bracket_watch *watch)
{
	struct client idle[IDLE], half, waiting, last;
	pid_t child = start();
	uint64_t connections;

	connect_idle(idle);
	half = kit_connect_to(shared->address);
	waiting = kit_connect_to(shared->address);
	kit_send(&half, "GET /metrics HT");
	bracket_open(watch);
	kit_send(&waiting, GET);
	torture_sleep_us(20000);
	stop_for_a_while(child);
	TORTURE_BRACKET("P2", bracket_close(watch, scrape(&waiting)));
	TORTURE_CHECK("P9", kit_next(&half, false) == 408, "half a request was not ended");
	expect_ended(idle);
	expect_calm();
	connections = shared->stats.connections;
	TORTURE_CHECK("P9", connections == IDLE + 2, "%" PRIu64 " connections", connections);
	last = kit_connect_to(shared->address);
	bracket_open(watch);
	kit_send(&last, GET);
	TORTURE_BRACKET("P2", bracket_close(watch, scrape(&last)));
	next_tick(3 + 10 * IDLE_SECONDS);
	TORTURE_CHECK("P9", shared->stats.open <= 1, "%" PRIu64 " slots taken", shared->stats.open);
	kit_close(&half);
	kit_close(&waiting);
	kit_close(&last);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

int main(int argc, char **argv)
{
	struct bracket_watch watch;

	torture_begin(&defaults, argc, argv);
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (shared == MAP_FAILED)
		torture_broken("mmap: %s", strerror(errno));
	bracket.cells = &shared->cell;
	bracket.n = 1;
	bracket_watch(&watch, &bracket, "counter");
	run(&watch);
	qt_figure("connections", IDLE + 3);
	return torture_end("stopped for %u s", torture.seconds);
}
