/* SPDX-License-Identifier: MIT */
/*
 * copies.c: one process, several copies. The program and the first plug-in share the shared
 * library and so one default registry; the second plug-in has a static copy of its own. No
 * record may end in the other copy, and loading and unloading must leave nothing behind.
 * Arguments: the two plug-ins.
 */
#include "plugin.h"

#include <quipu/quipu.h>

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RELOADS 200
#define THREADS 4

struct plugin {
	void *handle;
	plugin_add *add;
	plugin_write *write;
};

static struct plugin load(const char *path)
{
	struct plugin plugin = { dlopen(path, RTLD_NOW | RTLD_LOCAL), NULL, NULL };

	if (!plugin.handle) {
		fprintf(stderr, "%s\n", dlerror());
		exit(1);
	}
	*(void **)&plugin.add = dlsym(plugin.handle, "plugin_add_here");
	*(void **)&plugin.write = dlsym(plugin.handle, "plugin_write_here");
	return plugin;
}

static struct plugin shared, alone;

/* Records alternately through both copies, so that a mix-up of their shards would show. */
static void *record(void *unused)
{
	int i;

	(void)unused;
	for (i = 0; i < 1000; i++) {
		shared.add("copies_shared_total", 1);
		alone.add("copies_alone_total", 2);
	}
	return NULL;
}

static void expect(int holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "not so: %s\n", what);
		exit(1);
	}
}

static void check_separation(void)
{
	static char of_shared[1 << 16], of_alone[1 << 16];

	shared.write(of_shared, sizeof of_shared);
	alone.write(of_alone, sizeof of_alone);
	expect(strstr(of_shared, "\ncopies_shared_total 4000\n") != NULL, "shared total");
	expect(strstr(of_shared, "\ncopies_main_total 5\n") != NULL, "the program's counter");
	expect(strstr(of_shared, "copies_alone") == NULL, "static copy not in the shared one");
	expect(strstr(of_alone, "\ncopies_alone_total 8000\n") != NULL, "total of the static copy");
	expect(strstr(of_alone, "copies_shared") == NULL, "shared copy not in the static one");
}

static int mappings(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	int lines = 0, c;

	expect(maps != NULL, "/proc/self/maps");
	while ((c = getc(maps)) != EOF)
		lines += c == '\n';
	fclose(maps);
	return lines;
}

static void check_reloading(const char *path)
{
	int i, before = 0;

	for (i = 0; i < RELOADS; i++) {
		struct plugin plugin = load(path);

		plugin.add("copies_reloaded_total", 1);
		dlclose(plugin.handle);
		if (i == RELOADS / 2)
			before = mappings();
	}
	expect(mappings() <= before + 2, "mappings do not grow with reloading");
}

int main(int argc, char **argv)
{
	quipu_counter counter = quipu_counter_new(
		quipu_default_registry(), QUIPU_OPTS(.name = "copies_main_total", .help = "Main."));
	pthread_t threads[THREADS];
	int i;

	expect(argc == 3, "two plug-ins as arguments");
	shared = load(argv[1]);
	alone = load(argv[2]);
	quipu_add(counter, 5);
	for (i = 0; i < THREADS; i++)
		expect(!pthread_create(&threads[i], NULL, record, NULL), "a thread");
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	check_separation();
	check_reloading(argv[1]);
	check_reloading(argv[2]);
	printf("two copies, %d threads, %d reloads\n", THREADS, 2 * RELOADS);
	return 0;
}
