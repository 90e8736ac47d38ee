/* SPDX-License-Identifier: MIT */
/*
 * m3_limit.c: a memory limit, many series, and many scrapers at once.
 *
 * M3, P5, P6: a server whose process may not get another page answers 503, or breaks an answer off
 * visibly, and counts it; the process lives, and goes on recording; nothing is lost. An answer
 * that is whole has every series. With memory again everybody is served. The limit is
 * RLIMIT_AS, at many places between nothing more and enough.
 */
#include "kit.h"
#include "torture.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <quipu/quipu.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define SCRAPERS 20
#define TRIES 5		  /* to serve all of them in time */
#define MOST_COUNT 200000 /* however far it is scaled */

static const struct torture defaults = {
	.name = "limit",
	.promises = "P5 P6 M3: a memory limit, many series and many scrapers",
	.count = 20000, /* series */
};

/* --- the process that is limited --------------------------------------------------------------- */

static int number_from, number_to, wait_at; /* pipes: its port; and its end */

static void make_series(quipu_registry *registry)
{
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "limited_total", .help = "L.",
				     .labels = QUIPU_NAMES("n"), .max_series = torture.count));
	char name[32];
	uint64_t i;

	for (i = 0; i < torture.count; i++) {
		snprintf(name, sizeof name, "%" PRIu64, i);
		quipu_inc_at(family, name);
	}
}

/* Records until the other side closes: new label sets too, which need memory. */
static void record_on(quipu_registry *registry)
{
	quipu_counter counter = quipu_counter_new(
		registry, QUIPU_OPTS(.name = "steady_total", .help = "Every millisecond."));
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "new_total", .help = "New.",
				     .labels = QUIPU_NAMES("n"), .max_series = 1 << 20));
	struct pollfd end = { wait_at, POLLIN, 0 };
	uint64_t i;
	char name[32];

	for (i = 0; poll(&end, 1, 1) == 0; i++) {
		snprintf(name, sizeof name, "%" PRIu64, i);
		quipu_inc(counter);
		quipu_inc_at(family, name);
	}
	TORTURE_CHECK("P2", quipu_read(counter) == i, "%" PRIu64 " of %" PRIu64 " counted",
		      quipu_read(counter), i);
}

_Noreturn static void serve(void)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_http *server;
	int port;

	make_series(registry);
	quipu_self_collector(registry);
	server = quipu_http_start(
		registry, QUIPU_HTTP_OPTS(.listen = "127.0.0.1:0", .max_connections = 64), NULL);
	port = quipu_http_port(server);
	if (!server || write(number_to, &port, sizeof port) != sizeof port)
		_exit(2);
	record_on(registry);
	quipu_http_stop(server);
	quipu_registry_free(registry);
	exit(0);
}

/* --- who scrapes --------------------------------------------------------------------------------- */

static char address[64];
static uint64_t whole, refused, broken;

/* A whole answer has all that was there from the start. */
static void check_whole(const struct answer *answer)
{
	const char *at = answer->body;
	uint64_t n = 0;

	while ((at = strstr(at, "\nlimited_total{"))) {
		n++;
		at++;
	}
	TORTURE_CHECK("P7", n == torture.count, "a whole answer has %" PRIu64 " of %" PRIu64, n,
		      torture.count);
}

static void count(uint64_t *what)
{
	__atomic_fetch_add(what, 1, __ATOMIC_RELAXED); /* relaxed: only a count */
}

