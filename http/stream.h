/* SPDX-License-Identifier: MIT */
/*
 * stream.h: a connection's bytes: through its socket as they are, or through the transport that
 * the program gave (transport.h).
 *
 * Writers and readers: the thread that drives the server.
 */
#ifndef QP_HTTP_STREAM_H
#define QP_HTTP_STREAM_H

#include "conn.h"

#include <sys/types.h>

/* Makes what the transport needs for it; conn->stream stays NULL where nothing is needed. False:
 * out of memory. */
bool qp_stream_open(quipu_http *server, struct qp_conn *conn);
void qp_stream_close(quipu_http *server, struct qp_conn *conn);

/* As recv and send: where they return -1 and EAGAIN, conn->wants is what to watch for. */
ssize_t qp_stream_read(quipu_http *server, struct qp_conn *conn, void *to, size_t len);
ssize_t qp_stream_write(quipu_http *server, struct qp_conn *conn, const void *from, size_t len,
			bool more);

/* The same for the handshake: 0 when it is done. */
int qp_stream_handshake(quipu_http *server, struct qp_conn *conn);

/* What to watch for when the next bytes are awaited: some may have come already. */
uint32_t qp_stream_awaits(const quipu_http *server, const struct qp_conn *conn);

/* Tells the client that nothing more will come. */
void qp_stream_finish(quipu_http *server, struct qp_conn *conn);

#endif
