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
static int accept_into(quipu_http *server, struct qp_conn *conn, struct qp_peer *peer)
{
	struct sockaddr_storage from = { .ss_family = AF_UNSPEC };
	struct sockaddr *address = (struct sockaddr *)&from;
	socklen_t len = sizeof(from);
	int fd, number;

	qp_live_lock();
	fd = accept4(server->listener.fd, address, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);
	number = errno;
	if (fd >= 0 && conn)
		conn->fd = fd;
	else if (fd >= 0)
		close(fd);
	qp_live_unlock();
	errno = number;
	*peer = qp_peer_of(address);
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
		qp_stats_count(&server->stats.accept_failures, QUIPU_SELF_http_accept_failures, 1);
		pause_accepting(server);
		return false;
	}
}

/* Looks at every connection; the limit is for those who want it. */
static bool too_many(const quipu_http *server, const struct qp_peer *peer)
{
	unsigned n = 0, most = server->options.max_per_address;

	if (most == 0 || server->listener.port == 0)
		return false;
	for (size_t i = 0; i < server->fresh_conns && n < most; i++) {
		const struct qp_conn *conn = &server->conns[i];

		n += conn->state != QP_CONN_FREE && qp_peer_same(&conn->peer, peer);
	}
	return n >= most;
}

static void turn_away(quipu_http *server, struct qp_conn *conn)
{
	qp_stats_count(&server->stats.turned_away, QUIPU_SELF_http_refused, 1);
	if (!conn)
		return;
	qp_live_lock();
	close(conn->fd);
	conn->fd = -1;
	qp_live_unlock();
	qp_link_push(&server->free_conns, &conn->by_scrape);
}

static bool accept_one(quipu_http *server)
{
	struct qp_conn *conn = free_slot(server);
	struct qp_peer peer;
	int on = 1;

	if (accept_into(server, conn, &peer) < 0) {
		if (conn)
			qp_link_push(&server->free_conns, &conn->by_scrape);
		return accept_failed(server);
	}
	if (!conn || too_many(server, &peer)) {
		turn_away(server, conn);
		return true;
	}
	conn->peer = peer;
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
