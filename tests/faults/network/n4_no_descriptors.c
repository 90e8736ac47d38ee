/* SPDX-License-Identifier: MIT */
/*
 * n4_no_descriptors.c: the process, or the machine, has no descriptor left when clients come.
 *
 * The server's thread must not spin (measured by its processor time over a second), must serve who
 * is connected, must count what failed, and must take those who waited once there are descriptors
 * again. EMFILE is the kernel's, by the limit of descriptors; ENFILE, which is the whole machine's,
 * comes from a wrapped accept4.
 */
#include "bracket.h"
#include "kit.h"
#include "parse.h"
#include "scale.h"
#include "torture.h"

#include <quipu/quipu.h>

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define GET "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"
#define WAITING 50
#define MOST_CPU_MS 300 /* of the server's thread in a second in which it can do nothing */

static bool machine_full; /* atomic: accept4 says ENFILE */

int __real_accept4(int fd, struct sockaddr *address, socklen_t *len, int flags);
int __wrap_accept4(int fd, struct sockaddr *address, socklen_t *len, int flags);
int __wrap_accept4(int fd, struct sockaddr *address, socklen_t *len, int flags)
{
	if (__atomic_load_n(&machine_full, __ATOMIC_RELAXED)) { /* relaxed: a flag of its own */
		errno = ENFILE;
		return -1;
	}
	return __real_accept4(fd, address, len, flags);
}

/* --- the server's thread ---------------------------------------------------------------------- */

static bool is_server(const char *task)
{
	char path[300], name[32] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%s/comm", task);
	file = fopen(path, "re");
	if (file && !fgets(name, sizeof(name), file))
		name[0] = '\0';
	if (file)
		fclose(file);
	return strcmp(name, "quipu-http\n") == 0;
}

/* Opened before there are no descriptors. */
static FILE *open_schedstat(void)
{
	DIR *tasks = opendir("/proc/self/task");
	struct dirent *entry;
	FILE *file = NULL;

	while (tasks && !file && (entry = readdir(tasks))) {
		char path[300];

		snprintf(path, sizeof(path), "/proc/self/task/%s/schedstat", entry->d_name);
		if (is_server(entry->d_name))
			file = fopen(path, "re");
	}
	if (tasks)
		closedir(tasks);
	if (!file)
		torture_broken("the server's thread is not in /proc/self/task");
	setvbuf(file, NULL, _IONBF, 0);
	return file;
}

static uint64_t processor_ms(FILE *schedstat)
{
	unsigned long long ns = 0;

	rewind(schedstat);
	if (fscanf(schedstat, "%llu", &ns) != 1)
		torture_broken("cannot read schedstat");
	return ns / 1000000;
}

/* --- no descriptors --------------------------------------------------------------------------- */

static struct rlimit old_limit;

static void take_descriptors(void)
{
	struct rlimit low;
	int next = dup(0);

	close(next);
	getrlimit(RLIMIT_NOFILE, &old_limit);
	low = old_limit;
	low.rlim_cur = (rlim_t)next;
	setrlimit(RLIMIT_NOFILE, &low);
}

static void give_descriptors(void)
{
	setrlimit(RLIMIT_NOFILE, &old_limit);
}

static void fill_machine(void)
{
	__atomic_store_n(&machine_full, true, __ATOMIC_RELAXED); /* relaxed: a flag of its own */
}

static void empty_machine(void)
{
	__atomic_store_n(&machine_full, false, __ATOMIC_RELAXED); /* relaxed: a flag of its own */
}

/* --- the test --------------------------------------------------------------------------------- */

static quipu_registry *registry;
static quipu_counter counter;
static struct bracket bracket;
static struct bracket_watch watch_;

static void *record(void *unused)
{
	struct bracket_cell *cell = bracket_join(&bracket);

	while (!torture_stopped()) {
		bracket_start(cell, 100);
		for (int i = 0; i < 100; i++)
			quipu_inc(counter);
		bracket_finish(cell, 100);
		torture_sleep_us(200);
	}
	bracket_leave(cell);
	return unused;
}

