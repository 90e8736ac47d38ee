/* SPDX-License-Identifier: MIT */
/*
 * l2_strangers.c SHARED SHARED2 STATIC STATIC2: a program without quipu loads plug-ins that have
 * it: two with the shared library, two with static copies; locally, globally, and with the loader
 * told to prefer each one's own symbols (RTLD_DEEPBIND). The program with a copy of its own:
 * tests/api/copies.c.
 *
 * The two on the shared library have one registry; each static copy has its own. Threads record
 * through all four at once and nothing ends in another's; a fork leaves all of them in order.
 */
#include "host.h"

#include <inttypes.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#define PLUGINS 4
#define THREADS 4
#define STEPS 2000

static struct loaded loaded[PLUGINS];
static const int64_t own[PLUGINS] = { 1, 2, 3, 5 }; /* what each adds at a time */

/* Every plug-in in turn, so that a shard of the wrong copy would show. */
static void *record(void *unused)
{
	int i, j;

	for (i = 0; i < STEPS; i++)
		for (j = 0; j < PLUGINS; j++)
			loaded[j].plugin->add("strangers_total", (uint64_t)own[j]);
	return unused;
}

static void expect_totals(int64_t times)
{
	const int64_t of_both = (own[0] + own[1]) * times;
	const int64_t wanted[PLUGINS] = { of_both, of_both, own[2] * times, own[3] * times };
	int i;

	for (i = 0; i < PLUGINS; i++) {
		int64_t value = loaded[i].plugin->scraped("strangers_total");

		EXPECT(value == wanted[i], "plug-in %d: %" PRId64 ", not %" PRId64, i, value,
		       wanted[i]);
	}
}

static void expect_copies(void)
{
	void *copies[PLUGINS];
	int i;

	for (i = 0; i < PLUGINS; i++)
		copies[i] = loaded[i].plugin->copy();
	EXPECT(copies[0] == copies[1], "the plug-ins on the shared library share it");
	EXPECT(copies[2] != copies[0] && copies[3] != copies[0] && copies[2] != copies[3],
	       "each static copy is apart");
}

static void *record_once(void *unused)
{
	int j;

	for (j = 0; j < PLUGINS; j++)
		loaded[j].plugin->add("strangers_total", (uint64_t)own[j]);
	return unused;
}

static void run_thread(void *(*run)(void *))
{
	pthread_t thread;

	EXPECT(!pthread_create(&thread, NULL, run, NULL), "a thread");
	pthread_join(thread, NULL);
}

/* Each copy has fork handlers, and all use the process' one liburcu. */
static void fork_one(void)
{
	pid_t child = fork();
	int status, i;

	EXPECT(child >= 0, "a fork");
	if (child == 0) {
		alarm(60);
		record_once(NULL);
		run_thread(record_once);
		expect_totals(2);
		for (i = 0; i < PLUGINS; i++)
			EXPECT(loaded[i].plugin->use_everything() == 0, "%d serves in a child", i);
		_exit(0);
	}
	waitpid(child, &status, 0);
	EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0, "a child ends well");
}

int main(int argc, char **argv)
{
	const int flags[PLUGINS] = { RTLD_LOCAL, RTLD_GLOBAL, RTLD_GLOBAL | RTLD_DEEPBIND,
				     RTLD_LOCAL | RTLD_DEEPBIND };
	pthread_t threads[THREADS];
	int i;

	EXPECT(argc == 1 + PLUGINS, "%d arguments", PLUGINS);
	alarm(300);
	EXPECT(!dlsym(RTLD_DEFAULT, "quipu_default_registry"), "the program has no quipu");
	for (i = 0; i < PLUGINS; i++)
		loaded[i] = load(argv[1 + i], flags[i]);
	expect_copies();
	for (i = 0; i < THREADS; i++)
		EXPECT(!pthread_create(&threads[i], NULL, record, NULL), "a thread");
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	expect_totals(THREADS * STEPS);
	for (i = 0; i < PLUGINS; i++)
		EXPECT(loaded[i].plugin->use_everything() == 0, "plug-in %d serves", i);
	for (i = 0; i < 10; i++)
		fork_one();
	expect_totals(THREADS * STEPS);
	printf("%d plug-ins, 3 copies\n", PLUGINS);
	return 0;
}
