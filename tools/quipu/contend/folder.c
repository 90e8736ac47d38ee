/* SPDX-License-Identifier: MIT */
/* folder.c: see folder.h. */
#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WHO "quipu contend run"

/* Of root's processes some become somebody else, as a server's do: they may write there too, but
 * not look. */
static int open_up(const char *path)
{
	return geteuid() != 0 || chmod(path, S_ISVTX | 0733) == 0 ? 0 : errno;
}

int folder_make(struct folder *folder)
{
	const char *parent = getenv("TMPDIR");
	int error;

	folder->path = NULL;
	if (asprintf(&folder->path, "%s/quipu-contend-XXXXXX",
		     parent && *parent ? parent : "/tmp") < 0)
		return ENOMEM;
	error = mkdtemp(folder->path) ? open_up(folder->path) : errno;
	if (error) {
		free(folder->path);
		folder->path = NULL;
	}
	return error;
}

char *folder_file(const struct folder *folder, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", folder->path, name) < 0 ? NULL : path;
}

static bool is_saved(const char *name)
{
	return qx_text_ends(qx_text_of(name), ".json") && name[0] != '.';
}

/* Links are none of theirs. */
static bool is_file(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0 && S_ISREG(status.st_mode);
}

/* Each name in the folder. */
static void each(const struct folder *folder,
		 void (*call)(const char *path, const char *name, void *argument), void *argument)
{
	DIR *list = opendir(folder->path);
	const struct dirent *entry;

	while (list && (entry = readdir(list))) {
		char *path = folder_file(folder, entry->d_name);

		if (path && strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			call(path, entry->d_name, argument);
		free(path);
	}
	if (list)
		closedir(list);
}

static void read_one(const char *path, const char *name, void *loaded)
{
	if (is_saved(name) && is_file(path))
		load_file(loaded, path, WHO);
}

static void find_killed(struct saved_run *run)
{
	for (size_t i = 0; i < run->n; i++) {
		struct saved_process *process = &run->processes[i];

		if (process->state == SAVED_RUNNING && process->pid <= INT32_MAX &&
		    kill((pid_t)process->pid, 0) != 0 && errno == ESRCH)
			process->state = SAVED_KILLED;
	}
}

void folder_read(const struct folder *folder, struct loaded *loaded)
{
	each(folder, read_one, loaded);
	find_killed(&loaded->run);
}

static void remove_one(const char *path, const char *name, void *argument)
{
	(void)name;
	(void)argument;
	unlink(path);
}

void folder_remove(struct folder *folder)
{
	if (!folder->path)
		return;
	each(folder, remove_one, NULL);
	rmdir(folder->path);
	free(folder->path);
	folder->path = NULL;
}
