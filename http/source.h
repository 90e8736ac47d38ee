/* SPDX-License-Identifier: MIT */
/*
 * source.h: the bytes of one answer as they are made, step by step: from the core, through a
 * coder where one was asked for, into a window.
 *
 *   quipu_scrape_read -> raw (a piece of text) -> coder -> window
 *                    \--------- as it is ------------^
 *
 * A text of less than 1 KiB is not worth compressing, so no coder is opened before there is
 * more; where its memory is not to be had the answer goes out as it is.
 *
 * Writers and readers: the thread that drives the server. Reclamation: closed when all was read,
 * long before the client has it.
 */
#ifndef QP_HTTP_SOURCE_H
#define QP_HTTP_SOURCE_H

#include "negotiate.h"
#include "window.h"

#include <stdint.h>

struct qp_source {
	struct qp_wanted wanted;
	quipu_scrape *scrape;
	const struct qp_coding *coding; /* in use, or soon; NULL: as it is */
	void *coder;			/* NULL: not yet */
	char *raw;			/* text that the coder has not taken */
	size_t raw_at, raw_end;
	bool read_all; /* the core has no more */
};

enum qp_progress {
	QP_PROGRESS_MORE,      /* a step forward (internal) */
	QP_PROGRESS_FULL,      /* the window has what was asked for */
	QP_PROGRESS_END,       /* the window has the last of it */
	QP_PROGRESS_LATER,     /* not yet: others shall have their turn */
	QP_PROGRESS_CALLBACKS, /* not before they are done, or late */
	QP_PROGRESS_BUSY,      /* not before a snapshot was closed */
	QP_PROGRESS_NO_MEMORY, /* it failed */
	QP_PROGRESS_BROKEN,    /* it failed for another reason */
};

/* Starts the scrape. Takes over what wanted owns, also where it fails: NULL, out of memory. */
struct qp_source *qp_source_open(quipu_registry *registry, const struct qp_wanted *wanted,
				 double timeout_seconds, void (*wake)(void *ctx), void *ctx);

/* NULL is ignored. Nothing wakes anybody for it after that. */
void qp_source_close(struct qp_source *source);

/* Adds to the window until it has so many bytes, or the time is over; at least one step. */
enum qp_progress qp_source_fill(struct qp_source *source, struct qp_window *window, size_t most,
				uint64_t until);

#endif
