/* SPDX-License-Identifier: MIT */
/* reload.c: see reload.h. */
#include "reload.h"

#include "counted.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LOOK_NS 1000000000u /* at most once in this time */

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* The program may go elsewhere. Links stay what they are, for they may lead elsewhere too. */
static char *absolute(const char *path)
{
	char *here, *whole = NULL;

	if (path[0] == '/')
		return strdup(path);
	here = getcwd(NULL, 0);
	if (here && asprintf(&whole, "%s/%s", here, path) < 0)
		whole = NULL;
	free(here);
	return whole;
}

quipu_error qp_reload_open(struct qp_reload *reload, const char *path, uint64_t *good,
			   uint64_t *bad, struct qp_refusal *refusal)
{
	memset(reload, 0, sizeof(*reload));
	reload->path = absolute(path);
	if (!reload->path)
		return qp_refuse_errno(refusal, errno == ENOMEM ? QUIPU_ENOMEM : QUIPU_EFILE, errno,
				       "%.256s", path);
	reload->settings =
		qp_settings_read(reload->path, &reload->files, reload->judged.digest, refusal);
	if (!reload->settings) {
		qp_files_free(&reload->files);
		free(reload->path);
		return refusal->code;
	}
	reload->last = reload->judged;
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

/* What the fresh ones must not take away from under those who rely on it; NULL: nothing. A file
 * that was cut off may well be one that is right. */
static const char *loses(const struct qp_web_config *now, const struct qp_web_config *fresh)
{
	enum qp_client_auth was = now->tls.client_auth, is = fresh->tls.client_auth;

	if (!now->tls.cert_file != !fresh->tls.cert_file)
		return "tls_server_config cannot come or go";
	if (now->n_users > 0 && fresh->n_users == 0)
		return "basic_auth_users cannot vanish";
	if ((qp_client_verifies(was) && !qp_client_verifies(is)) ||
	    (qp_client_requires(was) && !qp_client_requires(is)))
		return "client_auth_type cannot become weaker";
	if (now->tls.n_sans > 0 && fresh->tls.n_sans == 0)
		return "client_allowed_sans cannot vanish";
	return NULL;
}

/* Where memory ran out not all was seen: the files of before stay, which looked different. */
static struct qp_settings *read_again(struct qp_reload *reload, struct qp_look *look)
{
	struct qp_files files;
	struct qp_settings *fresh =
		qp_settings_read(reload->path, &files, look->digest, &look->refusal);
	const char *lost = fresh ? loses(&reload->settings->web, &fresh->web) : NULL;

	if (look->refusal.code != QUIPU_ENOMEM) {
		qp_files_free(&reload->files);
		reload->files = files;
	} else {
		qp_files_free(&files);
	}
	if (!lost)
		return fresh;
	qp_refuse(&look->refusal, QUIPU_EOPTION, "%.256s: %s while it is used; restart for that",
		  reload->path, lost);
	qp_settings_drop(fresh);
	return NULL;
}

static bool alike(const struct qp_look *a, const struct qp_look *b)
{
	return memcmp(a->digest, b->digest, sizeof(a->digest)) == 0 &&
	       a->refusal.code == b->refusal.code;
}

/* Two looks have to see the same, or somebody is still writing. Files that only look different,
 * and broken ones that were judged before, are no event. */
static void attempt(struct qp_reload *reload)
{
	struct qp_look look = { 0 };
	struct qp_settings *fresh = read_again(reload, &look);
	bool settled = alike(&look, &reload->last);

	reload->last = look;
	reload->files.again = reload->files.again || !settled;
	if (!settled || alike(&look, &reload->judged)) {
		qp_settings_drop(fresh);
		return;
	}
	reload->judged = look;
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
	strcpy(text, reload->judged.refusal.text);
	pthread_mutex_unlock(&reload->lock);
}
