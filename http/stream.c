/* SPDX-License-Identifier: MIT */
/* stream.c: see stream.h. */
#include "stream.h"

#include "server.h"

#include <errno.h>
#include <sys/socket.h>

static const quipu_transport *transport(const quipu_http *server)
{
	return &server->options.transport;
}

bool qp_stream_open(quipu_http *server, struct qp_conn *conn)
{
	if (!transport(server)->open)
		return true;
	conn->stream = transport(server)->open(transport(server)->ctx, conn->fd);
	return conn->stream != NULL;
}

void qp_stream_close(quipu_http *server, struct qp_conn *conn)
{
	if (conn->stream)
		transport(server)->close(conn->stream);
	conn->stream = NULL;
}

/* What a transport's function answered, as a system call would have. */
static ssize_t as_call(struct qp_conn *conn, ssize_t answer)
{
	if (answer >= 0)
		return answer;
	conn->wants = answer == QUIPU_STREAM_WANTS_WRITE ? EPOLLOUT : EPOLLIN;
	errno = answer == QUIPU_STREAM_BROKEN ? EPROTO : EAGAIN;
	return -1;
}

ssize_t qp_stream_read(quipu_http *server, struct qp_conn *conn, void *to, size_t len)
{
	if (!conn->stream)
		return recv(conn->fd, to, len, 0);
	return as_call(conn, transport(server)->read(conn->stream, to, len));
}

/* Never raises SIGPIPE. */
ssize_t qp_stream_write(quipu_http *server, struct qp_conn *conn, const void *from, size_t len,
			bool more)
{
	if (!conn->stream)
		return send(conn->fd, from, len, MSG_NOSIGNAL | (more ? MSG_MORE : 0));
	return as_call(conn, transport(server)->write(conn->stream, from, len));
}

int qp_stream_handshake(quipu_http *server, struct qp_conn *conn)
{
	return (int)as_call(conn, transport(server)->handshake(conn->stream));
}

/* A socket that can be written to is an event that comes at once, after the others. */
uint32_t qp_stream_awaits(const quipu_http *server, const struct qp_conn *conn)
{
	bool here = conn->stream && transport(server)->pending(conn->stream);

	return here ? EPOLLOUT : EPOLLIN;
}

void qp_stream_finish(quipu_http *server, struct qp_conn *conn)
{
	if (conn->stream)
		transport(server)->finish(conn->stream);
}
