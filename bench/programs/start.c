/* SPDX-License-Identifier: MIT */
/*
 * start.c: what a program pays before it records: being linked, a first metric, a thousand series, a
 * server.
 *
 *   bench_start [TIMES]
 *
 * process_none_us, _shared_us, _static_us: from posix_spawn to the end of a program that does nothing
 * without quipu, and linked with it in either way; medians of TIMES (100) in turns. The others are of
 * this process, once: first_metric_us from nothing to a counter that was incremented,
 * first_1000_series_us a family with 1000 series more, http_start_us a server that listens.
 */
#include "common.h"
#include "contents.h"
#include "series.h"

#include <quipu/http.h>

#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAMS 3
#define TIMES 100
#define MOST_TIMES 100000
#define SERIES 1000

extern char **environ;

static const struct {
	const char *name, *figure;
} programs[PROGRAMS] = { { "bench_trivial_none", "process_none_us" },
			 { "bench_trivial_shared", "process_shared_us" },
			 { "bench_trivial_static", "process_static_us" } };

/* --- this process -------------------------------------------------------------------------- */

static double first_metric_us(void)
{
	uint64_t start = bench_now();
	quipu_counter counter = quipu_counter_new(
		quipu_default_registry(), QUIPU_OPTS(.name = "first_total", .help = "First."));

	quipu_inc(counter);
	return bench_ms_since(start) * 1e3;
}

static double first_series_us(void)
{
	uint64_t start = bench_now();
	struct bench_family family =
		bench_family_new(quipu_default_registry(), BENCH_COUNTERS, 0, SERIES, 0);
	size_t i;

	for (i = 0; i < SERIES; i++) {
		char l[CONTENTS_LABELS][32];

		contents_beyond(i, l);
		quipu_inc_at(family.counters, l[0], l[1], l[2]);
	}
	return bench_ms_since(start) * 1e3;
}

static double http_start_us(void)
{
	uint64_t start = bench_now();
	quipu_http *server = quipu_http_start(quipu_default_registry(),
					      QUIPU_HTTP_OPTS(.listen = "127.0.0.1:0"), NULL);
	double us = bench_ms_since(start) * 1e3;

	if (!server)
		bench_fail("%s", quipu_http_error());
	quipu_http_stop(server);
	return us;
}

/* --- others --------------------------------------------------------------------------------- */

/* Beside this one. */
static void find(const char *name, char path[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 1);
	char *end;

	if (n < 0)
		bench_fail("/proc/self/exe: %s", strerror(errno));
	path[n] = '\0';
	end = strrchr(path, '/') + 1;
	snprintf(end, (size_t)(path + PATH_MAX - end), "%s", name);
}

static double process_us(char *path)
{
	char *const arguments[] = { path, NULL };
	uint64_t start = bench_now();
	int status, error;
	pid_t pid;

	error = posix_spawn(&pid, path, NULL, NULL, arguments, environ);
	if (error)
		bench_fail("%s: %s", path, strerror(error));
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		bench_fail("%s went wrong", path);
	return bench_ms_since(start) * 1e3;
}

static void measure_processes(struct bench_samples us[PROGRAMS], size_t times)
{
	static char path[PROGRAMS][PATH_MAX];
	size_t i, p;

	for (p = 0; p < PROGRAMS; p++) {
		us[p] = bench_samples_new(times);
		find(programs[p].name, path[p]);
		process_us(path[p]); /* its file is in memory afterwards */
	}
	for (i = 0; i < times; i++) {
		for (p = 0; p < PROGRAMS; p++)
			bench_sample(&us[p], process_us(path[p]));
	}
}

int main(int argc, char **argv)
{
	double metric, series, http;
	struct bench_samples us[PROGRAMS];
	size_t p, times = TIMES;

	bench_arguments(argc, argv, 0, 1, "[TIMES]");
	if (bench_text(1))
		times = bench_count(1, 1, MOST_TIMES);
	metric = first_metric_us();
	series = first_series_us();
	http = http_start_us();
	bench_check(quipu_default_registry());
	measure_processes(us, times);
	bench_json_begin();
	for (p = 0; p < PROGRAMS; p++)
		bench_json_real(programs[p].figure, bench_share(&us[p], 0.5));
	bench_json_real("first_metric_us", metric);
	bench_json_real("first_1000_series_us", series);
	bench_json_real("http_start_us", http);
	bench_json_end();
	return 0;
}
