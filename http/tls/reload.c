/* SPDX-License-Identifier: MIT */
/* reload.c: see reload.h. */
#include "reload.h"

#include "counted.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LOOK_NS 1000000000u /* at most once in this time */

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

quipu_error qp_reload_open(struct qp_reload *reload, const char *path, uint64_t *good,
			   uint64_t *bad, struct qp_refusal *refusal)
{
	memset(reload, 0, sizeof(*reload));
	reload->path = strdup(path);
	if (!reload->path)
		return qp_refuse(refusal, QUIPU_ENOMEM, "out of memory");
	reload->settings = qp_settings_read(path, &reload->files, reload->digest, refusal);
	if (!reload->settings) {
		qp_files_free(&reload->files);
		free(reload->path);
		return refusal->code;
	}
	pthread_mutex_init(&reload->lock, NULL);
	reload->looked = now_ns();
	reload->good = good;
	reload->bad = bad;
	return QUIPU_OK;
}

void qp_reload_close(struct qp_reload *reload)
{
	qp_settings_drop(reload->settings);
	qp_files_free(&reload->files);
	free(reload->path);
	pthread_mutex_destroy(&reload->lock);
}

/* What a server listens for does not change under its clients. */
static struct qp_settings *same_kind(const struct qp_reload *reload, struct qp_settings *fresh,
				     struct qp_refusal *refusal)
{
	if (!fresh || (fresh->ctx != NULL) == (reload->settings->ctx != NULL))
		return fresh;
	qp_refuse(refusal, QUIPU_EOPTION,
		  "%.256s: tls_server_config cannot come or go while it is used", reload->path);
	qp_settings_drop(fresh);
	return NULL;
}

/* Files that only look different, and broken ones that were tried before, are no event. */
static void attempt(struct qp_reload *reload)
{
	unsigned char digest[QP_DIGEST_SIZE] = { 0 };
	struct qp_refusal refusal = { 0 };
	struct qp_settings *fresh;
	struct qp_files files;

	fresh = qp_settings_read(reload->path, &files, digest, &refusal);
	fresh = same_kind(reload, fresh, &refusal);
	qp_files_free(&reload->files);
	reload->files = files;
	if (memcmp(digest, reload->digest, sizeof(digest)) == 0 &&
	    refusal.code == reload->refusal.code) {
		qp_settings_drop(fresh);
		return;
	}
	memcpy(reload->digest, digest, sizeof(digest));
	reload->refusal = refusal;
	qp_tls_count(fresh ? reload->good : reload->bad);
	if (!fresh)
		return;
	qp_settings_drop(reload->settings);
	reload->settings = fresh;
}

struct qp_settings *qp_reload_current(struct qp_reload *reload, bool *allowed)
{
	struct qp_settings *settings;
	uint64_t now = now_ns();

	pthread_mutex_lock(&reload->lock);
	if (now - reload->looked >= LOOK_NS) {
		reload->looked = now;
		if (qp_files_changed(&reload->files))
			attempt(reload);
	}
	settings = qp_settings_hold(reload->settings);
	if (allowed)
		*allowed = qp_bucket_take(&reload->bucket, settings->web.interval_ns,
					  settings->web.burst, now);
	pthread_mutex_unlock(&reload->lock);
	return settings;
}

void qp_reload_error(struct qp_reload *reload, char text[QP_REFUSAL_MAX])
{
	pthread_mutex_lock(&reload->lock);
	strcpy(text, reload->refusal.text);
	pthread_mutex_unlock(&reload->lock);
}
