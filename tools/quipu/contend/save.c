/* SPDX-License-Identifier: MIT */
/* save.c: see save.h. */
#include "save.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fail(const struct save *save)
{
	fprintf(stderr, "quipu contend run: --save %s: %s\n", save->path, strerror(errno));
	return false;
}

/* A pipe or a device is written to as it is. */
static bool is_special(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

static FILE *make(struct save *save)
{
	FILE *file;
	int fd;

	if (is_special(save->path))
		return fopen(save->path, "we");
	if (asprintf(&save->made, "%s.%d", save->path, (int)getpid()) < 0) {
		save->made = NULL;
		return NULL;
	}
	fd = open(save->made, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	file = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (!file && fd >= 0)
		close(fd);
	return file;
}

bool save_open(struct save *save, const char *path)
{
	*save = (struct save){ .path = path };
	save->file = make(save);
	if (save->file)
		return true;
	fail(save);
	free(save->made);
	save->made = NULL;
	return false;
}

static bool put_in_place(struct save *save)
{
	bool ok = !save->made || rename(save->made, save->path) == 0;

	if (ok) {
		free(save->made);
		save->made = NULL;
	}
	return ok;
}

bool save_write(struct save *save, const struct saved_run *run)
{
	bool ok = saved_write(run, save->file);

	if (fclose(save->file) != 0)
		ok = false;
	save->file = NULL;
	return (ok && put_in_place(save)) || fail(save);
}

void save_free(struct save *save)
{
	if (save->file)
		fclose(save->file);
	if (save->made)
		unlink(save->made);
	free(save->made);
	*save = (struct save){ .path = NULL };
}
