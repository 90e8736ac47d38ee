/* SPDX-License-Identifier: MIT */
/*
 * socket_bio.h: OpenSSL's way to a socket, unlike its own: it raises no SIGPIPE, and reads only so
 * much at a time, or else a client could keep OpenSSL busy with records that come to nothing.
 */
#ifndef QP_TLS_SOCKET_BIO_H
#define QP_TLS_SOCKET_BIO_H

#include <openssl/types.h>

#include <stddef.h>

struct qp_socket {
	int fd;		  /* somebody else's */
	size_t allowance; /* bytes that may still be read now */
};

/* NULL: out of memory. The socket stays where it is as long as the BIO does. */
BIO *qp_socket_bio_new(struct qp_socket *socket);

#endif
