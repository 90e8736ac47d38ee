/* SPDX-License-Identifier: MIT */
/* tunnel.c: see tunnel.h. */
#include "tunnel.h"

#include "counted.h"
#include "socket_bio.h"

#include <quipu/transport.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <stdlib.h>
#include <sys/socket.h>

#define READ_AT_ONCE (17u * 1024) /* bytes from the socket for one call: a record */
#define MESSAGES_MOST 32	  /* of TLS itself, with no data between them */

/* What Go's servers say too. */
static const char not_plain[] = "HTTP/1.1 400 Bad Request\r\n"
				"Content-Type: text/plain; charset=utf-8\r\n"
				"Content-Length: 48\r\n"
				"Connection: close\r\n"
				"\r\n"
				"Client sent an HTTP request to an HTTPS server.\n";

struct qp_tunnel {
	SSL *ssl;
	struct qp_socket socket;
	struct qp_settings *settings; /* judges the client's certificate */
	bool looked;		      /* its first byte was one of TLS */
	bool broken;		      /* nothing more may be sent */
	bool shaken;		      /* the handshake is done */
	unsigned messages;	      /* since then, or since the last data */
	uint64_t *good, *bad;
};

/* What clients may send after the handshake and is no data, new keys above all, costs us more than
 * them. OpenSSL takes one after the other, as long as there is something to read. */
static void message_came(int sent, int version, int type, const void *bytes, size_t len, SSL *ssl,
			 void *ctx)
{
	struct qp_tunnel *tunnel = ctx;

	(void)version, (void)bytes, (void)len, (void)ssl;
	if (sent || type != SSL3_RT_HANDSHAKE || !tunnel->shaken)
		return;
	if (++tunnel->messages > MESSAGES_MOST) {
		tunnel->broken = true;
		tunnel->socket.allowance = 0;
	}
}

struct qp_tunnel *qp_tunnel_new(struct qp_settings *settings, int fd, uint64_t *good, uint64_t *bad)
{
	struct qp_tunnel *tunnel = calloc(1, sizeof(*tunnel));
	BIO *bio;

	ERR_clear_error();
	if (!tunnel) {
		qp_settings_drop(settings);
		return NULL;
	}
	*tunnel = (struct qp_tunnel){
		.settings = settings, .socket.fd = fd, .good = good, .bad = bad
	};
	tunnel->ssl = SSL_new(settings->ctx);
	bio = tunnel->ssl ? qp_socket_bio_new(&tunnel->socket) : NULL;
	if (!bio) {
		qp_tunnel_free(tunnel);
		return NULL;
	}
	SSL_set_bio(tunnel->ssl, bio, bio);
	SSL_set_accept_state(tunnel->ssl);
	SSL_set_msg_callback(tunnel->ssl, message_came);
	SSL_set_msg_callback_arg(tunnel->ssl, tunnel);
	return tunnel;
}

void qp_tunnel_free(void *stream)
{
	struct qp_tunnel *tunnel = stream;

	SSL_free(tunnel->ssl);
	qp_settings_drop(tunnel->settings);
	free(tunnel);
	ERR_clear_error();
}

/* Before each call: an old error of this thread would be taken for a new one. */
static void prepare(struct qp_tunnel *tunnel)
{
	ERR_clear_error();
	tunnel->socket.allowance = READ_AT_ONCE;
}

static int give_up(struct qp_tunnel *tunnel)
{
	tunnel->broken = true;
	ERR_clear_error();
	return QUIPU_STREAM_BROKEN;
}

/* What a call that came to nothing waits for. */
static int wanted(struct qp_tunnel *tunnel, int answer)
{
	if (tunnel->broken)
		return give_up(tunnel);
	switch (SSL_get_error(tunnel->ssl, answer)) {
	case SSL_ERROR_WANT_READ:
		return QUIPU_STREAM_WANTS_READ;
	case SSL_ERROR_WANT_WRITE:
		return QUIPU_STREAM_WANTS_WRITE;
	case SSL_ERROR_ZERO_RETURN:
		return 0;
	default:
		return give_up(tunnel);
	}
}

/* --- the handshake --------------------------------------------------------------------------- */

/* Does the client begin with a letter, as HTTP does and TLS does not? */
static int looks_plain(const struct qp_tunnel *tunnel)
{
	char first;
	ssize_t len = recv(tunnel->socket.fd, &first, 1, MSG_PEEK);

	return len == 1 && ((first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z'));
}

static int fail(struct qp_tunnel *tunnel)
{
	tunnel->broken = true;
	qp_tls_count(tunnel->bad);
	return QUIPU_STREAM_BROKEN;
}

int qp_tunnel_handshake(void *stream)
{
	struct qp_tunnel *tunnel = stream;
	int answer;

	if (!tunnel->looked && looks_plain(tunnel)) {
		send(tunnel->socket.fd, not_plain, sizeof(not_plain) - 1, MSG_NOSIGNAL);
		return fail(tunnel);
	}
	tunnel->looked = true;
	prepare(tunnel);
	answer = SSL_accept(tunnel->ssl);
	if (answer == 1) {
		tunnel->shaken = true;
		qp_tls_count(tunnel->good);
		return 0;
	}
	answer = wanted(tunnel, answer);
	return answer == QUIPU_STREAM_WANTS_READ || answer == QUIPU_STREAM_WANTS_WRITE
		       ? answer
		       : fail(tunnel);
}

/* --- bytes ----------------------------------------------------------------------------------- */

ssize_t qp_tunnel_read(void *stream, void *to, size_t len)
{
	struct qp_tunnel *tunnel = stream;
	size_t n = 0;
	int answer;

	prepare(tunnel);
	answer = SSL_read_ex(tunnel->ssl, to, len, &n);
	if (answer != 1)
		return wanted(tunnel, answer);
	tunnel->messages = 0;
	return (ssize_t)n;
}

ssize_t qp_tunnel_write(void *stream, const void *from, size_t len)
{
	struct qp_tunnel *tunnel = stream;
	size_t n = 0;
	int answer;

	prepare(tunnel);
	answer = SSL_write_ex(tunnel->ssl, from, len, &n);
	if (answer == 1)
		return (ssize_t)n;
	answer = wanted(tunnel, answer);
	return answer == QUIPU_STREAM_WANTS_WRITE ? answer : QUIPU_STREAM_BROKEN;
}

int qp_tunnel_pending(void *stream)
{
	struct qp_tunnel *tunnel = stream;

	return SSL_pending(tunnel->ssl) > 0;
}

void qp_tunnel_finish(void *stream)
{
	struct qp_tunnel *tunnel = stream;

	if (tunnel->broken || !SSL_is_init_finished(tunnel->ssl))
		return;
	prepare(tunnel);
	SSL_shutdown(tunnel->ssl);
	ERR_clear_error();
}