static void *scrape(void *arg)
{
	const int compressed = (uintptr_t)arg % 4 == 3;
	struct client client = kit_connect_to(address);
	struct answer answer;

	kit_send(&client, compressed ? "GET /metrics HTTP/1.1\r\nHost: a\r\n"
				       "Accept-Encoding: gzip\r\n\r\n"
				     : "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
	answer = kit_receive(&client, false);
	TORTURE_CHECK("M3", answer.status == 200 || answer.status == 503 || answer.status == 0,
		      "status %d", answer.status);
	if (answer.status == 200 && answer.whole) {
		if (!compressed)
			check_whole(&answer);
		count(&whole);
	} else {
		count(answer.status == 503 ? &refused : &broken);
	}
	kit_free(&answer);
	kit_close(&client);
	return NULL;
}

static void scrape_by_all(void)
{
	pthread_t threads[SCRAPERS];
	uintptr_t i;

	whole = refused = broken = 0;
	for (i = 0; i < SCRAPERS; i++)
		threads[i] = torture_spawn(scrape, (void *)i);
	for (i = 0; i < SCRAPERS; i++)
		torture_join(threads[i]);
}

/* --- the limit ----------------------------------------------------------------------------------- */

static uint64_t mapped_by(pid_t pid)
{
	unsigned long pages = 0;
	char path[64];
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
	file = fopen(path, "r");
	if (!file || fscanf(file, "%lu", &pages) != 1)
		torture_violation("M3", "the process is gone");
	fclose(file);
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void limit(pid_t pid, uint64_t more)
{
	struct rlimit to = { RLIM_INFINITY, RLIM_INFINITY };

	if (more != UINT64_MAX)
		to.rlim_cur = mapped_by(pid) + more;
	if (prlimit(pid, RLIMIT_AS, &to, NULL) != 0)
		torture_broken("prlimit: %s", strerror(errno));
}

static uint64_t turned_away(void)
{
	struct client client = kit_connect_to(address);
	struct answer answer;
	const char *at;
	uint64_t n;

	kit_send(&client, "GET /metrics?name[]=quipu_http_refused_total&name[]="
			  "quipu_http_aborted_total HTTP/1.1\r\nHost: a\r\n\r\n");
	answer = kit_receive(&client, false);
	if (answer.status != 200)
		torture_broken("no figures of its own");
	at = strstr(answer.body, "\nquipu_http_aborted_total ");
	n = at ? strtoull(at + strlen("\nquipu_http_aborted_total "), NULL, 10) : 0;
	at = strstr(answer.body, "\nquipu_http_refused_total ");
	n += at ? strtoull(at + strlen("\nquipu_http_refused_total "), NULL, 10) : 0;
	kit_free(&answer);
	kit_close(&client);
	return n;
}

/* Returns how many were turned away. */
static uint64_t scrape_limited(pid_t pid, uint64_t more)
{
	limit(pid, more);
	scrape_by_all();
	printf("limit: %" PRIu64 " bytes more: %" PRIu64 " whole, %" PRIu64 " refused, %" PRIu64
	       " broken off\n",
	       more, whole, refused, broken);
	fflush(stdout);
	limit(pid, UINT64_MAX);
	return refused + broken;
}

static void check_process(pid_t pid)
{
	static const uint64_t more[] = { 0,	  4096,	   65536,   262144, 524288,
					 1048576, 2097152, 4194304, 8388608 };
	const size_t n = sizeof more / sizeof *more;
	uint64_t turned = 0;
	size_t i;

	for (i = 0; i < n; i++)
		turned += scrape_limited(pid, more[i]);
	whole = 0;
	for (i = 0; i < TRIES && whole < SCRAPERS; i++)
		turned += scrape_limited(pid, UINT64_MAX);
	TORTURE_CHECK("M3", whole == SCRAPERS, "without a limit %" PRIu64 " of %d are served",
		      whole, SCRAPERS);
	TORTURE_CHECK("M3", turned > 0, "no limit was ever felt");
	TORTURE_CHECK("M3", turned_away() >= turned,
		      "%" PRIu64 " counted of %" PRIu64 " turned away", turned_away(), turned);
}

int main(int argc, char **argv)
{
	int ports[2], ends[2], port, status;
	pid_t pid;

	torture_begin(&defaults, argc, argv);
	if (torture.count > MOST_COUNT)
		torture.count = MOST_COUNT;
	if (pipe(ports) != 0 || pipe(ends) != 0)
		torture_broken("no pipes");
	number_from = ports[0];
	number_to = ports[1];
	wait_at = ends[0];
	pid = fork();
	if (pid == 0) {
		close(ends[1]);
		serve();
	}
	if (read(number_from, &port, sizeof port) != sizeof port)
		torture_broken("no server");
	snprintf(address, sizeof address, "127.0.0.1:%d", port);
	check_process(pid);
	close(ends[1]);
	if (waitpid(pid, &status, 0) != pid)
		torture_broken("it is gone");
	TORTURE_CHECK("M3", status == 0, "the process ended with %#x", (unsigned)status);
	return torture_end("%" PRIu64 " series, %d scrapers", torture.count, SCRAPERS);
}
