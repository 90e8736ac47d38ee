/* SPDX-License-Identifier: MIT */
/*
 * l1_reloaded.c PLUGIN OTHER: a plug-in is loaded, records, serves, and is unloaded, a thousand
 * times, while other threads record through another plug-in that stays.
 *
 * No crash; nothing is lost on either side; descriptors, threads and mappings do not grow. The
 * library itself stays (it is linked with -z nodelete), as threads may still be in it.
 */
#include "bracket.h"
#include "host.h"
#include "scale.h"

#include <inttypes.h>
#include <pthread.h>
#include <unistd.h>

#define RELOADS 1000
#define THREADS 2
#define EVERYTHING 20 /* every so many times all threads of the library are used */

static struct bracket bracket;
static struct loaded stays;
static int stopped;

static void *record(void *unused)
{
	struct bracket_cell *cell = bracket_join(&bracket);

	/* acquire: pairs with the release in main */
	while (!__atomic_load_n(&stopped, __ATOMIC_ACQUIRE)) {
		bracket_start(cell, 1);
		stays.plugin->add("stays_total", 1);
		bracket_finish(cell, 1);
	}
	bracket_leave(cell);
	return unused;
}

static void scrape(struct bracket_watch *watch)
{
	const char *complaint;
	int64_t value;

	bracket_open(watch);
	value = stays.plugin->scraped("stays_total");
	complaint = bracket_close(watch, value < 0 ? 0 : (uint64_t)value);
	EXPECT(!complaint, "%s", complaint);
}

/* A thread of its own for each plug-in's life, which ends after the plug-in is gone. */
static void reload(const char *path, int everything)
{
	struct loaded loaded = load(path, RTLD_LOCAL);

	loaded.plugin->add("reloaded_total", 3);
	if (everything)
		EXPECT(loaded.plugin->use_everything() == 0, "a plug-in serves");
	EXPECT(dlclose(loaded.handle) == 0, "%s", dlerror());
}

static void *reload_in_thread(void *path)
{
	reload(path, 0);
	return NULL;
}

/* One way and the other; a thread that recorded ends after the plug-in is gone. */
static void reload_twice(const char *path, int everything)
{
	pthread_t thread;

	EXPECT(!pthread_create(&thread, NULL, reload_in_thread, (void *)(uintptr_t)path), "thread");
	reload(path, everything);
	pthread_join(thread, NULL);
}

struct resources {
	int descriptors, threads, mappings;
};

static struct resources count(void)
{
	struct resources now = { entries("/proc/self/fd"), entries("/proc/self/task"), mappings() };

	return now;
}

/* Threads of the library stop a moment after their last word; stacks are kept for later. */
static void check_growth(struct resources before)
{
	struct resources now = count();

	EXPECT(now.descriptors <= before.descriptors, "%d descriptors after %d", now.descriptors,
	       before.descriptors);
	EXPECT(now.threads <= before.threads, "%d threads after %d", now.threads, before.threads);
	EXPECT(now.mappings <= before.mappings + 8, "%d mappings after %d", now.mappings,
	       before.mappings);
}

static void reload_many(const char *path, uint64_t n, struct bracket_watch *watch)
{
	struct resources before = { 0, 0, 0 };
	struct loaded last;
	uint64_t i;

	for (i = 0; i < n; i++) {
		reload_twice(path, i % EVERYTHING == 0);
		scrape(watch);
		if (i == n / 2)
			before = count();
	}
	check_growth(before);
	last = load(path, RTLD_LOCAL);
	EXPECT(last.plugin->scraped("reloaded_total") == (int64_t)(6 * n),
	       "%" PRId64 " of %" PRIu64, last.plugin->scraped("reloaded_total"), 6 * n);
	dlclose(last.handle);
}

int main(int argc, char **argv)
{
	uint64_t i, n = qt_scaled_count(RELOADS);
	struct bracket_watch watch;
	pthread_t threads[THREADS];
	const char *complaint;

	EXPECT(argc == 3, "two arguments");
	alarm(600);
	bracket_init(&bracket, THREADS);
	stays = load(argv[2], RTLD_LOCAL);
	EXPECT(stays.plugin->use_everything() == 0, "a plug-in serves");
	for (i = 0; i < THREADS; i++)
		EXPECT(!pthread_create(&threads[i], NULL, record, NULL), "a thread");
	bracket_watch(&watch, &bracket, "counter of the plug-in that stays");
	reload_many(argv[1], n, &watch);
	/* release: pairs with the acquire in record */
	__atomic_store_n(&stopped, 1, __ATOMIC_RELEASE);
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	complaint = bracket_final(&watch, (uint64_t)stays.plugin->scraped("stays_total"));
	EXPECT(!complaint, "%s", complaint);
	printf("%" PRIu64 " times loaded and unloaded\n", 2 * n);
	qt_figure("records", bracket_done(&bracket));
	return 0;
}
