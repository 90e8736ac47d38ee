/* SPDX-License-Identifier: MIT */
/*
 * remembered.h: passwords that were right, as keyed hashes, so that bcrypt is run once for each.
 *
 * A hash is over the stored bcrypt hash, the name and the password, each with its length before
 * it, so that no two triples are the same bytes; its key is random, of this process. A changed
 * password has another stored hash, hence another entry.
 *
 * Writers and readers: whoever holds the lock of checker.h.
 */
#ifndef QP_TLS_REMEMBERED_H
#define QP_TLS_REMEMBERED_H

#include "credentials.h"

#define QP_REMEMBERED_MAX 256 /* the oldest goes */
#define QP_MAC_SIZE 32

struct qp_remembered {
	unsigned char key[QP_MAC_SIZE];
	unsigned char macs[QP_REMEMBERED_MAX][QP_MAC_SIZE];
	size_t n, at;
};

/* False: there is no randomness. */
bool qp_remembered_init(struct qp_remembered *remembered);
void qp_remembered_cleanse(struct qp_remembered *remembered);

/* The keyed hash; false: OpenSSL could not. Needs no lock: the key is constant. */
bool qp_remembered_mac(const struct qp_remembered *remembered, const char *hash,
		       const struct qp_credentials *credentials, unsigned char mac[QP_MAC_SIZE]);

bool qp_remembered_has(const struct qp_remembered *remembered,
		       const unsigned char mac[QP_MAC_SIZE]);
void qp_remembered_add(struct qp_remembered *remembered, const unsigned char mac[QP_MAC_SIZE]);

#endif
