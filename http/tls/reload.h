/* SPDX-License-Identifier: MIT */
/*
 * reload.h: the configuration of now: read again when its files have changed, and replaced when
 * two looks in a row have found the same, and nothing that protects would be lost.
 *
 * Writers and readers: any thread, under one lock, which is held while files are read.
 */
#ifndef QP_TLS_RELOAD_H
#define QP_TLS_RELOAD_H

#include "bucket.h"
#include "settings.h"

#include <pthread.h>

/* What reading the files came to. */
struct qp_look {
	unsigned char digest[QP_DIGEST_SIZE];
	struct qp_refusal refusal;
};

struct qp_reload {
	pthread_mutex_t lock;
	char *path;
	struct qp_settings *settings;
	struct qp_files files;	     /* as they were seen when they were read last */
	struct qp_look last, judged; /* the last that was adopted, or counted as a failure */
	uint64_t looked;	     /* when */
	struct qp_bucket bucket;
	uint64_t *good, *bad; /* figures */
};

/* QUIPU_OK, or an error and the text. */
quipu_error qp_reload_open(struct qp_reload *reload, const char *path, uint64_t *good,
			   uint64_t *bad, struct qp_refusal *refusal);
void qp_reload_close(struct qp_reload *reload);

/* The settings of now, held. *allowed, if given: whether a request is within the limit. */
struct qp_settings *qp_reload_current(struct qp_reload *reload, bool *allowed);

/* Why the last reload failed; "". */
void qp_reload_error(struct qp_reload *reload, char text[QP_REFUSAL_MAX]);

#endif
