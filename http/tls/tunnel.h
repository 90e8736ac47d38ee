/* SPDX-License-Identifier: MIT */
/*
 * tunnel.h: one encrypted connection over a server's socket, as transport.h wants it.
 *
 * Writers and readers: the thread that drives the server.
 */
#ifndef QP_TLS_TUNNEL_H
#define QP_TLS_TUNNEL_H

#include "settings.h"

#include <sys/types.h>

struct qp_tunnel;

/* Takes the settings over, also where it fails: NULL, out of memory. The figures count its
 * handshake. */
struct qp_tunnel *qp_tunnel_new(struct qp_settings *settings, int fd, uint64_t *good,
				uint64_t *bad);

/* The functions of a stream. */
int qp_tunnel_handshake(void *stream);
ssize_t qp_tunnel_read(void *stream, void *to, size_t len);
ssize_t qp_tunnel_write(void *stream, const void *from, size_t len);
int qp_tunnel_pending(void *stream);
void qp_tunnel_finish(void *stream);
void qp_tunnel_free(void *stream);

#endif
