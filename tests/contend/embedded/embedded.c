/* SPDX-License-Identifier: MIT */
/*
 * embedded.c: a program that profiles itself and serves what it finds; told what to do line by
 * line on its standard input, it answers each line with what it has waited so far.
 *
 *   contend_embedded TOP
 *   wait N     each of its places waits so often; the last place most of the time
 *   stop, start, forget, save FILE
 */
#include "edges/known.h"

#include <quipu/contend.h>
#include <quipu/http.h>
#include <quipu/quipu.h>

#include <string.h>

#define PLACES 6

static struct known sums[PLACES];
static pthread_mutex_t named_lock = PTHREAD_MUTEX_INITIALIZER;
static size_t top;

KNOWN_WAIT(place_0)
KNOWN_WAIT(place_1)
KNOWN_WAIT(place_2)
KNOWN_WAIT(place_3)
KNOWN_WAIT(place_4)

/* The same for a lock that has a name. */
static __attribute__((noinline)) void place_named(struct known *into, unsigned microseconds)
{
	const struct timespec at = known_soon(microseconds);
	uint64_t began = known_now(CLOCK_MONOTONIC);

	KNOWN_EXPECT(pthread_mutex_timedlock(&named_lock, &at) == ETIMEDOUT);
	known_add(into, began);
}

static void (*const places[PLACES])(struct known *, unsigned) = {
	place_0, place_1, place_2, place_3, place_4, place_named,
};
static const char *const functions[PLACES] = {
	"place_0", "place_1", "place_2", "place_3", "place_4", "place_named",
};

static void check(const char *what, quipu_error error)
{
	if (error)
		printf("%s: %s\n", what, quipu_strerror(error));
}

static void start(void)
{
	check("start",
	      quipu_contend_start(quipu_default_registry(), QUIPU_CONTEND_OPTS(.top = top)));
}

/* Now one place waits longest, now another. */
static void *wait_all(void *argument)
{
	static unsigned turn;
	int times = *(int *)argument, i;
	unsigned longest =
		__atomic_fetch_add(&turn, 1, __ATOMIC_RELAXED) % PLACES; /* relaxed: any */

	while (times--)
		for (i = 0; i < PLACES; i++)
			places[i](&sums[i], (unsigned)i == longest ? 300 : 20);
	return NULL;
}

static void wait_in_threads(int times)
{
	pthread_t threads[3];
	int i;

	for (i = 0; i < 3; i++)
		KNOWN_EXPECT(!pthread_create(&threads[i], NULL, wait_all, &times));
	for (i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
}

static void obey(char *line)
{
	line[strcspn(line, "\n")] = '\0';
	if (!strncmp(line, "wait ", 5))
		wait_in_threads(atoi(line + 5));
	else if (!strcmp(line, "stop"))
		quipu_contend_stop();
	else if (!strcmp(line, "start"))
		start();
	else if (!strcmp(line, "forget"))
		quipu_contend_forget(&named_lock);
	else if (!strncmp(line, "save ", 5))
		check("save", quipu_contend_save(line + 5));
	else
		known_fail(line);
}

static void answer(void)
{
	int i;

	for (i = 0; i < PLACES; i++)
		known_print(functions[i], &sums[i]);
	printf("done\n");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	quipu_http *server = quipu_http_start(quipu_default_registry(),
					      QUIPU_HTTP_OPTS(.listen = "127.0.0.1:0"), NULL);
	char line[256];

	KNOWN_EXPECT(server);
	top = argc > 1 ? (size_t)atoi(argv[1]) : 0;
	known_hold();
	KNOWN_EXPECT(!pthread_mutex_lock(&named_lock));
	check("name", quipu_contend_name(&named_lock, "cache"));
	printf("listening on %s\n", quipu_http_address(server));
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		obey(line);
		answer();
	}
	quipu_contend_stop();
	quipu_http_stop(server);
	return 0;
}
