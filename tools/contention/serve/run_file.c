/* SPDX-License-Identifier: MIT */
/*
 * run_file.c: see run_file.h.
 *
 * Every call has a temporary file of its own, so writers do not meet; readers see the old file or the
 * new one, whole. It is not on disk for certain when the call returns: it is there for those who
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
static int write_text(const char *path, const struct qc_text *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	int problem = 0;

	if (fd < 0)
		return errno;
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

static quipu_error replace(const char *path, const struct qc_text *text)
{
	char *temporary = temporary_name(path);
	int problem;

	if (!temporary)
		return QUIPU_ENOMEM;
	problem = write_text(temporary, text);
	if (!problem && rename(temporary, path) != 0)
		problem = errno;
	if (problem)
		unlink(temporary);
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
