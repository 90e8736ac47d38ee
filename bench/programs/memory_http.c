/* SPDX-License-Identifier: MIT */
/* memory_http.c: see memory_http.h. */
#include "memory_http.h"

#include "common.h"
#include "loopback.h"
#include "resident.h"
#include "series.h"

#include <quipu/http.h>

#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define SERIES 100000
#define SMALL_BUFFER 4096
#define STILL_MS 40.0
#define LONGEST_MS 5000.0

static const char healthy[] = "GET /-/healthy HTTP/1.1\r\nHost: bench\r\n\r\n";
static const char metrics[] = "GET /metrics HTTP/1.1\r\nHost: bench\r\n\r\n";
static const char last_metrics[] =
	"GET /metrics HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n";

static void ask(int fd, const char *request, size_t len)
{
	if (send(fd, request, len, MSG_NOSIGNAL) != (ssize_t)len)
		bench_fail("a request could not be sent");
}

/* A client that lets little wait for it, so that the rest stays with the server. */
static int connect_small(int port)
{
	int fd = bench_connect(port, SMALL_BUFFER);

	if (fd < 0)
		bench_fail("no connection to port %d", port);
	return fd;
}

/* Until the server has sent nothing more for a while. */
static void wait_still(const quipu_http *server)
{
	quipu_http_stats_t stats = { .size = sizeof stats };
	uint64_t start = bench_now(), since = start, sent = UINT64_MAX;

	while (bench_ms_since(since) < STILL_MS) {
		nanosleep(&(struct timespec){ .tv_nsec = 2000000 }, NULL);
		quipu_http_stats(server, &stats);
		if (stats.sent_bytes != sent)
			since = bench_now();
		sent = stats.sent_bytes;
		if (bench_ms_since(start) > LONGEST_MS)
			bench_fail("the server does not come to rest");
	}
}

/* What the first scrape of all needs for good is there afterwards. */
static void scrape_whole(int port)
{
	char piece[65536];
	int fd = connect_small(port);

	ask(fd, last_metrics, sizeof last_metrics - 1);
	while (recv(fd, piece, sizeof piece, 0) > 0) {
	}
	close(fd);
}

static double open_idle(const quipu_http *server, int *fds, size_t n)
{
	double before = bench_resident();
	char answer[4096];
	size_t i;

	for (i = 0; i < n; i++) {
		fds[i] = connect_small(quipu_http_port(server));
		ask(fds[i], healthy, sizeof healthy - 1);
		if (recv(fds[i], answer, sizeof answer, 0) <= 0)
			bench_fail("no answer on connection %zu", i);
	}
	wait_still(server);
	return bench_resident() - before;
}

/* Asks on these connections for everything and takes nothing of it. */
static double scrape_stuck(const quipu_http *server, const int *fds, size_t n)
{
	double before = bench_resident();
	size_t i;

	for (i = 0; i < n; i++)
		ask(fds[i], metrics, sizeof metrics - 1);
	wait_still(server);
	return bench_resident() - before;
}

static void allow_files(size_t n)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max < n)
		bench_lack("%zu open files are not allowed here", n);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

void bench_memory_of_connections(size_t n)
{
	quipu_registry *registry = quipu_default_registry();
	int *fds = bench_alloc(n, sizeof *fds);
	double before, started, idle, one, others;
	quipu_http *server;

	allow_files(2 * n + 64);
	bench_make_counters(registry, SERIES);
	before = bench_resident();
	server = quipu_http_start(
		registry,
		QUIPU_HTTP_OPTS(.listen = "127.0.0.1:0", .max_connections = (unsigned)n + 8), NULL);
	if (!server)
		bench_fail("%s", quipu_http_error());
	scrape_whole(quipu_http_port(server));
	started = bench_resident() - before;
	idle = open_idle(server, fds, n);
	one = scrape_stuck(server, fds, 1);
	others = scrape_stuck(server, fds + 1, n - 1);
	bench_json_begin();
	bench_json_real("bytes_of_server", started);
	bench_json_real("bytes_per_idle_connection", idle / (double)n);
	bench_json_real("bytes_per_scrape", one);
	bench_json_real("bytes_of_all_scrapes", one + others);
	bench_json_end();
	quipu_http_stop(server);
	while (n > 0)
		close(fds[--n]);
	free(fds);
}
