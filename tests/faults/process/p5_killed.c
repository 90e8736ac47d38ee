/* SPDX-License-Identifier: MIT */
/*
 * p5_killed.c: a process that records, serves and writes a textfile is killed in the middle of all
 * three, and started again at once on the same port.
 *
 * The port is free each time. What the killed one answered was in the bracket of its own life; the
 * next begins at zero, with a later created time, which a scraper takes for a reset. The textfile
 * is whole whenever it is read: the old one or the new one.
 */
#include "bracket.h"
#include "http/kit.h"
#include "scale.h"
#include "support/parse.h"
#include "torture.h"

#include <quipu/quipu.h>

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define WRITERS 2
#define SERIES 2000 /* so that answers and files take a while */
#define GET                                                                                        \
	"GET /metrics?created=1 HTTP/1.1\r\nHost: a\r\n"                                           \
	"Accept: application/openmetrics-text;version=1.0.0\r\n\r\n"

static const struct torture defaults = {
	.name = "killed",
	.promises = "P2 P3 P7: kill -9 in the middle, started again on the same port",
	.threads = WRITERS,
	.count = 100,
};

/* In memory that parent and child share; the last cell is the parent's name of the address. */
struct shared {
	struct bracket_cell cells[WRITERS];
	char address[64]; /* what the child listens on */
	int serves;	  /* address is there */
};

static struct shared *shared;
static struct bracket bracket;
static char directory[] = "/tmp/quipu-killed-XXXXXX", file[64];

/* --- the process that is killed --------------------------------------------------------------- */

static quipu_registry *registry;
static quipu_counter counter;

static void *record(void *unused)
{
	struct bracket_cell *cell = bracket_join(&bracket);

	for (;;) {
		bracket_start(cell, 1);
		quipu_inc(counter);
		bracket_finish(cell, 1);
	}
	return unused;
}

static void fill(void)
{
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "killed_filling_total", .help = "Makes it long.",
				     .labels = QUIPU_NAMES("n"), .max_series = SERIES + 1));
	char name[16];
	int i;

	for (i = 0; i < SERIES; i++) {
		snprintf(name, sizeof name, "%d", i);
		quipu_inc_at(family, name);
	}
}

_Noreturn static void live(const char *listen)
{
	quipu_http *server;
	int i;

	signal(SIGALRM, SIG_DFL);
	alarm(60); /* should the parent end first */
	registry = quipu_registry_new(NULL);
	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "killed_total", .help = "Steps."));
	fill();
	server = quipu_http_start(registry, QUIPU_HTTP_OPTS(.listen = listen), NULL);
	TORTURE_CHECK("P5", server, "the port is not free: %s", quipu_http_error());
	strcpy(shared->address, quipu_http_address(server));
	for (i = 0; i < WRITERS; i++)
		torture_spawn_detached(record, NULL);
	/* release: pairs with the acquire in bear */
	__atomic_store_n(&shared->serves, 1, __ATOMIC_RELEASE);
	for (;;)
		if (quipu_write_file(registry, file) != QUIPU_OK)
			_exit(4);
}

/* --- the one that kills it -------------------------------------------------------------------- */

static pid_t bear(const char *listen)
{
	pid_t child;

	memset(shared->cells, 0, sizeof shared->cells);
	shared->serves = 0;
	child = fork();
	if (child < 0)
		torture_broken("fork: %s", strerror(errno));
	if (child == 0)
		live(listen);
	/* acquire: pairs with the release in live */
	while (!__atomic_load_n(&shared->serves, __ATOMIC_ACQUIRE)) {
		TORTURE_CHECK("P5", waitpid(child, NULL, WNOHANG) == 0, "it could not start");
		torture_sleep_us(200);
	}
	return child;
}

static double number_after(const char *body, const char *line)
{
	const char *at = strstr(body, line);

	TORTURE_CHECK("P7", at, "no %s in the answer", line + 1);
	return strtod(at + strlen(line), NULL);
}

/* Returns when the counter says that it was created. */
static double scrape(struct client *client, struct bracket_watch *watch)
{
	struct answer answer;
	double created;

	bracket_open(watch);
	kit_send(client, GET);
	answer = kit_receive(client, false);
	TORTURE_CHECK("P7", answer.status == 200 && answer.whole, "status %d", answer.status);
	TORTURE_BRACKET(
		"P2", bracket_close(watch, (uint64_t)number_after(answer.body, "\nkilled_total ")));
	created = number_after(answer.body, "\nkilled_created ");
	kit_free(&answer);
	return created;
}

static void check_file(void)
{
	FILE *stream = fopen(file, "re");
	static char text[1 << 20];
	struct qt_exposition *parsed;
	char error[256] = "";
	size_t len;

	if (!stream)
		return; /* killed before its first */
	len = fread(text, 1, sizeof text - 1, stream);
	fclose(stream);
	text[len] = '\0';
	parsed = qt_parse(text, len, error, sizeof error);
	TORTURE_CHECK("P5", parsed, "the file is not whole: %s", error);
	number_after(text, "\nkilled_total ");
	TORTURE_CHECK("P5", strstr(text, "n=\"1999\"} 1\n"), "the file lacks its end");
	qt_free(parsed);
}

/* Scrapes, asks once more and kills it in the middle of the answer. */
static double live_and_be_killed(const char *listen, uint64_t *random)
{
	pid_t child = bear(listen);
	struct client client = kit_connect_to(shared->address);
	struct bracket_watch watch;
	double created;

	bracket_watch(&watch, &bracket, "counter of one life");
	created = scrape(&client, &watch);
	TORTURE_CHECK("P3", scrape(&client, &watch) == created, "created changed");
	kit_send(&client, GET);
	torture_sleep_us(torture_random(random) % 3000);
	kill(child, SIGKILL);
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	kit_close(&client);
	check_file();
	return created;
}

static void kill_many(void)
{
	uint64_t i, random = torture_seed(0);
	double created, last;
	char listen[64];

	last = live_and_be_killed(KIT_LISTEN, &random);
	strcpy(listen, shared->address);
	for (i = 1; i < torture.count; i++) {
		created = live_and_be_killed(listen, &random);
		TORTURE_CHECK("P3", created >= last, "a later life was created earlier");
		last = created;
	}
}

static void clean_up(void)
{
	char command[128];

	snprintf(command, sizeof command, "rm -r %s", directory);
	if (system(command) != 0)
		torture_broken("cannot remove %s", directory);
}

int main(int argc, char **argv)
{
	torture_begin(&defaults, argc, argv);
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (shared == MAP_FAILED || !mkdtemp(directory))
		torture_broken("set-up: %s", strerror(errno));
	snprintf(file, sizeof file, "%s/metrics.prom", directory);
	bracket.cells = shared->cells;
	bracket.n = WRITERS;
	kill_many();
	clean_up();
	qt_figure("children", torture.count);
	return torture_end("%" PRIu64 " killed", torture.count);
}
