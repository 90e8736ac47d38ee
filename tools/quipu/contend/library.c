/* SPDX-License-Identifier: MIT */
/* library.c: by QUIPU_CONTEND_LIBRARY, beside this program where it is installed, or in the tree
 * that it was built in. */
#include "library.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME "libquipu-contend.so"

/* Folders from this program's own. */
static const char *const folders[] = { CONTEND_LIBRARY_INSTALLED, "../lib", "../contention", "." };

/* The preloader reads a colon or a blank as the end of a name. */
static char *usable(char *path)
{
	if (path && strpbrk(path, ": \t\n")) {
		fprintf(stderr,
			"quipu contend run: %s: a library is not preloaded from a path with a "
			"blank or a colon\n",
			path);
		free(path);
		return NULL;
	}
	return path;
}

static char *by_variable(const char *path)
{
	char *found = realpath(path, NULL);

	if (!found)
		fprintf(stderr, "quipu contend run: QUIPU_CONTEND_LIBRARY: %s: no such file\n",
			path);
	return usable(found);
}

/* The name without a version is there for linking, and may not be installed. */
static char *in_folder(const char *own, const char *folder)
{
	static const char *const names[] = { NAME "." CONTEND_LIBRARY_VERSION, NAME };
	char path[PATH_MAX + 256], *found = NULL;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !found; i++) {
		snprintf(path, sizeof(path), "%s/%s/%s", own, folder, names[i]);
		found = realpath(path, NULL);
	}
	return found;
}

char *library_find(void)
{
	const char *named = getenv("QUIPU_CONTEND_LIBRARY");
	char own[PATH_MAX], *found = NULL;
	ssize_t len = readlink("/proc/self/exe", own, sizeof(own) - 1);

	if (named && *named)
		return by_variable(named);
	own[len > 0 ? len : 0] = '\0';
	if (strrchr(own, '/'))
		*strrchr(own, '/') = '\0';
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]) && !found; i++)
		found = in_folder(own, folders[i]);
	if (!found)
		fputs("quipu contend run: no " NAME " beside this program; QUIPU_CONTEND_LIBRARY "
		      "may tell where it is\n",
		      stderr);
	return usable(found);
}
