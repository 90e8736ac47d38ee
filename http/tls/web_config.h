/* SPDX-License-Identifier: MIT */
/*
 * web_config.h: a web configuration file, in the format of the Prometheus exporters, as a struct.
 *
 * Pure: a function of the bytes alone. It opens no file; whether those that are named exist and
 * are what they should be is asked by who uses them (tls.h has the manual of the format).
 *
 * Writers and readers: whoever has the struct. It is not changed once it was read.
 */
#ifndef QP_WEB_CONFIG_H
#define QP_WEB_CONFIG_H

#include <quipu/error.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QP_WEB_CONFIG_MAX (1024u * 1024) /* bytes of a file; larger ones are refused */
#define QP_WEB_USERS_MAX 1000
#define QP_WEB_SANS_MAX 256
#define QP_WEB_FIELDS_MAX 1024 /* bytes of all header fields together, with a NUL */

enum qp_client_auth {
	QP_CLIENT_NONE,	     /* not asked for a certificate */
	QP_CLIENT_REQUESTED, /* asked; whatever it says, also nothing */
	QP_CLIENT_ANY,	     /* one is needed, of whomever */
	QP_CLIENT_IF_GIVEN,  /* verified where there is one */
	QP_CLIENT_VERIFIED,  /* needed and verified */
};

static inline bool qp_client_verifies(enum qp_client_auth auth)
{
	return auth == QP_CLIENT_IF_GIVEN || auth == QP_CLIENT_VERIFIED;
}

static inline bool qp_client_requires(enum qp_client_auth auth)
{
	return auth == QP_CLIENT_ANY || auth == QP_CLIENT_VERIFIED;
}

enum qp_tls_version { QP_TLS_12 = 2, QP_TLS_13 = 3 };

struct qp_web_tls {
	char *cert_file; /* NULL: no TLS */
	char *key_file;
	char *client_ca_file; /* NULL: none */
	enum qp_client_auth client_auth;
	char *sans[QP_WEB_SANS_MAX]; /* one of them is needed, where there are any */
	size_t n_sans;
	enum qp_tls_version min_version, max_version;
	char *ciphers; /* of TLS 1.2, as OpenSSL lists them; NULL: its default */
	char *curves;  /* likewise */
	bool client_chooses_cipher;
};

struct qp_web_user {
	char *name;
	char *hash; /* bcrypt, well-formed */
};

struct qp_web_config {
	struct qp_web_tls tls;
	char fields[QP_WEB_FIELDS_MAX]; /* header fields for every answer, each ending in CRLF */
	struct qp_web_user *users;	/* NULL: all are let in */
	size_t n_users;
	uint64_t interval_ns; /* one request each; 0: no limit */
	unsigned burst;
};

struct qp_web_error {
	quipu_error code;    /* EOPTION or ENOMEM */
	size_t line, column; /* from 1; 0: of no one place */
	char text[200];	     /* names the culprit; printable */
};

/* QUIPU_OK, or an error and why; out is empty then. */
quipu_error qp_web_config_parse(const char *bytes, size_t len, struct qp_web_config *out,
				struct qp_web_error *error);

/* Frees what it has, hashes cleansed; may be called twice. */
void qp_web_config_free(struct qp_web_config *config);

/* The user of this name; NULL: none. */
const struct qp_web_user *qp_web_config_user(const struct qp_web_config *config, const char *name,
					     size_t len);

#endif
