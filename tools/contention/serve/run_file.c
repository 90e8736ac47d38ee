/* SPDX-License-Identifier: MIT */
/*
 * run_file.c: see run_file.h.
 *
 * Every call has a temporary file of its own, so writers do not meet; readers see the old file or the
 * new one, whole. Where others may write to the folder, too, nothing that they laid there is opened. It is not on disk for certain when the call returns: it is there for those who
 * outlive the process, not the machine.
 */
#include "run_file.h"

#include "../atomic.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_TRIES 100

static bool write_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		data += n;
		len -= (size_t)n;
	}
	return true;
}

/* 0, or why not. */
static int write_text(int fd, const struct qc_text *text)
{
	int problem = 0;

	if (!write_all(fd, text->data, text->len))
		problem = errno;
	if (close(fd) != 0 && !problem)
		problem = errno;
	return problem;
}

static char *temporary_name(const char *path)
{
	static unsigned calls;
	struct qc_text name = { 0 };

	qc_text_raw(&name, path);
	qc_text_raw(&name, ".tmp.");
	qc_text_u64(&name, (uint64_t)getpid());
	qc_text_raw(&name, ".");
	qc_text_u64(&name, qc_add_relaxed(&calls, 1)); /* relaxed: only has to differ */
	return qc_text_string(&name);
}

/* A file that was not there, and its name, to be freed: NULL without one. */
static int open_new(const char *path, char **name)
{
	unsigned tries = 0;
	int fd;

	do {
		free(*name);
		*name = temporary_name(path);
		fd = *name ? open(*name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644) : -1;
	} while (fd < 0 && *name && errno == EEXIST && ++tries < MAX_TRIES);
	return fd;
}

/* 0, or why not; then the temporary file is gone. */
static int fill_and_rename(int fd, const char *temporary, const char *path,
			   const struct qc_text *text)
{
	int problem = write_text(fd, text);

	if (!problem && rename(temporary, path) != 0)
		problem = errno;
	if (problem)
		unlink(temporary);
	return problem;
}

static quipu_error replace(const char *path, const struct qc_text *text)
{
	char *temporary = NULL;
	int fd = open_new(path, &temporary), problem = errno;

	if (!temporary)
		return QUIPU_ENOMEM;
	if (fd >= 0)
		problem = fill_and_rename(fd, temporary, path, text);
	free(temporary);
	errno = problem;
	return problem ? QUIPU_EFILE : QUIPU_OK;
}

quipu_error qc_run_write(const struct qc_profile *profile, const char *state, const char *path)
{
	struct qc_text text = { 0 };
	quipu_error error = QUIPU_ENOMEM;

	qc_run_print(&text, profile, state);
	if (!text.failed)
		error = replace(path, &text);
	qc_text_free(&text);
	return error;
}
