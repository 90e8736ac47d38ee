/* SPDX-License-Identifier: MIT */
/*
 * c1_wall.c: the wall clock jumps: a year, to 1970, to 2038 and to where no date is.
 *
 * C1, P3, P7: durations, the expiry of idle series and the server's deadlines do not see it; created
 * times are numbers, said as they were when the series began; answers stay whole, and their Date is
 * right or left out.
 */
#include "fake.h"
#include "torture.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <quipu/http.h>
#include <quipu/quipu.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define YEAR INT64_C(31557600)
#define NOW INT64_C(1800000000) /* 2027 */

static const struct torture defaults = {
	.name = "wall",
	.promises = "P3 P7 C1: the wall clock jumps",
};

static quipu_registry *registry;
static quipu_counter_family idle;
static quipu_histogram durations;
static char text[1 << 16];
static size_t len;

static int keep(void *ctx, const char *data, size_t n)
{
	(void)ctx;
	if (len + n >= sizeof text)
		return -1;
	memcpy(text + len, data, n);
	len += n;
	text[len] = '\0';
	return 0;
}

static void scrape(const quipu_format *format)
{
	len = 0;
	if (quipu_write_with(registry, format, QUIPU_SCRAPE_OPTS(.created = 1), keep, NULL))
		torture_broken("no scrape");
}

/* --- one jump ----------------------------------------------------------------------------------- */

static void check_duration(int64_t to)
{
	quipu_timer timer = quipu_timer_start();
	uint64_t ns;

	fake_wall(to);
	ns = quipu_timer_observe(timer, durations);
	TORTURE_CHECK("C1", ns < UINT64_C(10000000000), "a duration of %" PRIu64 " ns", ns);
}

/* When it began, a series goes on saying; a new one says the time that it is, if there is one:
 * before 1970 it may say nothing. */
static void check_created(int64_t to)
{
	static int n;
	char line[64], name[16];
	const char *at;

	snprintf(name, sizeof name, "new-%d", n++);
	quipu_inc_at(idle, name);
	scrape(&quipu_format_openmetrics);
	TORTURE_CHECK("C1", strstr(text, "\nfirst_created 1800000000.000\n"), "created anew:\n%s",
		      text);
	snprintf(line, sizeof line, "\nidle_created{set=\"%s\"} ", name);
	at = strstr(text, line);
	snprintf(line, sizeof line, "%" PRId64 ".000\n", to);
	TORTURE_CHECK("C1", at || to <= 0, "%s does not say when it began:\n%s", name, text);
	TORTURE_CHECK("C1", !at || !strncmp(strchr(at, ' ') + 1, line, strlen(line)),
		      "%s is not said to have begun at %s", name, line);
	TORTURE_CHECK("C1", !strstr(text, "nan") && !strstr(text, "NaN"), "no number:\n%s", text);
	TORTURE_CHECK("C1", strstr(text, "idle_total{set=\"stays\"} 1"), "a series expired");
}

static int ask(const quipu_http *server)
{
	static const char request[] =
		"GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)quipu_http_port(server)),
				  .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ssize_t n;

	if (fd < 0 || connect(fd, (struct sockaddr *)&at, sizeof at) != 0 ||
	    write(fd, request, sizeof request - 1) != (ssize_t)sizeof request - 1)
		torture_broken("cannot ask");
	for (len = 0; (n = read(fd, text + len, sizeof text - 1 - len)) > 0;)
		len += (size_t)n;
	text[len] = '\0';
	close(fd);
	return !strncmp(text, "HTTP/1.1 200", 12) && strstr(text, "idle_total{set=\"stays\"} 1");
}

static void check_answer(const quipu_http *server, int64_t to)
{
	const time_t second = (time_t)to;
	char date[64];
	struct tm parts;

	TORTURE_CHECK("C1", ask(server), "no answer:\n%s", text);
	if (to < 0 || !gmtime_r(&second, &parts) || parts.tm_year > 9999 - 1900) {
		TORTURE_CHECK("C1", !strstr(text, "\nDate:"), "a date before 1970:\n%s", text);
		return;
	}
	strftime(date, sizeof date, "\r\nDate: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
	TORTURE_CHECK("C1", strstr(text, date), "not %s in:\n%s", date, text);
}

static void jump(const quipu_http *server, int64_t to)
{
	check_duration(to);
	check_created(to);
	check_answer(server, to);
}

int main(int argc, char **argv)
{
	static const int64_t places[] = { NOW + YEAR, NOW - YEAR,   0,
					  1,	      INT32_MAX,    INT64_C(1) << 31,
					  4294967296, 253402300799, 253402300800,
					  -1,	      NOW };
	quipu_http *server;
	size_t i;

	torture_begin(&defaults, argc, argv);
	fake_wall(NOW);
	registry = quipu_registry_new(NULL);
	quipu_inc(quipu_counter_new(registry, QUIPU_OPTS(.name = "first_total", .help = "F.")));
	durations = quipu_histogram_new(registry, QUIPU_OPTS(.name = "d_seconds", .help = "D."));
	idle = quipu_counter_family_new(registry, QUIPU_OPTS(.name = "idle_total", .help = "I.",
							     .labels = QUIPU_NAMES("set"),
							     .idle_seconds = 1000));
	quipu_inc_at(idle, "stays");
	server = quipu_http_start(
		registry, QUIPU_HTTP_OPTS(.listen = "127.0.0.1:0", .idle_timeout_seconds = 1000),
		NULL);
	if (!server)
		torture_broken("%s", quipu_http_error());
	for (i = 0; i < sizeof places / sizeof *places; i++)
		jump(server, places[i]);
	TORTURE_CHECK("C1", quipu_histogram_read(durations).sum < 100, "absurd durations");
	quipu_http_stop(server);
	quipu_registry_free(registry);
	return torture_end("%zu jumps", i);
}
