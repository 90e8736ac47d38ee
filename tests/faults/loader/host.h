/* SPDX-License-Identifier: MIT */
/* host.h: what programs share that load plug-ins and know nothing of quipu themselves. */
#ifndef TESTS_LOADER_HOST_H
#define TESTS_LOADER_HOST_H

#include "plugin.h"

#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPECT(holds, ...)                                                                         \
	do {                                                                                       \
		if (!(holds)) {                                                                    \
			fprintf(stderr, "not so: " __VA_ARGS__);                                   \
			fputc('\n', stderr);                                                       \
			exit(1);                                                                   \
		}                                                                                  \
	} while (0)

struct loaded {
	void *handle;
	const struct plugin *plugin;
};

static inline struct loaded load(const char *path, int flags)
{
	struct loaded loaded = { dlopen(path, flags | RTLD_NOW), NULL };
	plugin_get *get;

	EXPECT(loaded.handle, "%s", dlerror());
	*(void **)&get = dlsym(loaded.handle, "quipu_test_plugin");
	EXPECT(get, "%s", dlerror());
	loaded.plugin = get();
	return loaded;
}

static inline int entries(const char *path)
{
	DIR *directory = opendir(path);
	int n = 0;

	EXPECT(directory, "%s can be read", path);
	while (readdir(directory))
		n++;
	closedir(directory);
	return n;
}

static inline int mappings(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	int lines = 0, c;

	EXPECT(maps, "/proc/self/maps can be read");
	while ((c = getc(maps)) != EOF)
		lines += c == '\n';
	fclose(maps);
	return lines;
}

#endif
