/* SPDX-License-Identifier: MIT */
/* accept.c: see accept.h. */
#include "accept.h"

#include "live.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#define ACCEPTS_PER_TURN 64
#define PAUSE_NS 100000000u

/* One that was never used. Under the lock, for a child looks at all that were. */
static struct qp_conn *fresh_slot(quipu_http *server)
{
	struct qp_conn *conn = &server->conns[server->fresh_conns];

	qp_live_lock();
	conn->fd = -1;
	server->fresh_conns++;
	qp_live_unlock();
	qp_link_init(&conn->by_scrape);
	return conn;
}

/* NULL where all are taken. */
static struct qp_conn *free_slot(quipu_http *server)
{
	struct qp_link *link = qp_link_first(&server->free_conns);

	if (link) {
		qp_link_remove(link);
		return qp_of(link, struct qp_conn, by_scrape);
	}
	return server->fresh_conns < server->max_conns ? fresh_slot(server) : NULL;
}

/* From the kernel's queue into the slot, in one piece as seen by a fork. */
static int accept_into(quipu_http *server, struct qp_conn *conn)
{
	int fd, number;

	qp_live_lock();
	fd = accept4(server->listener.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	number = errno;
	if (fd >= 0 && conn)
		conn->fd = fd;
	else if (fd >= 0)
		close(fd);
	qp_live_unlock();
	errno = number;
	return fd;
}

static void pause_accepting(quipu_http *server)
{
	qp_poller_change(&server->poller, server->listener.fd, 0, QP_TOKEN_LISTENER);
	server->accept_again = server->now + PAUSE_NS;
}

/* False: enough for this turn. */
static bool accept_failed(quipu_http *server)
{
	switch (errno) {
	case EINTR:
	case ECONNABORTED:
		return true;
	case EAGAIN:
		return false;
	default:
		pause_accepting(server);
		return false;
	}
}

static bool accept_one(quipu_http *server)
{
	struct qp_conn *conn = free_slot(server);
	int on = 1;

	if (accept_into(server, conn) < 0) {
		if (conn)
			qp_link_push(&server->free_conns, &conn->by_scrape);
		return accept_failed(server);
	}
	if (!conn)
		return true;
	if (server->listener.port != 0)
		setsockopt(conn->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	qp_conn_open(server, conn);
	return true;
}

void qp_accept(quipu_http *server)
{
	for (int left = ACCEPTS_PER_TURN; left > 0 && accept_one(server); left--)
		;
}

void qp_accept_turn(quipu_http *server)
{
	if (server->now < server->accept_again)
		return;
	server->accept_again = QP_NEVER;
	qp_poller_change(&server->poller, server->listener.fd, EPOLLIN, QP_TOKEN_LISTENER);
}
