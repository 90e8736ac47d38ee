/* SPDX-License-Identifier: MIT */
/* server.c: starting and stopping servers (server.h), with a thread or without. */
#include "server.h"

#include "fail.h"
#include "live.h"
#include "loop.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#define DRAIN_NS 1000000000u /* how long a client may take to notice that we closed */

/* --- opening ----------------------------------------------------------------------------- */

static void init_state(quipu_http *server)
{
	const struct qp_options *options = &server->options;
	uint64_t *lengths = server->deadlines.lengths;

	qp_deadlines_init(&server->deadlines);
	lengths[QP_DEADLINE_IDLE] = options->idle_timeout_ns;
	lengths[QP_DEADLINE_HEAD] = options->header_timeout_ns;
	lengths[QP_DEADLINE_WRITE] = options->write_timeout_ns;
	lengths[QP_DEADLINE_DRAIN] = DRAIN_NS;
	qp_link_init(&server->live);
	qp_link_init(&server->free_conns);
	qp_link_init(&server->greeting);
	qp_link_init(&server->asking);
	qp_link_init(&server->gathering);
	qp_link_init(&server->waiting);
	qp_link_init(&server->riding);
	qp_link_init(&server->working);
	qp_link_init(&server->streaming);
	server->accept_again = QP_NEVER;
}

/* Lock of live.h held: either all of the descriptors exist for a fork, or none. */
static quipu_error open_descriptors(quipu_http *server)
{
	quipu_error error = qp_poller_open(&server->poller);

	if (error)
		return error;
	error = qp_listener_open(&server->listener, server->options.listen,
				 server->options.socket_mode);
	if (!error &&
	    qp_poller_add(&server->poller, server->listener.fd, EPOLLIN, QP_TOKEN_LISTENER) != 0) {
		error = qp_http_fail_errno(QUIPU_ESYSTEM, errno, "cannot watch the socket");
		qp_listener_close(&server->listener);
	}
	if (error)
		qp_poller_close(&server->poller);
	return error;
}

static quipu_error open_live(quipu_http *server)
{
	quipu_error error;

	if (!qp_live_init())
		return qp_http_fail(QUIPU_ENOMEM, "out of memory");
	qp_live_lock();
	error = open_descriptors(server);
	if (!error)
		qp_live_add(server);
	qp_live_unlock();
	return error;
}

static quipu_error attach(const quipu_transport *transport)
{
	quipu_error error = transport->attach ? transport->attach(transport->ctx) : QUIPU_OK;

	if (error)
		return qp_http_fail(error, "the transport cannot be used (error %d)", error);
	return QUIPU_OK;
}

static void detach(const quipu_transport *transport)
{
	if (transport->detach)
		transport->detach(transport->ctx);
}

static quipu_error open_server(quipu_http *server, quipu_registry *registry,
			       const quipu_http_opts *opts)
{
	quipu_error error = qp_options_read(&server->options, opts);

	if (error)
		return error;
	if (!registry)
		return qp_http_fail(QUIPU_EOPTION, "the registry is NULL");
	server->registry = registry;
	server->max_conns = (size_t)server->options.max_connections + QP_EXTRA_CONNECTIONS;
	server->conns = calloc(server->max_conns, sizeof(server->conns[0]));
	if (!server->conns)
		return qp_http_fail(QUIPU_ENOMEM, "no memory for %zu connections",
				    server->max_conns);
	init_state(server);
	error = attach(&server->options.transport);
	if (error)
		return error;
	error = open_live(server);
	if (error)
		detach(&server->options.transport);
	return error;
}

static quipu_http *fail(quipu_http *server, quipu_error *error, quipu_error why)
{
	if (server)
		free(server->conns);
	free(server);
	if (error)
		*error = why;
	return NULL;
}

static quipu_http *make(quipu_registry *registry, const quipu_http_opts *opts, quipu_error *error)
{
	quipu_http *server = calloc(1, sizeof(*server));
	quipu_error why;

	qp_http_fail_clear();
	if (!server)
		return fail(NULL, error, qp_http_fail(QUIPU_ENOMEM, "out of memory"));
	why = open_server(server, registry, opts);
	if (why)
		return fail(server, error, why);
	if (error)
		*error = QUIPU_OK;
	return server;
}

/* --- closing ----------------------------------------------------------------------------- */

/* The scrapes end first and without the lock: ending one may wait for a callback, and a
 * callback may fork. */
static void close_connections(quipu_http *server)
{
	for (size_t i = 0; i < server->fresh_conns; i++) {
		if (server->conns[i].state != QP_CONN_FREE)
			qp_conn_close(server, &server->conns[i]);
	}
}

