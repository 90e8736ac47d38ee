/* SPDX-License-Identifier: MIT */
/* settings.c: see settings.h. */
#include "settings.h"

#include "context.h"

#include <openssl/ssl.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- reading ------------------------------------------------------------------------------- */

static quipu_error parse(struct qp_settings *settings, const struct qp_file *file,
			 struct qp_refusal *refusal)
{
	struct qp_web_error error;

	if (!qp_web_config_parse(file->bytes, file->len, &settings->web, &error))
		return QUIPU_OK;
	return qp_refuse(refusal, error.code, "%.256s:%zu:%zu: %s", file->path, error.line,
			 error.column, error.text);
}

/* As it is meant: relative to where the configuration is, whose path is absolute. NULL: out of
 * memory. */
static char *resolve(const char *config, const char *path)
{
	int folder = (int)(strrchr(config, '/') - config);
	char *whole;

	if (path[0] == '/')
		return strdup(path);
	if (asprintf(&whole, "%.*s/%s", folder, config, path) < 0)
		return NULL;
	return whole;
}

static quipu_error read_named(struct qp_files *files, enum qp_file_role role, const char *name,
			      const char *key, struct qp_refusal *refusal)
{
	struct qp_file *file = &files->file[role];
	struct qp_refusal why;

	if (!name)
		return QUIPU_OK;
	file->path = resolve(files->file[QP_FILE_CONFIG].path, name);
	if (!file->path)
		return qp_refuse(refusal, QUIPU_ENOMEM, "out of memory");
	if (!qp_file_read(files, role, &why))
		return QUIPU_OK;
	return qp_refuse(refusal, why.code, "%.128s: %s: %.256s", files->file[QP_FILE_CONFIG].path,
			 key, why.text);
}

static quipu_error read_files(struct qp_settings *settings, struct qp_files *files,
			      struct qp_refusal *refusal)
{
	const struct qp_web_tls *tls = &settings->web.tls;
	quipu_error error;

	error = read_named(files, QP_FILE_CERT, tls->cert_file, "cert_file", refusal);
	if (!error)
		error = read_named(files, QP_FILE_KEY, tls->key_file, "key_file", refusal);
	if (!error)
		error = read_named(files, QP_FILE_CA, tls->client_ca_file, "client_ca_file",
				   refusal);
	settings->exposed_key = (files->file[QP_FILE_KEY].seen.st_mode & S_IROTH) != 0;
	return error;
}

/* --- nobody -------------------------------------------------------------------------------- */

static int cost_of(const char *hash)
{
	return (hash[4] - '0') * 10 + (hash[5] - '0');
}

/* As dear as the dearest of those that are there; users of cheaper hashes can be told from nobody
 * by the time. Whatever is compared with it is refused. */
static void make_nobody(struct qp_settings *settings)
{
	const struct qp_web_config *web = &settings->web;
	int most = 10;

	for (size_t i = 0; i < web->n_users; i++) {
		int cost = cost_of(web->users[i].hash);

		most = i == 0 || cost > most ? cost : most;
	}
	snprintf(settings->nobodys, sizeof(settings->nobodys), "$2y$%02d$%s", most,
		 "abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234");
}

/* --- the whole ----------------------------------------------------------------------------- */

static quipu_error fill(struct qp_settings *settings, struct qp_files *files,
			struct qp_refusal *refusal)
{
	quipu_error error = qp_file_read(files, QP_FILE_CONFIG, refusal);

	if (!error)
		error = parse(settings, &files->file[QP_FILE_CONFIG], refusal);
	if (!error)
		error = read_files(settings, files, refusal);
	if (error)
		return error;
	make_nobody(settings);
	if (!settings->web.tls.cert_file)
		return QUIPU_OK;
	settings->ctx = qp_context_new(&settings->web.tls, files, refusal);
	return settings->ctx ? QUIPU_OK : refusal->code;
}

struct qp_settings *qp_settings_read(const char *path, struct qp_files *files,
				     unsigned char digest[QP_DIGEST_SIZE],
				     struct qp_refusal *refusal)
{
	struct qp_settings *settings = calloc(1, sizeof(*settings));
	bool good = false;

	memset(files, 0, sizeof(*files));
	files->file[QP_FILE_CONFIG].path = strdup(path);
	if (!settings || !files->file[QP_FILE_CONFIG].path)
		qp_refuse(refusal, QUIPU_ENOMEM, "out of memory");
	else
		good = fill(settings, files, refusal) == QUIPU_OK;
	if (!qp_files_digest(files, digest) && good) {
		qp_refuse(refusal, QUIPU_ENOMEM, "out of memory");
		good = false;
	}
	qp_files_drop_bytes(files);
	if (settings)
		settings->refs = 1;
	if (good)
		return settings;
	qp_settings_drop(settings);
	return NULL;
}

struct qp_settings *qp_settings_hold(struct qp_settings *settings)
{
	__atomic_fetch_add(&settings->refs, 1, __ATOMIC_RELAXED); /* relaxed: we have it already */
	return settings;
}

void qp_settings_drop(struct qp_settings *settings)
{
	/* acq_rel: what others did with it came before it is freed */
	if (!settings || __atomic_sub_fetch(&settings->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	SSL_CTX_free(settings->ctx);
	qp_web_config_free(&settings->web);
	free(settings);
}
