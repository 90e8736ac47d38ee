/* SPDX-License-Identifier: MIT */
/* remembered.c: see remembered.h. */
#include "remembered.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <stdint.h>
#include <string.h>

#define HASH_MAX 64

struct message {
	size_t len;
	unsigned char bytes[3 * sizeof(uint64_t) + HASH_MAX + QP_CREDENTIALS_MAX];
};

bool qp_remembered_init(struct qp_remembered *remembered)
{
	memset(remembered, 0, sizeof(*remembered));
	return RAND_bytes(remembered->key, sizeof(remembered->key)) == 1;
}

void qp_remembered_cleanse(struct qp_remembered *remembered)
{
	OPENSSL_cleanse(remembered, sizeof(*remembered));
}

static void add(struct message *message, const char *bytes, size_t len)
{
	uint64_t length = len;

	memcpy(message->bytes + message->len, &length, sizeof(length));
	memcpy(message->bytes + message->len + sizeof(length), bytes, len);
	message->len += sizeof(length) + len;
}

bool qp_remembered_mac(const struct qp_remembered *remembered, const char *hash,
		       const struct qp_credentials *credentials, unsigned char mac[QP_MAC_SIZE])
{
	struct message message = { 0 };
	unsigned len = QP_MAC_SIZE;
	bool good;

	add(&message, hash, strnlen(hash, HASH_MAX));
	add(&message, credentials->name, credentials->name_len);
	add(&message, credentials->password, credentials->password_len);
	good = HMAC(EVP_sha256(), remembered->key, sizeof(remembered->key), message.bytes,
		    message.len, mac, &len) != NULL;
	OPENSSL_cleanse(&message, sizeof(message));
	return good;
}

/* Looks at all of them, whichever it is. */
bool qp_remembered_has(const struct qp_remembered *remembered, const unsigned char mac[QP_MAC_SIZE])
{
	bool found = false;

	for (size_t i = 0; i < remembered->n; i++)
		found |= CRYPTO_memcmp(remembered->macs[i], mac, QP_MAC_SIZE) == 0;
	return found;
}

void qp_remembered_add(struct qp_remembered *remembered, const unsigned char mac[QP_MAC_SIZE])
{
	memcpy(remembered->macs[remembered->at], mac, QP_MAC_SIZE);
	remembered->at = (remembered->at + 1) % QP_REMEMBERED_MAX;
	if (remembered->n < QP_REMEMBERED_MAX)
		remembered->n++;
}
