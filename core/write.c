/* SPDX-License-Identifier: MIT */
/* write.c: whole scrapes for programs without a server of ours: to a sink, to a file. */
#include "base/alloc.h"
#include "base/atomic.h"
#include "base/cancel.h"
#include "scrape.h"

#include <quipu/scrape.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PIECE_BYTES (16u * 1024)

static quipu_error write_pieces(quipu_scrape *scrape, quipu_sink sink, void *ctx)
{
	char piece[PIECE_BYTES];
	quipu_error error;
	size_t len;

	for (;;) {
		error = quipu_scrape_read(scrape, piece, sizeof piece, &len);
		if (error == QUIPU_EAGAIN || error == QUIPU_EBUSY)
			qp_scrape_wait(scrape, error);
		else if (error)
			return error == QUIPU_END ? QUIPU_OK : error;
		else if (len && sink(ctx, piece, len) != 0)
			return QUIPU_ESINK;
	}
}

/* Nobody is woken: we wait ourselves. */
static quipu_scrape_opts without_wake(const quipu_scrape_opts *opts)
{
	quipu_scrape_opts own = { 0 };

	if (opts)
		memcpy(&own, opts, opts->size < sizeof own ? opts->size : sizeof own);
	own.size = sizeof own;
	own.wake = NULL;
	return own;
}

quipu_error quipu_write_with(quipu_registry *registry, const quipu_format *format,
			     const quipu_scrape_opts *opts, quipu_sink sink, void *ctx)
{
	quipu_scrape_opts own = without_wake(opts);
	quipu_error error;
	quipu_scrape *scrape;
	struct qp_cancel cancel;

	/* a thread cancelled in the sink would leave its snapshot open for ever */
	cancel = qp_cancel_off();
	scrape = quipu_scrape_open(registry, format, &own, &error);
	if (scrape) {
		error = write_pieces(scrape, sink, ctx);
		quipu_scrape_close(scrape);
	}
	qp_cancel_restore(cancel);
	return error;
}

quipu_error quipu_write(quipu_registry *registry, const quipu_format *format, quipu_sink sink,
			void *ctx)
{
	return quipu_write_with(registry, format, NULL, sink, ctx);
}

/* --- files --------------------------------------------------------------------------------- */

static int write_all(void *ctx, const char *data, size_t len)
{
	const int fd = *(const int *)ctx;

	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Some file systems let signals interrupt what waits for a server of theirs. */
static int create(const char *path)
{
	int fd;

	do
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	while (fd < 0 && errno == EINTR);
	return fd;
}

static int sync_whole(int fd)
{
	int result;

	do
		result = fsync(fd);
	while (result != 0 && errno == EINTR);
	return result;
}

/* Writes the temporary file; it is complete on disk, or there is an error. */
static quipu_error write_temporary(quipu_registry *registry, const quipu_format *format,
				   const quipu_scrape_opts *opts, const char *path)
{
	int fd = create(path);
	quipu_error error;
	int problem = 0;

	if (fd < 0)
		return QUIPU_EFILE;
	error = quipu_write_with(registry, format, opts, write_all, &fd);
	if (error == QUIPU_ESINK || (!error && sync_whole(fd) != 0))
		problem = errno;
	if (close(fd) != 0 && !problem)
		problem = errno;
	errno = problem;
	if (problem)
		return QUIPU_EFILE;
	return error;
}

/* Every call has a temporary file of its own: writers to one path do not meet. */
static char *temporary_name(const char *path)
{
	static unsigned long calls;
	size_t size = strlen(path) + 64;
	char *name = qp_alloc(size);

	if (name)
		/* relaxed: only has to differ */
		snprintf(name, size, "%s.tmp.%ld.%lu", path, (long)getpid(),
			 qp_add_relaxed(&calls, 1));
	return name;
}

static quipu_error write_file(quipu_registry *registry, const quipu_format *format,
			      const quipu_scrape_opts *opts, const char *path)
{
	char *temporary = temporary_name(path);
	quipu_error error;
	int problem;

	if (!temporary)
		return QUIPU_ENOMEM;
	error = write_temporary(registry, format, opts, temporary);
	if (!error && rename(temporary, path) != 0)
		error = QUIPU_EFILE;
	if (error) {
		problem = errno;
		unlink(temporary);
		errno = problem;
	}
	qp_free(temporary);
	return error;
}

quipu_error quipu_write_file_with(quipu_registry *registry, const quipu_format *format,
				  const quipu_scrape_opts *opts, const char *path)
{
	quipu_error error;
	struct qp_cancel cancel;

	cancel = qp_cancel_off();
	error = write_file(registry, format, opts, path);
	qp_cancel_restore(cancel);
	return error;
}

quipu_error quipu_write_file(quipu_registry *registry, const char *path)
{
	return quipu_write_file_with(registry, NULL, NULL, path);
}
