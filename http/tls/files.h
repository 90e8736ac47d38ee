/* SPDX-License-Identifier: MIT */
/*
 * files.h: the files of a configuration: read whole, and whether they have changed since.
 *
 * Writers and readers: whoever owns the struct.
 */
#ifndef QP_TLS_FILES_H
#define QP_TLS_FILES_H

#include "refusal.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

enum qp_file_role { QP_FILE_CONFIG, QP_FILE_CERT, QP_FILE_KEY, QP_FILE_CA, QP_N_FILES };

struct qp_file {
	char *path;  /* NULL: there is no such file */
	char *bytes; /* as it was read, with a NUL behind it; NULL: not */
	size_t len;
	struct stat seen; /* all zero: it could not be opened */
};

struct qp_files {
	struct qp_file file[QP_N_FILES];
	bool again; /* to be read again, however they look: one was changed so lately that a later
		     * change may look the same, or could not be read */
};

/* Reads a file whose path is set. QUIPU_OK, or EFILE or ENOMEM and the text. */
quipu_error qp_file_read(struct qp_files *files, enum qp_file_role role,
			 struct qp_refusal *refusal);

/* Do they look different from when they were read? Cost: a stat each. In a sandbox nobody can tell,
 * so they do not. */
bool qp_files_changed(const struct qp_files *files);

/* A digest of all bytes that were read; false: OpenSSL could not. */
#define QP_DIGEST_SIZE 32
bool qp_files_digest(const struct qp_files *files, unsigned char digest[QP_DIGEST_SIZE]);

/* Cleanses and frees the bytes, keeps the rest; frees all. */
void qp_files_drop_bytes(struct qp_files *files);
void qp_files_free(struct qp_files *files);

#endif
