/* SPDX-License-Identifier: MIT */
/* live.c: see live.h. */
#include "live.h"

#include "line.h"
#include "server.h"

#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct qp_link servers = { &servers, &servers };
static bool registered;

void qp_live_lock(void)
{
	pthread_mutex_lock(&lock);
}

void qp_live_unlock(void)
{
	pthread_mutex_unlock(&lock);
}

static void let_go(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* The child's copy of the server, as it was between two changes of a descriptor. */
static void orphan(quipu_http *server)
{
	for (size_t i = 0; i < server->fresh_conns; i++)
		let_go(&server->conns[i].fd);
	let_go(&server->listener.fd);
	let_go(&server->poller.event);
	let_go(&server->poller.timer);
	let_go(&server->poller.epoll);
	server->inert = true;
}

static void after_fork_child(void)
{
	struct qp_link *link;

	while ((link = qp_link_first(&servers))) {
		qp_link_remove(link);
		orphan(qp_of(link, quipu_http, live));
	}
	qp_line_after_fork_child();
	qp_live_unlock();
}

bool qp_live_init(void)
{
	qp_live_lock();
	if (!registered)
		registered = pthread_atfork(qp_live_lock, qp_live_unlock, after_fork_child) == 0;
	qp_live_unlock();
	return registered;
}

void qp_live_add(quipu_http *server)
{
	qp_link_append(&servers, &server->live);
}

void qp_live_remove(quipu_http *server)
{
	qp_link_remove(&server->live);
}
