/* SPDX-License-Identifier: MIT */
/* context.c: see context.h. */
#include "context.h"

#include "sans.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <string.h>

/* Of TLS 1.2, where nothing is said: forward secrecy and authenticated encryption. */
#define USUAL_CIPHERS "ECDHE+AESGCM:ECDHE+CHACHA20"

/* --- files --------------------------------------------------------------------------------- */

static BIO *open_bytes(const struct qp_file *file)
{
	return BIO_new_mem_buf(file->bytes, (int)file->len);
}

/* A key that needs a password cannot be used: nobody is asked for one. */
static int no_password(char *to, int size, int writing, void *ctx)
{
	(void)to, (void)size, (void)writing, (void)ctx;
	return -1;
}

/* Certificates behind each other, each given to take; how many, -1: one was no certificate. */
static int read_certs(const struct qp_file *file, bool (*take)(SSL_CTX *ctx, X509 *cert, int n),
		      SSL_CTX *ctx)
{
	BIO *bio = open_bytes(file);
	bool good = bio != NULL;
	X509 *cert;
	int n = 0;

	while (good && (cert = PEM_read_bio_X509(bio, NULL, no_password, NULL))) {
		good = take(ctx, cert, n++);
		X509_free(cert);
	}
	/* the end is an error too: no more of them */
	if (good && n > 0 && ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE)
		ERR_clear_error();
	else
		n = -1;
	BIO_free(bio);
	return n;
}

/* The first is the server's own, the others lead from it to somebody who is known. */
static bool take_own(SSL_CTX *ctx, X509 *cert, int n)
{
	return n == 0 ? SSL_CTX_use_certificate(ctx, cert) == 1
		      : SSL_CTX_add1_chain_cert(ctx, cert) == 1;
}

static bool take_ca(SSL_CTX *ctx, X509 *cert, int n)
{
	(void)n;
	return X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), cert) == 1 &&
	       SSL_CTX_add_client_CA(ctx, cert) == 1;
}

static bool read_key(SSL_CTX *ctx, const struct qp_file *file)
{
	BIO *bio = open_bytes(file);
	EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL) : NULL;
	bool good = key && SSL_CTX_use_PrivateKey(ctx, key) == 1;

	EVP_PKEY_free(key);
	BIO_free(bio);
	return good;
}

static quipu_error load(SSL_CTX *ctx, const struct qp_files *files, struct qp_refusal *refusal)
{
	const struct qp_file *cert = &files->file[QP_FILE_CERT];
	const struct qp_file *key = &files->file[QP_FILE_KEY], *ca = &files->file[QP_FILE_CA];

	if (read_certs(cert, take_own, ctx) < 0)
		return qp_refuse_openssl(refusal, "cert_file %.256s", cert->path);
	if (!read_key(ctx, key))
		return qp_refuse_openssl(refusal, "key_file %.256s", key->path);
	if (SSL_CTX_check_private_key(ctx) != 1)
		return qp_refuse_openssl(refusal, "key_file %.256s", key->path);
	if (ca->path && read_certs(ca, take_ca, ctx) < 0)
		return qp_refuse_openssl(refusal, "client_ca_file %.256s", ca->path);
	return QUIPU_OK;
}

/* --- rules --------------------------------------------------------------------------------- */

/* http/1.1 or nothing that we speak. */
static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_len,
			   const unsigned char *in, unsigned in_len, void *arg)
{
	static const char ours[] = "http/1.1";

	(void)ssl, (void)arg;
	for (unsigned at = 0; at < in_len; at += 1u + in[at]) {
		if (in[at] != sizeof(ours) - 1 || at + sizeof(ours) > in_len ||
		    memcmp(in + at + 1, ours, sizeof(ours) - 1) != 0)
			continue;
		*out = in + at + 1;
		*out_len = in[at];
		return SSL_TLSEXT_ERR_OK;
	}
	return SSL_TLSEXT_ERR_ALERT_FATAL;
}

/* What a client's certificate has to be; called where there is one. */
static int judge_client(X509_STORE_CTX *store, void *arg)
{
	const struct qp_web_tls *tls = arg;

	if (qp_client_verifies(tls->client_auth) && X509_verify_cert(store) != 1)
		return 0;
	if (tls->n_sans == 0 || qp_sans_match(X509_STORE_CTX_get0_cert(store), tls))
		return 1;
	X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
	return 0;
}

static void set_client_auth(SSL_CTX *ctx, const struct qp_web_tls *tls)
{
	static const int modes[] = {
		[QP_CLIENT_NONE] = SSL_VERIFY_NONE,
		[QP_CLIENT_REQUESTED] = SSL_VERIFY_PEER,
		[QP_CLIENT_ANY] = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
		[QP_CLIENT_IF_GIVEN] = SSL_VERIFY_PEER,
		[QP_CLIENT_VERIFIED] = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
	};

	SSL_CTX_set_verify(ctx, modes[tls->client_auth], NULL);
	SSL_CTX_set_cert_verify_callback(ctx, judge_client, (void *)tls);
}

static int number_of(enum qp_tls_version version)
{
	return version == QP_TLS_13 ? TLS1_3_VERSION : TLS1_2_VERSION;
}

static quipu_error set_rules(SSL_CTX *ctx, const struct qp_web_tls *tls, struct qp_refusal *refusal)
{
	SSL_CTX_set_options(ctx,
			    SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
	if (!tls->client_chooses_cipher)
		SSL_CTX_set_options(ctx, SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_num_tickets(ctx, 0);
	SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
				      SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_alpn_select_cb(ctx, choose_protocol, NULL);
	set_client_auth(ctx, tls);
	if (!SSL_CTX_set_min_proto_version(ctx, number_of(tls->min_version)) ||
	    !SSL_CTX_set_max_proto_version(ctx, number_of(tls->max_version)))
		return qp_refuse_openssl(refusal, "min_version and max_version");
	if (!SSL_CTX_set_cipher_list(ctx, tls->ciphers ? tls->ciphers : USUAL_CIPHERS))
		return qp_refuse_openssl(refusal, "cipher_suites");
	if (tls->curves && !SSL_CTX_set1_groups_list(ctx, tls->curves))
		return qp_refuse_openssl(refusal, "curve_preferences");
	return QUIPU_OK;
}

SSL_CTX *qp_context_new(const struct qp_web_tls *tls, const struct qp_files *files,
			struct qp_refusal *refusal)
{
	SSL_CTX *ctx;
	quipu_error error;

	ERR_clear_error();
	ctx = SSL_CTX_new(TLS_server_method());
	if (!ctx) {
		qp_refuse(refusal, QUIPU_ENOMEM, "out of memory");
		return NULL;
	}
	error = set_rules(ctx, tls, refusal);
	if (!error)
		error = load(ctx, files, refusal);
	if (!error)
		return ctx;
	SSL_CTX_free(ctx);
	return NULL;
}