static void destroy(quipu_http *server)
{
	if (!server->inert) {
		close_connections(server);
		qp_live_lock();
		qp_live_remove(server);
		qp_listener_close(&server->listener);
		qp_poller_close(&server->poller);
		qp_live_unlock();
	}
	detach(&server->options.transport);
	free(server->conns);
	free(server);
}

/* It was opened, but is not to be. */
static quipu_http *refuse(quipu_http *server, quipu_error *error, quipu_error why)
{
	destroy(server);
	if (error)
		*error = why;
	return NULL;
}

/* --- the thread -------------------------------------------------------------------------- */

static void *run(void *arg)
{
	quipu_http *server = arg;

	pthread_setname_np(pthread_self(), "quipu-http");
	if (server->options.sandbox && !qp_sandbox_enter(&server->sandbox))
		return NULL;
	/* acquire: pairs with the release in stop_thread */
	while (!__atomic_load_n(&server->stopping, __ATOMIC_ACQUIRE)) {
		if (qp_loop_turn(server, 1) < 0)
			break;
	}
	return NULL;
}

/* Every signal is the program's, but those that a thread brings upon itself. */
static void block_signals(sigset_t *old)
{
	static const int own[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT };
	sigset_t all;

	sigfillset(&all);
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		sigdelset(&all, own[i]);
	pthread_sigmask(SIG_SETMASK, &all, old);
}

static quipu_error create_thread(quipu_http *server)
{
	sigset_t old;
	int number;

	block_signals(&old);
	number = pthread_create(&server->thread, NULL, run, server);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return number == 0 ? QUIPU_OK
			   : qp_http_fail_errno(QUIPU_ESYSTEM, number, "cannot start a thread");
}

static quipu_error start_thread(quipu_http *server)
{
	bool sandbox = server->options.sandbox;
	quipu_error error = sandbox ? qp_sandbox_prepare(&server->sandbox) : QUIPU_OK;

	server->threaded = true;
	if (!error)
		error = create_thread(server);
	if (error || !sandbox)
		return error;
	error = qp_sandbox_wait(&server->sandbox);
	if (error)
		pthread_join(server->thread, NULL);
	return error;
}

static void stop_thread(quipu_http *server)
{
	/* release: pairs with the acquire in run; joining orders everything else */
	__atomic_store_n(&server->stopping, true, __ATOMIC_RELEASE);
	qp_poller_wake(&server->poller);
	pthread_join(server->thread, NULL);
}

/* --- the interface ----------------------------------------------------------------------- */

struct cancel {
	int state, type; /* as they were */
};

/* System calls are where a thread may be cancelled; not in the middle of these. The type too: with
 * the asynchronous one glibc cancels for a moment although the state says no. */
static struct cancel cancel_off(void)
{
	struct cancel was;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &was.state);
	pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &was.type);
	return was;
}

static void cancel_back(struct cancel was)
{
	pthread_setcanceltype(was.type, NULL);
	pthread_setcancelstate(was.state, NULL);
}

quipu_http *quipu_http_open(quipu_registry *registry, const quipu_http_opts *opts,
			    quipu_error *error)
{
	struct cancel cancel = cancel_off();
	quipu_http *server = make(registry, opts, error);

	if (server && server->options.sandbox)
		server = refuse(server, error,
				qp_http_fail(QUIPU_EOPTION,
					     "sandbox is for a server with a thread of its own"));
	cancel_back(cancel);
	return server;
}

quipu_http *quipu_http_start(quipu_registry *registry, const quipu_http_opts *opts,
			     quipu_error *error)
{
	struct cancel cancel = cancel_off();
	quipu_http *server = make(registry, opts, error);
	quipu_error why = server ? start_thread(server) : QUIPU_OK;

	if (why)
		server = refuse(server, error, why);
	cancel_back(cancel);
	return server;
}

void quipu_http_stop(quipu_http *server)
{
	struct cancel cancel = cancel_off();

	if (server && server->threaded && !server->inert)
		stop_thread(server);
	if (server)
		destroy(server);
	cancel_back(cancel);
}

void quipu_http_close(quipu_http *server)
{
	quipu_http_stop(server);
}

int quipu_http_poll(quipu_http *server)
{
	struct cancel cancel;
	int n;

	if (!server || server->threaded) {
		errno = EINVAL;
		return -1;
	}
	cancel = cancel_off();
	n = qp_loop_turn(server, 0);
	cancel_back(cancel);
	return n;
}

int quipu_http_fd(const quipu_http *server)
{
	return server && !server->threaded ? server->poller.epoll : -1;
}

int quipu_http_port(const quipu_http *server)
{
	return server ? server->listener.port : 0;
}

const char *quipu_http_address(const quipu_http *server)
{
	return server ? server->listener.address : "";
}
