/* SPDX-License-Identifier: MIT */
/*
 * settings.h: a configuration as it is used: read, checked, with what OpenSSL makes of it.
 *
 * Writers: whoever makes it, before anybody else has it. Readers: any; it does not change.
 * Reclamation: counted; the last who lets go of it frees it.
 */
#ifndef QP_TLS_SETTINGS_H
#define QP_TLS_SETTINGS_H

#include "files.h"
#include "web_config.h"

#include <openssl/types.h>

#define QP_HASH_SIZE 64 /* room for a bcrypt hash */

struct qp_settings {
	unsigned refs; /* atomic */
	struct qp_web_config web;
	SSL_CTX *ctx;		    /* NULL: plain */
	char nobodys[QP_HASH_SIZE]; /* a hash that names which are not there are checked against */
	bool exposed_key;	    /* anybody may read the key's file */
};

/* Reads the file and those that it names. NULL: the text says why. files has what was seen in any
 * case, without the bytes, and *digest what the bytes were. */
struct qp_settings *qp_settings_read(const char *path, struct qp_files *files,
				     unsigned char digest[QP_DIGEST_SIZE],
				     struct qp_refusal *refusal);

struct qp_settings *qp_settings_hold(struct qp_settings *settings);
void qp_settings_drop(struct qp_settings *settings); /* NULL is ignored */

#endif