static void scrape(struct client *client)
{
	struct qt_exposition *exposition;
	struct answer answer;

	bracket_open(&watch_);
	kit_send(client, GET);
	answer = kit_receive(client, false);
	TORTURE_CHECK("P5", answer.status == 200 && answer.whole, "who is connected gets %d",
		      answer.status);
	exposition = qt_parse_ok(answer.body, answer.len);
	TORTURE_BRACKET("P2 P3",
			bracket_close(&watch_, qt_u64(exposition, "recorded_total", NULL)));
	qt_free(exposition);
	kit_free(&answer);
}

static uint64_t accept_failures(const quipu_http *server)
{
	quipu_http_stats_t stats = { .size = sizeof(stats) };

	quipu_http_stats(server, &stats);
	return stats.accept_failures;
}

static void starve(quipu_http *server, struct client *served, FILE *schedstat, void (*take)(void),
		   void (*give)(void))
{
	struct client waiting[WAITING];
	uint64_t spent, failures = accept_failures(server);

	for (int i = 0; i < WAITING; i++)
		waiting[i] = kit_unconnected(server);
	take();
	for (int i = 0; i < WAITING; i++) {
		kit_connect_now(&waiting[i], server);
		kit_send(&waiting[i], GET);
	}
	spent = processor_ms(schedstat);
	torture_sleep_us(1000000);
	spent = processor_ms(schedstat) - spent;
	TORTURE_CHECK("P5", spent < MOST_CPU_MS, "the thread spun: %d ms in a second", (int)spent);
	TORTURE_CHECK("P5", accept_failures(server) > failures, "it was not counted");
	TORTURE_CHECK("P5", accept_failures(server) < failures + 100, "it tried too often");
	for (int i = 0; i < 20; i++)
		scrape(served);
	give();
	for (int i = 0; i < WAITING; i++) {
		TORTURE_CHECK("P5", kit_next(&waiting[i], false) == 200, "who waited got nothing");
		kit_close(&waiting[i]);
	}
	printf("%d ms of processor time in a second, %d failures\n", (int)spent,
	       (int)(accept_failures(server) - failures));
}

/* The same figure is in the library's own metrics. */
static void check_figure(const quipu_http *server)
{
	quipu_registry *own = quipu_registry_new(NULL);
	quipu_http *other;
	struct answer answer;
	char wanted[80];

	quipu_self_collector(own);
	other = kit_start(own, QUIPU_HTTP_OPTS(.path = NULL));
	snprintf(wanted, sizeof(wanted), "\nquipu_http_accept_failures_total %d\n",
		 (int)accept_failures(server));
	answer = kit_ask(other, GET);
	TORTURE_CHECK("P5", answer.whole && strstr(answer.body, wanted), "no%s", wanted);
	kit_free(&answer);
	quipu_http_stop(other);
	quipu_registry_free(own);
}

static const struct torture defaults = {
	.name = "no_descriptors",
	.promises = "P2 P5: no descriptor left at accept",
	.count = 1,
};

int main(int argc, char **argv)
{
	struct client served;
	quipu_http *server;
	pthread_t recorder;
	FILE *schedstat;

	torture_begin(&defaults, argc, argv);
	registry = quipu_registry_new(NULL);
	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "recorded_total", .help = "All."));
	bracket_init(&bracket, 1);
	bracket_watch(&watch_, &bracket, "recorded_total");
	server = kit_start(registry, QUIPU_HTTP_OPTS(.path = NULL));
	served = kit_connect(server);
	recorder = torture_spawn(record, NULL);
	scrape(&served);
	schedstat = open_schedstat();
	for (uint64_t i = 0; i < torture.count; i++) {
		starve(server, &served, schedstat, take_descriptors, give_descriptors);
		starve(server, &served, schedstat, fill_machine, empty_machine);
	}
	torture_stop();
	torture_join(recorder);
	check_figure(server);
	fclose(schedstat);
	kit_close(&served);
	quipu_http_stop(server);
	qt_figure("connections", 2 * WAITING * torture.count);
	qt_figure("records", bracket_done(&bracket));
	return torture_end("no spinning");
}
